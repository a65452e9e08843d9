from __future__ import annotations

from datetime import date

import pytest

from leads.assessing import assess_listing
from leads.causes import EXCLUSIONS
from leads.clocks import CardColour
from leads.leading import build_lead
from leads.periods import card_of_lead, due_now
from leads.states import OPEN_STATES, LeadAction, StepDetail, act, found_event, lawful_steps, steps_of
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import LeadState, RuleHit


@pytest.fixture
def lead(judge, make, now):
    findings = assess_listing(judge, make.listing("全网最好的面膜"), make.shop(), now=now)
    return build_lead(findings, make.shop(), None, existing=None, now=now)


def test_lead_is_carried_from_finding_to_archive(lead, now) -> None:
    for step in ("派单", "签收", "核查", "责令改正", "确认改正", "归档"):
        before = lead.state
        lead, event = act(lead, step, actor="王", reason="", now=now)
        assert (event.state_from, event.state_to, event.action) == (before, lead.state, step)
    assert lead.state is LeadState.CLOSED
    assert lawful_steps(lead.state) == ()


@pytest.mark.parametrize("state", list(LeadState))
def test_only_listed_steps_are_lawful(lead, now, state) -> None:
    lead = lead.model_copy(update={"state": state})
    for step in LeadAction:
        if step in lawful_steps(state):
            act(lead, step, actor="王", reason="理由", now=now, detail=StepDetail(until=now.date()))
        else:
            with pytest.raises(TransitionRefusedError) as refused:
                act(lead, step, actor="王", reason="理由", now=now)
            assert all(lawful in str(refused.value) for lawful in lawful_steps(state))


def test_every_state_can_be_reached_and_left(lead) -> None:
    reached = {LeadState.NEW}
    for _ in LeadState:
        for state in tuple(reached):
            for step in lawful_steps(state):
                changed, _event = act(
                    lead.model_copy(update={"state": state}),
                    step,
                    actor="王",
                    reason="理由",
                    now=lead.first_seen_at,
                    detail=StepDetail(until=lead.first_seen_at.date()),
                )
                reached.add(changed.state)
    assert reached == set(LeadState)


def test_unknown_step_is_refused(lead, now) -> None:
    with pytest.raises(TransitionRefusedError, match="不能“升天”"):
        act(lead, "升天", actor="王", reason="", now=now)


@pytest.mark.parametrize("step", ["排除", "移送"])
def test_exclusion_and_transfer_need_a_reason(lead, now, step) -> None:
    with pytest.raises(InvalidInputError, match="须写明原因"):
        act(lead, step, actor="王", reason="  ", now=now)


def test_accepting_starts_fifteen_working_days_and_names_the_officer(lead, now) -> None:
    accepted, _ = act(lead, "签收", actor="王", reason="", now=now)
    assert (accepted.assignee, accepted.due_on.isoformat()) == ("王", "2026-12-11")


def test_unknown_holidays_leave_the_due_day_open_and_say_so(lead, now) -> None:
    accepted, event = act(lead, "签收", actor="王", reason="", now=now.replace(month=12, day=20))
    assert accepted.due_on is None
    assert "2027 年的法定节假日表未收录" in event.reason


def test_found_event_is_the_same_again(lead, now) -> None:
    assert found_event(lead, now=now) == found_event(lead, now=now)
    assert found_event(lead, now=now).state_to is LeadState.NEW


def _carried(lead, now, *steps, **detail):
    for step in steps:
        lead, event = act(lead, step, actor="王", reason="理由", now=now, detail=StepDetail(**detail))
    return lead, event


def test_check_is_prolonged_once_only(lead, now) -> None:
    prolonged, _ = _carried(lead, now, "签收", "核查", "延期核查")
    assert prolonged.extended
    assert LeadAction.EXTEND not in steps_of(prolonged)
    with pytest.raises(TransitionRefusedError, match="依法只可延长一次"):
        act(prolonged, "延期核查", actor="王", reason="再延", now=now)


def test_second_period_of_known_days_is_counted_from_the_first(lead, now) -> None:
    early = now.replace(month=3, day=2)
    accepted, _ = _carried(lead, early, "签收", "核查")
    prolonged, _ = _carried(accepted, early, "延期核查")
    assert (accepted.due_on.isoformat(), prolonged.due_on.isoformat()) == ("2026-03-23", "2026-04-14")


def test_appraisal_does_not_count_towards_the_check(lead, now) -> None:
    asked, event = _carried(lead, now, "签收", "核查", "委托鉴定")
    assert (asked.stopped_on.isoformat(), due_now(asked)) == ("2026-11-20", None)
    assert "不计入核查期限" in event.reason
    back, event = _carried(asked, now.replace(day=27), "鉴定完毕")
    assert (back.due_on.isoformat(), back.stopped_on) == ("2026-12-18", None)
    assert "顺延 5 个工作日，至 2026-12-18" in event.reason


