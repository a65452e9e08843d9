"""The life of a case: which steps are lawful from which state, and taking one.

Law: 《市场监督管理行政处罚程序规定》第二十一条 (两名以上执法人员); of periods see `leads.case_periods`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from leads import case_periods as periods
from leads.clocks import day_in_china
from leads.states import act
from records.base import stable_id
from records.case_parts import CaseEvent, CaseState, CaseStep, Deadline
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import Case, Lead, LeadEvent

__all__ = ["CaseAction", "CaseLife", "act_on_case", "case_event", "lawful_case_steps"]

_MOST_EXTENSIONS = 1


class CaseAction(StrEnum):
    """Steps of a case."""

    ASK_FILING = "报请立案"
    FILE = "立案"
    NOT_FILE = "不予立案"
    REFUSE_FILING = "不批准立案"
    EXTEND_CHECK = "延长核查"
    EXTEND = "延长办案期限"
    STOP_CLOCK = "委托鉴定"
    START_CLOCK = "鉴定完毕"
    TRANSFER = "移送"
    FINISH = "调查终结"
    RETURN = "退回补充调查"
    REVIEWED = "审核通过"
    DECIDE = "作出处理决定"
    CLOSE = "结案"
    ARCHIVE = "归档"
    SETTLE = "期限办结"
    REOPEN = "恢复核查"


_A, _S = CaseAction, CaseState
_STEPS: Mapping[CaseState, Mapping[CaseAction, CaseState | None]] = MappingProxyType(
    {
        _S.CHECKING: {
            _A.ASK_FILING: _S.FILING,
            _A.TRANSFER: _S.TRANSFERRED,
            _A.EXTEND_CHECK: None,
            _A.STOP_CLOCK: None,
            _A.START_CLOCK: None,
            _A.SETTLE: None,
        },
        _S.FILING: {
            _A.FILE: _S.INVESTIGATING,
            _A.NOT_FILE: _S.NOT_FILED,
            _A.REFUSE_FILING: _S.CHECKING,
            _A.SETTLE: None,
        },
        _S.INVESTIGATING: {
            _A.FINISH: _S.REVIEWING,
            _A.TRANSFER: _S.TRANSFERRED,
            _A.EXTEND: None,
            _A.STOP_CLOCK: None,
            _A.START_CLOCK: None,
            _A.SETTLE: None,
        },
        _S.REVIEWING: {_A.REVIEWED: _S.DECIDING, _A.RETURN: _S.INVESTIGATING, _A.EXTEND: None, _A.SETTLE: None},
        _S.DECIDING: {_A.DECIDE: _S.DECIDED, _A.TRANSFER: _S.TRANSFERRED, _A.EXTEND: None, _A.SETTLE: None},
        _S.DECIDED: {_A.CLOSE: _S.CLOSED, _A.SETTLE: None},
        _S.NOT_FILED: {_A.ARCHIVE: _S.ARCHIVED, _A.REOPEN: _S.CHECKING},
        _S.TRANSFERRED: {_A.ARCHIVE: _S.ARCHIVED, _A.REOPEN: _S.CHECKING},
        _S.CLOSED: {_A.ARCHIVE: _S.ARCHIVED},
        _S.ARCHIVED: {},
    }
)
"""Every lawful transition (None: the state stays); no other place changes a case's state."""

_TWO_OFFICERS = frozenset(
    {_A.ASK_FILING, _A.FILE, _A.FINISH, _A.REVIEWED, _A.DECIDE, _A.CLOSE, _A.TRANSFER, _A.STOP_CLOCK}
)
_NEED_REASON = frozenset(
    {
        _A.NOT_FILE,
        _A.REFUSE_FILING,
        _A.EXTEND_CHECK,
        _A.EXTEND,
        _A.STOP_CLOCK,
        _A.TRANSFER,
        _A.RETURN,
        _A.DECIDE,
        _A.SETTLE,
        _A.REOPEN,
    }
)
_OFFICERS = 2


def lawful_case_steps(case: Case) -> tuple[CaseAction, ...]:
    """The steps that may be taken now, the usual next one first."""
    return tuple(step for step in _STEPS[case.state] if not _hindered(case, step))


