from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from leads.catalogue import load_rules
from leads.judging import Judge
from leads.marks import marks_of, with_marks
from records.leads import ScanInput, Verdict
from records.watch_lists import WatchItem, WatchKind, WatchList

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _list(*words: str, kind: WatchKind = WatchKind.TRADEMARK, retired: bool = False) -> WatchList:
    return WatchList(
        list_id="marks",
        version=1,
        title="重点商标",
        kind=kind,
        items=tuple(WatchItem(item_id=f"i{at}", words=(word,)) for at, word in enumerate(words)),
        imported_by="张三",
        imported_at=NOW,
        retired=retired,
    )


@pytest.fixture(scope="module")
def marked() -> Judge:
    c04 = [rule for rule in load_rules() if rule.rule_id == "C04"]
    return Judge(with_marks(c04, [_list("青石云鹤", "松风堂")]), on=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("包装跟青石云鹤几乎一样，价格便宜一半", Verdict.SUSPECTED),
        ("关键词：松风堂 茶具 礼盒", Verdict.SUSPECTED),
        ("青石云鹤旗舰店（未经授权）", Verdict.SUSPECTED),
        ("青石云鸽手作茶 250g", Verdict.UNDETERMINED),
        ("青石云鹤手作茶 250g", None),
        ("松风阵阵的堂屋", None),
        ("适用于松风堂茶具的杯垫，第三方配件", None),
    ],
)
def test_marks_of_watch_lists_are_heard_when_imitated(marked: Judge, text: str, verdict: Verdict | None) -> None:
    found = marked.judge(ScanInput(id="1", text=text))
    assert [one.verdict for one in found] == ([] if verdict is None else [verdict])


def test_only_lists_of_marks_in_force_are_asked() -> None:
    assert marks_of([_list("青石云鹤"), _list("野生刀鱼", kind=WatchKind.BANNED), _list("旧商标", retired=True)]) == (
        "青石云鹤",
    )


def test_rules_without_marks_stay_as_they_are() -> None:
    rules = load_rules()
    assert all(one is other for one, other in zip(with_marks(rules, []), rules, strict=True))
