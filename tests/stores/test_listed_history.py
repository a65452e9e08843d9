"""What a list says of a listing joins what its own page says, in whichever order they are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.market import Listing, Price, PriceRole, Source, Speaker, TextBlock
from stores.sql.history import Version, newest_of, place_reading

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def _read(*, minutes: int, page: str, whole: bool, list_fen: int | None = None) -> Listing:
    at = START + timedelta(minutes=minutes)
    return Listing(
        listing_id="l1", shop_id="s1", target_id="t1", url="http://a.cn/goods/1",
        title="雨前龙井 250g" if whole else "雨前龙井…",
        texts=(TextBlock(speaker=Speaker.MERCHANT, text="手工炒制"),) if whole else (),
        prices=(Price(role=PriceRole.NOW, amount_fen=9900),), list_price_fen=list_fen, complete=whole,
        source=Source(page_id=page, page_sha256="0" * 64, url="http://a.cn/", seen_at=at), first_seen_at=at, last_seen_at=at,
    )  # fmt: skip


def _after(*readings: Listing) -> list[Version]:
    """The versions in force."""
    versions: list[Version] = []
    for number, reading in enumerate(readings, 1):
        change = place_reading(versions, reading)
        if change.moved is not None:
            versions = [change.moved if one.number == change.moved.number else one for one in versions]
        if change.added is not None:
            versions = [one for one in versions if one.number != change.supersedes]
            versions.append(Version(number=number, listing=change.added))
    return versions


WHOLE = _read(minutes=2, page="p2", whole=True)
LISTED = _read(minutes=1, page="p1", whole=False, list_fen=9900)


def test_whole_reading_takes_the_place_of_the_listed_one() -> None:
    (only,) = _after(LISTED, WHOLE)
    assert (only.listing.complete, only.listing.title, only.listing.list_price_fen) == (True, "雨前龙井 250g", 9900)


def test_list_adds_its_price_and_no_version() -> None:
    (only,) = _after(WHOLE, LISTED)
    assert (only.listing.complete, only.listing.title, only.listing.list_price_fen) == (True, "雨前龙井 250g", 9900)
    assert only.listing.texts


def test_other_price_on_the_list_is_a_version_with_all_that_was_read() -> None:
    versions = _after(WHOLE, LISTED, _read(minutes=9, page="p9", whole=False, list_fen=5900))
    assert len(versions) == 2
    newest = newest_of(versions).listing
    assert (newest.complete, newest.title, newest.list_price_fen) == (True, "雨前龙井 250g", 5900)
    assert newest.texts
