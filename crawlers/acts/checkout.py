"""C09: what the page asks for one piece, and what its checkout asks where anybody may see it without signing in.

Only links are followed, by GET; no button is pressed, nothing is put anywhere, no form is sent.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page as BrowserPage

from crawlers.acts.listing import listing_on
from records.market import PriceRole
from records.survey import Target

__all__ = ["CheckoutSaid", "checkout_said", "detail_fen", "ways_to_checkout"]

_MOST = 2
_LINKS = r"""() => {
  const ways = new RegExp('^(立即购买|立刻购买|马上抢|去结算|结算|去付款|购物车|查看购物车|提交订单|确认订单)');
  return [...document.querySelectorAll('a[href]')].filter(one => ways.test((one.innerText || '').trim()))
    .map(one => one.href).filter(href => href.startsWith(location.origin));
}"""
_AMOUNT = r"[^\d¥￥\n]{0,10}[¥￥]?\s*([\d,]+(?:\.\d{1,2})?)"
_SUMS = r"应付(?:总?额|金额|款)?|实付(?:款|金额)?|合计|总计|总金额|订单(?:总额|金额)"
_TOTAL = re.compile(rf"(?:{_SUMS})(?:（[^）]*）|\([^)]*\))?{_AMOUNT}")
_SHIPPING = re.compile(rf"(?:运费|邮费|配送费){_AMOUNT}")
_FREE_SHIPPING = re.compile(r"(?:运费|邮费|配送费)[^\d\n]{0,6}(?:免|包邮)|包邮|免运费")
_PIECES = re.compile(r"(?:数量|件数)[^\d\n]{0,4}(\d{1,4})|[×xX]\s?(\d{1,4})(?!\d)|共\s*(\d{1,4})\s*件")

CheckoutSaid = tuple[int | None, int | None, int | None]
"""Total, shipping (both in fen) and pieces; None for what is not said."""


def detail_fen(page: BrowserPage, target: Target) -> int | None:
    """The price the page asks now, as the survey's own reader reads it."""
    listing = listing_on(page, target)
    prices = listing.prices if listing is not None else ()
    return next((price.amount_fen for price in prices if price.role is PriceRole.NOW), None)


def ways_to_checkout(page: BrowserPage) -> tuple[str, ...]:
    """Links of the same site that say they lead to a cart or a checkout."""
    found: list[str] = page.evaluate(_LINKS)
    return tuple(dict.fromkeys(found))[:_MOST]


def checkout_said(text: str) -> CheckoutSaid:
    """What a checkout says it will take.

    >>> checkout_said("智能手环 ×1\\n运费：¥10.00\\n应付总额：¥119.00")
    (11900, 1000, 1)
    """
    totals = [_fen(found[1]) for found in _TOTAL.finditer(text)]
    shipping = _SHIPPING.search(text)
    pieces = _PIECES.search(text)
    return (
        max(totals, default=None),
        _fen(shipping[1]) if shipping else 0 if _FREE_SHIPPING.search(text) else None,
        int(next(filter(None, pieces.groups()))) if pieces else None,
    )


def _fen(written: str) -> int:
    return round(float(written.replace(",", "")) * 100)
