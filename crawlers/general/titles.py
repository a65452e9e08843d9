"""The name of a product on a page nobody described to us, told from the names of the site and of the kind of page."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

from crawlers.blocks import Block
from crawlers.document import Document, folded
from crawlers.general.embedded import EmbeddedProduct
from crawlers.price_tags import PriceTag
from crawlers.zones import Zone

__all__ = ["listing_title"]

_OWN = frozenset((Zone.MAIN, Zone.DETAIL, Zone.LABEL))
_TITLE_CLASS = re.compile(
    r"(?:goods|product|item|sku|detail|pro|sp)[-_]?(?:name|title|tit)|(?:^|\s)(?:name|title)(?:\s|$)", re.IGNORECASE
)
_GENERIC_TITLE = re.compile(
    r".{0,12}(?:商品详情|产品详情|商品信息|宝贝详情|商品展示)|首页|详情|商品|产品|商城|购物车|搜索|"
    r"product(?: details?)?|details?|home|shop",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"[¥￥]\s*\d|\d元|运费|库存|销量|已售|原价|^(?:促销|优惠|活动|数量|规格|服务|承诺)|[:：]$")
_HEADINGS = ("h2", "h3")
_SEPARATORS = re.compile(r"\s*[|｜_–—]\s*|\s+-\s+")
_SITE_NOISE = re.compile(r"[\s-]*(?:商品详情|产品详情|详情页?)$")


def listing_title(
    doc: Document, embedded: EmbeddedProduct | None, tags: tuple[PriceTag, ...], *, priced: Set[Any]
) -> tuple[str, Any]:
    """The product's name and the element that shows it (None when only hidden data has it)."""
    candidates = [each for each in doc.elements if each.tag == "h1"] + [
        each for each in doc.elements if _is_title(each)
    ]
    told = [part for part in (embedded.title if embedded else "", doc.meta("og:title"), doc.title) if part]
    others: list[tuple[str, Any]] = []
    for element in candidates[:40]:
        text = folded(" ".join(element.itertext()))
        if not 2 <= len(text) <= 200 or doc.zone_of(element) not in _OWN or _GENERIC_TITLE.fullmatch(text):
            continue
        if element.tag == "h1" or any(text in each or (each in text and not _is_site(doc, each)) for each in told):
            return text, element
        others.append((text, element))
    if embedded and embedded.title:
        return embedded.title, None
    whole = doc.meta("og:title") or next((part for part in _SEPARATORS.split(doc.title) if part), "")
    name = _SITE_NOISE.sub("", whole)
    # 某商城-商品详情 is as likely the shop's name as the product's: what stands beside the price is asked first.
    if name and name == whole and not _is_site(doc, name) and name in doc.visible:
        return name, None
    return _beside_price(doc, tags, others, priced=priced) or (name, None)


def _is_title(element: Any) -> bool:  # lxml element
    named = element.get("class")
    return (
        bool(named)
        and (element.tag in _HEADINGS or "name" in named or "tit" in named)
        and bool(_TITLE_CLASS.search(named))
    )


def _is_site(doc: Document, name: str) -> bool:
    """Whether a part of the page's title names the site or the kind of page, and so no product."""
    return bool(_GENERIC_TITLE.search(name)) or (name not in doc.visible and name == doc.title)


def _beside_price(
    doc: Document, tags: tuple[PriceTag, ...], others: list[tuple[str, Any]], *, priced: Set[Any]
) -> tuple[str, Any] | None:
    """The name in the smallest part around the first price: an element named for titles, else the first words there."""
    own = next((tag for tag in tags if doc.zone_of(tag.element) in _OWN), None)
    if own is None:
        return None
    for around in own.element.iterancestors():
        if around.tag in ("body", "html"):
            break
        inside = set(around.iter())
        named = next((each for each in others if each[1] in inside), None)
        if named is not None:
            return named
        said = (block for block in doc.blocks if block.element in inside and block.element not in priced)
        if (first := next(filter(_may_be_title, said), None)) is not None:
            return first.text, first.element
    return None


def _may_be_title(block: Block) -> bool:
    plain = not block.linked and not block.label
    return plain and 4 <= len(block.text) <= 120 and not _NO_TITLE.search(block.text)
