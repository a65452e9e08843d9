"""What is done with evidence after it was made: held, destroyed by two persons, captured a second time, compared,
proved as a surveyed page, and looked through as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from offices.audit import AuditAction, Caller
from offices.desk import not_found
from offices.evidence_desk import EvidenceDesk, EvidenceMeans
from offices.permissions import in_scope
from records.audit_search import AuditQuery
from records.base import stable_id
from records.capture_comparing import CaptureComparison
from records.destruction import DestructionCertificate
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent, PackageKind, TimestampState
from records.evidence_log import LogHead
from records.keeping import KeepAct, KeepingMeans, KeepWish, KeptStanding
from records.people import AuditEvent, Permission
from records.ports import Services
from records.survey import Page
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState
from records.workbench import PageProof, Workbench

__all__ = ["KeepingDesk", "LogState", "Probe"]

_AUDITS_SHOWN = 10
_PROBES_SHOWN = 10
_LIKE_SHOWN = 50
_OPEN = (WantedState.WAITING, WantedState.TAKEN)
_KEPT = (CustodyAction.HELD, CustodyAction.RELEASED, CustodyAction.DESTRUCTION_ASKED, CustodyAction.DESTROYED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A known page: its captures, newest first. `set`: it is still asked for; `last`: the newest that ended."""

    url: str
    set: bool
    made: tuple[WantedCapture, ...]

    @property
    def last(self) -> WantedCapture | None:
        """The newest that came to an end."""
        return next((one for one in self.made if one.state not in _OPEN), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How the evidence log and its stamps stand. `pending`: captures that have no time stamp yet (待加戳)."""

    size: int
    head: LogHead | None
    heads: int
    pending: tuple[Capture, ...]


class KeepingDesk(EvidenceDesk):
    """The part of the evidence desk that deals with evidence after it was made."""

    def __init__(
        self, services: Services, caller: Caller, means: EvidenceMeans, *, keeping: KeepingMeans, bench: Workbench
    ) -> None:
        super().__init__(services, caller, means)
        self._keeping = keeping
        self._bench = bench

    def standing(self, capture_id: str) -> KeptStanding:
        """Hold, request, destruction; raises as `file`."""
        return self._keeping.standing(self._scoped(capture_id).capture_id)

    def keep(self, capture_id: str, act: KeepAct, *, reason: str) -> None:
        """冻结、解除冻结、申请销毁、批准销毁; the second person must be another than the first.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`; or the act is not this role's.
            ConflictError: The same person acts twice, it is held, not asked for, in a case, or its time is not over.
            InvalidInputError: No reason is given, or there is no package.
        """
        self.need(act.needs)
        capture = self._scoped(capture_id)
        said = reason.strip()
        if not said:
            raise InvalidInputError("须写明理由，理由写入保管链", cure="在“理由”一栏写明，如：行政复议中")
        wish = KeepWish(
            actor=self._account.login,
            role="、".join(self._account.roles),
            origin=self._caller.origin,
            reason=said[:500],
            keep_days=self._bench.keep_days,
        )
        self._keeping.act(act, capture, wish)
        self.note(AuditAction.EVIDENCE_KEPT, capture_id, f"{act.value}：{said[:500]}")

    def hand(self, capture_id: str, way: CustodyAction, *, to: str, reason: str) -> CustodyEvent:
        """移交 with the case, or 交付 of a copy; written into both chains, the log's head stamped as of now.

        Raises:
            NotFoundError, PermissionRefusedError: As `export`.
            InvalidInputError: To whom is not said.
        """
        self.need(Permission.EVIDENCE_EXPORT)
        capture = self._scoped(capture_id)
        self._package(capture)
        if not to.strip():
            raise InvalidInputError("移交或交付须写明给谁", cure="如：某市公安局")
        said = f"{way.value}给 {to.strip()}" + (f"：{reason.strip()}" if reason.strip() else "")
        self.note(AuditAction.EVIDENCE_EXPORTED, capture_id, said[:500])
        event = self._custody(capture, way, said[:500])
        self._means.stamp_head()
        return event

    def certificate(self, capture_id: str) -> tuple[DestructionCertificate, bytes]:
        """The certificate of a destroyed capture, read and as it is kept. Raises NotFoundError when there is none."""
        destroyed = self.standing(capture_id).destroyed
        if destroyed is None or not destroyed.subject_sha256:
            raise not_found("销毁证书", capture_id)
        kept = self._services.blobs.get(destroyed.subject_sha256)
        return DestructionCertificate.model_validate_json(kept), kept

    def kept(self) -> tuple[tuple[Capture, KeptStanding], ...]:
        """Captures of one's region that are held, asked to be destroyed, or destroyed; newest act first."""
        self.need(Permission.EVIDENCE_READ)
        touched: dict[str, int] = {}
        for event in self._services.evidence.custody():
            if event.action in _KEPT:
                touched[event.capture_id] = event.sequence
        found = []
        for capture in self.captures():
            if capture.capture_id in touched:
                standing = self._keeping.standing(capture.capture_id)
                if standing.held or standing.asked or standing.destroyed:
                    found.append((capture, standing))
        return tuple(sorted(found, key=lambda pair: -touched[pair[0].capture_id]))

    def ask_second(self, capture_id: str) -> WantedCapture:
        """二次固证 by another process, as soon as one is free.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`; or may not capture.
            InvalidInputError: The first has no package to be compared with.
            ConflictError: One is under way already.
        """
        self.need(Permission.EVIDENCE_CAPTURE)
        capture = self._scoped(capture_id)
        if capture.package is None or capture.state is CaptureState.RUNNING:
            raise InvalidInputError("该次固证没有证据包，无从比对", cure="等它完成，或重新固证")
        if any(one.state in _OPEN for one in self.seconds(capture_id)):
            raise ConflictError("二次固证已经排入，尚未完成", cure="稍后刷新本页")
        now = self._services.clock()
        wanted = WantedCapture(
            wanted_id=stable_id("second", capture_id, self._account.login, now.isoformat()),
            lead_id=capture.lead_id,
            url=capture.url,
            why=f"{self._account.login} 要求对 {capture_id} 二次固证",
            purpose=WantedPurpose.SECOND,
            second_of=capture_id,
            asked_at=now,
            not_before=now,
        )
        self._services.wanted_captures.want([wanted])
        self.note(AuditAction.CAPTURE_BEGUN, capture_id, "二次固证")
        return wanted

    def seconds(self, capture_id: str) -> tuple[WantedCapture, ...]:
        """Second captures asked of this one, newest first; raises as `file`."""
        capture = self._scoped(capture_id)
        asked = self._services.wanted_captures.wanted(capture.lead_id)
        return tuple(one for one in reversed(asked) if one.second_of == capture_id)

    def comparable(self, capture_id: str) -> tuple[Capture, ...]:
        """Other captures with a package of the same page or lead, newest first; raises as `file`."""
        capture = self._scoped(capture_id)
        address = _without_fragment(capture.url)
        found = (
            one
            for one in self.captures()
            if one.capture_id != capture_id
            and one.kind is capture.kind is PackageKind.CAPTURE
            and one.package is not None
            and (_without_fragment(one.url) == address or (capture.lead_id and one.lead_id == capture.lead_id))
        )
        return tuple(found)[:_LIKE_SHOWN]

    def compare(self, first: str, second: str) -> tuple[CaptureComparison, tuple[str, ...]]:
        """Two captures held against each other; the look is in the audit chain.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`, of either.
            VerificationError, InvalidInputError: As `Workbench.compare`.
        """
        self._both(first, second)
        self.note(AuditAction.EVIDENCE_COMPARED, first, f"与 {second} 比对")
        return self._bench.compare(first, second)

    def compared_picture(self, first: str, second: str) -> bytes:
        """Both pictures with what differs framed; raises as `compare`."""
        self._both(first, second)
        return self._bench.compared_picture(first, second)

    def prove(self, named: str, *, reason: str, lead_id: str = "") -> PageProof:
        """监测页面存证 of a page by its id or address. Who is bound to a region proves pages of targets in it, or pages
        a lead of the region names.

        Raises:
            NotFoundError: No such page for this person, or it has no archive.
            PermissionRefusedError: May not export evidence.
            InvalidInputError: Nothing named, or no reason given.
            IntegrityError: The archive no longer holds what was logged.
        """
        self.need(Permission.EVIDENCE_EXPORT)
        wanted, said = named.strip(), reason.strip()
        if not wanted or not said:
            raise InvalidInputError("须写明网址与导出理由", cure="理由写入保管链，如：案件 2026-001 举证")
        page = self._bench.page_named(wanted)
        if not self._may_prove(page, lead_id):
            raise not_found("监测页面", wanted)
        made = self._bench.prove_page(page, operator=self._account.login, reason=said[:300], origin=self._caller.origin)
        self.note(AuditAction.PAGE_PROVED, page.page_id, f"{page.url[:300]}；{said[:300]}")
        return made

    def probes(self) -> tuple[Probe, ...]:
        """Known pages with what their captures showed: those asked for now, then those of before."""
        self.need(Permission.EVIDENCE_READ)
        by_url: dict[str, list[WantedCapture]] = {url: [] for url in self._bench.probe_urls}
        for one in reversed(self._services.wanted_captures.wanted()):
            if one.purpose is WantedPurpose.PROBE:
                by_url.setdefault(one.url, []).append(one.model_copy(update={"token": ""}))
        now_set = set(self._bench.probe_urls)
        return tuple(
            Probe(url=url, set=url in now_set, made=tuple(made[:_PROBES_SHOWN])) for url, made in by_url.items()
        )

    def log_state(self) -> LogState:
        """The evidence log, its newest head, and the captures of one's region that wait for a stamp."""
        self.need(Permission.EVIDENCE_READ)
        heads = self._services.evidence_log.heads()
        pending = (one for one in self.captures() if one.package and one.timestamp is TimestampState.PENDING)
        return LogState(
            size=self._services.evidence_log.size(),
            head=heads[-1] if heads else None,
            heads=len(heads),
            pending=tuple(pending),
        )

    def audits(self) -> tuple[AuditEvent, ...]:
        """The last looks through all evidence, newest first. Who is bound to a region is told how it came out, not of
        which captures."""
        self.need(Permission.EVIDENCE_READ)
        found = self._services.audit.find_audit(
            AuditQuery(actions=(AuditAction.EVIDENCE_AUDITED,)), limit=_AUDITS_SHOWN
        )
        if not self.scope:
            return found
        return tuple(one.model_copy(update={"detail": one.detail.split("；")[0]}) for one in found)

    def auditing_since(self) -> datetime | None:
        """When the look under way began."""
        return self._bench.auditing_since()

    def audit(self) -> None:
        """Look at a sample of everything, in the background; what comes of it is in the audit chain.

        Raises:
            ConflictError: A look is under way.
            PermissionRefusedError: May not read evidence.
        """
        self.need(Permission.EVIDENCE_READ)
        if not self._bench.begin_audit(lambda said: self.note(AuditAction.EVIDENCE_AUDITED, "", said)):
            raise ConflictError("核查正在进行", cure="稍后刷新本页看结果")

    def _both(self, first: str, second: str) -> None:
        if first == second:
            raise InvalidInputError("两次固证是同一次", cure="选另一次固证")
        self._scoped(first)
        self._scoped(second)

    def _may_prove(self, page: Page, lead_id: str) -> bool:
        if lead_id:
            urls = self.scoped_lead(lead_id).urls
            return any(_without_fragment(url) in (page.url, page.final_url) for url in urls)
        if not self.scope:
            return True
        try:
            region = self._services.survey.target(page.target_id).region_code
        except NotFoundError:
            return False
        return bool(region) and in_scope(self._account, region)


def _without_fragment(url: str) -> str:
    try:
        return urlsplit(url)._replace(fragment="").geturl()
    except ValueError:
        return url
