"""Hits of confirmed watch lists as findings: likenesses alone are never suspected."""

from __future__ import annotations

import pytest

from leads.catalogue import load_rules
from leads.watch_findings import watch_findings
from leads.watching import Watcher
from records.leads import Verdict
from records.watch_lists import WatchConfirmation, WatchItem, WatchKind, WatchList

RULES = {rule.rule_id: rule for rule in load_rules()}


def _list(now, item: WatchItem, kind: WatchKind = WatchKind.FAILING, *, confirmed: bool = True) -> WatchList:
    signed = WatchConfirmation(rule_id="G21", confirmed_by="王", confirmed_at=now)
    return WatchList(
        list_id="w", version=1, title="名单", kind=kind, items=(item,), imported_by="王", imported_at=now,
        confirmed=signed if confirmed else None,
    )  # fmt: skip


def _met(make, now, watched: WatchList, title: str):
    hits = Watcher((watched,)).listing_hits(make.listing(title), now=now)
    return tuple(watch_findings((watched,), hits, RULES))


NAME = WatchItem(item_id="i", words=("青石牌电热毯",), line=7)
BATCH = NAME.model_copy(update={"batches": ("20260301",)})
MODEL = NAME.model_copy(update={"also": ("qs-80",)})


@pytest.mark.parametrize(
    ("item", "kind", "title", "verdict"),
    [
        (NAME, WatchKind.FAILING, "青石牌电热毯 单人", Verdict.UNDETERMINED),
        (NAME, WatchKind.TRADEMARK, "青石牌电热毯 单人", Verdict.UNDETERMINED),
        (NAME, WatchKind.BANNED, "青石牌电热毯 单人", Verdict.SUSPECTED),
        (BATCH, WatchKind.FAILING, "青石牌电热毯 批号20260301", Verdict.SUSPECTED),
        (BATCH, WatchKind.FAILING, "青石牌电热毯 批号20260999", Verdict.EXCLUDED),
        (BATCH, WatchKind.FAILING, "青石牌电热毯 单人", Verdict.UNDETERMINED),
        (MODEL, WatchKind.FAILING, "青石牌电热毯 型号QS-80", Verdict.SUSPECTED),
        (MODEL, WatchKind.FAILING, "召回公告：青石牌电热毯 型号QS-80 已下架", Verdict.UNDETERMINED),
    ],
)
def test_more_than_a_name_is_needed(make, now, item, kind, title, verdict) -> None:
    (found,) = _met(make, now, _list(now, item, kind), title)
    assert (found.rule_id, found.verdict) == ("G21", verdict)
    assert "第 7 行“青石牌电热毯”" in found.explanation
    assert found.basis[0].article == "第三十五条"


def test_list_nobody_confirmed_makes_no_finding(make, now) -> None:
    assert _met(make, now, _list(now, BATCH, confirmed=False), "青石牌电热毯 批号20260301") == ()
