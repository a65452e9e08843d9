"""Evidence audited as a whole: chain, log, records, stored objects and survey archives, each against the others."""

from __future__ import annotations

import io
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from crawlers.archive.files import may_still_come
from crawlers.archive.reading import stored_bytes
from evidence.audit import audit_evidence
from evidence.log_audit import KnownHead, LogAudit, StoreSurvey, audit_log, look_through, package_heads
from evidence.rerendered import problems_of_rerenderings
from evidence.retention import destroyed_under
from evidence.standalone.verify import RefusedError
from evidence.verify import LibraryTrust
from records.base import Record
from records.chain import check_chain
from records.digests import digests_of, digests_of_chunks
from records.errors import CustodyError, InvalidInputError, NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent
from records.evidence_log import LeafKind, LogLeaf
from records.people import AuditEvent
from records.ports import Services
from wangjian.disposed import certified_archives, disposed_archives
from wangjian.logging_pages import catch_up_pages

__all__ = ["AuditReport", "audit_everything"]

SAMPLE = 200
"""Packages, objects and pages each that are read anew when not everything is."""


class AuditReport(Record):
    """How much was looked at, and what is wrong, one Chinese sentence each.

    Attributes:
        heads: Signed heads the log was held against; `stamped_heads` of them with a stamp that holds.
        objects: Stored objects whose bytes were hashed anew.
        pages: Surveyed pages whose record in the archive was hashed anew.
    """

    full: bool
    packages: int
    events: int
    leaves: int
    heads: int
    stamped_heads: int
    objects: int
    pages: int
    problems: tuple[str, ...]


def audit_everything(
    services: Services, *, full: bool = False, against: Sequence[Path] = (), seed: str = ""
) -> AuditReport:
    """Look at everything that can be changed without a trace in itself.

    The chain, the whole log and every head are always followed; of stored objects, packages and archived pages a
    sample is read anew (of `seed`, so that it can be repeated), or with `full` all.

    Args:
        against: Packages or heads kept outside, whose word is held against the store too.

    Raises:
        InvalidInputError: A file of `against` is none of ours.
    """
    chance = random.Random(seed)  # noqa: S311  # a sample that can be drawn again, no secret
    trust = LibraryTrust(services.trust_anchors_pem)
    catch_up_pages(services)
    found = look_through(services.blobs, trust, certificates_pem=services.signer.certificate_pem)
    heads = [*found.heads, *_outside(services, trust, against)]
    log, pages = _log(services, heads, chance, full=full)
    sealed = [capture.capture_id for capture in services.evidence.captures()]
    chosen = None if full else frozenset(chance.sample(sealed, min(SAMPLE, len(sealed))))
    excused = _destroyed(services, trust)
    packages = audit_evidence(services.blobs, services.evidence, only=chosen, excused=excused)
    objects, broken = _objects(services, chance, found, full=full)
    problems = [*packages.problems, *log.problems, *found.problems, *_records(services, log, found), *broken]
    for head in services.evidence_log.heads():
        if not services.blobs.holds(head.head_sha256):
            problems.append(f"日志头不在存储中：{head.head_sha256}")
    problems += _pages(services, pages, trust)
    problems += services.blobs.flaws(full=full)
    problems += problems_of_rerenderings(services, log.others[LeafKind.RERENDERING])
    problems += _audit_chain(services, log.others[LeafKind.AUDIT])
    return AuditReport(
        full=full,
        packages=packages.packages,
        events=packages.events,
        leaves=log.leaves,
        heads=len(heads),
        stamped_heads=sum(head.stamped_at is not None for head in heads),
        objects=objects,
        pages=len(pages),
        problems=tuple(dict.fromkeys(problems)),
    )


def _log(
    services: Services, heads: Sequence[KnownHead], chance: random.Random, *, full: bool
) -> tuple[LogAudit, list[LogLeaf]]:
    size = services.evidence_log.size()
    pick = None if full else dict.fromkeys(chance.sample(range(size), min(SAMPLE, size)), True)
    audit = audit_log(services.evidence_log, heads, _events(services), pick=pick)
    return audit, audit.pages


def _destroyed(services: Services, trust: LibraryTrust) -> frozenset[str]:
    """Captures whose package two persons destroyed under a certificate that holds."""
    packages = {one.capture_id: one.package.sha256 for one in services.evidence.captures() if one.package}
    found = set()
    for event in _events(services).values():
        sha256 = packages.get(event.capture_id)
        destroyed = event.action is CustodyAction.DESTROYED and sha256 is not None
        if destroyed and destroyed_under(event, services.blobs, trust, sha256=sha256 or ""):
            found.add(event.capture_id)
    return frozenset(found)


def _events(services: Services) -> dict[int, CustodyEvent]:
    """The chain as far as it can be followed; what breaks it is said by the audit of packages."""
    events: dict[int, CustodyEvent] = {}
    try:
        for event in check_chain(services.evidence.custody()):
            events[event.sequence] = event
    except CustodyError:
        pass
    return events


