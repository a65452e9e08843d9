"""The life of a lead (domain 5.4): which steps are lawful from which state, and taking one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from leads.clocks import CHECK_WORKING_DAYS, EXTENSION_WORKING_DAYS, day_in_china, due_after
from records.base import stable_id
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import Lead, LeadEvent, LeadState

__all__ = ["LeadAction", "act", "found_event", "lawful_steps"]


class LeadAction(StrEnum):
    """Steps an officer may take."""

    ASSIGN = "派单"
    ACCEPT = "签收"
    RETURN = "退回"
    CHECK = "核查"
    EXTEND = "延期核查"
    EXCLUDE = "排除"
    GUIDE = "行政指导"
    ORDER = "责令改正"
    CONFIRM_CORRECTED = "确认改正"
    REFUSED_CORRECTION = "拒不改正"
    NOT_FILE = "不予立案"
    FILE = "立案"
    TRANSFER = "移送"
    OBJECT_TRANSFER = "移送异议"
    ASK_ASSISTANCE = "协查"
    ASSISTANCE_ANSWERED = "协查回函"
    REOPEN = "重新研判"
    CLOSE = "归档"


_STEPS: dict[LeadState, dict[LeadAction, LeadState]] = {
    LeadState.NEW: {
        LeadAction.ASSIGN: LeadState.ASSIGNED,
        LeadAction.ACCEPT: LeadState.ACCEPTED,
        LeadAction.EXCLUDE: LeadState.EXCLUDED,
        LeadAction.TRANSFER: LeadState.TRANSFERRED,
    },
    LeadState.ASSIGNED: {
        LeadAction.ACCEPT: LeadState.ACCEPTED,
        LeadAction.RETURN: LeadState.NEW,
    },
    LeadState.ACCEPTED: {
        LeadAction.CHECK: LeadState.CHECKING,
        LeadAction.RETURN: LeadState.NEW,
        LeadAction.EXCLUDE: LeadState.EXCLUDED,
    },
    LeadState.CHECKING: {
        LeadAction.GUIDE: LeadState.GUIDED,
        LeadAction.ORDER: LeadState.ORDERED,
        LeadAction.FILE: LeadState.FILED,
        LeadAction.NOT_FILE: LeadState.NOT_FILED,
        LeadAction.TRANSFER: LeadState.TRANSFERRED,
        LeadAction.ASK_ASSISTANCE: LeadState.ASSISTING,
        LeadAction.EXTEND: LeadState.CHECKING,
        LeadAction.EXCLUDE: LeadState.EXCLUDED,
    },
    LeadState.ASSISTING: {LeadAction.ASSISTANCE_ANSWERED: LeadState.CHECKING},
    LeadState.ORDERED: {
        LeadAction.CONFIRM_CORRECTED: LeadState.CORRECTED,
        LeadAction.REFUSED_CORRECTION: LeadState.CHECKING,
    },
    LeadState.TRANSFERRED: {
        LeadAction.OBJECT_TRANSFER: LeadState.CHECKING,
        LeadAction.CLOSE: LeadState.CLOSED,
    },
    LeadState.EXCLUDED: {LeadAction.REOPEN: LeadState.NEW, LeadAction.CLOSE: LeadState.CLOSED},
    LeadState.GUIDED: {LeadAction.CLOSE: LeadState.CLOSED},
    LeadState.CORRECTED: {LeadAction.CLOSE: LeadState.CLOSED},
    LeadState.NOT_FILED: {LeadAction.CLOSE: LeadState.CLOSED},
    LeadState.FILED: {LeadAction.CLOSE: LeadState.CLOSED},
    LeadState.CLOSED: {},
}
"""Every lawful transition; there is no other place that changes a lead's state."""

_NEED_REASON = frozenset(
    {
        LeadAction.EXCLUDE,
        LeadAction.RETURN,
        LeadAction.EXTEND,
        LeadAction.NOT_FILE,
        LeadAction.TRANSFER,
        LeadAction.OBJECT_TRANSFER,
        LeadAction.REOPEN,
    }
)


def lawful_steps(state: LeadState) -> tuple[LeadAction, ...]:
    """The steps that may be taken from a state, the usual next one first."""
    return tuple(_STEPS[state])


def act(lead: Lead, action: str, *, actor: str, reason: str, now: datetime) -> tuple[Lead, LeadEvent]:
    """Take one step: the changed lead (same version; the store counts) and the event that records it.

    Raises:
        TransitionRefusedError: No such step from the lead's state; the lawful ones are named.
        InvalidInputError: The step needs a reason.
    """
    steps = _STEPS[lead.state]
    if action not in steps:
        named = "、".join(steps) or "无（已办结）"
        raise TransitionRefusedError(
            f"线索处于“{lead.state}”，不能“{action}”", cure=f"可采取：{named}", state=lead.state, lawful=tuple(steps)
        )
    step = LeadAction(action)
    if step in _NEED_REASON and not reason.strip():
        raise InvalidInputError(f"“{step}”须写明原因", cure="填写原因后重试")
    changed, note = _with_clock(lead, step, actor=actor, now=now)
    changed = changed.model_copy(update={"state": steps[step]})
    said = "；".join(part for part in (reason.strip(), note) if part)
    return changed, _event(changed, step, (lead.state, steps[step]), actor=actor, reason=said, now=now)


def found_event(lead: Lead, *, now: datetime) -> LeadEvent:
    """The first event of a lead: 发现."""
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, "发现"),
        lead_id=lead.lead_id,
        action="发现",
        state_to=lead.state,
        actor="系统",
        reason=f"规则 {lead.rule_id} 命中 {len(lead.finding_ids)} 处",
        at=now,
    )


def _with_clock(lead: Lead, step: LeadAction, *, actor: str, now: datetime) -> tuple[Lead, str]:
    """Start, prolong or stop the period; the note says when it could not be worked out."""
    if step is LeadAction.ACCEPT:
        due, note = _due(day_in_china(now), CHECK_WORKING_DAYS)
        return lead.model_copy(update={"assignee": actor, "due_on": due}), note
    if step is LeadAction.EXTEND:
        due, note = _due(lead.due_on or day_in_china(now), EXTENSION_WORKING_DAYS)
        return lead.model_copy(update={"due_on": due}), note
    if step in (LeadAction.RETURN, LeadAction.REOPEN):
        return lead.model_copy(update={"assignee": "", "due_on": None}), ""
    if step not in (LeadAction.CHECK, LeadAction.ASK_ASSISTANCE, LeadAction.ASSISTANCE_ANSWERED, LeadAction.ASSIGN):
        return lead.model_copy(update={"due_on": None}), ""
    return lead, ""


def _due(start: date, working_days: int) -> tuple[date | None, str]:
    try:
        return due_after(start, working_days), ""
    except InvalidInputError as exc:
        return None, f"期限待定：{exc.message}"


def _event(
    lead: Lead, step: LeadAction, states: tuple[LeadState, LeadState], *, actor: str, reason: str, now: datetime
) -> LeadEvent:
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, step, str(lead.version), now.isoformat()),
        lead_id=lead.lead_id,
        action=step,
        state_from=states[0],
        state_to=states[1],
        actor=actor,
        reason=reason,
        at=now,
    )
