"""C13: options that are ticked before the visitor did anything, with the words and the price beside them.

Law: 《中华人民共和国电子商务法》第十九条.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page

from records.acts import OptionSeen

__all__ = ["price_in", "ticked_options"]

_MOST = 40
_TICKED = r"""limit => {
  const found = [];
  const ticks = 'input[type=checkbox],input[type=radio],[role=checkbox],[role=radio],[role=switch]';
  for (const one of document.querySelectorAll(ticks)) {
    const on = one.matches('input') ? one.checked : one.getAttribute('aria-checked') === 'true';
    if (!on) { continue; }
    const by = one.id ? document.querySelector(`label[for="${CSS.escape(one.id)}"]`) : null;
    let near = one.closest('label') || by || one.parentElement;
    for (let up = 0; near && up < 2 && !(near.innerText || '').trim(); up += 1) { near = near.parentElement; }
    const said = (near && near.innerText) || one.getAttribute('aria-label') || one.value || '';
    const words = said.replace(/\s+/g, ' ').trim();
    const shown = near ? near.getBoundingClientRect() : one.getBoundingClientRect();
    if (!words || words.length > 160 || shown.width < 1) { continue; }
    found.push(words);
    if (found.length >= limit) { break; }
  }
  return found;
}"""
_PRICE = re.compile(r"(?:¥|￥|RMB)\s*([\d,]+(?:\.\d{1,2})?)|([\d,]+(?:\.\d{1,2})?)\s*元")


def ticked_options(page: Page) -> tuple[OptionSeen, ...]:
    """Options ticked as the page came, in its order. Raises playwright's Error as it comes."""
    words: list[str] = page.evaluate(_TICKED, _MOST)
    return tuple(OptionSeen(label=one, price_fen=price_in(one), url=page.url) for one in dict.fromkeys(words))


def price_in(words: str) -> int | None:
    """The first amount named, in fen.

    >>> price_in("加购碎屏险 ¥19.90/年"), price_in("赠运费险 0元"), price_in("我已阅读并同意")
    (1990, 0, None)
    """
    found = _PRICE.search(words)
    if found is None:
        return None
    return round(float((found[1] or found[2]).replace(",", "")) * 100)
