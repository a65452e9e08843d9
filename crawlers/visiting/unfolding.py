"""A page by script opened out as a visitor would: scrolled to its end, 加载更多 pressed, routes without links found.

Lists of hash-routed malls are no links: a card or a channel moves the address when it is pressed. One of each shape is
pressed; from where it leads and from the interface's own answers (lists of objects with ids) the addresses of all its
like are told. While anything is pressed nothing but GET is let through, so that no coupon is claimed and no form sent.
What was found stands at the end of the document in an element of ours, marked `data-wangjian`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Response as BrowserResponse
from playwright.async_api import Route
from playwright.async_api import TimeoutError as PlaywrightTimeout

__all__ = ["Answers", "routes_like", "unfold"]

_SCROLLS = 25
_SHAPES = 6
_MAX_ANSWER = 2_000_000
_MAX_ROUTES = 500
_FEW_LINKS = 12
_NAMES = ("name", "title", "goodsName", "goods_name", "productName", "prodName", "storeName", "store_name", "label")
_IDS = ("id", "goodsId", "goods_id", "productId", "product_id", "prodId", "spuId", "categoryId", "category_id", "cid")
# Scrolled until nothing is added: a list that loads on scrolling answers within a moment or has come to its end.
_SCROLL_ON = """async limit => {
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
  const size = () => document.documentElement.scrollHeight + document.getElementsByTagName('*').length;
  const more = () => [...document.querySelectorAll('a,button,div,span,p')].find(node => node.children.length < 2 &&
    /^(加载更多|点击加载更多|查看更多商品|load more)$/i.test(node.innerText || '') && node.offsetParent !== null &&
    !/^https?:/.test(node.getAttribute('href') || ''));
  let turns = 0;
  for (; turns < limit; turns += 1) {
    const before = size();
    window.scrollTo(0, document.documentElement.scrollHeight);
    document.querySelectorAll('*').forEach(node => { if (node.scrollHeight > node.clientHeight + 40 &&
      /(auto|scroll)/.test(getComputedStyle(node).overflowY)) { node.scrollTop = node.scrollHeight; } });
    const button = more();
    if (button) { button.click(); }
    for (let waited = 0; waited < 600 && size() === before; waited += 50) { await pause(50); }
    if (size() === before) { break; }
  }
  return turns;
}"""
_MARK = """limit => {
  const never = new RegExp('购买|加入|购物车|登录|注册|领取|优惠券|红包|收藏|关注|提交|支付|客服|分享|签到|晒单|' +
    'submit|cart|login', 'i');
  const seen = new Map();
  for (const node of document.body.querySelectorAll('*')) {
    if (node.closest('a[href]:not([href^="javascript"]):not([href="#"])') || node.closest('form') ||
        node.matches('input,select,textarea,option,html,body') || node.offsetParent === null) { continue; }
    if (getComputedStyle(node).cursor !== 'pointer') { continue; }
    const above = node.parentElement;
    if (above && above !== document.body && getComputedStyle(above).cursor === 'pointer') { continue; }
    const words = (node.innerText || '').trim();
    if (!words || words.length > 200 || never.test(words)) { continue; }
    const shape = node.tagName + '.' + (node.className || '').toString().replace(/\\d+/g, '').split(' ')[0];
    if (!seen.has(shape)) { seen.set(shape, node); }
    if (seen.size >= limit) { break; }
  }
  [...seen.values()].forEach((node, number) => node.setAttribute('data-wangjian-press', number));
  return seen.size;
}"""
_PRESS = """number => {
  const node = document.querySelector(`[data-wangjian-press="${number}"]`);
  if (node) { node.click(); }
}"""
_LINKS = """() => [...document.querySelectorAll('a[href]')].map(node => node.href)"""
_ADD = """routes => {
  const nav = document.createElement('nav');
  nav.setAttribute('data-wangjian', 'routes');
  for (const [url, words] of routes) {
    const link = document.createElement('a');
    link.href = url; link.textContent = words; nav.appendChild(link);
  }
  document.body.appendChild(nav);
}"""


class Answers:
    """What the interfaces of pages under way answered in JSON."""

    def __init__(self) -> None:
        self._seen: WeakKeyDictionary[BrowserPage, list[BrowserResponse]] = WeakKeyDictionary()

    async def listen(self, page: BrowserPage, request: object) -> None:
        """Begin to listen, before the page is opened (scrapy-playwright's page_init_callback)."""
        seen = self._seen.setdefault(page, [])

        def keep(response: BrowserResponse) -> None:
            if "json" in response.headers.get("content-type", "") and len(seen) < 60:
                seen.append(response)

        page.on("response", keep)

    async def of(self, page: BrowserPage) -> list[Any]:
        """The answers so far, parsed; those too large or broken are left out."""
        found = []
        for response in self._seen.get(page, []):
            with suppress(PlaywrightError, ValueError, RecursionError):
                body = await response.body()
                if len(body) <= _MAX_ANSWER:
                    found.append(json.loads(body))
        return found


async def unfold(page: BrowserPage, answers: Answers) -> None:
    """Open the page out; a page that resists is read as it stands."""
    with suppress(PlaywrightError, PlaywrightTimeout):
        await page.evaluate(_SCROLL_ON, _SCROLLS)
        led = await _pressed(page) if await _leads_nowhere(page) else []
        links = [] if not led and "#/" not in page.url else await page.evaluate(_LINKS)
        told = routes_like([*(url for url, _ in led), *links], await answers.of(page)) if led or links else {}
        routes = {**dict(led), **told}
        routes.pop(page.url, None)
        if routes:
            await page.evaluate(_ADD, list(routes.items())[:_MAX_ROUTES])


def routes_like(urls: Iterable[str], answers: Iterable[Any]) -> dict[str, str]:
    """Addresses of objects in the same list as one whose address is known, with their names.

    >>> routes_like(["http://a.cn/#/item/7"], [{"data": [{"id": 7, "name": "壶"}, {"id": 8, "name": "杯"}]}])
    {'http://a.cn/#/item/8': '杯'}
    """
    known = list(dict.fromkeys(urls))
    lists = [objects for answer in answers for objects in _lists(answer, 0)]
    patterns: dict[frozenset[str], str] = {}
    for objects in lists:
        if (pattern := _pattern(objects, known)) is not None:
            patterns.setdefault(frozenset(objects[0]), pattern)
    found: dict[str, str] = {}
    for objects in lists:  # the second page of a list has none of the known ones, but is made like the first
        if (pattern := patterns.get(frozenset(objects[0]))) is not None:
            found.update({pattern.format(_id_of(one)): _name_of(one) for one in objects})
    return {url: name for url, name in found.items() if url not in known}


def _pattern(objects: list[dict[str, Any]], known: list[str]) -> str | None:
    """A known address with the place of an object's id left open."""
    for one in objects:
        number = re.escape(str(_id_of(one)))
        for url in known:
            match = re.search(rf"(?<=[/=]){number}(?=$|[/?&#.])", url)
            if match is not None:
                before, after = url[: match.start()], url[match.end() :]
                return before.replace("{", "{{").replace("}", "}}") + "{}" + after.replace("{", "{{").replace("}", "}}")
    return None


def _lists(value: Any, depth: int) -> Iterator[list[dict[str, Any]]]:  # whatever JSON was answered
    if depth > 8:
        return
    if isinstance(value, list):
        objects = [one for one in value[:200] if isinstance(one, dict) and _id_of(one) and _name_of(one)]
        if objects:
            yield objects
        for one in value[:50]:
            yield from _lists(one, depth + 1)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _lists(one, depth + 1)


def _id_of(one: dict[str, Any]) -> str:
    return next((str(one[key]) for key in _IDS if isinstance(one.get(key), (int, str)) and one.get(key)), "")


def _name_of(one: dict[str, Any]) -> str:
    return next((str(one[key])[:80] for key in _NAMES if isinstance(one.get(key), str) and one.get(key)), "")


async def _leads_nowhere(page: BrowserPage) -> bool:
    """Whether the page has too few links for what it shows, and is no product page (nothing is pressed there)."""
    links = {url.rstrip("/") for url in await page.evaluate(_LINKS)} - {page.url.rstrip("/")}
    if len(links) > _FEW_LINKS:
        return False
    said = await page.evaluate("() => document.body.innerText.slice(0, 20000)")
    return re.search(r"加入购物车|立即购买|请(?:先)?登录|add to cart", said, re.IGNORECASE) is None


async def _pressed(page: BrowserPage) -> list[tuple[str, str]]:
    """(address, words) of where one piece of each shape leads."""
    await page.route("**/*", _only_get)
    found: list[tuple[str, str]] = []
    at = page.url
    for number in range(await page.evaluate(_MARK, _SHAPES)):
        await page.evaluate(_MARK, _SHAPES)
        await page.evaluate(_PRESS, number)
        with suppress(PlaywrightTimeout):
            await page.wait_for_url(lambda url: url != at, timeout=400, wait_until="commit")
        if page.url != at:
            found.append((page.url, ""))
            with suppress(PlaywrightTimeout):  # what it asked for must be here, or it draws over the page gone back to
                await page.wait_for_load_state("networkidle", timeout=3_000)
            await page.wait_for_timeout(500)
            await _return_to(page, at)
    await page.unroute("**/*", _only_get)
    return found


async def _return_to(page: BrowserPage, at: str) -> None:
    """Back to the page as it stood, lists loaded again."""
    await page.evaluate("() => history.back()")
    with suppress(PlaywrightTimeout):
        await page.wait_for_url(at, timeout=2_000, wait_until="commit")
    if page.url != at:
        await page.goto(at)
    with suppress(PlaywrightTimeout):
        await page.wait_for_load_state("networkidle", timeout=3_000)
    await page.wait_for_timeout(300)
    await page.evaluate(_SCROLL_ON, _SCROLLS)


async def _only_get(route: Route) -> None:
    if route.request.method in ("GET", "HEAD"):
        await route.fallback()
    else:
        await route.abort()
