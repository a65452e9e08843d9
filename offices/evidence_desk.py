"""Evidence as one person may see it: every look, check and copy is in the audit chain and the custody chain."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from network.guard import AddressGuard
from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from records.clicks import check_clicks
from records.digests import Digests
from records.errors import NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent, PackageKind, VerificationReport
from records.people import Permission
from records.ports import Services
from records.rerendering import Rerendering

__all__ = ["CaptureFile", "CustodyNote", "EvidenceDesk", "EvidenceMeans", "chunks_of"]

_ONE_LOOK = timedelta(minutes=30)
_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyNote:
    """What happened to a capture, for the custody chain to write down."""

    capture_id: str
    action: CustodyAction
    actor: str
    role: str
    origin: str
    reason: str
    subject_sha256: str | None


class EvidenceMeans(Protocol):
    """What the evidence room does for this desk (`evidence/desk.py`); the rooms meet in the doors."""

    def verify(self, path: Path) -> VerificationReport:
        """Check a package file."""

    def write_custody(self, note: CustodyNote) -> CustodyEvent:
        """Append an event to the custody chain."""

    def stamp_head(self) -> object:
        """Have the head of the evidence log stamped as of now."""

    def rerendering(self, capture_id: str) -> Rerendering | None:
        """What came of drawing a capture again from its package; None when that was not done yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFile:
    """A capture with its part of the custody chain, and what came of drawing it again."""

    capture: Capture
    custody: tuple[CustodyEvent, ...]
    rerendering: Rerendering | None = None


