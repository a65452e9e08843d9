"""Long work asked for through a door: what was asked, how it goes, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime

__all__ = ["ENDED", "Job", "JobEvent", "JobKind", "JobRunner", "JobState", "JobStore", "with_event"]

MOST_EVENTS = 200


class JobKind(StrEnum):
    """What is done."""

    CAPTURE = "capture"
    SURVEY = "survey"
    REGISTER_IMPORT = "register_import"
    REGISTER_CHECK = "register_check"
    INDEX_REBUILD = "index_rebuild"
    EVIDENCE_AUDIT = "evidence_audit"
    EVIDENCE_VERIFY = "evidence_verify"
    EXPORT = "export"
    CASE_EXPORT = "case_export"
    MATCH_BATCH = "match_batch"
    RULES_SCAN = "rules_scan"
    WATCH_RUN = "watch_run"
    BACKUP = "backup"


class JobState(StrEnum):
    """waiting → running → done | partial | failed; `interrupted`: the process that did it ended before the work."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ENDED = frozenset({JobState.DONE, JobState.PARTIAL, JobState.FAILED, JobState.INTERRUPTED})


class JobEvent(Record):
    """One thing told on the way, in Chinese; `number` counts from 1 without gaps and names it in a stream."""

    number: int
    at: UtcDatetime
    state: JobState
    text: str


class Job(Record):
    """Long work, seen by who asked for it and, whole, by nobody else.

    Attributes:
        asks: What was asked for, by name.
        process: Of the process that does it; what another process left undone is interrupted.
        result: What came of it, by name; addresses of the API begin with `/api/v1/`.
        missing: Of a partial one, in Chinese, what is not there.
        problem: Of a failed or interrupted one, why, with `cure`.
    """

    job_id: str
    kind: JobKind
    state: JobState = JobState.WAITING
    account_id: str
    login: str
    region_code: str = ""
    asks: dict[str, str] = {}
    process: str = ""
    asked_at: UtcDatetime
    started_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    result: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    problem: str = ""
    cure: str = ""
    events: tuple[JobEvent, ...] = ()


class JobStore(Protocol):
    """Jobs, for any number of threads."""

    def add_job(self, job: Job) -> None:
        """Keep a new one. Raises ConflictError when its id is taken."""
        ...

    def job(self, job_id: str) -> Job:
        """Raises NotFoundError."""
        ...

    def change_job(self, job_id: str, change: Callable[[Job], Job]) -> Job:
        """Read, change and keep it in one transaction. Raises NotFoundError."""
        ...

    def jobs(self, account_id: str = "") -> tuple[Job, ...]:
        """Newest first; of one account when it is named."""
        ...

    def unfinished(self) -> tuple[Job, ...]:
        """Waiting and running ones, oldest first."""
        ...


class JobRunner(Protocol):
    """Does the work in the background; joined in `wangjian/job_works.py`."""

    @property
    def process(self) -> str:
        """Drawn at the start of the process."""
        ...

    def begin(self, job: Job) -> None:
        """Do it as soon as there is room. The job is kept already."""
        ...


def with_event(job: Job, text: str, *, at: UtcDatetime) -> Job:
    """The job with one thing more told; of very many the oldest are dropped, the numbers stay."""
    number = job.events[-1].number + 1 if job.events else 1
    event = JobEvent(number=number, at=at, state=job.state, text=text[:500])
    return job.model_copy(update={"events": (*job.events, event)[-MOST_EVENTS:]})
