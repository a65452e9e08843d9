"""How one more reading changes what is known of a listing: pure, so that history can be tried without a database.

A version is a stretch of time in which a listing read the same. History is appended: a version read anew from the same
page by a better reader is superseded, never edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.market import Listing, Review
from records.steadying import steady

__all__ = ["Change", "Version", "join_readings", "newest_of", "note_gone", "place_reading"]

_CARRIED = ("category", "image_urls", "sales_count", "stock_count", "approval_nos")
"""What moves without making a version (sales daily, image addresses with the server's cache): the newest is kept."""

_NEVER_EMPTY = ("title", "texts", "prices", "variants")

_SAID = (
    "title",
    "texts",
    "prices",
    "image_urls",
    "sales_count",
    "stock_count",
    "approval_nos",
    "promotions",
    "variants",
)


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
        return Change(added=reading.model_copy(update={"reviews": _all_reviews(reading, reading)}))
    newest = newest_of(versions)
    if newest.listing.complete and not reading.complete:
        if (listed := _as_listed(newest, reading)) is not None:
            return listed
        reading = reading.model_copy(update={name: getattr(newest.listing, name) for name in _SAID})
    reading = _complete_from(newest.listing, reading)
    if reading.complete and not newest.listing.complete:
        # The product's own page takes the place of what a list said of it.
        since = min(newest.listing.first_seen_at, reading.first_seen_at)
        return Change(added=reading.model_copy(update={"first_seen_at": since}), supersedes=newest.number)
    for version in versions:
        if version.listing.source.page_id == reading.source.page_id:
            return _read_again(version, reading)
    at = reading.last_seen_at
    ordered = sorted(versions, key=lambda version: (version.listing.first_seen_at, version.number))
    before = [version for version in ordered if version.listing.first_seen_at <= at]
    after = ordered[len(before) :]
    for neighbour in (*before[-1:], *after[:1]):
        if _same(neighbour.listing, reading) and not _parted(neighbour.listing, at):
            return _stretch(neighbour, reading)
    return Change(added=reading)


def _as_listed(known: Version, reading: Listing) -> Change | None:
    """What a list, or a page of reviews, adds to a listing read whole: its price there and reviews, no version.
    None when the list names another price than lists did before."""
    if known.listing.list_price_fen is not None and reading.list_price_fen not in (None, known.listing.list_price_fen):
        return None
    price = known.listing.list_price_fen if reading.list_price_fen is None else reading.list_price_fen
    update = {"list_price_fen": price, "reviews": _all_reviews(known.listing, reading)}
    moved = known.listing.model_copy(update=update)
    return Change(moved=Version(number=known.number, listing=moved) if moved != known.listing else None)


def join_readings(version: Version, reading: Listing) -> Change:
    """What a further page of the same run makes of the version the run began: one version, whichever came first. The
    page that tells more (the product's own) is named as its source."""
    known = version.listing
    update: dict[str, object] = {
        "first_seen_at": min(known.first_seen_at, reading.first_seen_at),
        "last_seen_at": max(known.last_seen_at, reading.last_seen_at),
    }
    if reading.source.page_id != known.source.page_id and reading.prices == known.prices:
        update["source"] = known.source
    return Change(added=reading.model_copy(update=update), supersedes=version.number)


def note_gone(versions: Sequence[Version], at: datetime, page_id: str) -> Change:
    """What is written when a listing's page answers that it is no longer there: a fact with its time, once."""
    newest = newest_of(versions)
    if newest.listing.gone_at is not None or newest.listing.last_seen_at > at:
        return Change()
    gone = newest.listing.model_copy(update={"gone_at": at, "gone_page_id": page_id})
    return Change(moved=Version(number=newest.number, listing=gone))


def _parted(listing: Listing, at: datetime) -> bool:
    """Whether the listing was gone between that version and a reading: one that is back is a new version."""
    return listing.gone_at is not None and at > listing.gone_at


def _same(one: Listing, other: Listing) -> bool:
    """Whether both say the same: words and amounts; not where they stood, nor how often the page was looked at.
    Reviews are no part of it: they are a set that grows."""
    if (one.title, one.list_price_fen) != (other.title, other.list_price_fen):
        return False
    return _amounts(one) == _amounts(other) and (one.texts == other.texts or _words(one) == _words(other))


def _amounts(listing: Listing) -> tuple[object, ...]:
    """Every amount asked, and what is promised about it; how many are left in stock moves daily and is none of it."""
    promised = frozenset(map(steady, listing.promotions))
    return *_prices(listing), frozenset((each.name, each.price_fen) for each in listing.variants), promised


def _prices(listing: Listing) -> tuple[object, ...]:
    return tuple((price.role, price.amount_fen, price.amount_max_fen, price.unit) for price in listing.prices)


def _words(listing: Listing) -> tuple[object, ...]:
    return tuple((block.speaker, steady(block.text)) for block in listing.texts)


def _all_reviews(known: Listing, reading: Listing) -> tuple[Review, ...]:
    """Every review ever read, each with the first time; those of the same page are as it reads now."""
    at = reading.source.seen_at
    again = known.source.page_id == reading.source.page_id
    found: dict[tuple[object, ...], Review] = {}
    kept = known.reviews
    if again:
        kept = tuple(one for one in known.reviews if one.first_seen_at not in (None, at))
    for one, seen_at in (*((one, known.first_seen_at) for one in kept), *((one, at) for one in reading.reviews)):
        held = found.get(_review_key(one))
        since = min(filter(None, (one.first_seen_at or seen_at, held.first_seen_at if held else None)))
        found[_review_key(one)] = one if one.first_seen_at == since else one.model_copy(update={"first_seen_at": since})
    return tuple(found.values())


def _review_key(review: Review) -> tuple[object, ...]:
    return review.author_masked, review.text, review.written_on


def _complete_from(known: Listing, reading: Listing) -> Listing:
    """A page read in part (a row of a list, a body cut off) changes what it says and leaves what it does not say.

    What a whole page is read without although it was there before (a price whose place has moved, no words at all) was
    not read, and is no change: else every flicker of a selector would be one.
    """
    kept: dict[str, object] = {"reviews": _all_reviews(known, reading)}
    kept |= {name: getattr(known, name) for name in _NEVER_EMPTY if not getattr(reading, name)}
    if reading.list_price_fen is None and known.list_price_fen is not None:
        kept["list_price_fen"] = known.list_price_fen
    if known.complete and not reading.complete:
        of_list = reading.source.url != known.source.url  # its short title and one price are no news of the goods' page
        kept |= {name: getattr(known, name) for name in _SAID if not getattr(reading, name) or of_list}
        kept |= {"complete": True, "category": known.category}
    return reading.model_copy(update=kept)


def _stretch(version: Version, reading: Listing) -> Change:
    known = version.listing
    update: dict[str, object] = {
        "first_seen_at": min(known.first_seen_at, reading.first_seen_at),
        "last_seen_at": max(known.last_seen_at, reading.last_seen_at),
    }
    if reading.last_seen_at >= known.last_seen_at:
        update |= {name: getattr(reading, name) for name in _CARRIED if getattr(reading, name) is not None}
    if reading.reviews != known.reviews:
        update["reviews"] = _all_reviews(known, reading)
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
