"""The life of a case: which steps are lawful from which state, which periods they start and end, and taking one.

Law: 《市场监督管理行政处罚程序规定》第十八条 (核查), 第二十一条 (两名以上执法人员), 第五十五条
(审核十个工作日), 第六十四条 (办案九十日，可延长三十日), 第七十七条 (结案十五个工作日归档), 第八十条 (期间的计算).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from leads.clocks import Card, CardColour, card_of, day_in_china, due_after, next_workday, working_days_between
from leads.states import act
from records.base import stable_id
from records.case_parts import CaseEvent, CaseState, CaseStep, Deadline
from records.errors import InvalidInputError, TransitionRefusedError
from records.leads import Case, Lead, LeadEvent

__all__ = [
    "CaseAction",
    "CaseLife",
    "act_on_case",
    "case_card",
    "case_event",
    "lawful_case_steps",
    "open_deadlines",
    "opened_clock",
    "with_paper_period",
]

_CHECK, _HANDLE, _REVIEW, _FILE_AWAY = "check", "handle", "review", "archive"
_PROCEDURE = "市场监督管理行政处罚程序规定"
_MOST_EXTENSIONS = 1
_YELLOW_DAYS = 5


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
_ENDED = frozenset({_S.NOT_FILED, _S.TRANSFERRED, _S.CLOSED, _S.ARCHIVED})
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
OFFICERS = 2


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
    if step in _TWO_OFFICERS and len({one.card_no.strip() for one in case.handlers} - {""}) < OFFICERS:
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


def opened_clock(case: Case, *, start: date) -> Case:
    """The case with the period of 核查 running from the day its source was found (第十八条)."""
    if any(one.deadline_id == _CHECK for one in case.deadlines):
        return case
    return _begun(case, _CHECK, ("立案前核查", "第十八条"), start=start, working_days=15)


def with_paper_period(
    case: Case, *, title: str, article: str, due: tuple[int, date | None], paper: tuple[str, date]
) -> Case:
    """The case with the period a paper opens.

    Args:
        due: Working days, or (0) the last day itself.
        paper: Its id and the day it was signed off.
    """
    paper_id, start = paper
    named = f"paper:{paper_id}"
    if any(one.deadline_id == named for one in case.deadlines):
        return case
    days, until = due
    if days:
        changed = _begun(case, named, (title, article), start=start, working_days=days)
    else:
        period = Deadline(deadline_id=named, title=title, article=article, started_on=start, due_on=until)
        changed = _with(case, period)
    return _changed(changed, named, paper_id=paper_id)


def open_deadlines(case: Case) -> tuple[Deadline, ...]:
    """Periods that run, the most pressing first; one that cannot be counted comes before all."""
    running = [one for one in case.deadlines if one.settled_on is None]
    return tuple(sorted(running, key=lambda one: (one.due_on or date.min, one.deadline_id)))


def case_card(period: Deadline, today: date) -> Card:
    """The card of one period. Never silent: one that stands still or could not be counted says so."""
    if period.settled_on is not None:
        return Card(colour=CardColour.NONE, sentence=f"{period.settled_on} 办结")
    if period.stopped_on is not None:
        return Card(colour=CardColour.NONE, sentence=f"{period.stopped_on} 起停止计算（鉴定、辨认）")
    if period.due_on is None:
        return Card(colour=CardColour.UNKNOWN, sentence=period.note or "期限待定")
    card = card_of(period.due_on, today)
    return _by_calendar(period.due_on, today) if card.colour is CardColour.UNKNOWN else card


def _by_calendar(due_on: date, today: date) -> Card:
    """Where the holidays of a year are not known, days are counted as the calendar has them, and that is said."""
    left = (due_on - today).days
    told = "（节假日表未收录，按自然日计）"
    if left < 0:
        return Card(colour=CardColour.RED, sentence=f"红牌：已超期 {-left} 日{told}", days_left=left)
    colour = CardColour.YELLOW if left <= _YELLOW_DAYS else CardColour.GREEN
    return Card(
        colour=colour, sentence=f"{'黄牌：' if left <= _YELLOW_DAYS else ''}还剩 {left} 日{told}", days_left=left
    )


_Change = Callable[[Case, CaseStep, date], tuple[Case, str]]


def _with_periods(case: Case, step: CaseAction, wanted: CaseStep, today: date) -> tuple[Case, str]:
    change = _PERIODS.get(step)
    return change(case, wanted, today) if change else (case, "")


def _filed(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    settled = _settle(case, _CHECK, today, "立案")
    period = _calendar(_HANDLE, "办理案件", "第六十四条", start=today, days=90)
    return _with(settled, period), f"办案期限至 {period.due_on}" if period.due_on else period.note


def _extended_check(case: Case, _wanted: CaseStep, _today: date) -> tuple[Case, str]:
    period = _period(case, _CHECK)
    due, note = _due(period.due_on or period.started_on, 15)
    return _changed(case, _CHECK, due_on=due, extended=1, note=note), f"核查期限延至 {due}" if due else note


def _extended(case: Case, _wanted: CaseStep, _today: date) -> tuple[Case, str]:
    """负责人批准 may prolong once by 30 days; more is for 集体讨论 and not counted here."""
    period = _period(case, _HANDLE)
    longer = _calendar(_HANDLE, period.title, "第六十四条", start=period.due_on or period.started_on, days=30)
    changed = _changed(case, _HANDLE, due_on=longer.due_on, extended=1, note=longer.note)
    return changed, f"办案期限延至 {longer.due_on}" if longer.due_on else longer.note


def _stopped(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    named = _main(case)
    return _changed(case, named, stopped_on=today), "鉴定、辨认期间不计入期限"


def _started(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    named = _main(case)
    period = _period(case, named)
    if period.due_on is None or period.stopped_on is None:
        return _changed(case, named, stopped_on=None), ""
    if named == _HANDLE:
        stood = (today - period.stopped_on).days
        moved_to = _calendar(named, period.title, period.article, start=period.due_on, days=stood)
        due, note = moved_to.due_on, moved_to.note
        said = f"期限顺延 {stood} 日，至 {due}"
    else:
        stood = working_days_between(period.stopped_on, today)
        moved, note = _due(period.due_on, stood)
        due, said = moved or period.due_on, f"期限顺延 {stood} 个工作日，至 {moved}" if moved else note
    return _changed(case, named, stopped_on=None, due_on=due, note=note), said


def _finished(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    changed = _begun(
        _settle(case, _REVIEW, today, "重新送审"), _REVIEW, ("案件审核", "第五十五条"), start=today, working_days=10
    )
    return changed, ""


def _reviewed(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    return _settle(case, _REVIEW, today, wanted.action), ""


def _decided(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    return _settle(case, _HANDLE, today, "作出处理决定"), ""


def _closed(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    return _begun(case, _FILE_AWAY, ("立卷归档", "第七十七条"), start=today, working_days=15), ""


def _ended(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    for period in open_deadlines(case):
        case = _settle(case, period.deadline_id, today, wanted.action)
    return case, ""


def _settled_one(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    period = _period(case, wanted.deadline_id)
    if not period.deadline_id.startswith("paper:") or period.settled_on is not None:
        raise InvalidInputError(f"“{period.title}”不能手工办结", cure="法定办案期限随案件状态办结")
    return _settle(case, period.deadline_id, today, wanted.reason.strip()), f"{period.title}办结"


def _reopened(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    kept = tuple(one for one in case.deadlines if one.deadline_id != _CHECK)
    fresh = case.model_copy(update={"deadlines": kept, "filed_on": None})
    return opened_clock(fresh, start=today), "核查期限重新计算"


_PERIODS: Mapping[CaseAction, _Change] = MappingProxyType(
    {
        _A.FILE: _filed,
        _A.EXTEND_CHECK: _extended_check,
        _A.EXTEND: _extended,
        _A.STOP_CLOCK: _stopped,
        _A.START_CLOCK: _started,
        _A.FINISH: _finished,
        _A.REVIEWED: _reviewed,
        _A.RETURN: _reviewed,
        _A.DECIDE: _decided,
        _A.CLOSE: _closed,
        _A.NOT_FILE: _ended,
        _A.TRANSFER: _ended,
        _A.ARCHIVE: _ended,
        _A.SETTLE: _settled_one,
        _A.REOPEN: _reopened,
    }
)


def _hindered(case: Case, step: CaseAction) -> bool:
    """Whether a step of this state has nothing to do now."""
    running = {one.deadline_id: one for one in case.deadlines if one.settled_on is None}
    main = running.get(_CHECK if case.state is _S.CHECKING else _HANDLE)
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


def _main(case: Case) -> str:
    return _CHECK if case.state is _S.CHECKING else _HANDLE


def _period(case: Case, deadline_id: str) -> Deadline:
    found = next((one for one in case.deadlines if one.deadline_id == deadline_id), None)
    if found is None:
        raise InvalidInputError(f"本案没有这个期限：{deadline_id[:60]}", cure="期限编号见案件页")
    return found


def _with(case: Case, period: Deadline) -> Case:
    others = tuple(one for one in case.deadlines if one.deadline_id != period.deadline_id)
    return case.model_copy(update={"deadlines": (*others, period)})


def _changed(case: Case, deadline_id: str, **update: object) -> Case:
    return _with(case, _period(case, deadline_id).model_copy(update=update))


def _settle(case: Case, deadline_id: str, today: date, how: str) -> Case:
    if not any(one.deadline_id == deadline_id and one.settled_on is None for one in case.deadlines):
        return case
    return _changed(case, deadline_id, settled_on=today, settled_how=how, stopped_on=None)


def _begun(case: Case, named: str, words: tuple[str, str], *, start: date, working_days: int) -> Case:
    due, note = _due(start, working_days)
    title, article = words
    cited = article if article.startswith("《") else f"《{_PROCEDURE}》{article}"
    return _with(case, Deadline(deadline_id=named, title=title, article=cited, started_on=start, due_on=due, note=note))


def _calendar(named: str, title: str, article: str, *, start: date, days: int) -> Deadline:
    """A period in calendar days; one that would end on a day of rest ends on the next working day (第八十条)."""
    try:
        due: date | None = next_workday(start + timedelta(days=days))
        note = ""
    except InvalidInputError as exc:
        due, note = start + timedelta(days=days), f"届满日是否顺延待定：{exc.message}"
    cited = article if article.startswith("《") else f"《{_PROCEDURE}》{article}"
    return Deadline(deadline_id=named, title=title, article=cited, started_on=start, due_on=due, note=note)


def _due(start: date, working_days: int) -> tuple[date | None, str]:
    try:
        return due_after(start, working_days), ""
    except InvalidInputError as exc:
        return None, f"期限待定：{exc.message}"


class CaseLife:
    """Implements records.case_ports.CaseRules: what the desk of cases asks of this room."""

    act = staticmethod(act_on_case)
    event = staticmethod(case_event)
    steps = staticmethod(lawful_case_steps)
    paper_period = staticmethod(with_paper_period)
    running = staticmethod(open_deadlines)

    def card(self, period: Deadline, now: datetime) -> tuple[str, str]:
        """Colour and sentence of a period now."""
        card = case_card(period, day_in_china(now))
        return card.colour.value, card.sentence

    def day(self, now: datetime) -> date:
        """The day in China."""
        return day_in_china(now)

    def take_lead(self, lead: Lead, action: str, *, by: str, reason: str, now: datetime) -> tuple[Lead, LeadEvent]:
        """A step of a lead (`leads.states.act`)."""
        return act(lead, action, actor=by, reason=reason, now=now)
