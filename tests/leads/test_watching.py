"""Watch lists: what is met, where, how sure, and what only looks alike."""

from __future__ import annotations

import pytest

from leads.watching import Watcher
from records.errors import InvalidInputError
from records.market import Speaker, TextBlock
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchKind, WatchList
from tests.leads.conftest import NOW, Make


def _watcher(*words: str, also: tuple[str, ...] = (), batches: tuple[str, ...] = ()) -> Watcher:
    item = WatchItem(item_id="i1", words=words, also=also, batches=batches)
    return Watcher(
        (
            WatchList(
                list_id="w1", version=3, title="名单", kind=WatchKind.FAILING, items=(item,), imported_by="王监",
                imported_at=NOW,
            ),
        )
    )  # fmt: skip


def _met(watcher: Watcher, title: str, *texts: str | TextBlock) -> tuple[WatchHit, ...]:
    return watcher.listing_hits(Make.listing(title, *texts), now=NOW)


@pytest.mark.parametrize(
    ("word", "title", "hit"),
    [
        ("老张牌蛋黄酥", "【包邮】老张牌蛋黄酥 6枚/盒", "老张牌蛋黄酥"),
        ("老张牌蛋黄酥", "老張牌蛋黃酥禮盒", "老張牌蛋黃酥"),
        ("老张牌蛋黄酥", "老★张★牌★蛋黄酥", "老★张★牌★蛋黄酥"),
        ("iPhone 15", "适用 ＩＰＨＯＮＥ 15 手机壳", "ＩＰＨＯＮＥ 15"),
        ("LV", "高仿LV包包", "LV"),
        ("XT-20", "充电宝 xt-20 型", "xt-20"),
    ],
)
def test_named_thing_is_met_however_it_is_written(word: str, title: str, hit: str) -> None:
    (found,) = _met(_watcher(word), title)
    (span,) = found.spans
    assert (span.text, found.text[span.start : span.end]) == (hit, hit)
    assert (found.list_version, found.certainty, found.listing_id) == (3, WatchCertainty.NAMED, "listing_1")


@pytest.mark.parametrize(
    ("word", "title"), [("LV", "SOLVENT 清洁剂"), ("XT-20", "xt-200 充电宝"), ("蛋黄酥", "蛋黄派")]
)
def test_part_of_another_word_or_another_thing_is_not_met(word: str, title: str) -> None:
    assert _met(_watcher(word), title) == ()


def test_review_of_another_thing_is_not_met() -> None:
    review = TextBlock(speaker=Speaker.REVIEW, text="比老张牌蛋黄酥好吃", place="r1")
    label = TextBlock(speaker=Speaker.LABEL, text="品名：老张牌蛋黄酥", place="t1")
    assert _met(_watcher("老张牌蛋黄酥"), "凤梨酥", review) == ()
    assert len(_met(_watcher("老张牌蛋黄酥"), "凤梨酥", label)) == 1


def test_everything_beside_the_name_must_stand_on_the_page() -> None:
    watcher = _watcher("充电宝", also=("某某电子厂", "XT-20"))
    assert _met(watcher, "充电宝 XT-20") == ()
    assert len(_met(watcher, "充电宝 XT-20", "生产者：某某电子厂")) == 1


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("生产日期见包装", WatchCertainty.BATCH_UNKNOWN),
        ("批号：２０２６０３０１", WatchCertainty.SAME_BATCH),
        ("生产批号: 20260401", WatchCertainty.OTHER_BATCH),
        ("批号：120260301", WatchCertainty.OTHER_BATCH),
        ("LOT No. a7712-9", WatchCertainty.OTHER_BATCH),
        ("批号：20260401、20260301 随机发货", WatchCertainty.SAME_BATCH),
    ],
)
def test_batch_is_compared_and_never_guessed(text: str, certainty: WatchCertainty) -> None:
    (found,) = _met(_watcher("老张牌蛋黄酥", batches=("20260301",)), "老张牌蛋黄酥", text)
    assert found.certainty is certainty


def test_hit_is_the_same_one_whatever_the_version_and_one_an_item() -> None:
    (first,) = _met(_watcher("蛋黄酥", "老张牌"), "老张牌蛋黄酥", "蛋黄酥就选老张牌")
    (again,) = _met(_watcher("蛋黄酥"), "新款蛋黄酥")
    assert first.hit_id == again.hit_id


def test_shop_name_is_looked_at_too() -> None:
    (found,) = _watcher("青石百货").shop_hits(Make.shop(), now=NOW)
    assert (found.listing_id, found.shop_id, found.page_id) == ("", "shop_1", "page_a")


def test_word_too_short_is_refused_with_its_cure() -> None:
    with pytest.raises(InvalidInputError, match="太短"):
        _watcher("★茶")


def test_no_list_meets_nothing() -> None:
    assert _met(Watcher(()), "老张牌蛋黄酥") == ()