def test_assistance_has_fifteen_days_of_its_own_beside_the_check(lead, now) -> None:
    asked, _ = _carried(lead, now.replace(month=3, day=2), "签收", "核查")
    asked, _ = _carried(asked, now.replace(month=3, day=10), "协查")
    assert (asked.due_on.isoformat(), asked.step_due_on.isoformat()) == ("2026-03-23", "2026-03-31")
    assert due_now(asked) == asked.due_on
    back, _ = _carried(asked, now.replace(month=3, day=12), "协查回函")
    assert (back.due_on.isoformat(), back.step_due_on) == ("2026-03-23", None)


def test_objection_to_a_transfer_has_seven_days_and_ends_by_designation(lead, now) -> None:
    objected, _ = _carried(lead, now, "移送", "移送异议")
    assert (objected.state, objected.step_due_on.isoformat()) == (LeadState.NEGOTIATING, "2026-12-01")
    assert LeadAction.TRANSFER not in steps_of(objected), "who was transferred to may not transfer on (第十四条)"
    taken, _ = _carried(objected, now, "收回管辖")
    assert (taken.state, taken.due_on.isoformat()) == (LeadState.CHECKING, "2026-12-11")
    designated, _ = _carried(objected, now, "指定管辖")
    assert (designated.state, due_now(designated)) == (LeadState.TRANSFERRED, None)


def test_order_has_the_day_it_names_and_says_when_it_names_none(lead, now) -> None:
    checking, _ = _carried(lead, now, "签收", "核查")
    ordered, event = _carried(checking, now, "责令改正", until=date(2026, 12, 1))
    assert (ordered.due_on, due_now(ordered)) == (date(2026, 12, 1), date(2026, 12, 1))
    open_ended, event = _carried(checking, now, "责令改正")
    assert open_ended.due_on is None
    assert "改正期限未写明" in event.reason
    later, _ = _carried(open_ended, now, "定期限", until=date(2026, 12, 5))
    assert (later.due_on, later.state) == (date(2026, 12, 5), LeadState.ORDERED)
    refused, _ = _carried(later, now, "拒不改正")
    assert (refused.state, refused.due_on.isoformat()) == (LeadState.CHECKING, "2026-12-11")


def test_day_that_has_passed_or_is_missing_is_refused(lead, now) -> None:
    checking, _ = _carried(lead, now, "签收", "核查")
    with pytest.raises(InvalidInputError, match="2026-11-19 已经过去"):
        _carried(checking, now, "责令改正", until=date(2026, 11, 19))
    with pytest.raises(InvalidInputError, match="须写明日期"):
        _carried(checking.model_copy(update={"due_on": None}), now, "定期限")
    with pytest.raises(TransitionRefusedError, match="期限已按工作日算定（2026-12-11）"):
        _carried(checking, now, "定期限", until=date(2027, 6, 1))


def test_period_of_an_unknown_year_is_told_with_its_cure_and_set_by_hand(lead, now) -> None:
    december = now.replace(month=12, day=20)
    accepted, event = _carried(lead, december, "签收")
    assert accepted.due_on is None
    assert "升级 chinesecalendar" in event.reason and "定期限" in event.reason
    card = card_of_lead(accepted, date(2026, 12, 21))
    assert (card.colour, card.sentence) == (CardColour.UNKNOWN, "期限待定，用“定期限”写明")
    known, _ = _carried(accepted, december, "定期限", until=date(2027, 1, 12))
    assert known.due_on == date(2027, 1, 12)


def test_decisions_say_what_they_mean_for_the_rule(lead, now) -> None:
    checking, _ = _carried(lead, now, "签收", "核查")
    for step, hit in (
        ("责令改正", RuleHit.RIGHT),
        ("行政指导", RuleHit.RIGHT),
        ("立案", RuleHit.RIGHT),
        ("不予立案", RuleHit.ASIDE),
    ):
        assert _carried(checking, now, step)[0].rule_hit is hit
    for cause, hit in EXCLUSIONS.items():
        excluded, event = _carried(checking, now, "排除", cause=cause)
        assert (excluded.rule_hit, excluded.decided_at, event.cause) == (hit, now, cause)
    assert _carried(checking, now, "协查")[0].rule_hit is RuleHit.OPEN
    reopened, _ = _carried(excluded, now, "重新研判")
    assert (reopened.rule_hit, reopened.decided_at) == (RuleHit.OPEN, None)


def test_platform_filing_and_report_have_states_of_their_own(lead, now) -> None:
    checking, _ = _carried(lead, now, "签收", "核查")
    assert _carried(checking, now, "通知平台", "平台未处理")[0].state is LeadState.CHECKING
    assert _carried(checking, now, "通知平台", "确认改正")[0].state is LeadState.CORRECTED
    assert _carried(checking, now, "报请立案", "不批准立案")[0].state is LeadState.CHECKING
    filed, event = _carried(checking, now, "报请立案", "立案", "反馈")
    assert (filed.state, event.state_from, event.action) == (LeadState.FILED, LeadState.FILED, "反馈")


def test_open_states_are_those_in_which_somebody_has_to_act() -> None:
    assert set(LeadState) - set(OPEN_STATES) == {
        LeadState.EXCLUDED, LeadState.GUIDED, LeadState.CORRECTED, LeadState.NOT_FILED, LeadState.FILED,
        LeadState.TRANSFERRED, LeadState.CLOSED,
    }  # fmt: skip
