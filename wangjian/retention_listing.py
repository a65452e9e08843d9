"""留存期满清单: what the rules of retention would let go, and what holds the rest. Nothing is taken away by looking.

Evidence is destroyed by its own acts (`evidence/retention.py`), archives and leads by `wangjian/disposing.py`, all by
two persons. Law: 《中华人民共和国电子商务法》第三十一条.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evidence.retention import standing_of
from records.disposals import RetentionClass, RetentionItem, RetentionList
from records.errors import NotFoundError
from records.evidence import Capture, CaptureState
from records.exchange_matters import MatterQuery, MatterState
from records.leads import Lead, LeadState
from records.ports import Services
from records.survey import Page
from wangjian.settings import Settings

__all__ = ["list_retention", "retained_archives", "retained_leads"]

_SEALED = (CaptureState.COMPLETE, CaptureState.PARTIAL)
_ENDED = frozenset(
    {LeadState.EXCLUDED, LeadState.CORRECTED, LeadState.NOT_FILED, LeadState.TRANSFERRED, LeadState.CLOSED}
)
_UNDER_WAY = (MatterState.WAITING, MatterState.SENT, MatterState.ARRIVED)

_Found = Iterator[RetentionItem | None]
"""Of everything of a kind one; None of what is not past its time."""


def list_retention(services: Services, settings: Settings) -> RetentionList:
    """Look at every archive file, lead and capture. Changes nothing.

    Raises:
        StoreAwayError: The records are away.
    """
    now = services.clock()
    days = {
        RetentionClass.CRAWL: settings.retention.crawl_days,
        RetentionClass.LEAD: settings.retention.lead_days,
        RetentionClass.EVIDENCE: settings.evidence.keep_days,
    }
    look = {
        RetentionClass.CRAWL: retained_archives,
        RetentionClass.LEAD: retained_leads,
        RetentionClass.EVIDENCE: _evidence,
    }
    counted: dict[str, int] = {}
    items: list[RetentionItem] = []
    for kind, found in look.items():
        told = list(found(services, now - timedelta(days=days[kind])))
        counted[kind.value] = len(told)
        items += [item for item in told if item is not None]
    return RetentionList(at=now, days={kind.value: told for kind, told in days.items()}, counted=counted, items=items)


@dataclass(slots=True)
class _ArchiveFile:
    newest: datetime
    linked: int = 0


@dataclass(slots=True)
class _Run:
    """The archive files of one run: a page drawn in one may be made of an answer in the one before."""

    files: dict[str, _ArchiveFile] = field(default_factory=dict)
    kept_for: str = ""


def retained_archives(services: Services, before: datetime) -> _Found:
    """By file, for a record cannot be taken out of one; those of a run have one fate.

    A run stays while any of its pages is the ground of a finding, belongs to a case, was proved to an outsider, stands
    for an address that has not changed since, or has bytes that a later page may refer to and not keep twice.
    """
    linked = {finding.page_id for finding in services.leads.findings()}
    linked |= {page_id for case in services.leads.cases() for page_id in case.page_ids}
    linked |= {event.capture_id for event in services.evidence.custody()}  # pages proved to outsiders among them
    held = {hold.item_id: hold.reason for hold in services.disposals.holds()}
    runs: dict[str, _Run] = {}
    for page, name in _archived(services):
        file = runs.setdefault(_run_of(name), _Run()).files.setdefault(name, _ArchiveFile(page.fetched_at))
        file.newest = max(file.newest, page.fetched_at)
        file.linked += page.page_id in linked
    old = {run: found for run, found in runs.items() if all(one.newest <= before for one in found.files.values())}
    _hold_what_others_need(services, old)
    for run, found in sorted(runs.items()):
        grounds = sum(one.linked for one in found.files.values())
        frozen = next((f"已冻结：{held[name]}" for name in found.files if name in held), "")
        for name, file in sorted(found.files.items()):
            if run not in old:
                yield None
                continue
            try:
                size = services.archive.size_bytes(name)
            except NotFoundError:  # one that was destroyed is not asked for again
                continue
            why = frozen or (f"{grounds} 个网页是认定或存证的依据" if grounds else found.kept_for)
            yield RetentionItem(
                kind=RetentionClass.CRAWL, item_id=name, since=file.newest, size_bytes=size, kept_for=why
            )


def retained_leads(services: Services, before: datetime) -> _Found:
    """A lead stays while it is open, in a case, on the way to another bureau, or has evidence that is kept."""
    in_cases = {lead_id for case in services.leads.cases() for lead_id in case.lead_ids}
    travelling = {matter.lead_id for matter in services.exchange.matters(MatterQuery(states=_UNDER_WAY))}
    held = {hold.item_id: hold.reason for hold in services.disposals.holds()}
    for lead in services.leads.leads():
        last = max(lead.last_seen_at, lead.decided_at or lead.last_seen_at)
        if last > before:
            yield None
            continue
        why = "" if lead.state in _ENDED else f"尚未办结（{lead.state.value}）"
        why = why or _kept_evidence(services, lead)
        why = "往来事项尚未办结" if lead.lead_id in travelling else why
        why = "已入案" if lead.lead_id in in_cases else why
        why = f"已冻结：{held[lead.lead_id]}" if lead.lead_id in held else why
        yield RetentionItem(kind=RetentionClass.LEAD, item_id=lead.lead_id, since=last, kept_for=why)


def _evidence(services: Services, before: datetime) -> _Found:
    for capture in services.evidence.captures():
        if capture.state not in _SEALED or capture.package is None:
            continue
        ended = capture.finished_at or capture.started_at
        standing = standing_of(services.evidence, capture.capture_id)
        if ended > before or standing.destroyed is not None:
            yield None
            continue
        why = f"已入案 {capture.case_id}" if capture.case_id else _locked(services, capture)
        why = f"已冻结：{standing.held.reason}" if standing.held else why
        size = capture.package.size_bytes
        yield RetentionItem(
            kind=RetentionClass.EVIDENCE, item_id=capture.capture_id, since=ended, size_bytes=size, kept_for=why
        )


def _archived(services: Services) -> Iterator[tuple[Page, str]]:
    for run in services.survey.runs():
        for page in services.survey.pages(run.run_id):
            if page.archive is not None:
                yield page, page.archive.file


def _run_of(name: str) -> str:
    return name.rsplit("-", 1)[0]


def _hold_what_others_need(services: Services, old: dict[str, _Run]) -> None:
    """A page of a younger run with the same bytes may be a record that refers to the older one."""
    bytes_of: dict[str, set[str]] = {}
    for page, name in _archived(services):
        if page.wire is not None and _run_of(name) in old:
            bytes_of.setdefault(page.wire.sha256, set()).add(_run_of(name))
    for page, name in _archived(services) if old else ():
        if page.wire is not None and _run_of(name) not in old:
            for run in bytes_of.get(page.wire.sha256, ()):
                old[run].kept_for = "较新的存档引用其中的内容"


def _kept_evidence(services: Services, lead: Lead) -> str:
    for capture in _sealed(services.evidence.captures(lead_id=lead.lead_id)):
        standing = standing_of(services.evidence, capture.capture_id)
        if standing.held is not None:
            return f"证据已冻结：{standing.held.reason}"
        if standing.destroyed is None:
            return f"证据 {capture.capture_id} 仍在保存"
    return ""


def _sealed(captures: Iterable[Capture]) -> Iterator[Capture]:
    return (capture for capture in captures if capture.state in _SEALED and capture.package is not None)


def _locked(services: Services, capture: Capture) -> str:
    """A store that locks objects lets nobody take them away before the lock ends, whatever two persons say."""
    assert capture.package is not None
    try:
        until = services.blobs.locked_until(capture.package.sha256)
    except NotFoundError:
        return ""
    return f"对象锁定至 {until.date().isoformat()}" if until is not None else ""
