from __future__ import annotations

import pytest

from leads.assessing import assess_listing
from leads.leading import build_lead
from leads.states import LeadAction, StepDetail, act, found_event, lawful_steps
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import LeadState


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
