from __future__ import annotations

from datetime import timedelta

import pytest

from leads.assessing import assess_listing
from leads.correcting import check_event, check_listing, check_shop, ordered_at, overall
from leads.leading import build_lead
from leads.states import StepDetail, act
from records.corrections import CorrectionCheck, CorrectionState, PageState


@pytest.fixture
def since(now):
    return now


def _check(judge, make, since, title="全网最好的面膜", *, days=1, **changes):
    listing = make.listing(title, last_seen_at=since + timedelta(days=days), **changes)
    return check_listing(judge, listing, make.shop(), rule_id="A01", since=since)


def test_page_that_still_says_so_is_named_with_words_and_visit(judge, make, since) -> None:
    page = _check(judge, make, since)
    assert (page.state, page.words) == (PageState.STILL, ("全网最好",))
    assert (page.page_id, page.page_sha256, page.visited_at) == ("page_b", "b" * 64, since + timedelta(days=1))


@pytest.mark.parametrize(
    ("title", "changes", "state"),
    [
        ("舒适的面膜", {}, PageState.CLEAR),
        ("舒适的面膜", {"complete": False}, PageState.UNREAD),
        ("舒适的面膜", {"days": -1}, PageState.NOT_VISITED),
        ("全网最好的面膜", {"days": -1}, PageState.NOT_VISITED),
    ],
)
def test_silence_counts_only_on_a_page_that_was_read_whole_since(judge, make, since, title, changes, state) -> None:
    page = _check(judge, make, since, title, **changes)
    assert (page.state, page.words) == (state, ())


def test_listing_taken_down_since_is_gone(judge, make, since) -> None:
    page = _check(judge, make, since, gone_at=since + timedelta(hours=1), gone_page_id="page_z")
    assert (page.state, page.page_id) == (PageState.GONE, "page_z")


def test_rule_that_judges_by_the_past_cannot_say_a_page_is_clear(judge, make, since) -> None:
    listing = make.listing("舒适的面膜", last_seen_at=since + timedelta(days=1))
    page = check_listing(judge, listing, make.shop(), rule_id="Z99", since=since)
    assert page.state is PageState.UNREAD


def test_shop_is_judged_by_its_licence(judge, make, since) -> None:
    later = since + timedelta(days=1)
    bare = check_shop(judge, make.shop(last_seen_at=later), None, rule_id="N01", since=since)
    assert bare.state is PageState.STILL
    unread = make.shop(last_seen_at=later, unread=("首页",))
    assert check_shop(judge, unread, None, rule_id="N01", since=since).state is PageState.UNREAD


def test_one_page_unseen_leaves_all_open_and_one_hit_settles_it(judge, make, since) -> None:
    clear, still = _check(judge, make, since, "舒适的面膜"), _check(judge, make, since)
    unseen = _check(judge, make, since, days=-1)
    assert overall([clear]) is CorrectionState.CLEAR
    assert overall([clear, unseen]) is CorrectionState.OPEN
    assert overall([clear, unseen, still]) is CorrectionState.STILL
    assert overall([]) is CorrectionState.OPEN


def test_check_is_an_event_of_its_visits_that_closes_nothing(judge, make, since, now) -> None:
    lead = build_lead(
        assess_listing(judge, make.listing("全网最好的面膜"), make.shop(), now=now),
        make.shop(),
        None,
        existing=None,
        now=now,
    )
    for step in ("签收", "核查", "责令改正"):
        lead, event = act(lead, step, actor="王", reason="", now=now, detail=StepDetail(until=now.date()))
    assert ordered_at([event]) == now
    pages = (_check(judge, make, since, "舒适的面膜"),)
    check = CorrectionCheck(lead_id=lead.lead_id, ordered_at=now, state=overall(pages), pages=pages)
    noted = check_event(lead, check, now=now + timedelta(days=1))
    assert (noted.action, noted.state_from, noted.state_to, noted.actor) == ("复查", lead.state, lead.state, "系统")
    assert "页面已见改正（已不见原用语 1 页）；结论由承办人作出" in noted.reason
    assert check_event(lead, check, now=now + timedelta(days=2)).event_id == noted.event_id
