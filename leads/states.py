"""The life of a lead (domain 5.4): which steps are lawful from which state, and taking one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from leads.causes import cause_of, hit_of_exclusion
from leads.periods import with_clock
from records.base import stable_id
from records.claims import SYSTEM_ACTOR
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import Lead, LeadEvent, LeadState, RuleHit

__all__ = [
    "OPEN_STATES",
    "LeadAction",
    "StepDetail",
    "act",
    "found_event",
    "lawful_steps",
    "needs_reason",
    "steps_of",
    "take_back",
    "updated_event",
]


class LeadAction(StrEnum):
    """Steps an officer may take."""

    ASSIGN = "派单"
    ACCEPT = "签收"
    RETURN = "退回"
    CHECK = "核查"
    EXTEND = "延期核查"
    SET_DUE = "定期限"
    EXCLUDE = "排除"
    GUIDE = "行政指导"
    ORDER = "责令改正"
    CONFIRM_CORRECTED = "确认改正"
    REFUSED_CORRECTION = "拒不改正"
    NOT_FILE = "不予立案"
    ASK_FILING = "报请立案"
    REFUSED_FILING = "不批准立案"
    FILE = "立案"
    TRANSFER = "移送"
    OBJECT_TRANSFER = "移送异议"
    TAKEN_BACK = "收回管辖"
    DESIGNATED = "指定管辖"
    ASK_ASSISTANCE = "协查"
    ASSISTANCE_ANSWERED = "协查回函"
    ASK_APPRAISAL = "委托鉴定"
    APPRAISED = "鉴定完毕"
    ASK_PLATFORM = "通知平台"
    PLATFORM_FAILED = "平台未处理"
    REPORT_BACK = "反馈"
    REOPEN = "重新研判"
    CLOSE = "归档"


_A, _S = LeadAction, LeadState
_ENDING = {_A.REPORT_BACK: None, _A.CLOSE: _S.CLOSED}
_STEPS: dict[LeadState, dict[LeadAction, LeadState | None]] = {
    _S.NEW: {
        _A.ASSIGN: _S.ASSIGNED,
        _A.ACCEPT: _S.ACCEPTED,
        _A.EXCLUDE: _S.EXCLUDED,
        _A.TRANSFER: _S.TRANSFERRED,
    },
    _S.ASSIGNED: {_A.ACCEPT: _S.ACCEPTED, _A.RETURN: _S.NEW},
    _S.ACCEPTED: {_A.CHECK: _S.CHECKING, _A.RETURN: _S.NEW, _A.EXCLUDE: _S.EXCLUDED, _A.SET_DUE: None},
    _S.CHECKING: {
        _A.GUIDE: _S.GUIDED,
        _A.ORDER: _S.ORDERED,
        _A.ASK_FILING: _S.FILING,
        _A.FILE: _S.FILED,
        _A.NOT_FILE: _S.NOT_FILED,
        _A.TRANSFER: _S.TRANSFERRED,
        _A.ASK_ASSISTANCE: _S.ASSISTING,
        _A.ASK_APPRAISAL: _S.APPRAISING,
        _A.ASK_PLATFORM: _S.PLATFORM_ASKED,
        _A.EXTEND: None,
        _A.SET_DUE: None,
        _A.EXCLUDE: _S.EXCLUDED,
    },
    _S.ASSISTING: {_A.ASSISTANCE_ANSWERED: _S.CHECKING},
    _S.APPRAISING: {_A.APPRAISED: _S.CHECKING},
    _S.PLATFORM_ASKED: {_A.CONFIRM_CORRECTED: _S.CORRECTED, _A.PLATFORM_FAILED: _S.CHECKING},
    _S.FILING: {_A.FILE: _S.FILED, _A.REFUSED_FILING: _S.CHECKING, _A.NOT_FILE: _S.NOT_FILED},
    _S.ORDERED: {_A.CONFIRM_CORRECTED: _S.CORRECTED, _A.REFUSED_CORRECTION: _S.CHECKING, _A.SET_DUE: None},
    _S.TRANSFERRED: {_A.OBJECT_TRANSFER: _S.NEGOTIATING, **_ENDING},
    _S.NEGOTIATING: {_A.TAKEN_BACK: _S.CHECKING, _A.DESIGNATED: _S.TRANSFERRED},
    _S.EXCLUDED: {_A.REOPEN: _S.NEW, **_ENDING},
    _S.GUIDED: _ENDING,
    _S.CORRECTED: _ENDING,
    _S.NOT_FILED: _ENDING,
    _S.FILED: _ENDING,
    _S.CLOSED: {},
}
"""Every lawful transition (None: the state stays); there is no other place that changes a lead's state."""

