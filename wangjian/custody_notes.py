"""What the command line does with evidence, written into the custody chain before it is done."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from evidence.custody import CustodyNote, record_event
from evidence.transparency import current_head, log_means_of
from records.errors import InvalidInputError, NotFoundError
from records.evidence import Capture, CheckResult, CustodyAction, CustodyEvent, VerificationReport
from records.ports import Services

__all__ = ["COMMAND_LINE", "note_export", "note_handing", "note_renewal", "note_verification"]

COMMAND_LINE = "命令行"


def note_export(services: Services, capture: Capture, *, actor: str, reason: str) -> CustodyEvent:
    """A package leaves the store: in the chain, and the log's head is stamped as of now.

    Raises:
        StoreAwayError, StorageFullError: It cannot be written down; the package must stay.
    """
    event = _note(services, capture, CustodyAction.EXPORTED, actor=actor, reason=reason)
    current_head(log_means_of(services))
    return event


def note_handing(
    services: Services, capture: Capture, action: CustodyAction, *, actor: str, to: str, reason: str
) -> CustodyEvent:
    """A package goes into other hands: 移交 to another authority, or 交付 to a party or a court.

    Raises:
        InvalidInputError: To whom is not said, or there is no package to hand over.
    """
    if not to.strip():
        raise InvalidInputError("移交或交付须写明给谁", cure="如 --to 某市公安局")
    if capture.package is None:
        raise InvalidInputError(f"该次固证没有证据包：{capture.capture_id}", cure="重新固证后再移交")
    said = f"{action.value}给 {to.strip()}" + (f"：{reason.strip()}" if reason.strip() else "")
    event = _note(services, capture, action, actor=actor, reason=said)
    current_head(log_means_of(services))
    return event


def note_verification(services: Services, report: VerificationReport, name: str, *, actor: str) -> CustodyEvent | None:
    """A package file was verified; None when nothing here knows the capture, upload or page it says it is of."""
    if not report.capture_id or next(services.evidence.custody(report.capture_id), None) is None:
        return None
    failed = "、".join(check.title for check in report.checks if check.result is not CheckResult.PASSED)
    said = "核验通过" if report.valid else f"核验未通过（{failed}）"
    note = CustodyNote(
        capture_id=report.capture_id,
        action=CustodyAction.VERIFIED,
        actor=actor,
        role="操作人",
        origin=COMMAND_LINE,
        reason=f"{said}：文件 {name}"[:400],
        subject_sha256=report.package_sha256,
    )
    return record_event(services.evidence, note, clock=services.clock)


def note_renewal(services: Services, package: Path, new_sha256: str, *, actor: str) -> CustodyEvent | None:
    """An archive time stamp was put over a package; None when the capture is none of ours."""
    with zipfile.ZipFile(package) as box:
        capture_id = str(json.loads(box.read("evidence/manifest.json"))["capture_id"])
    try:
        services.evidence.capture(capture_id)
    except NotFoundError:
        return None
    note = CustodyNote(
        capture_id=capture_id,
        action=CustodyAction.RENEWED,
        actor=actor,
        role="操作人",
        origin=COMMAND_LINE,
        reason="加盖存档时间戳，写成新的证据包",
        subject_sha256=new_sha256,
    )
    return record_event(services.evidence, note, clock=services.clock)


def _note(services: Services, capture: Capture, action: CustodyAction, *, actor: str, reason: str) -> CustodyEvent:
    note = CustodyNote(
        capture_id=capture.capture_id,
        action=action,
        actor=actor,
        role="操作人",
        origin=COMMAND_LINE,
        reason=reason,
        subject_sha256=capture.package.sha256 if capture.package else None,
    )
    return record_event(services.evidence, note, clock=services.clock)
