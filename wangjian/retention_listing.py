"""留存期满清单: what the rules of retention would let go, and what holds the rest. Nothing is taken away by looking.

Evidence is destroyed by two persons (`wangjian evidence destroy`, `evidence/retention.py`); archives and leads are
only listed: a page no longer there would be missing from the evidence log, and later visits may rest on its bytes.
Law: 《中华人民共和国电子商务法》第三十一条.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from evidence.retention import standing_of
from records.base import Record, UtcDatetime
from records.evidence import CaptureState
from records.leads import LeadState
from records.ports import Services
from wangjian.settings import Settings

__all__ = ["RetentionClass", "RetentionItem", "RetentionList", "list_retention"]

_SEALED = (CaptureState.COMPLETE, CaptureState.PARTIAL)
_ENDED = frozenset(
    {LeadState.EXCLUDED, LeadState.CORRECTED, LeadState.NOT_FILED, LeadState.TRANSFERRED, LeadState.CLOSED}
)


class RetentionClass(StrEnum):
    """Each with its own time."""

    CRAWL = "采集存档"
    LEAD = "线索"
    EVIDENCE = "证据"


class RetentionItem(Record):
    """One thing whose time is over: it may go, or `kept_for` says what holds it. `since` is the end of its time."""

    kind: RetentionClass
    item_id: str
    since: UtcDatetime
    size_bytes: int = 0
    kept_for: str = ""


class RetentionList(Record):
    """Everything whose time is over, and how many of each kind there are in all."""

    at: UtcDatetime
    days: dict[str, int]
    counted: dict[str, int]
    items: tuple[RetentionItem, ...]


@dataclass(slots=True)
class _ArchiveFile:
    newest: datetime
    pages: int = 0
    linked: int = 0


def list_retention(services: Services, settings: Settings) -> RetentionList:
    """Look at every archive file, lead and capture. Changes nothing.

    Raises:
        StoreAwayError: The records are away.
    """
    now, chosen = services.clock(), settings.retention
    counted = dict.fromkeys((kind.value for kind in RetentionClass), 0)
    items: list[RetentionItem] = []
    for found in (
        _archives(services, now - timedelta(days=chosen.crawl_days)),
        _leads(services, now - timedelta(days=chosen.lead_days)),
        _evidence(services, now - timedelta(days=settings.evidence.keep_days)),
    ):
        for kind, item in found:
            counted[kind.value] += 1
            items += [item] if item is not None else []
    days = {"采集存档": chosen.crawl_days, "线索": chosen.lead_days, "证据": settings.evidence.keep_days}
    return RetentionList(at=now, days=days, counted=counted, items=tuple(items))


_Found = Iterator[tuple[RetentionClass, RetentionItem | None]]


def _archives(services: Services, before: datetime) -> _Found:
    """By file, for a record cannot be taken out of one: the newest page tells its age, one linked page holds it."""
    linked = {finding.page_id for finding in services.leads.findings()}
    files: dict[str, _ArchiveFile] = {}
    for run in services.survey.runs():
        for page in services.survey.pages(run.run_id):
            if page.archive is None:
                continue
            file = files.setdefault(page.archive.file, _ArchiveFile(newest=page.fetched_at))
            file.newest = max(file.newest, page.fetched_at)
            file.pages += 1
            file.linked += page.page_id in linked
    for name, file in sorted(files.items()):
        if file.newest > before:
            yield RetentionClass.CRAWL, None
            continue
        path = services.data_dir / "archive" / name
        yield (
            RetentionClass.CRAWL,
            RetentionItem(
                kind=RetentionClass.CRAWL,
                item_id=name,
                since=file.newest,
                size_bytes=path.stat().st_size if path.is_file() else 0,
                kept_for=f"{file.linked} 个网页是认定的依据" if file.linked else "",
            ),
        )


def _leads(services: Services, before: datetime) -> _Found:
    in_cases = {lead_id for case in services.leads.cases() for lead_id in case.lead_ids}
    for lead in services.leads.leads():
        last = max(lead.last_seen_at, lead.decided_at or lead.last_seen_at)
        if last > before:
            yield RetentionClass.LEAD, None
            continue
        held = "" if lead.state in _ENDED else f"尚未办结（{lead.state.value}）"
        held = "已入案" if lead.lead_id in in_cases else held
        yield (
            RetentionClass.LEAD,
            RetentionItem(kind=RetentionClass.LEAD, item_id=lead.lead_id, since=last, kept_for=held),
        )


def _evidence(services: Services, before: datetime) -> _Found:
    for capture in services.evidence.captures():
        if capture.state not in _SEALED or capture.package is None:
            continue
        ended = capture.finished_at or capture.started_at
        standing = standing_of(services.evidence, capture.capture_id)
        if ended > before or standing.destroyed is not None:
            yield RetentionClass.EVIDENCE, None
            continue
        held = f"已入案 {capture.case_id}" if capture.case_id else ""
        held = f"已冻结：{standing.held.reason}" if standing.held else held
        yield (
            RetentionClass.EVIDENCE,
            RetentionItem(
                kind=RetentionClass.EVIDENCE,
                item_id=capture.capture_id,
                since=ended,
                size_bytes=capture.package.size_bytes,
                kept_for=held,
            ),
        )