def _outside(services: Services, trust: LibraryTrust, against: Sequence[Path]) -> list[KnownHead]:
    heads: list[KnownHead] = []
    for path in against:
        try:
            content = path.read_bytes()
            told = package_heads(
                io.BytesIO(content), trust, certificates_pem=services.signer.certificate_pem, where=path.name
            )
        except (OSError, RefusedError, KeyError, TypeError, ValueError) as exc:
            raise InvalidInputError(f"不是本单位的证据包：{path}", cure="给出以前导出的证据包") from exc
        if not told:
            raise InvalidInputError(f"包内没有本单位的日志头：{path}", cure="给出本单位以前导出的证据包")
        heads.extend(told)
    return heads


def _records(services: Services, log: LogAudit, found: StoreSurvey) -> list[str]:
    """Captures, entries of the log and packages in the store, each against the others."""
    captures = {capture.capture_id: capture for capture in services.evidence.captures()}
    problems = [f"{key}：存证日志有条目，固证记录却不在了" for key in log.captures if key not in captures]
    stored = {package.package_sha256: package for package in found.packages}
    for package in found.packages:
        leaf = log.captures.get(package.capture_id)
        if package.capture_id.startswith("page_"):
            continue
        if package.capture_id not in captures:
            problems.append(f"{package.capture_id}：存储中有证据包，固证记录却不在了")
        if leaf is None or leaf.sha256 != package.manifest_sha256:
            problems.append(f"{package.capture_id}：证据包的清单与存证日志的条目不符")
    for capture in captures.values():
        problems.extend(_of_capture(capture, log, {key: each.capture_id for key, each in stored.items()}))
    return problems


def _of_capture(capture: Capture, log: LogAudit, packages: dict[str, str]) -> list[str]:
    if capture.state not in (CaptureState.COMPLETE, CaptureState.PARTIAL):
        return []
    problems = []
    if capture.capture_id not in log.captures:
        problems.append(f"{capture.capture_id}：存证日志中没有它的条目")
    if capture.package is not None and packages.get(capture.package.sha256, capture.capture_id) != capture.capture_id:
        problems.append(f"{capture.capture_id}：记录所指的是另一次固证的证据包")
    return problems


def _objects(services: Services, chance: random.Random, found: StoreSurvey, *, full: bool) -> tuple[int, list[str]]:
    """Hash stored objects anew: all, or a sample."""
    rate = 1.0 if full or found.blobs <= SAMPLE else SAMPLE / found.blobs
    count, problems = 0, []
    for sha256 in services.blobs.digests():
        if rate < 1.0 and chance.random() >= rate:
            continue
        count += 1
        with services.blobs.open(sha256) as stream:  # a piece at a time: received files may be larger than memory
            now = digests_of_chunks(iter(lambda: stream.read(1 << 20), b"")).sha256  # used up at once
        if now != sha256:
            problems.append(f"存储中的对象已被改动：{sha256}（现为 {now}）")
    return count, problems


def _audit_chain(services: Services, ends: Mapping[str, LogLeaf]) -> list[str]:
    """Whether the chain of who read and changed what is the one whose ends the log holds."""
    wanted, last = {int(number): leaf for number, leaf in ends.items()}, 0
    try:
        for event in check_chain(_audit_events(services)):
            last, leaf = event.sequence, wanted.get(event.sequence)
            if leaf is not None and (leaf.sha256, leaf.sm3) != (event.event_sha256, event.event_sm3):
                return [f"审计链被重做：第 {last} 条与存证日志所记不符"]
    except CustodyError as exc:
        return [f"审计链：{exc.message}"]
    most = max(wanted, default=0)
    return [f"审计链被截短：存证日志记有 {most} 条，现只有 {last} 条"] if most > last else []


def _audit_events(services: Services) -> Iterator[AuditEvent]:
    last = 0
    while page := services.audit.audit(after_sequence=last):
        yield from page
        last = page[-1].sequence


def _pages(services: Services, leaves: Sequence[LogLeaf], trust: LibraryTrust) -> list[str]:
    """Pages whose record in the archive is no longer what was logged; those of files two persons destroyed are not
    looked for. Of restored records a certificate may be younger than they are: all are looked for when a file is gone.
    """
    root, problems = services.archive, []
    disposed: Collection[str] = disposed_archives(services, trust)
    certified: Collection[str] | None = None
    for leaf in leaves:
        page = None
        try:
            page = services.survey.page(leaf.id)
            if page.archive is None:
                problems.append(f"{leaf.id}：存证日志有条目，网页记录却没有存档位置")
                continue
            if page.archive.file in disposed:
                continue
            digests = digests_of(stored_bytes(root, page.archive))
        except NotFoundError as exc:
            if certified is None:
                certified = certified_archives(services, trust)
            if page is not None and page.archive is not None and page.archive.file in certified:
                continue
            if page is None or not may_still_come(root, page, services.clock()):
                problems.append(f"{leaf.id}：存证日志有条目，网页记录或存档却不在了（{exc.message}）")
            continue
        if (digests.sha256, digests.sm3) != (leaf.sha256, leaf.sm3):
            problems.append(f"{leaf.id}：采集存档中的记录与存证日志不符，可能被改动")
    return problems
