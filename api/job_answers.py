"""What the API is asked and answers about long work."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from api.paging import PageOf
from records.base import Record, UtcDatetime
from records.jobs import Job, JobEvent, JobKind, JobState
from records.search import Facet

__all__ = ["JOB", "JOB_PAGE", "JobItem", "JobPage", "JobWish", "asks_of"]


class SurveyWish(Record):
    """Survey a site from an address, then match, assess and make leads."""

    kind: Literal[JobKind.SURVEY]
    url: Annotated[str, Field(min_length=8, max_length=2000)]
    max_pages: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class CheckWish(Record):
    """Check the quality of the whole register."""

    kind: Literal[JobKind.REGISTER_CHECK]


class RebuildWish(Record):
    """Make the search index anew from the records; the old one answers meanwhile."""

    kind: Literal[JobKind.INDEX_REBUILD]


class AuditWish(Record):
    """Look at a sample of all evidence, or with `full` at all of it."""

    kind: Literal[JobKind.EVIDENCE_AUDIT]
    full: bool = False


class VerifyWish(Record):
    """Verify the packages of captures."""

    kind: Literal[JobKind.EVIDENCE_VERIFY]
    capture_ids: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")], ...], Field(min_length=1, max_length=200)
    ]


class ExportWish(Record):
    """A search of one's region as a file, persons masked; `filters` as facets of the search."""

    kind: Literal[JobKind.EXPORT]
    subject: Literal["leads", "shops", "listings"]
    format: Literal["jsonl", "csv", "xlsx"] = "xlsx"
    text: Annotated[str, Field(max_length=200)] = ""
    filters: dict[Facet, Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=50)]] = {}


class CaseExportWish(Record):
    """A case as one file: packages verified, papers, timeline and a signed list of all of it."""

    kind: Literal[JobKind.CASE_EXPORT]
    case_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class BackupWish(Record):
    """A backup of everything but the private keys, into the folder of backups at the server."""

    kind: Literal[JobKind.BACKUP]


class WatchWish(Record):
    """Look for these watch lists (all in use when none is named) in everything stored."""

    kind: Literal[JobKind.WATCH_RUN]
    list_ids: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")], ...], Field(max_length=100)
    ] = ()


AnyWish = (
    SurveyWish | CheckWish | RebuildWish | AuditWish | VerifyWish | ExportWish | CaseExportWish | WatchWish | BackupWish
)
JobWish = Annotated[AnyWish, Field(discriminator="kind")]


class JobItem(Record):
    """A job as it stands. `result` by name, addresses beginning with `/api/v1/`; `file`: there is one to fetch."""

    job_id: str
    kind: JobKind
    state: JobState
    login: str
    asks: dict[str, str]
    asked_at: UtcDatetime
    started_at: UtcDatetime | None
    ended_at: UtcDatetime | None
    result: dict[str, str]
    missing: tuple[str, ...]
    problem: str
    cure: str
    events: tuple[JobEvent, ...]

    @classmethod
    def of(cls, job: Job) -> JobItem:
        """What may be shown of a job."""
        return cls(**job.model_dump(exclude={"account_id", "region_code", "process"}))


class JobPage(PageOf):
    """Jobs, newest first."""

    items: tuple[JobItem, ...]


def asks_of(wish: AnyWish) -> dict[str, str]:
    """What is asked for, as the job keeps it."""
    if isinstance(wish, SurveyWish):
        return {"url": wish.url, "max_pages": str(wish.max_pages or "")}
    if isinstance(wish, AuditWish):
        return {"full": "yes" if wish.full else ""}
    if isinstance(wish, VerifyWish):
        return {"capture_ids": ",".join(dict.fromkeys(wish.capture_ids))}
    if isinstance(wish, WatchWish):
        return {"list_ids": ",".join(dict.fromkeys(wish.list_ids))}
    if isinstance(wish, CaseExportWish):
        return {"case_id": wish.case_id}
    if isinstance(wish, ExportWish):
        filters = {facet.value: list(values) for facet, values in wish.filters.items() if values}
        told = {"subject": wish.subject, "format": wish.format, "text": wish.text}
        return {**told, "filters": json.dumps(filters, ensure_ascii=False)}
    return {}


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
JOB = JobItem(
    job_id="job_7c1e9a0b5d2f4e836a10",
    kind=JobKind.EXPORT,
    state=JobState.DONE,
    login="banan",
    asks={"subject": "leads", "format": "xlsx", "text": "玛咖", "filters": "{}"},
    asked_at=_AT,
    started_at=_AT + timedelta(seconds=1),
    ended_at=_AT + timedelta(seconds=4),
    result={"file": "leads.xlsx", "rows": "128", "sha256": "0" * 64},
    missing=(),
    problem="",
    cure="",
    events=(
        JobEvent(number=1, at=_AT, state=JobState.WAITING, text="已受理"),
        JobEvent(number=2, at=_AT + timedelta(seconds=1), state=JobState.RUNNING, text="开始"),
        JobEvent(number=3, at=_AT + timedelta(seconds=4), state=JobState.DONE, text="完成"),
    ),
)
JOB_PAGE = JobPage(total=1, items=(JOB,))