class EvidenceDesk(Desk):
    """The part of a desk that deals with captures and packages."""

    def __init__(self, services: Services, caller: Caller, means: EvidenceMeans) -> None:
        super().__init__(services, caller)
        self._means = means

    def captures(self, *, lead_id: str = "") -> tuple[Capture, ...]:
        """Captures of leads in the person's region and the person's own, newest first."""
        self.need(Permission.EVIDENCE_READ)
        regions: dict[str, bool] = {}
        return tuple(
            capture for capture in self._services.evidence.captures(lead_id=lead_id) if self._sees(capture, regions)
        )

    def file(self, capture_id: str) -> CaptureFile:
        """A capture with its custody; the look is written into both chains: into the custody chain once
        it is sealed or failed, and again only after half an hour.

        Raises:
            NotFoundError: No such capture in this region.
            PermissionRefusedError: May not read evidence.
        """
        capture = self._scoped(capture_id)
        custody = tuple(self._services.evidence.custody(capture_id))
        self.note(AuditAction.EVIDENCE_READ, capture_id)
        if capture.state is not CaptureState.RUNNING and not self._just_looked(custody):
            custody = (*custody, self._custody(capture, CustodyAction.VIEWED, "控制台查看"))
        return CaptureFile(capture=capture, custody=custody, rerendering=self._means.rerendering(capture_id))

    def replay(self, capture_id: str) -> tuple[Capture, Digests]:
        """The capture whose package is to be replayed, and its digests; the look is written into both chains.

        Raises:
            NotFoundError: No such capture in this region, never sealed, a received file, or no longer kept.
            PermissionRefusedError: May not read evidence.
        """
        capture = self._scoped(capture_id)
        package = self._package(capture)
        if capture.kind is PackageKind.UPLOAD:
            raise NotFoundError("接收的材料不是网页，没有回放", cure="下载材料后用相应程序打开")
        if not self._services.blobs.holds(package.sha256):
            raise NotFoundError("证据包文件不在存储中", cure="运行 wangjian evidence audit 核查存储")
        self.note(AuditAction.EVIDENCE_READ, capture_id, "回放")
        self._custody(capture, CustodyAction.VIEWED, "控制台回放")
        return capture, package

    def screenshot(self, capture_id: str) -> bytes:
        """The picture of the page (PNG), checked against its digest as it is read; raises as `file`."""
        capture = self._scoped(capture_id)
        if capture.screenshot is None:
            raise not_found("截图", capture_id)
        return self._services.blobs.get(capture.screenshot.sha256)

    def begin(self, url: str, *, lead_id: str = "", clicks: Sequence[str] = ()) -> Capture:
        """Start a capture in the background. `clicks`: what is clicked to be shown, in order (`check_clicks`).

        Raises:
            InvalidInputError, AddressRefusedError: Not an address that may be visited, or clicks nobody can make.
            NotFoundError: No such lead in this region.
            PermissionRefusedError: May not capture.
        """
        self.need(Permission.EVIDENCE_CAPTURE)
        if lead_id:
            self.scoped_lead(lead_id)
        address = url.strip()
        AddressGuard(allow_private=self._services.allow_private).check_url(address)
        wanted = check_clicks(clicks)
        capture = self._services.preserver.begin(address, lead_id=lead_id, operator=self._account.login, clicks=wanted)
        said = f"{address}；点击展示：{'、'.join(wanted)}" if wanted else address
        self.note(AuditAction.CAPTURE_BEGUN, capture.capture_id, said)
        return capture

    def export(self, capture_id: str) -> tuple[Capture, Digests, AbstractContextManager[BinaryIO]]:
        """The package as a stream with its digests; written into both chains before the first byte leaves.

        Raises:
            NotFoundError: No such capture in this region, or it was never sealed.
            PermissionRefusedError: May not export evidence.
        """
        self.need(Permission.EVIDENCE_EXPORT)
        capture = self._scoped(capture_id)
        package = self._package(capture)
        if not self._services.blobs.holds(package.sha256):
            raise NotFoundError("证据包文件不在存储中", cure="运行 wangjian evidence audit 核查存储")
        self.note(AuditAction.EVIDENCE_EXPORTED, capture_id, f"SHA-256 {package.sha256}")
        self._custody(capture, CustodyAction.EXPORTED, "下载证据包")
        self._means.stamp_head()
        return capture, package, self._services.blobs.open(package.sha256)

    def verify(self, capture_id: str) -> VerificationReport:
        """Check the stored package with the stand-alone rules; the result is written into both chains.

        Raises:
            NotFoundError, PermissionRefusedError: As in `file`.
        """
        capture = self._scoped(capture_id)
        package = self._package(capture)
        with tempfile.TemporaryDirectory(prefix="wangjian-verify-") as folder:
            path = Path(folder) / f"{capture_id}.wacz"
            with self._services.blobs.open(package.sha256) as stored, path.open("wb") as copy:
                shutil.copyfileobj(stored, copy, 1 << 20)
            report = self._means.verify(path)
        said = "核验通过" if report.valid else "核验未通过"
        self.note(AuditAction.EVIDENCE_VERIFIED, capture_id, said)
        self._custody(capture, CustodyAction.VERIFIED, said)
        return report

    def _scoped(self, capture_id: str) -> Capture:
        self.need(Permission.EVIDENCE_READ)
        capture = self._services.evidence.capture(capture_id)
        if not self._sees(capture, {}):
            raise not_found("证据", capture_id)
        return capture

    def _sees(self, capture: Capture, regions: dict[str, bool]) -> bool:
        if not capture.lead_id:
            if not self.scope or capture.operator == self._account.login:
                return True
            return bool(capture.case_id) and self.sees_case(capture.case_id)
        if capture.lead_id not in regions:
            try:
                self.scoped_lead(capture.lead_id)
                regions[capture.lead_id] = True
            except NotFoundError:
                regions[capture.lead_id] = False
        return regions[capture.lead_id]

    def _package(self, capture: Capture) -> Digests:
        if capture.package is None:
            raise NotFoundError(
                f"该次固证没有封存的证据包（{capture.capture_id}）", cure="固证完成后才能核验或下载；未完成的请重新固证"
            )
        return capture.package

    def _custody(self, capture: Capture, action: CustodyAction, reason: str) -> CustodyEvent:
        return self._means.write_custody(
            CustodyNote(
                capture_id=capture.capture_id,
                action=action,
                actor=self._account.login,
                role="、".join(self._account.roles),
                origin=self._caller.origin,
                reason=reason,
                subject_sha256=capture.package.sha256 if capture.package else None,
            )
        )

    def _just_looked(self, custody: tuple[CustodyEvent, ...]) -> bool:
        since = self._services.clock() - _ONE_LOOK
        return any(
            event.action is CustodyAction.VIEWED and event.actor == self._account.login and event.at > since
            for event in custody
        )


def chunks_of(stored: AbstractContextManager[BinaryIO]) -> Iterator[bytes]:
    """The stream of a package in pieces, closed at the end or when the caller leaves."""
    with stored as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk
