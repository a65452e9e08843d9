"""The periods of a case: which run, when they are due, and what each step does to them.

Law: 《市场监督管理行政处罚程序规定》第十八条 (核查), 第五十五条 (审核十个工作日), 第六十四条 (办案九十日，可延长
三十日), 第七十七条 (结案十五个工作日归档), 第八十条 (期间的计算).
"""

from __future__ import annotations

from datetime import date, timedelta

from leads.clocks import Card, CardColour, card_of, due_after, next_workday, working_days_between
from records.case_parts import CaseState, CaseStep, Deadline
from records.errors import InvalidInputError
from records.leads import Case

__all__ = [
    "CHECK",
    "HANDLE",
    "all_ended",
    "case_card",
    "check_extended",
    "check_reopened",
    "clock_started",
    "clock_stopped",
    "closed",
    "decided",
    "extended",
    "filed",
    "one_settled",
    "open_deadlines",
    "opened_clock",
    "review_begun",
    "review_ended",
    "with_paper_period",
]

CHECK, HANDLE = "check", "handle"
"""The periods of the check before filing and of handling the case."""
_REVIEW, _FILE_AWAY = "review", "archive"
_PROCEDURE = "市场监督管理行政处罚程序规定"
_YELLOW_DAYS = 5


def opened_clock(case: Case, *, start: date) -> Case:
    """The case with the period of 核查 running from the day its source was found (第十八条)."""
    if any(one.deadline_id == CHECK for one in case.deadlines):
        return case
    return _begun(case, CHECK, ("立案前核查", "第十八条"), start=start, working_days=15)


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


def filed(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """立案: the check ends, the ninety days of handling begin (第六十四条)."""
    settled = _settle(case, CHECK, today, "立案")
    period = _calendar(HANDLE, "办理案件", "第六十四条", start=today, days=90)
    return _with(settled, period), f"办案期限至 {period.due_on}" if period.due_on else period.note


def check_extended(case: Case, _wanted: CaseStep, _today: date) -> tuple[Case, str]:
    """延长核查: fifteen working days more (第十八条)."""
    period = _period(case, CHECK)
    due, note = _due(period.due_on or period.started_on, 15)
    return _changed(case, CHECK, due_on=due, extended=1, note=note), f"核查期限延至 {due}" if due else note


def extended(case: Case, _wanted: CaseStep, _today: date) -> tuple[Case, str]:
    """延长办案期限: 负责人批准 may prolong once by 30 days; more is for 集体讨论 and not counted here."""
    period = _period(case, HANDLE)
    longer = _calendar(HANDLE, period.title, "第六十四条", start=period.due_on or period.started_on, days=30)
    changed = _changed(case, HANDLE, due_on=longer.due_on, extended=1, note=longer.note)
    return changed, f"办案期限延至 {longer.due_on}" if longer.due_on else longer.note


def clock_stopped(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """委托鉴定: the main period stands still."""
    named = _main(case)
    return _changed(case, named, stopped_on=today), "鉴定、辨认期间不计入期限"


def clock_started(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """鉴定完毕: the main period is longer by as long as it stood still."""
    named = _main(case)
    period = _period(case, named)
    if period.due_on is None or period.stopped_on is None:
        return _changed(case, named, stopped_on=None), ""
    if named == HANDLE:
        stood = (today - period.stopped_on).days
        moved_to = _calendar(named, period.title, period.article, start=period.due_on, days=stood)
        due, note = moved_to.due_on, moved_to.note
        said = f"期限顺延 {stood} 日，至 {due}"
    else:
        stood = working_days_between(period.stopped_on, today)
        moved, note = _due(period.due_on, stood)
        due, said = moved or period.due_on, f"期限顺延 {stood} 个工作日，至 {moved}" if moved else note
    return _changed(case, named, stopped_on=None, due_on=due, note=note), said


def review_begun(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """调查终结: the ten working days of review begin, anew where it was sent back (第五十五条)."""
    changed = _begun(
        _settle(case, _REVIEW, today, "重新送审"), _REVIEW, ("案件审核", "第五十五条"), start=today, working_days=10
    )
    return changed, ""


def review_ended(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    """The review is over: passed or sent back."""
    return _settle(case, _REVIEW, today, wanted.action), ""


def decided(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """作出处理决定: the period of handling ends."""
    return _settle(case, HANDLE, today, "作出处理决定"), ""


def closed(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """结案: the fifteen working days of filing away begin (第七十七条)."""
    return _begun(case, _FILE_AWAY, ("立卷归档", "第七十七条"), start=today, working_days=15), ""


def all_ended(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    """The case is over: all that runs ends."""
    for period in open_deadlines(case):
        case = _settle(case, period.deadline_id, today, wanted.action)
    return case, ""


def one_settled(case: Case, wanted: CaseStep, today: date) -> tuple[Case, str]:
    """期限办结: a period that a paper opened ends by hand.

    Raises:
        InvalidInputError: No such period, or not one of a paper that runs.
    """
    period = _period(case, wanted.deadline_id)
    if not period.deadline_id.startswith("paper:") or period.settled_on is not None:
        raise InvalidInputError(f"“{period.title}”不能手工办结", cure="法定办案期限随案件状态办结")
    return _settle(case, period.deadline_id, today, wanted.reason.strip()), f"{period.title}办结"


def check_reopened(case: Case, _wanted: CaseStep, today: date) -> tuple[Case, str]:
    """恢复核查: the check begins anew today."""
    kept = tuple(one for one in case.deadlines if one.deadline_id != CHECK)
    fresh = case.model_copy(update={"deadlines": kept, "filed_on": None})
    return opened_clock(fresh, start=today), "核查期限重新计算"


def _main(case: Case) -> str:
    return CHECK if case.state is CaseState.CHECKING else HANDLE


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
    return _with(
        case, Deadline(deadline_id=named, title=title, article=_cited(article), started_on=start, due_on=due, note=note)
    )


def _calendar(named: str, title: str, article: str, *, start: date, days: int) -> Deadline:
    """A period in calendar days; one that would end on a day of rest ends on the next working day (第八十条)."""
    try:
        due: date | None = next_workday(start + timedelta(days=days))
        note = ""
    except InvalidInputError as exc:
        due, note = start + timedelta(days=days), f"届满日是否顺延待定：{exc.message}"
    return Deadline(deadline_id=named, title=title, article=_cited(article), started_on=start, due_on=due, note=note)


def _due(start: date, working_days: int) -> tuple[date | None, str]:
    try:
        return due_after(start, working_days), ""
    except InvalidInputError as exc:
        return None, f"期限待定：{exc.message}"


def _cited(article: str) -> str:
    return article if article.startswith("《") else f"《{_PROCEDURE}》{article}"
