"""A selector that no longer matches, and where what it used to find stands now (选择器漂移).

The same addresses are compared, before and now. A selector has drifted when it found something on every page before, on
none now, and the very words it found still stand on the pages: words that are gone are content, not drift.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cssselect import SelectorError
from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]  # no stubs among our dependencies

from crawlers.health.watching import WatchedPage, element_text
from records.health import SelectorProposal
from records.market import PriceRole, Reading

__all__ = ["PagePair", "drifted", "known_value", "propose"]

_LEAST_PAGES = 2
_LONGEST_VALUE = 200
_NO_CONTENT = frozenset(("script", "style", "title", "head", "noscript", "template", "option", "meta"))
_PLAIN_NAME = re.compile(r"-?[A-Za-z_][A-Za-z_-]*")
_ANCESTORS = 3
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePair:
    """One address as it was read in a healthy run, and as it stands now."""

    before: WatchedPage
    now: WatchedPage


def known_value(reading: Reading | None, field: str) -> str:
    """What a reading said in a field, as words to look for; empty for fields that are no words of the page."""
    if reading is None:
        return ""
    if reading.listings and field.startswith("listing."):
        listing = reading.listings[0]
        if field == "listing.title":
            return listing.title
        if field.startswith("listing.price."):
            role = PriceRole(field.rsplit(".", 1)[1])
            fen = next((price.amount_fen for price in listing.prices if price.role is role), None)
            return f"{fen / 100:.2f}" if fen is not None else ""
        return ""  # sales move every day, the others are no words of the page
    shop = reading.shop
    if shop is None or not field.startswith("shop."):
        return ""
    shown = shop.disclosure
    said = {
        "shop.name": shop.name,
        "shop.licence_no": shown.licence_no,
        "shop.holder_name": shown.holder_name,
        "shop.exemption": shown.exemption_text,
        "shop.icp": shown.icp_no,
        "shop.police_no": shown.police_no,
        **{f"shop.{contact.kind.value}": contact.value for contact in shop.contacts},
    }
    return said.get(field, "")


def propose(pairs: Sequence[PagePair], field: str) -> SelectorProposal | None:
    """Where the value of a lost field stands now; None when no page of before says one.

    `new` is empty when the value stands nowhere: removed, or drawn by script.
    """
    wanted = [(pair, value) for pair in pairs if (value := known_value(pair.before.reading, field))]
    if not wanted:
        return None
    old = _old_selector([pair.before for pair, _ in wanted], field)
    new, holds = _nearest([(pair.now.root, value) for pair, value in wanted])
    return SelectorProposal(
        field=field, old=old, new=new, holds_on=holds, tried_on=len(wanted), value=wanted[0][1][:_LONGEST_VALUE]
    )


def drifted(pairs: Sequence[PagePair]) -> tuple[SelectorProposal, ...]:
    """Selectors of the page object that matched on every page before and on none now, with where their words stand."""
    if len(pairs) < _LEAST_PAGES:
        return ()
    always = set.intersection(*(set(pair.before.found) for pair in pairs))
    found = []
    for query in sorted(always):
        if any(_matches(pair.now.root, query) for pair in pairs):
            continue
        wanted = [(pair, text) for pair in pairs if 2 <= len(text := pair.before.found[query]) <= _LONGEST_VALUE]
        new, holds = _nearest([(pair.now.root, text) for pair, text in wanted])
        if holds >= _LEAST_PAGES:
            proposal = SelectorProposal(
                field=_field_of(query, pairs), old=query, new=new, holds_on=holds, tried_on=len(wanted),
                value=wanted[0][1],
            )  # fmt: skip
            found.append(proposal)
    return tuple(found)


def _old_selector(pages: Sequence[WatchedPage], field: str) -> str:
    """The selector whose first element said the value, in the fewest words, on most pages."""
    votes: dict[str, list[int]] = {}
    for page in pages:
        value = known_value(page.reading, field)
        for query, text in page.found.items():
            if _says(text, value):
                votes.setdefault(query, []).append(len(text))
    best = sorted(votes, key=lambda query: (-len(votes[query]), sum(votes[query]) / len(votes[query]), query))
    return best[0] if best else ""


def _field_of(query: str, pairs: Sequence[PagePair]) -> str:
    """The field whose value the selector's words are; empty when they are of none."""
    reading, text = pairs[0].before.reading, pairs[0].before.found[query]
    fields = ("listing.title", "listing.price.now", "shop.name", "shop.licence_no", "shop.icp")
    found = next((field for field in fields if (value := known_value(reading, field)) and _says(text, value)), "")
    return found or _texts_with(reading, text)


