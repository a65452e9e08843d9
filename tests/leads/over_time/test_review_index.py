"""Reviews that stand in several shops: found nearly word for word, never within one shop, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime

from leads.over_time.review_index import ReviewIndex
from records.market import Listing, Review, Shop, Source

AT = datetime(2026, 11, 1, tzinfo=UTC)
LONG = "保温效果特别好，早上装的热水到晚上还是烫的，推荐大家购买"
NEARLY = "保温效果特别好，早上装的热水到了晚上还是烫的，推荐大家购买"
OTHER = "杯子颜色很正，和图片上一模一样，同事看了都说好看"


def _filled(*shops: tuple[str, ...], most: int = 1000) -> ReviewIndex:
    """One listing a shop, with these reviews."""
    index = ReviewIndex(most=most)
    for number, reviews in enumerate(shops):
        url = f"https://shop{number}.example/"
        source = Source(page_id=f"p{number}", page_sha256=f"{number:064x}", url=url, seen_at=AT)
        common = {"target_id": "t", "url": url, "first_seen_at": AT, "last_seen_at": AT}
        shop = Shop(shop_id=f"s{number}", name=f"{number}号店", **common)
        said = tuple(Review(author_masked=f"{number}***{at}", text=text) for at, text in enumerate(reviews))
        index.add(
            shop,
            Listing(listing_id=f"l{number}", shop_id=f"s{number}", title="杯", source=source, reviews=said, **common),
        )
    return index


def _found(index: ReviewIndex, group_of: dict[str, str] | None = None):
    return {shop.shop_id: copied for shop, _listing, copied in index.copied(group_of or {})}


def test_near_copy_is_found_from_both_sides() -> None:
    found = _found(_filled((LONG, OTHER), (NEARLY,)), {"s0": "g", "s1": "g"})
    assert {shop: [(one.text, one.other_shop_id, one.same_hand) for one in some] for shop, some in found.items()} == {
        "s0": [(LONG, "s1", True)],
        "s1": [(NEARLY, "s0", True)],
    }


def test_short_default_and_own_reviews_are_not_compared() -> None:
    default = "评价方未及时做出评价，系统默认好评！感谢您对本店的支持与信任"
    no_words = "https://shop.example/goods/123456789?from=0a1b2c3d 不错"
    said = ("很好用", default, no_words)
    assert _found(_filled((LONG, NEARLY, *said), (OTHER, *said))) == {}


def test_what_most_shops_have_is_marked_as_widespread() -> None:
    shops = [(LONG,) for _ in range(6)] + [(OTHER,), (OTHER,)]
    found = _found(_filled(*shops))
    assert all(one.widespread for one in found["s0"])
    assert not any(one.widespread for one in found["s6"])


def test_what_has_no_room_is_counted() -> None:
    index = _filled((LONG, OTHER), (NEARLY,), most=2)
    assert (index.left, _found(index)) == (1, {})
