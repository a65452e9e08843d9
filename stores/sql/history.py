"""How one more reading changes what is known of a listing: pure, so that history can be tried without a database.

A version is a stretch of time in which a listing read the same. History is appended: a version read anew from the same
page by a better reader is superseded, never edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from records.market import Listing

__all__ = ["Change", "Version", "newest_of", "place_reading"]

_CARRIED = ("category", "image_urls", "sales_count", "approval_nos")
"""What moves without making a version (sales daily, image addresses with the server's cache): the newest is kept."""

_SAID = ("title", "texts", "prices", "image_urls", "sales_count", "approval_nos", "reviews")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A stored version and its number in its listing."""

    number: int
    listing: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be written: `moved` has new seen times; `added` is appended, in the place of number `supersedes`."""

    moved: Version | None = None
    added: Listing | None = None
    supersedes: int | None = None


def newest_of(versions: Sequence[Version]) -> Version:
    """The version seen last."""
    return max(versions, key=lambda version: (version.listing.last_seen_at, version.number))


def place_reading(versions: Sequence[Version], reading: Listing) -> Change:
    """Where a reading belongs among the versions in force (none superseded).

    Readings come in any order: a page read again years later lands at the time it was fetched, and never passes for the
    newest state.
    """
    if not versions:
        return Change(added=reading)
    reading = _complete_from(newest_of(versions).listing, reading)
    for version in versions:
        if version.listing.source.page_id == reading.source.page_id:
            return _read_again(version, reading)
    at = reading.last_seen_at
    ordered = sorted(versions, key=lambda version: (version.listing.first_seen_at, version.number))
    before = [version for version in ordered if version.listing.first_seen_at <= at]
    after = ordered[len(before) :]
    for neighbour in (*before[-1:], *after[:1]):
        if _same(neighbour.listing, reading):
            return _stretch(neighbour, reading)
    return Change(added=reading)


def _same(one: Listing, other: Listing) -> bool:
    return _content(one) == _content(other)


def _content(listing: Listing) -> tuple[object, ...]:
    """What makes a version: words, amounts, reviews; not where on the page they stood."""
    texts = tuple((block.speaker, block.text) for block in listing.texts)
    prices = tuple(price.model_copy(update={"place": ""}) for price in listing.prices)
    return listing.title, texts, prices, listing.list_price_fen, listing.reviews


def _complete_from(known: Listing, reading: Listing) -> Listing:
    """A page read in part (a row of a list, a body cut off) changes what it says and leaves what it does not say."""
    kept: dict[str, object] = {}
    if reading.list_price_fen is None and known.list_price_fen is not None:
        kept["list_price_fen"] = known.list_price_fen
    if known.complete and not reading.complete:
        kept |= {name: getattr(known, name) for name in _SAID if not getattr(reading, name)}
        kept |= {"complete": True, "category": known.category}
    return reading.model_copy(update=kept) if kept else reading


def _stretch(version: Version, reading: Listing) -> Change:
    known = version.listing
    update: dict[str, object] = {
        "first_seen_at": min(known.first_seen_at, reading.first_seen_at),
        "last_seen_at": max(known.last_seen_at, reading.last_seen_at),
    }
    if reading.last_seen_at >= known.last_seen_at:
        update |= {name: getattr(reading, name) for name in _CARRIED if getattr(reading, name) is not None}
    moved = known.model_copy(update=update)
    return Change(moved=Version(number=version.number, listing=moved) if moved != known else None)


def _read_again(version: Version, reading: Listing) -> Change:
    if _same(version.listing, reading):
        return _stretch(version, reading)
    times = {
        "first_seen_at": min(version.listing.first_seen_at, reading.first_seen_at),
        "last_seen_at": max(version.listing.last_seen_at, reading.last_seen_at),
    }
    return Change(added=reading.model_copy(update=times), supersedes=version.number)
