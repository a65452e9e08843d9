"""History of a listing, in whatever order its readings come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.market import Listing, Source
from stores.sql.history import Version, newest_of, place_reading

START = datetime(2026, 3, 1, tzinfo=UTC)


def _reading(hour, title):
    at = START + timedelta(hours=hour)
    source = Source(page_id=f"p{hour}", page_sha256="0" * 64, url="http://a.test/", seen_at=at)
    return Listing(
        listing_id="l",
        shop_id="s",
        target_id="t",
        url="http://a.test/",
        title=title,
        source=source,
        first_seen_at=at,
        last_seen_at=at,
    )


def _apply(versions, reading):
    change = place_reading(versions, reading)
    gone = {change.supersedes, change.moved.number if change.moved else None}
    kept = [version for version in versions if version.number not in gone]
    if change.moved:
        kept.append(change.moved)
    if change.added:
        number = 1 + max((version.number for version in versions), default=0)
        kept.append(Version(number=number, listing=change.added))
    return kept


titles = st.lists(st.sampled_from("甲乙丙"), min_size=1, max_size=12)


@given(titles)
def test_readings_in_order_make_a_version_of_each_run(said):
    versions = []
    for hour, title in enumerate(said):
        versions = _apply(versions, _reading(hour, title))
    runs = [title for at, title in enumerate(said) if at == 0 or said[at - 1] != title]
    ordered = sorted(versions, key=lambda version: version.listing.first_seen_at)
    assert [version.listing.title for version in ordered] == runs
    assert newest_of(versions).listing.title == said[-1]


@given(titles, st.randoms(use_true_random=False))
def test_newest_reading_is_the_newest_version_in_any_order(said, chance):
    readings = [_reading(hour, title) for hour, title in enumerate(said)]
    chance.shuffle(readings)
    versions = []
    for reading in readings:
        versions = _apply(versions, reading)
    assert newest_of(versions).listing.title == said[-1]
    assert {version.listing.title for version in versions} == set(said)
    # Each moment that was read is covered by a version that says what was read then.
    for hour, title in enumerate(said):
        at = START + timedelta(hours=hour)
        assert any(
            v.listing.title == title and v.listing.first_seen_at <= at <= v.listing.last_seen_at for v in versions
        )


@given(titles, st.data())
def test_reading_again_changes_nothing(said, data):
    versions = []
    for hour, title in enumerate(said):
        versions = _apply(versions, _reading(hour, title))
    hour = data.draw(st.integers(0, len(said) - 1))
    assert sorted(_apply(versions, _reading(hour, said[hour])), key=lambda v: v.number) == sorted(
        versions, key=lambda v: v.number
    )
