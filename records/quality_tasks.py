"""What offices are to correct in the register: QualityTask from found to corrected, and the port that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime
from records.quality import QualityProblem

__all__ = ["QualityStore", "QualityTask", "TaskEvent", "TaskState"]


class TaskState(StrEnum):
    """OPEN: found, nobody told; PUSHED: on a work list of its office; then what a later check says: CORRECTED; REMAINS:
    still there; UNTOLD: it cannot be told (and why)."""

    OPEN = "待推送"
    PUSHED = "已推送"
    CORRECTED = "已改正"
    REMAINS = "仍未改正"
    UNTOLD = "无法判定"


class TaskEvent(Record):
    """One step: the state it came to, when, and in Chinese why; `list_id` names the work list it was put on, and
    `snapshot_id` the register as it was then: before it changes nobody can be said not to have corrected it."""

    state: TaskState
    at: UtcDatetime
    note: str = ""
    list_id: str = ""
    snapshot_id: str = ""


class QualityTask(Record):
    """A problem of the register on its way to being corrected. `problem` is as last found; `events` only grows."""

    problem: QualityProblem
    state: TaskState = TaskState.OPEN
    events: tuple[TaskEvent, ...] = ()


class QualityStore(Protocol):
    """Tasks by `problem_id`. Promises as in `records/ports.py`."""

    def renew(self, build: Callable[[tuple[QualityTask, ...]], Sequence[QualityTask]]) -> tuple[QualityTask, ...]:
        """Write the tasks `build` makes of all stored ones (by problem_id), in one transaction serialised against other
        writers; those written. What it does not name stays."""
        ...

    def tasks(self, *, state: TaskState | None = None, office_code: str = "") -> Iterator[QualityTask]:
        """By problem_id; of one state or of the offices whose code begins so, when named."""
        ...
