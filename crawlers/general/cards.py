"""Product cards of a list: repeated pieces of a page that hold one link and usually one price."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from crawlers.addresses import canonical_url, is_surveyable, origin_of
from crawlers.document import Document, folded
from crawlers.page_kinds import kind_of_address, kind_of_link
from crawlers.price_tags import PriceTag
from crawlers.zones import Zone
from records.market import Price
from records.survey import PageKind

__all__ = ["Card", "read_cards"]

_LEVELS = 6
_NAME_CLASS = re.compile(r"(?:^|[\s_-])(?:name|title|tit)(?:$|\s)", re.IGNORECASE)
_LISTS = frozenset((PageKind.LIST, PageKind.FACET, PageKind.SHOP, PageKind.HOME))
_NEVER = frozenset((PageKind.LICENCE, PageKind.RULES, PageKind.REVIEWS, PageKind.HOME, PageKind.FACET))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One product as a list shows it."""

    url: str
    title: str
    prices: tuple[Price, ...]
    element: Any
    zone: Zone


def read_cards(doc: Document, tags: tuple[PriceTag, ...]) -> tuple[Card, ...]:
    """The product cards of a page, in reading order; one a link."""
    found: dict[str, Card] = {}
    for tag in tags:
        card = _card_around(doc, tag)
        if card is not None:
            held = found.get(card.url)
            found[card.url] = card if held is None else replace(held, prices=(*held.prices, *card.prices))
    repeated = Counter(_shape(card.element) for card in found.values())
    cards = [
        card
        for card in found.values()
        if repeated[_shape(card.element)] >= 2 or _has_like_sibling(card.element) or _stands_alone(doc, card)
    ]
    known = {card.url for card in cards}
    tried = {card.element for card in cards}
    firsts: dict[tuple[str, str, Any], Any] = {}
    for card in cards:
        firsts.setdefault(_shape(card.element), card.element)
    for first in firsts.values():  # cards of one shape have the same siblings
        for sibling in _like_siblings(first):
            if sibling in tried:
                continue
            tried.add(sibling)
            other = _card(doc, sibling, ())
            if other is not None and other.url not in known:
                known.add(other.url)
                cards.append(other)
    return tuple(cards)


def _stands_alone(doc: Document, card: Card) -> bool:
    """The only product of a list (a category with one): nothing is like it, but its address says what it is."""
    of_list = {doc.page.kind, kind_of_address(doc.url)} & _LISTS
    return bool(of_list) and bool(card.title) and kind_of_link(card.url, "") is PageKind.LISTING


def _card_around(doc: Document, tag: PriceTag) -> Card | None:
    element = tag.element
    for _ in range(_LEVELS):
        if element is None or element.tag in ("body", "html", "main") or next(element.iter("h1"), None) is not None:
            return None
        own = element if element.tag == "a" and element.get("href") else next(element.iter("a"), None)
        if own is not None and (card := _card(doc, _widest(element), tag.prices)) is not None:
            return card
        element = element.getparent()
    return None


def _widest(element: Any) -> Any:
    """The card as a whole: up while the parent is not the list of several like it."""
    for _ in range(3):
        parent = element.getparent()
        if parent is None or parent.tag in ("body", "html", "main", "ul", "ol", "section", "table", "tbody"):
            return element
        if _has_like_sibling(element) or next(parent.iter("h1"), None) is not None:
            return element
        element = parent
    return element


def _card(doc: Document, element: Any, prices: tuple[Price, ...]) -> Card | None:
    links: dict[str, list[str]] = {}
    anchors = [element] if element.tag == "a" else list(element.iter("a"))
    if element.tag != "a" and len(anchors) > 12:
        return None
    for anchor in anchors:
        url = doc.absolute(anchor.get("href") or "")
        if not url or origin_of(url) != doc.origin or not is_surveyable(url) or canonical_url(url) == doc.canonical:
            continue
        links.setdefault(url, []).append(_words(anchor))
    usable = {url: words for url, words in links.items() if kind_of_link(url, max(words, key=len)) not in _NEVER}
    if not usable:
        return None
    url = max(
        usable,
        key=lambda each: (kind_of_link(each, "") is PageKind.LISTING, len(usable[each]), max(map(len, usable[each]))),
    )
    title = max(usable[url], key=len)
    return Card(url=url, title=title, prices=prices, element=element, zone=doc.zone_of(element))


def _words(anchor: Any) -> str:
    heading = next((node for node in anchor.iter("h2", "h3", "h4", "h5") if "".join(node.itertext()).strip()), None)
    heading = heading if heading is not None else next(filter(_is_name, anchor.iterdescendants()), None)
    text = folded("".join((heading if heading is not None else anchor).itertext()))
    if heading is not None:
        return max(text, folded(anchor.get("title") or "") if len(anchor.get("title") or "") <= 120 else "", key=len)
    alternatives = [anchor.get("title") or "", text if len(text) <= 120 else ""]
    alternatives.extend(image.get("alt") or "" for image in anchor.iter("img"))
    return folded(max(alternatives, key=len))


def _is_name(node: Any) -> bool:
    """An element of a card that is named for what it shows: the product's name."""
    return bool(isinstance(node.tag, str) and _NAME_CLASS.search(node.get("class") or "") and (node.text or "").strip())


def _shape(element: Any) -> tuple[str, str, Any]:
    return (element.tag, _without_digits(element.get("class") or ""), element.getparent())


def _like_siblings(element: Any) -> Iterator[Any]:
    parent = element.getparent()
    if parent is None:
        return
    named = _without_digits(element.get("class") or "")
    for child in parent.iterchildren(element.tag):
        if child is not element and _without_digits(child.get("class") or "") == named:
            yield child


@lru_cache(512)
def _without_digits(names: str) -> str:
    return re.sub(r"\d+", "", names)


def _has_like_sibling(element: Any) -> bool:
    return any(next(sibling.iter("a"), None) is not None for sibling in _like_siblings(element))