OPEN_STATES = tuple(state for state in LeadState if LeadAction.CLOSE not in _STEPS[state] and _STEPS[state])
"""States in which somebody still has to do something."""

_NEED_REASON = frozenset(
    {
        _A.EXCLUDE,
        _A.RETURN,
        _A.EXTEND,
        _A.SET_DUE,
        _A.NOT_FILE,
        _A.REFUSED_FILING,
        _A.TRANSFER,
        _A.OBJECT_TRANSFER,
        _A.DESIGNATED,
        _A.PLATFORM_FAILED,
        _A.REOPEN,
    }
)
_HITS: Mapping[LeadAction, RuleHit] = {
    _A.GUIDE: RuleHit.RIGHT,
    _A.ORDER: RuleHit.RIGHT,
    _A.FILE: RuleHit.RIGHT,
    _A.CONFIRM_CORRECTED: RuleHit.RIGHT,
    _A.NOT_FILE: RuleHit.ASIDE,
}
"""What a decision says of the rule; 排除 by its cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDetail:
    """What some steps say beside their reason: the structured cause, the last day a person set (责令改正, 定期限), the
    person and the office it goes to (派单)."""

    cause: str = ""
    until: date | None = None
    assignee: str = ""
    office: str = ""


_NO_DETAIL = StepDetail()


def lawful_steps(state: LeadState) -> tuple[LeadAction, ...]:
    """The steps that may be taken from a state, the usual next one first."""
    return tuple(_STEPS[state])


def needs_reason(step: LeadAction) -> bool:
    """Whether a step is refused without a reason."""
    return step in _NEED_REASON


def steps_of(lead: Lead) -> tuple[LeadAction, ...]:
    """The steps that may be taken with this lead: those of its state, without a second extension, and with a day set by
    hand only where the period could not be counted or was set by hand before (责令改正)."""
    left = set(lawful_steps(lead.state))
    if lead.extended:
        left.discard(LeadAction.EXTEND)
    if lead.due_on is not None and lead.state is not LeadState.ORDERED:
        left.discard(LeadAction.SET_DUE)
    return tuple(step for step in lawful_steps(lead.state) if step in left)


def act(
    lead: Lead, action: str, *, actor: str, reason: str, now: datetime, detail: StepDetail = _NO_DETAIL
) -> tuple[Lead, LeadEvent]:
    """Take one step: the changed lead (same version; the store counts) and the event that records it.

    Raises:
        TransitionRefusedError: No such step from the lead's state; the lawful ones are named.
        InvalidInputError: The step needs a reason or a day, or knows no such cause.
    """
    steps = steps_of(lead)
    if action not in steps:
        raise _refused(lead, action, steps)
    step = LeadAction(action)
    if step in _NEED_REASON and not (reason.strip() or detail.cause):
        raise InvalidInputError(f"“{step}”须写明原因", cure="填写原因后重试")
    cause = cause_of(step, detail.cause, reason.strip())
    changed, note = with_clock(lead, step, until=detail.until, now=now)
    changed = _with_people(changed, step, actor=actor, detail=detail)
    after = _STEPS[lead.state][step] or lead.state
    changed = changed.model_copy(update={"state": after, **_hit_of(lead, step, cause=cause, now=now)})
    said = "；".join(part for part in (_said(cause, reason.strip()), note) if part)
    return changed, _event(changed, step, (lead.state, after), said=(actor, said, cause), now=now)


def take_back(lead: Lead, before: Lead, *, actor: str, said: str, now: datetime) -> tuple[Lead, LeadEvent]:
    """撤销 of a step nobody has built on: the lead as it was before, and the event that says so. The step stays in the
    history.

    Args:
        lead: The lead now, at the version the step left it in.
        before: The same lead as it was.
        said: What is taken back.
    """
    restored = before.model_copy(update={"version": lead.version})
    event = LeadEvent(
        event_id=stable_id("event", lead.lead_id, "撤销", actor, str(lead.version), now.isoformat()),
        lead_id=lead.lead_id,
        action="撤销",
        state_from=lead.state,
        state_to=restored.state,
        actor=actor,
        reason=said,
        at=now,
    )
    return restored, event


def found_event(lead: Lead, *, now: datetime) -> LeadEvent:
    """The first event of a lead: 发现."""
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, "发现"),
        lead_id=lead.lead_id,
        action="发现",
        state_to=lead.state,
        actor=SYSTEM_ACTOR,
        reason=f"规则 {lead.rule_id} 命中 {len(lead.finding_ids)} 处",
        at=now,
    )


def updated_event(before: Lead, lead: Lead, *, now: datetime) -> LeadEvent:
    """What a later survey changed of a lead; its state stays."""
    fresh = len(set(lead.finding_ids) - set(before.finding_ids))
    said = [f"再次命中，新增 {fresh} 处" + ("（已办结后）" if before.state not in OPEN_STATES else "")] if fresh else []
    if lead.priority_score != before.priority_score:
        said.append(f"优先级 {before.priority_score:.2f} → {lead.priority_score:.2f}")
    if lead.entity_code != before.entity_code:
        said.append(f"经营主体：{lead.entity_name or '未确认'}（原 {before.entity_name or '未确认'}）")
    if lead.jurisdictions[:1] != before.jurisdictions[:1] and lead.jurisdictions:
        said.append(f"建议承办：{lead.jurisdictions[0].office}")
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, "更新", str(before.version)),
        lead_id=lead.lead_id,
        action="更新",
        state_from=before.state,
        state_to=lead.state,
        actor=SYSTEM_ACTOR,
        reason="；".join(said) or "所据页面或依据有更新",
        at=now,
    )


def _refused(lead: Lead, action: str, steps: tuple[LeadAction, ...]) -> TransitionRefusedError:
    named = "、".join(steps) or "无（已办结）"
    why = ""
    if action == LeadAction.EXTEND and lead.extended:
        why = "：核查期限依法只可延长一次"
    elif action == LeadAction.SET_DUE and action in lawful_steps(lead.state):
        why = f"：期限已按工作日算定（{lead.due_on}）"
    return TransitionRefusedError(
        f"线索处于“{lead.state}”，不能“{action}”{why}", cure=f"可采取：{named}", state=lead.state, lawful=steps
    )


def _with_people(lead: Lead, step: LeadAction, *, actor: str, detail: StepDetail) -> Lead:
    if step is LeadAction.ACCEPT:
        return lead.model_copy(update={"assignee": actor})
    if step is LeadAction.ASSIGN:
        return lead.model_copy(update={"assignee": detail.assignee, "office": detail.office or lead.office})
    if step in (LeadAction.RETURN, LeadAction.REOPEN):
        return lead.model_copy(update={"assignee": "", "office": ""})
    return lead


def _hit_of(lead: Lead, step: LeadAction, *, cause: str, now: datetime) -> dict[str, object]:
    """The decision, as far as the step is one; 重新研判 takes it back."""
    if step is LeadAction.REOPEN:
        return {"rule_hit": RuleHit.OPEN, "decided_at": None}
    hit = hit_of_exclusion(cause) if step is LeadAction.EXCLUDE else _HITS.get(step)
    return {} if hit in (None, lead.rule_hit) else {"rule_hit": hit, "decided_at": now}


def _said(cause: str, reason: str) -> str:
    """The cause, then what was written beside it."""
    if not cause or reason.startswith(cause) or (cause == "其他" and reason):
        return reason
    return f"{cause}：{reason}" if reason else cause


def _event(
    lead: Lead, step: LeadAction, states: tuple[LeadState, LeadState], *, said: tuple[str, str, str], now: datetime
) -> LeadEvent:
    actor, reason, cause = said
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, step, str(lead.version), now.isoformat()),
        lead_id=lead.lead_id,
        action=step,
        state_from=states[0],
        state_to=states[1],
        actor=actor,
        reason=reason,
        cause=cause,
        at=now,
    )