def _texts_with(reading: Reading | None, text: str) -> str:
    """`listing.texts` or `shop.texts` when the words are among theirs; else empty."""
    if reading is None:
        return ""
    if any(text in block.text or block.text in text for listing in reading.listings for block in listing.texts):
        return "listing.texts"
    shop = reading.shop
    return "shop.texts" if shop and any(text in block.text or block.text in text for block in shop.texts) else ""


def _nearest(wanted: Sequence[tuple[Any, str]]) -> tuple[str, int]:
    """The selector that finds the value first on most pages, and on how many; empty with fewer than two."""
    candidates: dict[str, None] = {}
    for root, value in wanted:
        for element in _innermost(root, value):
            candidates.update(dict.fromkeys(_selectors_of(element)))
        if len(candidates) > 200:
            break
    scored = [(_holds(wanted, query), query) for query in candidates]
    best = max(scored, key=lambda one: (one[0][0], _marks(one[1]), -one[0][1], -len(one[1])), default=None)
    if best is None or best[0][0] < min(_LEAST_PAGES, len(wanted)):
        return "", 0
    return best[1], best[0][0]


def _marks(query: str) -> int:
    """Bare tags hold by luck; a class, an id or a property was given for a reason, best to the element itself."""
    own = query.rsplit(" ", 1)[-1]
    return 2 * any(mark in own for mark in ".#[") + any(mark in query for mark in ".#[")


def _holds(wanted: Sequence[tuple[Any, str]], query: str) -> tuple[int, int]:
    """On how many pages the selector's first element says the value, and how many words it says besides."""
    holds = besides = 0
    for root, value in wanted:
        found = _select(root, query)
        if found and _says(text := element_text(found[0]), value):
            holds += 1
            besides += len(text) - len(value) + 5 * (len(found) - 1)
    return holds, besides


def _innermost(root: Any, value: str) -> Iterator[Any]:  # lxml element
    """Elements that say the value, none of whose children does."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _NO_CONTENT:
            continue
        if not _says(element_text(element), value):
            continue
        if not any(_says(element_text(child), value) for child in element if isinstance(child.tag, str)):
            yield element


def _says(text: str, value: str) -> bool:
    """Whether a text holds a value: words as they are, amounts by what they amount to."""
    if re.fullmatch(r"\d+(?:\.\d+)?", value):
        wanted = float(value)
        return any(float(number.replace(",", "")) == wanted for number in _NUMBER.findall(text))
    return value in text


def _selectors_of(element: Any) -> Iterator[str]:  # lxml element
    """Selectors an element might be known by on every page of its kind, from its own marks and those around it."""
    for own in _names_of(element):
        yield own
        around, steps = element.getparent(), 0
        while around is not None and steps < _ANCESTORS:
            for name in _names_of(around):
                if name[:1] in ".#[" or "." in name:
                    yield f"{name} {own}"
            around, steps = around.getparent(), steps + 1


def _names_of(element: Any) -> list[str]:  # lxml element
    """Ways to name an element alone; marks with digits in them are likely of this page only."""
    tag = element.tag
    names = [f"{tag}.{name}" for name in (element.get("class") or "").split() if _PLAIN_NAME.fullmatch(name)]
    if (own_id := element.get("id")) and _PLAIN_NAME.fullmatch(own_id):
        names.append(f"#{own_id}")
    if (prop := element.get("itemprop")) and _PLAIN_NAME.fullmatch(prop):
        names.append(f'[itemprop="{prop}"]')
    return [*names, tag]


def _matches(root: Any, query: str) -> bool:  # lxml element
    return bool(_select(root, re.sub(r"::[a-z]+(?:\([^)]*\))?", "", query)))


def _select(root: Any, query: str) -> list[Any]:  # lxml element
    try:
        return list(CSSSelector(query, translator="html")(root))
    except SelectorError:
        return []
