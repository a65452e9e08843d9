"""A18: layers over a page, found where a visitor's eye and finger are, and closed as the page offers.

Law: 《互联网广告管理办法》第十条.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.sync_api import Error, Page

from records.acts import PopupTry

__all__ = ["close_layers"]

_MOST_LAYERS = 3
_MOST_CLICKS = 3
_APPEAR_SECONDS = 2.0
_MARK_SECONDS = 6.0
_SETTLE_MS = 500
_AGAIN_MS = 1500
_FIND = r"""() => {
  const width = innerWidth, height = innerHeight, found = new Map();
  for (const [x, y] of [[.5,.5],[.5,.3],[.5,.7],[.25,.5],[.75,.5],[.85,.85],[.15,.85],[.5,.9]]) {
    let at = document.elementFromPoint(width * x, height * y), root = null;
    for (let one = at; one && one !== document.body && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      const over = style.position === 'fixed' || (style.position === 'absolute' && Number(style.zIndex) >= 10);
      if (over || (one.matches('dialog[open],[role=dialog],[aria-modal=true]'))) { root = one; }
    }
    if (root) { found.set(root, true); }
  }
  document.querySelectorAll('[data-wangjian-layer]').forEach(one => one.removeAttribute('data-wangjian-layer'));
  document.querySelectorAll('[data-wangjian-close]').forEach(one => one.removeAttribute('data-wangjian-close'));
  for (const root of found.keys()) {
    const box = root.getBoundingClientRect();
    const seen = Math.min(box.right, width) - Math.max(box.left, 0);
    const high = Math.min(box.bottom, height) - Math.max(box.top, 0);
    const bar = (box.top <= 1 || box.bottom >= height - 1) && high < 130 && seen > width * .8;
    const words = (root.innerText || '').trim();
    if (bar || seen * high < width * height * .08) { continue; }
    if (!words && !root.querySelector('img,iframe,canvas,video')) { continue; }
    root.setAttribute('data-wangjian-layer', '1');
    const marks = new RegExp('^\\s*(×|✕|✖|╳|Ｘ|x|X|关闭|關閉|关闭广告|跳过|跳过广告|close|skip|我知道了|' +
      '知道了|暂不需要|残忍拒绝|放弃优惠|不感兴趣|取消)\\s*$');
    const named = /(^|[-_ ])(close|closed?btn|guanbi|dismiss|btn-x|icon-x|shut)([-_ ]|$)|close/i;
    let best = null;
    for (const one of root.querySelectorAll('*')) {
      const size = one.getBoundingClientRect();
      if (size.width < 1 || size.height < 1 || getComputedStyle(one).visibility === 'hidden') { continue; }
      const label = (one.getAttribute('aria-label') || '') + ' ' + (one.getAttribute('title') || '') + ' ' +
        (one.getAttribute('alt') || '');
      const name = (one.id || '') + ' ' + (typeof one.className === 'string' ? one.className : '');
      const own = one.children.length ? '' : (one.innerText || one.value || '');
      const large = size.width * size.height > width * height * .1;
      if (marks.test(own)) { best = [one, own.trim()]; break; }
      if (!best && !large && (/关闭|close/i.test(label) || named.test(name))) {
        best = [one, (own || label || name).trim()];
      }
    }
    let mark = null;
    if (best) {
      best[0].setAttribute('data-wangjian-close', '1');
      const size = best[0].getBoundingClientRect();
      let clear = 1;
      for (let one = best[0]; one && one !== document.body; one = one.parentElement) {
        clear *= Number(getComputedStyle(one).opacity);
      }
      const at = document.elementFromPoint(size.left + size.width / 2, size.top + size.height / 2);
      mark = {words: best[1].slice(0, 40), x: size.left + size.width / 2, y: size.top + size.height / 2,
        faint: size.width < 8 || size.height < 8 || clear < .2,
        disabled: best[0].disabled === true || best[0].getAttribute('aria-disabled') === 'true' || !at};
    }
    return {words: words.slice(0, 600), mark, links: root.querySelector('a[href],[onclick]') !== null};
  }
  return null;
}"""


def close_layers(page: Page, shoot: Callable[[str], None]) -> tuple[PopupTry, ...]:
    """Each layer that comes over the page, and what came of closing it. Raises playwright's Error as it comes.

    Args:
        shoot: Called with a Chinese label before and after each click.
    """
    tried: list[PopupTry] = []
    layer = _wait_for(page, _APPEAR_SECONDS)
    while layer is not None and len(tried) < _MOST_LAYERS:
        shoot(f"弹窗出现（第 {len(tried) + 1} 个）")
        done = _close(page, layer, shoot)
        tried.append(done)
        if not done.closed or done.again or done.led_away:
            break
        layer = page.evaluate(_FIND)
    return tuple(tried)


def _close(page: Page, layer: dict[str, Any], shoot: Callable[[str], None]) -> PopupTry:
    words = str(layer["words"])
    marked, waited = _wait_for_mark(page, layer)
    if marked is None:
        shoot("等待后仍未见关闭标志")
        return PopupTry(text=words, links=bool(layer["links"]))
    mark = marked["mark"]
    address, opened = page.url, len(page.context.pages)
    clicks = 0
    left: dict[str, Any] | None = marked
    while left is not None and clicks < _MOST_CLICKS:
        page.mouse.click(left["mark"]["x"], left["mark"]["y"])
        clicks += 1
        page.wait_for_timeout(_SETTLE_MS)
        shoot(f"点击关闭标志后（第 {clicks} 次）")
        if page.url != address or len(page.context.pages) != opened:
            return PopupTry(
                text=words, mark=mark["words"], mark_after_seconds=waited, faint=mark["faint"], clicks=clicks,
                led_away=True, links=bool(layer["links"]),
            )  # fmt: skip
        now = page.evaluate(_FIND)
        left = now if now is not None and now["mark"] is not None else None
    closed = page.evaluate(_FIND) is None
    again = False
    if closed:
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(_AGAIN_MS)
        again = page.evaluate(_FIND) is not None
        if again:
            shoot("关闭后再次弹出")
    return PopupTry(
        text=words, mark=mark["words"], mark_after_seconds=waited, faint=mark["faint"], clicks=clicks, closed=closed,
        again=again, links=bool(layer["links"]),
    )  # fmt: skip


def _wait_for(page: Page, seconds: float) -> dict[str, Any] | None:
    until = time.monotonic() + seconds
    while True:
        with suppress(Error):  # the page is just being replaced
            found: dict[str, Any] | None = page.evaluate(_FIND)
            if found is not None:
                return found
        if time.monotonic() >= until:
            return None
        page.wait_for_timeout(200)


def _wait_for_mark(page: Page, layer: dict[str, Any]) -> tuple[dict[str, Any] | None, float]:
    """The layer with a mark that can be pressed, and how long it let one wait."""
    began, first = time.monotonic(), True
    now: dict[str, Any] | None = layer
    while now is not None:
        mark = now["mark"]
        if mark is not None and not mark["disabled"]:
            return now, 0.0 if first else round(time.monotonic() - began, 1)
        if time.monotonic() - began > _MARK_SECONDS:
            return None, 0.0
        first = False
        page.wait_for_timeout(250)
        now = page.evaluate(_FIND)
    return None, 0.0
