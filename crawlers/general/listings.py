"""A product page nobody described to us: title, prices, texts, reviews, sales, approval numbers, pictures."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from crawlers.blocks import Block
from crawlers.categories import category_of
from crawlers.document import Document, folded
from crawlers.general.cards import Card
from crawlers.general.embedded import EmbeddedProduct
from crawlers.general.images import image_source
from crawlers.general.offers import promotions_in, stock_in, variants_of
from crawlers.general.reviews import read_reviews
from crawlers.general.shops import ShopIdentity
from crawlers.general.titles import listing_title
from crawlers.identifiers import approval_numbers
from crawlers.price_tags import PriceTag
from crawlers.texts import LISTING_ZONES, text_blocks
from crawlers.zones import Zone
from records.base import stable_id
from records.market import Listing, Price, PriceRole, Speaker, TextBlock

__all__ = ["main_prices", "read_listing", "sales_in"]

_OWN = frozenset((Zone.MAIN, Zone.DETAIL, Zone.LABEL))
_SALES = re.compile(
    r"(?:已售|销量|月销量?|累计(?:销量|销售|已售)|成交|付款|售出|月售|已拼|"
    r"已抢)\s*[:：]?\s*(?:超过?)?\s*([\d.,]+)\s*(万|千|w|"
    r"k)?\s*\+?|([\d.,]+)\s*(万|千|w)?\s*\+?\s*(?:人付款|件已售|人已买|人收货|笔成交)",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"^(?:当前位置|您的位置|位置)?\s*[:：]?\s*[^/>»›\n]{1,14}(?:\s*[/>»›]+\s*[^/>»›\n]{1,40}){1,5}$")
_CRUMB = re.compile(r"crumb|bread|position|weizhi|location")


def read_listing(
    doc: Document,
    shop: ShopIdentity,
    *,
    tags: tuple[PriceTag, ...],
    cards: tuple[Card, ...],
    embedded: EmbeddedProduct | None,
) -> Listing | None:
    """The listing of a product page; None when it has no title."""
    priced = _price_elements(tags)
    title, element = listing_title(doc, embedded, tags, priced=priced)
    if not title:
        return None
    prices = main_prices(doc, tags, cards, near=element) or (embedded.prices if embedded else ())
    without = priced | _elements_of(cards) | ({element} if element is not None else set())
    texts = text_blocks(_own_blocks(doc, title), LISTING_ZONES, without=without)
    said = "\n".join(block.text for block in texts if block.speaker in (Speaker.MERCHANT, Speaker.LABEL))
    reviews, of_reviews = read_reviews(doc)
    canonical = doc.canonical
    source = doc.source
    if source is None:
        return None
    return Listing(
        listing_id=stable_id("listing", canonical),
        shop_id=shop.shop_id,
        target_id=doc.target.target_id,
        url=canonical,
        title=title,
        category=category_of(_category_path(doc, title), title=title),
        texts=(*texts, *_rest_of_reviews(doc, of_reviews, without)),
        prices=prices,
        image_urls=_images(doc, cards),
        sales_count=sales_in(doc.visible),
        stock_count=stock_in(doc.visible),
        promotions=promotions_in(doc.blocks),
        variants=variants_of(doc),
        approval_nos=approval_numbers(f"{title}\n{said}"),
        reviews=reviews,
        source=source,
        first_seen_at=doc.page.fetched_at,
        last_seen_at=doc.page.fetched_at,
    )


def main_prices(doc: Document, tags: tuple[PriceTag, ...], cards: tuple[Card, ...], *, near: Any) -> tuple[Price, ...]:
    """The prices of the product itself: those in the smallest part of the page around its title that has any."""
    in_cards = _elements_of(cards)
    own = [tag for tag in tags if tag.element not in in_cards and doc.zone_of(tag.element) in _OWN]
    around = near
    while around is not None:
        inside = {element for element in around.iter()}
        here = [tag for tag in own if tag.element in inside]
        if here and any(price.role is not PriceRole.STRUCK for tag in here for price in tag.prices):
            own = here
            break
        around = around.getparent()
    found: dict[tuple[PriceRole, int, int | None], Price] = {}
    for tag in own[:12]:
        for price in tag.prices:
            found.setdefault((price.role, price.amount_fen, price.amount_max_fen), price)
    return _without_doubles(tuple(found.values())[:12])


def sales_in(text: str) -> int | None:
    """How many were sold, as the page says (1.2万+ is 12000)."""
    match = _SALES.search(text)
    if match is None:
        return None
    number, scale = (match[1], match[2]) if match[1] else (match[3], match[4])
    try:
        return int(
            float(number.replace(",", "").rstrip("."))
            * {"万": 10000, "w": 10000, "千": 1000, "k": 1000}.get((scale or "").lower(), 1)
        )
    except ValueError:
        return None


def _without_doubles(prices: tuple[Price, ...]) -> tuple[Price, ...]:
    """An amount that stands with a role of its own is not a plain price as well (券后价 ¥99 … ¥99)."""
    special = {
        price.amount_fen for price in prices if price.role in (PriceRole.COUPON, PriceRole.MEMBER, PriceRole.DEPOSIT)
    }

    def doubled(price: Price) -> bool:
        return price.role is PriceRole.NOW and price.amount_max_fen is None and price.amount_fen in special

    kept = tuple(price for price in prices if not doubled(price))
    return kept if any(price.role is PriceRole.NOW for price in kept) else prices


def _own_blocks(doc: Document, title: str) -> list[Block]:
    return [block for block in doc.blocks if block.text != title and not block.heading or len(block.text) > 24]


def _rest_of_reviews(doc: Document, inside: set[Any], without: set[Any]) -> tuple[TextBlock, ...]:
    """Words of the review part that are no review by themselves: still nobody's advertising."""
    rest = [
        block for block in doc.blocks if block.zone is Zone.REVIEW and block.element not in inside and not block.heading
    ]
    return text_blocks(rest, {Zone.REVIEW}, without=without)


