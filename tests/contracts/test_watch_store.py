"""WatchStore: versions follow each other, hits are counted once, and what officers look at is the newest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from records.errors import ConflictError, NotFoundError
from records.leads import Span
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchKind, WatchList
from stores.backends import Records
from tests.contracts.conftest import START, HandClock


def _list(
    version: int = 1, *, list_id: str = "watch_1", title: str = "第三季度不合格食品", retired: bool = False
) -> WatchList:
    item = WatchItem(item_id="i1", words=("老张牌蛋黄酥", "老張蛋黃酥"), batches=("20260301",), line=2)
    return WatchList(
        list_id=list_id, version=version, title=title, kind=WatchKind.FAILING, source="某市抽检公告2026年第3号",
        items=(item,), imported_by="王监", imported_at=START, retired=retired,
    )  # fmt: skip


def _hit(clock: HandClock, hit_id: str = "hit_1", *, list_id: str = "watch_1") -> WatchHit:
    return WatchHit(
        hit_id=hit_id, list_id=list_id, list_version=1, item_id="i1", shop_id="s1", listing_id="l1",
        certainty=WatchCertainty.BATCH_UNKNOWN, url="https://a.example.cn/1", page_id="p1", text="老张牌蛋黄酥 6枚",
        spans=(Span(start=0, end=6, text="老张牌蛋黄酥"),), seen_at=clock(), found_at=clock(),
    )  # fmt: skip


def test_list_comes_back_whole_by_its_newest_version(records: Records) -> None:
    records.watch.save_list(_list())
    records.watch.save_list(_list(2, title="第三季度不合格食品（更正）"))
    assert records.watch.watch_list("watch_1") == _list(2, title="第三季度不合格食品（更正）")
    assert records.watch.watch_lists() == (_list(2, title="第三季度不合格食品（更正）"),)
    with pytest.raises(NotFoundError, match="没有这份名单"):
        records.watch.watch_list("watch_2")


@pytest.mark.parametrize("version", [1, 3])
def test_version_that_does_not_follow_is_refused(records: Records, version: int) -> None:
    records.watch.save_list(_list())
    with pytest.raises(ConflictError, match="现为第 1 版"):
        records.watch.save_list(_list(version))


def test_retired_list_is_shown_only_when_asked_for(records: Records) -> None:
    records.watch.save_list(_list())
    records.watch.save_list(_list(2, retired=True))
    records.watch.save_list(_list(list_id="watch_2", title="另一份"))
    assert [one.list_id for one in records.watch.watch_lists()] == ["watch_2"]
    assert {one.list_id for one in records.watch.watch_lists(retired=True)} == {"watch_1", "watch_2"}


def test_hit_is_new_once_and_keeps_when_it_was_found(records: Records, clock: HandClock) -> None:
    assert records.watch.save_hits((_hit(clock), _hit(clock, "hit_2"))) == 2
    clock.advance(60)
    seen_again = _hit(clock).model_copy(update={"certainty": WatchCertainty.SAME_BATCH})
    assert records.watch.save_hits((seen_again, _hit(clock, "hit_3"))) == 1
    assert records.watch.save_hits(()) == 0
    found = list(records.watch.hits("watch_1"))
    assert [hit.hit_id for hit in found] == ["hit_3", "hit_1", "hit_2"]
    again = next(hit for hit in found if hit.hit_id == "hit_1")
    assert (again.certainty, again.seen_at, again.found_at) == (WatchCertainty.SAME_BATCH, clock(), START)


def test_hits_are_asked_by_list_and_by_day(records: Records, clock: HandClock) -> None:
    records.watch.save_hits((_hit(clock), _hit(clock, "hit_2", list_id="watch_2")))
    clock.advance(60)
    records.watch.save_hits((_hit(clock, "hit_3"),))
    assert [hit.hit_id for hit in records.watch.hits("watch_2")] == ["hit_2"]
    assert [hit.hit_id for hit in records.watch.hits(since=clock())] == ["hit_3"]


def test_lists_and_hits_outlive_the_process(
    records: Records, clock: HandClock, open_again: Callable[[], Records]
) -> None:
    records.watch.save_list(_list())
    records.watch.save_hits((_hit(clock),))
    again = open_again()
    assert again.watch.watch_list("watch_1") == _list()
    assert list(again.watch.hits()) == [_hit(clock)]