def act_on_case(case: Case, wanted: CaseStep) -> tuple[Case, CaseEvent]:
    """Take one step: the changed case (same version; the store counts) and the event that records it.

    Raises:
        TransitionRefusedError: No such step now, or two officers with cards are needed and not named.
        InvalidInputError: It needs a reason, or names no running period.
    """
    steps = lawful_case_steps(case)
    if wanted.action not in steps:
        raise _refused(case, wanted.action, steps)
    step = CaseAction(wanted.action)
    if step in _TWO_OFFICERS and len({one.card_no.strip() for one in case.handlers} - {""}) < _OFFICERS:
        raise TransitionRefusedError(
            f"“{step}”须有两名以上执法人员办理，本案还没有主办、协办两人及其执法证号",
            cure="先在案件页“承办人员”中指定主办、协办",
        )
    if step in _NEED_REASON and not wanted.reason.strip():
        raise InvalidInputError(f"“{step}”须写明理由", cure="填写理由后重试")
    today = day_in_china(wanted.now)
    changed, note = _with_periods(case, step, wanted, today)
    after = _STEPS[case.state][step] or case.state
    update: dict[str, object] = {"state": after}
    if step is _A.FILE:
        update["filed_on"] = today
    changed = changed.model_copy(update=update)
    said = "；".join(part for part in (wanted.reason.strip(), note) if part)
    return changed, case_event(changed, step, before=case.state, said=said, wanted=wanted)


def case_event(case: Case, action: str, *, before: CaseState | None, said: str, wanted: CaseStep) -> CaseEvent:
    """The event of anything done to a case."""
    return CaseEvent(
        event_id=stable_id("event", case.case_id, action, str(case.version), wanted.paper_id, wanted.now.isoformat()),
        case_id=case.case_id,
        action=action,
        state_from=before,
        state_to=case.state,
        actor=wanted.actor,
        reason=said,
        paper_id=wanted.paper_id,
        at=wanted.now,
    )


_Change = Callable[[Case, CaseStep, date], tuple[Case, str]]


def _with_periods(case: Case, step: CaseAction, wanted: CaseStep, today: date) -> tuple[Case, str]:
    change = _PERIODS.get(step)
    return change(case, wanted, today) if change else (case, "")


_PERIODS: Mapping[CaseAction, _Change] = MappingProxyType(
    {
        _A.FILE: periods.filed,
        _A.EXTEND_CHECK: periods.check_extended,
        _A.EXTEND: periods.extended,
        _A.STOP_CLOCK: periods.clock_stopped,
        _A.START_CLOCK: periods.clock_started,
        _A.FINISH: periods.review_begun,
        _A.REVIEWED: periods.review_ended,
        _A.RETURN: periods.review_ended,
        _A.DECIDE: periods.decided,
        _A.CLOSE: periods.closed,
        _A.NOT_FILE: periods.all_ended,
        _A.TRANSFER: periods.all_ended,
        _A.ARCHIVE: periods.all_ended,
        _A.SETTLE: periods.one_settled,
        _A.REOPEN: periods.check_reopened,
    }
)


def _hindered(case: Case, step: CaseAction) -> bool:
    """Whether a step of this state has nothing to do now."""
    running = {one.deadline_id: one for one in case.deadlines if one.settled_on is None}
    main = running.get(periods.CHECK if case.state is _S.CHECKING else periods.HANDLE)
    hindrances = {
        _A.EXTEND_CHECK: main is None or main.extended >= _MOST_EXTENSIONS or main.stopped_on is not None,
        _A.EXTEND: main is None or main.extended >= _MOST_EXTENSIONS or main.stopped_on is not None,
        _A.STOP_CLOCK: main is None or main.stopped_on is not None,
        _A.START_CLOCK: main is None or main.stopped_on is None,
        _A.SETTLE: not any(named.startswith("paper:") for named in running),
    }
    return hindrances.get(step, False)


def _refused(case: Case, action: str, steps: tuple[CaseAction, ...]) -> TransitionRefusedError:
    named = "、".join(steps) or "无（已归档）"
    return TransitionRefusedError(
        f"案件处于“{case.state}”，不能“{action}”", cure=f"可采取：{named}", state=case.state, lawful=steps
    )


class CaseLife:
    """Implements records.case_ports.CaseRules: what the desk of cases asks of this room."""

    act = staticmethod(act_on_case)
    event = staticmethod(case_event)
    steps = staticmethod(lawful_case_steps)
    paper_period = staticmethod(periods.with_paper_period)
    running = staticmethod(periods.open_deadlines)

    def card(self, period: Deadline, now: datetime) -> tuple[str, str]:
        """Colour and sentence of a period now."""
        card = periods.case_card(period, day_in_china(now))
        return card.colour.value, card.sentence

    def day(self, now: datetime) -> date:
        """The day in China."""
        return day_in_china(now)

    def take_lead(self, lead: Lead, action: str, *, by: str, reason: str, now: datetime) -> tuple[Lead, LeadEvent]:
        """A step of a lead (`leads.states.act`)."""
        return act(lead, action, actor=by, reason=reason, now=now)
