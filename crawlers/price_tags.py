"""The elements of a page that show prices, each amount with the role that words and markup give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from crawlers.blocks import place_of
from crawlers.prices import read_prices
from records.market import Price, PriceRole

__all__ = ["PriceTag", "price_tags"]

_PRICE_NAME = re.compile(r"price|jiage|amount|(?:^|[\s_-])(?:cost|money|yuan|rmb)(?:[\s_-]|$)", re.IGNORECASE)
_NOT_PRICE = re.compile(
    r"price-?(?:note|desc|explain|illustration|instruction|range-?form|filter|rule|label|tit)|"
    r"postage|freight|coupon-?(?:list|amount)|amount-?(?:input|widget)|stock",
    re.IGNORECASE,
)
_STRUCK_NAME = re.compile(
    r"(?:old|origin(?:al)?|market|del|delete|strike|line(?:-?through)?|cross(?:ed)?|scribing|was|before|ref|list|tag|"
    r"yuan)[_-]?price|price[_-]{0,2}(?:old|origin(?:al)?|market|del|was|before|through|line|ref)|"
    r"line-through|huaxian|yuanjia|(?:^|[\s_-])(?:del|strike|ysj)(?:$|[\s_-])",
    re.IGNORECASE,
)
_STRUCK_ALONE = re.compile(r"(?:^|\s)(?:del|strike|line-through|huaxian)(?:$|\s)", re.IGNORECASE)
_COUPON_NAME = re.compile(r"(?:coupon|quan|after)[_-]?price|price[_-]?(?:coupon|quan|after)|quanhou", re.IGNORECASE)
_MEMBER_NAME = re.compile(r"(?:vip|member|plus)[_-]?price|price[_-]?(?:vip|member|plus)", re.IGNORECASE)
_DEPOSIT_NAME = re.compile(r"deposit|dingjin", re.IGNORECASE)
_STRUCK_TAGS = frozenset(("del", "s", "strike"))
_CURRENCY = re.compile(r"[¥￥£€$]\s*\d|\d\s*元|人民币\s*\d")
_ROLE_LEAD = re.compile(
    r"原价|划线|市场价|吊牌价|参考价|指导价|券后|到手|会员|定金|订金|低至|起价|活动价|秒杀价|促销价|运费|邮费|快递|配送费|押金|满|减|优惠券|积分|面额"
)
_PLAIN_TAGS = (
    "span",
    "div",
    "p",
    "td",
    "dd",
    "li",
    "em",
    "b",
    "strong",
    "i",
    "font",
    "a",
    "label",
    "small",
    "sup",
    "big",
    "u",
    "ins",
    "bdi",
)
_TAIL_OF_PRICE = re.compile(r"\s{0,2}(?:元|/|每|起)\s?[^\s,，。;；|]{0,6}")
_COUPON_HOLDER = re.compile(
    r"(?:^|[\s_-])(?:coupons?|quan|hongbao|red-?pack(?:et)?|voucher)(?:$|[\s_-])", re.IGNORECASE
)
_COUPON_SAYS = re.compile(r"满\s*¥?\d|可用|使用|领取|无门槛|优惠券")
_MONEY = re.compile(r"[¥￥£€$元]|RMB|人民币")  # what _CURRENCY and _SIGN have in common
_DIGIT = re.compile(r"\d")
_SIGN = re.compile(r"[¥￥]|RMB|人民币|元")
_MAX_TEXT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTag:
    """An element that shows prices, and the prices."""

    element: Any
    prices: tuple[Price, ...]


def price_tags(root: Any) -> tuple[PriceTag, ...]:  # lxml element
    """Smallest elements that show prices, in reading order; elements named for prices first, plain ¥ texts else."""
    named = [element for element in root.iter() if isinstance(element.tag, str) and _is_named(element)]
    among = set(named)
    leaves = [element for element in named if not _holds_another(element, among)]
    whole = {inner for element in leaves for inner in element.iterdescendants()}
    leaves = [element for element in leaves if element not in whole]
    inner = frozenset(leaves)
    found = [tag for element in leaves if (tag := _tag(element, named=True))]
    # Elements themselves are kept, not their id(): lxml makes the objects of a tree anew when nobody holds them.
    covered = {each for element in leaves for each in element.iter()}
    for element in _plain(root):
        if element not in covered and (tag := _tag(element, named=False, without=inner)):
            found.append(tag)
            covered.update(element.iter())
    return tuple(found)


def _is_named(element: Any) -> bool:
    if element.tag in ("script", "style", "input", "form", "select", "option", "meta", "body", "html"):
        return False
    if element.tag in _STRUCK_TAGS or _STRUCK_ALONE.search(element.get("class") or ""):
        return _has_digit(element)
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return names != "  " and _names_a_price(names) and _has_digit(element)


@lru_cache(2048)
def _names_a_price(names: str) -> bool:
    return bool(_PRICE_NAME.search(names)) and not _NOT_PRICE.search(names)


def _has_digit(element: Any) -> bool:
    return any(_DIGIT.search(text) for text in element.itertext())


def _holds_another(element: Any, named: set[Any]) -> bool:
    """Whether a smaller price element stands inside, so that this one is only their frame."""
    return any(inner in named for inner in element.iterdescendants()) and not _integer_and_cents(element)


def _integer_and_cents(element: Any) -> bool:
    """`¥<b class=price-int>99</b><i class=price-dec>.00</i>`: one amount in pieces."""
    if any(inner.tag in _STRUCK_TAGS for inner in element.iterdescendants()):
        return False
    text = re.sub(r"\s+", "", "".join(element.itertext()))
    return bool(re.fullmatch(r"[^\d]{0,8}[¥￥£€$]?\d[\d,]*\.\d{1,2}(?:元)?[^\d]{0,4}", text)) and len(text) < 24


def _plain(root: Any) -> Iterator[Any]:
    """Elements whose own words hold a price, and those where sign and digits stand in pieces (`<i>¥</i><b>42</b>`)."""
    for element in root.iter(*_PLAIN_TAGS):
        own = (element.text or "") + "".join([child.tail or "" for child in element])
        if not own or not _MONEY.search(own):
            continue
        if _CURRENCY.search(own) or (_SIGN.search(own) and _has_digit(element)):
            yield element
        elif _SIGN.fullmatch(own.strip()) and (parent := element.getparent()) is not None and _has_digit(parent):
            yield parent


def _tag(element: Any, *, named: bool, without: frozenset[Any] = frozenset()) -> PriceTag | None:
    text = " ".join("".join(_texts(element, without)).split())
    if not text or len(text) > _MAX_TEXT or _is_coupon(element):
        return None
    if named and (tail := _TAIL_OF_PRICE.match(_said_after(element))):
        text += tail[0].strip()  # <b class="money">12.80</b>元/斤
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    lead = _lead(element)
    lead = lead if named or _ROLE_LEAD.search(lead) else ""
    prices = read_prices(f"{lead} {text}" if lead else text, role=_markup_role(element, names), bare=named)
    offset = len(read_prices(lead)) if lead else 0
    place = place_of(element)
    kept = tuple(price.model_copy(update={"place": place}) for price in prices[offset:])
    return PriceTag(element=element, prices=kept) if kept else None


def _said_after(element: Any) -> str:
    if (element.tail or "").strip():
        return str(element.tail)
    behind = element.getnext()
    if behind is None or not isinstance(behind.tag, str) or behind.tag in _STRUCK_TAGS:
        return ""
    text = "".join(behind.itertext())
    return text if len(text) <= 10 and not _has_digit(behind) else ""


def _is_coupon(element: Any) -> bool:
    """The face value of a coupon, which is money and no price."""
    for around in (element, element.getparent()):
        if around is not None and _COUPON_HOLDER.search(around.get("class") or ""):
            return bool(_COUPON_SAYS.search("".join(around.itertext())[:80]))
    return False


def _texts(element: Any, without: frozenset[Any]) -> Iterator[str]:
    """Its words but for those of other price elements in it (the struck price beside the plain one)."""
    if element.text:
        yield element.text
    for child in element:
        if child not in without and isinstance(child.tag, str):
            yield from _texts(child, without)
        if child.tail:
            yield child.tail


def _markup_role(element: Any, names: str) -> PriceRole | None:
    if element.tag in _STRUCK_TAGS or _STRUCK_NAME.search(names):
        return PriceRole.STRUCK
    parent = element.getparent()
    if parent is not None and parent.tag in _STRUCK_TAGS:
        return PriceRole.STRUCK
    style = (element.get("style") or "").replace(" ", "")
    if "line-through" in style:
        return PriceRole.STRUCK
    for role, pattern in (
        (PriceRole.COUPON, _COUPON_NAME),
        (PriceRole.MEMBER, _MEMBER_NAME),
        (PriceRole.DEPOSIT, _DEPOSIT_NAME),
    ):
        if pattern.search(names):
            return role
    return None


def _lead(element: Any) -> str:
    """Words right before the element: its label (原价, 券后价)."""
    previous = element.getprevious()
    if previous is not None and isinstance(previous.tag, str):
        text = (previous.tail or "").strip() or "".join(previous.itertext()).strip()
    else:
        parent = element.getparent()
        text = (parent.text or "").strip() if parent is not None else ""
        above = parent.getprevious() if parent is not None and not text and previous is None else None
        if above is not None and isinstance(above.tag, str) and above.tag in ("dt", "th", "td", "label", "span"):
            text = "".join(above.itertext()).strip()
    text = " ".join(text.split())
    return text if len(text) <= 10 and not re.search(r"\d", text) else ""
