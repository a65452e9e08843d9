"""Problems on their way to being corrected: opened by a check, pushed to their office, settled by a later check.

A pushed problem that a later check no longer lists is not corrected by that alone: its entity must still be there, its
check must have come to an answer, and the list must have been whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from matching.quality.checking import QUESTIONS, Scope
from matching.quality.divisions import DivisionHistory
from matching.quality.outcomes import Outcome, Subject
from matching.quality.tallying import LISTED_OF_A_CHECK
from records.quality import QualityProblem, QualityReport
from records.quality_tasks import QualityTask, TaskEvent, TaskState
from records.register import Entity

__all__ = ["Recheck", "pushed", "rechecked"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A check to settle tasks by: its report, the register it was made of, and when."""

    report: QualityReport
    find: Callable[[str], Entity | None]
    scope: Scope
    now: datetime


def rechecked(known: Iterable[QualityTask], check: Recheck) -> Iterator[QualityTask]:
    """The tasks that a check changes: new problems are opened, those with an office are settled, corrected ones that
    came back are opened again. Tasks outside the scope of the check stay as they are."""
    listed = {found.problem_id: found for found in check.report.problems}
    tasks = {task.problem.problem_id: task for task in known}
    full = _full_lists(check.report)
    divisions = DivisionHistory.load()
    for problem_id, task in tasks.items():
        found_again = listed.get(problem_id)
        if found_again is not None:
            changed: QualityTask | None = _still_there(task, found_again, check)
        else:
            changed = _not_listed(task, check, full=full, divisions=divisions)
        if changed is not None and changed != task:
            yield changed
    for problem_id, found in listed.items():
        if problem_id not in tasks:
            yield QualityTask(problem=found, events=(TaskEvent(state=TaskState.OPEN, at=check.now),))


def pushed(
    tasks: Sequence[QualityTask], *, list_ids: Callable[[QualityTask], str], now: datetime, snapshot_id: str
) -> list[QualityTask]:
    """The tasks as put on the work lists of their offices; `list_ids` names the list of each, `snapshot_id` what
    register they were found in."""
    found = []
    for task in tasks:
        event = TaskEvent(state=TaskState.PUSHED, at=now, list_id=list_ids(task), snapshot_id=snapshot_id)
        found.append(task.model_copy(update={"state": TaskState.PUSHED, "events": (*task.events, event)}))
    return found


def _still_there(task: QualityTask, found: QualityProblem, check: Recheck) -> QualityTask:
    renewed, now = task.model_copy(update={"problem": found}), check.now
    if task.state is TaskState.PUSHED and task.events[-1].snapshot_id == check.report.snapshot_id:
        return renewed  # the register has not changed since
    if task.state in (TaskState.PUSHED, TaskState.UNTOLD):
        return _moved(renewed, TaskState.REMAINS, now, note="再次检查仍在")
    if task.state is TaskState.CORRECTED:
        return _moved(renewed, TaskState.OPEN, now, note="改正后又出现")
    return renewed


def _not_listed(
    task: QualityTask, check: Recheck, *, full: frozenset[tuple[str, str]], divisions: DivisionHistory
) -> QualityTask | None:
    if task.state is TaskState.CORRECTED:
        return None
    problem = task.problem
    entity = check.find(problem.code) if problem.code else None
    if not _in_scope(problem, entity, check.scope):
        return None
    state, note = _settled(problem, entity, check, full=full, divisions=divisions)
    if state is task.state:
        return None
    return _moved(task, state, check.now, note=note)


def _settled(
    problem: QualityProblem,
    entity: Entity | None,
    check: Recheck,
    *,
    full: frozenset[tuple[str, str]],
    divisions: DivisionHistory,
) -> tuple[TaskState, str]:
    """What its absence from the list says."""
    if not problem.code:
        return TaskState.CORRECTED, "该来源已提供这一列"
    if entity is None:
        return TaskState.UNTOLD, "登记库中已没有这个代码（可能已改码、合并或迁出），请与登记机关核对"
    if (problem.source, problem.check.value) in full:
        return TaskState.UNTOLD, "本次同类问题过多，清单未列全"
    if _absent_column(problem, check.report):
        return TaskState.UNTOLD, "本次报送整列缺失，无从判断这一户"
    subject = Subject(entity=entity, today=check.now.astimezone(_SHANGHAI).date(), divisions=divisions)
    for question in QUESTIONS:
        if question.check is problem.check and question.field == problem.field:
            answer = question.ask(subject)
            if answer is not None and answer.outcome is Outcome.UNDECIDED:
                return TaskState.UNTOLD, answer.sentence
    before = problem.value
    now = getattr(entity, problem.field, None)
    shown = f"原为“{before[:60]}”，现为“{str(now)[:60]}”" if before and now not in (None, "", ()) else "再次检查已不在"
    return TaskState.CORRECTED, shown


def _in_scope(problem: QualityProblem, entity: Entity | None, scope: Scope) -> bool:
    if entity is not None:
        return scope.takes(entity)
    by_source = not scope.source or problem.source == scope.source
    return by_source and (not scope.region or problem.office_code.startswith(scope.region))


def _full_lists(report: QualityReport) -> frozenset[tuple[str, str]]:
    """Checks of a source whose list was cut off."""
    counts = Counter((found.source, found.check.value) for found in report.problems if found.code)
    return frozenset(key for key, count in counts.items() if count >= LISTED_OF_A_CHECK)


def _absent_column(problem: QualityProblem, report: QualityReport) -> bool:
    return any(
        source.source == problem.source and problem.field in source.absent_fields for source in report.sources
    )  # fmt: skip


def _moved(task: QualityTask, state: TaskState, now: datetime, *, note: str) -> QualityTask:
    event = TaskEvent(state=state, at=now, note=note)
    return task.model_copy(update={"state": state, "events": (*task.events, event)})
