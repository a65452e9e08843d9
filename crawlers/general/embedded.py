"""Product data that a page carries beside what people see: JSON-LD, OpenGraph, embedded JSON state. A fallback only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from crawlers.document import Document, folded
from records.market import Price, PriceRole

__all__ = ["EmbeddedProduct", "fen_of", "read_embedded"]

_TITLE_KEYS = ("title", "goodsName", "goods_name", "productName", "product_name", "itemName", "subject", "name")
_PRICE_KEYS: tuple[tuple[str, PriceRole], ...] = (
    ("salePrice", PriceRole.NOW),
    ("sale_price", PriceRole.NOW),
    ("currentPrice", PriceRole.NOW),
    ("sellPrice", PriceRole.NOW),
    ("price", PriceRole.NOW),
    ("originPrice", PriceRole.STRUCK),
    ("originalPrice", PriceRole.STRUCK),
    ("original_price", PriceRole.STRUCK),
    ("marketPrice", PriceRole.STRUCK),
    ("market_price", PriceRole.STRUCK),
    ("couponPrice", PriceRole.COUPON),
    ("memberPrice", PriceRole.MEMBER),
    ("deposit", PriceRole.DEPOSIT),
)
_MAX_DEPTH = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedProduct:
    """One product as hidden data tell it."""

    title: str
    prices: tuple[Price, ...]
    source: str


def read_embedded(doc: Document) -> EmbeddedProduct | None:
    """The product of the page by its embedded data; None when there is none or several."""
    for item in doc.json_ld:
        kinds = item.get("@type")
        if "Product" in (kinds if isinstance(kinds, list) else [kinds]):
            return EmbeddedProduct(
                title=folded(str(item.get("name") or "")), prices=_offers(item.get("offers")), source="json-ld"
            )
    if doc.meta("og:type") in ("product", "og:product", "product.item"):
        amount = fen_of(doc.meta("product:price:amount") or doc.meta("og:price:amount"))
        prices = (Price(role=PriceRole.NOW, amount_fen=amount, place="meta"),) if amount is not None else ()
        return EmbeddedProduct(title=doc.meta("og:title"), prices=prices, source="opengraph")
    if (described := _microdata(doc)) is not None:
        return described
    for name, state in doc.states:
        found = [product for product in _products(state) if product[0]]
        if found and (len(found) == 1 or found[0][1] < found[1][1]):
            item = found[0][0]
            title = next((str(item[key]) for key in _TITLE_KEYS if isinstance(item.get(key), str)), "")
            return EmbeddedProduct(title=folded(title), prices=_priced(item, place=name), source=name)
    return None


def _microdata(doc: Document) -> EmbeddedProduct | None:
    """schema.org in attributes. Standard: WHATWG HTML, Microdata."""
    if "itemscope" not in doc.markup.lower():
        return None
    scopes = doc.selector.xpath("//*[@itemscope and contains(@itemtype, 'schema.org/Product')]")
    if len(scopes) != 1:
        return None
    names = scopes.xpath(".//*[@itemprop='name']")
    offered = scopes.xpath(".//*[@itemprop='price']")
    amounts = [fen_of(node.attrib.get("content") or " ".join(node.css("*::text").getall())) for node in offered[:6]]
    prices = dict.fromkeys(Price(role=PriceRole.NOW, amount_fen=fen, place="microdata") for fen in amounts if fen)
    title = folded(names[0].attrib.get("content") or " ".join(names[0].css("*::text").getall())) if names else ""
    return EmbeddedProduct(title=title, prices=tuple(prices), source="microdata") if title else None


def _products(state: Any) -> list[tuple[dict[str, Any], int]]:  # whatever JSON the page holds
    """Objects with a title and a price, with their depth, shallowest first."""
    return sorted(_walk(state, 0), key=lambda found: found[1])[:3]


def _walk(value: Any, depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if any(isinstance(value.get(key), str) for key in _TITLE_KEYS) and any(key in value for key, _ in _PRICE_KEYS):
            yield value, depth
            return
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:50]:
            yield from _walk(inner, depth + 2)


def _priced(item: dict[str, Any], *, place: str) -> tuple[Price, ...]:
    found: dict[tuple[PriceRole, int], Price] = {}
    for key, role in _PRICE_KEYS:
        amount = fen_of(item.get(key))
        if amount:
            found.setdefault(
                (role, amount), Price(role=role, amount_fen=amount, text=str(item[key]), place=f"{place}.{key}")
            )
    return tuple(found.values())


def _offers(offers: Any) -> tuple[Price, ...]:
    listed = offers if isinstance(offers, list) else [offers]
    found = []
    for offer in listed:
        if isinstance(offer, dict):
            amount = fen_of(offer.get("price") or offer.get("lowPrice"))
            if amount is not None:
                role = PriceRole.FROM if "lowPrice" in offer and "price" not in offer else PriceRole.NOW
                found.append(Price(role=role, amount_fen=amount, text=str(offer.get("price") or ""), place="json-ld"))
    return tuple(found[:12])


def fen_of(value: Any) -> int | None:
    """An amount of hidden data ("99.50", 99.5) in fen; None for what is none."""
    if isinstance(value, bool) or value is None or not isinstance(value, (str, int, float)):
        return None
    text = re.sub(r"[^\d.]", "", str(value))
    try:
        amount = Decimal(text) * 100
    except InvalidOperation:
        return None
    return int(amount) if 0 <= amount < 10**13 else None
