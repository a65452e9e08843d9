"""History of a listing, in whatever order its readings come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from records.market import Listing, Price, PriceRole, Review, Source, Speaker, TextBlock, Variant
from stores.sql.history import Version, join_readings, newest_of, place_reading

START = datetime(2026, 3, 1, tzinfo=UTC)


def _source(hour, url="http://a.test/"):
    at = START + timedelta(hours=hour)
    return Source(page_id=f"p{hour}", page_sha256="0" * 64, url=url, seen_at=at)


def _reading(hour, title):
    at = START + timedelta(hours=hour)
    source = _source(hour)
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


def test_list_page_says_its_price_and_changes_no_title():
    known = _reading(0, "龙井茶 特级 250 克").model_copy(update={"list_price_fen": 9900})
    card = _reading(1, "龙井茶…").model_copy(
        update={"complete": False, "list_price_fen": 8900, "source": _source(1, "http://a.test/list")}
    )
    added = place_reading([Version(number=1, listing=known)], card).added
    assert (added.title, added.list_price_fen, added.complete) == ("龙井茶 特级 250 克", 8900, True)


def test_two_pages_of_one_run_make_one_version():
    versions = [Version(number=1, listing=_reading(0, "甲")), Version(number=2, listing=_reading(24, "乙"))]
    change = join_readings(versions[1], _reading(25, "丙"))
    assert (change.supersedes, change.added.title) == (2, "丙")
    assert (change.added.first_seen_at, change.added.last_seen_at) == (_source(24).seen_at, _source(25).seen_at)


def test_price_missing_once_is_unread_and_not_changed():
    price = Price(role=PriceRole.NOW, amount_fen=9900, text="￥99")
    known = _reading(0, "甲").model_copy(update={"prices": (price,)})
    versions = _apply([Version(number=1, listing=known)], _reading(1, "甲"))
    versions = _apply(
        versions, _reading(2, "甲").model_copy(update={"prices": (price.model_copy(update={"text": "¥99.00"}),)})
    )
    assert [(version.number, version.listing.prices[0].amount_fen) for version in versions] == [(1, 9900)]


def test_reviews_are_a_growing_set_with_first_times():
    def said(hour, *texts):
        return _reading(hour, "甲").model_copy(update={"reviews": tuple(Review(text=text) for text in texts)})

    versions = []
    for reading in (said(0, "好"), said(24, "好", "很好"), said(48, "很好"), said(72)):
        versions = _apply(versions, reading)
    (version,) = versions
    assert [(one.text, one.first_seen_at) for one in version.listing.reviews] == [
        ("好", _source(0).seen_at),
        ("很好", _source(24).seen_at),
    ]


def test_counter_in_the_words_makes_no_version():
    def viewed(hour, count):
        words = (TextBlock(speaker=Speaker.MERCHANT, text=f"龙井茶 浏览 {count} 次"),)
        return _reading(hour, "甲").model_copy(update={"texts": words})

    versions = _apply(_apply([], viewed(0, 12)), viewed(1, 3456))
    assert len(versions) == 1


def test_variants_and_promotions_make_versions_and_stock_does_not():
    def told(hour, **more):
        return _reading(hour, "甲").model_copy(update=more)

    small, large = Variant(name="250 克", price_fen=9900, stock_count=7), Variant(name="500 克", price_fen=18900)
    versions = _apply([], told(0, variants=(small, large), promotions=("满100减10",), stock_count=7))
    sold = small.model_copy(update={"stock_count": 3})
    versions = _apply(versions, told(1, variants=(large, sold), promotions=("满100减10",), stock_count=3))
    (version,) = versions
    assert version.listing.stock_count == 3
    versions = _apply(versions, told(2, variants=(large, sold), promotions=("满200减30",)))
    dearer = small.model_copy(update={"price_fen": 10900})
    versions = _apply(versions, told(3, variants=(large, dearer), promotions=("满200减30",)))
    assert len(versions) == 3
