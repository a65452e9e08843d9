"""What goes with a product's price: stock, variants (SKU) with prices of their own, promotion rules and countdowns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from crawlers.blocks import Block
from crawlers.document import Document, folded
from crawlers.general.embedded import fen_of
from crawlers.prices import read_prices
from crawlers.zones import Zone
from records.market import Variant

__all__ = ["promotions_in", "stock_in", "variants_of"]

_OWN = frozenset((Zone.MAIN, Zone.DETAIL, Zone.LABEL))
_STOCK = re.compile(
    r"(?:库存(?:数?量)?|剩余|仅剩|余量|现货)\s*[:：]?\s*(\d[\d,]{0,8})\s*(?:件|个|台|份|盒|瓶|袋|套|$|[)）\s])|"
    r"\((\d{1,7}) available\)"
)
_PROMOTION = re.compile(
    r"满\s*[¥￥]?\s*\d[\d.,]*\s*(?:元|件)?.{0,6}(?:减|打|享|送|返|包邮|赠)|第[二2]件|买\s*[一二三四五\d]+\s*(?:件)?\s*(?:送|赠|免)|"
    r"立减|优惠券|领券|满减|限时(?:折扣|抢购|特惠|优惠|秒杀)|赠品|定金.{0,8}抵|(?:距|离)\s*(?:结束|开抢|开始|活动)|倒计时|剩余时间|活动时间"
)
_MOST = 20
_SKU_NAMES = (
    "skuName",
    "sku_name",
    "specName",
    "spec_name",
    "specs",
    "spec",
    "attrs",
    "properties",
    "name",
    "title",
    "sku",
)
_SKU_PRICES = ("salePrice", "sale_price", "sellPrice", "skuPrice", "sku_price", "price")
_SKU_STOCKS = ("stock", "stockNum", "stock_num", "inventory", "quantity", "number", "qty")
_SKU_LISTS = re.compile(r"sku|variant|spec_?list|product_?list|offers|hasVariant", re.IGNORECASE)


def stock_in(text: str) -> int | None:
    """How many are said to be there.

    >>> stock_in("数量 1 件 库存：1,280 件"), stock_in("库存充足")
    (1280, None)
    """
    match = _STOCK.search(text)
    return None if match is None else int((match[1] or match[2]).replace(",", ""))


def promotions_in(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Lines of the product's own part that tell a rule of a promotion or when it ends, each once."""
    found: dict[str, None] = {}
    for block in blocks:
        if block.zone in _OWN and not block.heading and len(block.text) <= 120 and _PROMOTION.search(block.text):
            found[f"{block.label}：{block.text}" if block.label and block.label != block.text else block.text] = None
    return tuple(found)[:_MOST]


def variants_of(doc: Document) -> tuple[Variant, ...]:
    """The variants of a product with a price each: as the page shows them to choose from, else by its embedded data."""
    shown = tuple(_shown(doc))
    if len(shown) >= 2:
        return _each_once(shown)
    told = [variant for _, state in doc.states for variant in _told(state, 0)]
    for item in doc.json_ld:
        told.extend(_told({"offers": item.get("offers"), "hasVariant": item.get("hasVariant")}, 0))
    return _each_once(told) if len(told) >= 2 else ()


def _each_once(variants: Iterable[Variant]) -> tuple[Variant, ...]:
    return tuple({(one.name, one.price_fen): one for one in variants}.values())[:100]


def _shown(doc: Document) -> Iterator[Variant]:
    for node in doc.root.iter("option", "li", "span", "a", "button", "label", "div"):
        written = node.get("data-price") or node.get("data-sku-price") or ""
        if node.tag != "option" and not written:
            continue
        text = folded("".join(node.itertext()))
        priced = read_prices(text) or (read_prices(written, bare=True) if written else ())
        name = re.sub(r"[\s(（+]*[¥￥]?\s*\d[\d.,]*\s*元?[)）]?\s*$", "", text) if read_prices(text) else text
        if priced and 0 < len(name) <= 60:
            yield Variant(name=name, price_fen=priced[-1].amount_fen)


def _told(value: Any, depth: int) -> Iterator[Variant]:  # whatever JSON the page holds
    if depth > 8:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, list) and _SKU_LISTS.search(key):
                yield from filter(None, map(_variant, inner[:100]))
            else:
                yield from _told(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _told(inner, depth + 1)


def _variant(item: Any) -> Variant | None:
    if not isinstance(item, dict):
        return None
    inner = item.get("offers")
    offer: dict[str, Any] = inner if isinstance(inner, dict) else item
    price = next((fen for key in _SKU_PRICES if (fen := fen_of(offer.get(key)))), None)
    name = next((text for key in _SKU_NAMES if (text := _flat(item.get(key)))), "")
    stock = next((item[key] for key in _SKU_STOCKS if isinstance(item.get(key), int)), None)
    return Variant(name=name[:60], price_fen=price, stock_count=stock) if price and name else None


def _flat(value: Any) -> str:
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, list):
        return " ".join(filter(None, map(_flat, value[:6])))
    if isinstance(value, dict):
        return _flat(value.get("value") or value.get("name") or "")
    return ""