def _price_elements(tags: tuple[PriceTag, ...]) -> set[Any]:
    """Price tags and the lines that say little else."""
    found: set[Any] = set()
    seen: dict[Any, bool] = {}  # the price tags of a list stand in the same few elements
    for tag in tags:
        element = tag.element
        for _ in range(3):
            if element is None:
                break
            if element not in seen:
                seen[element] = _says_little(element)
            if not seen[element]:
                break
            found.update(element.iter())
            element = element.getparent()
    return found


def _says_little(element: Any) -> bool:  # lxml element
    """At most 24 signs; counted no further than it takes to tell."""
    said = ""
    for text in element.itertext():
        said += text
        if len(said) > 24 and len(folded(said)) > 24:
            return False
    return True


def _elements_of(cards: tuple[Card, ...]) -> set[Any]:
    return {element for card in cards for element in card.element.iter()}


def _category_path(doc: Document, title: str) -> str:
    for label, value, _ in doc.pairs:
        if (
            label.strip() in ("类目", "分类", "商品分类", "所属分类", "商品类目", "类别", "category")
            and len(value) <= 60
        ):
            return value
    crumbs = (each for each in doc.elements if _CRUMB.search(each.get("class") or "") or each.get("id") == "breadcrumb")
    for element in islice(crumbs, 2):
        text = folded(" > ".join(part.strip() for part in element.itertext() if part.strip())).replace(title, "")
        if 0 < len(text) <= 200:
            return text
    trail = next((block.text for block in doc.blocks[:25] if _TRAIL.match(block.text)), "")
    return trail.replace(title, "")


def _images(doc: Document, cards: tuple[Card, ...]) -> tuple[str, ...]:
    in_cards = _elements_of(cards)
    found: dict[str, None] = {}
    for image in doc.root.iter("img"):
        if image in in_cards:
            continue
        url = doc.absolute(image_source(image))
        if url and not re.search(
            r"(?:logo|icon|avatar|stars?\d*|rank|btn|button|arrow|qr-?code|blank|loading|placeholder|pixel|beian)[^/]*$",
            url,
            re.IGNORECASE,
        ):
            found[url] = None
    return tuple(found)[:30]
