"""Looks at everything kept: whether each package still is what was sealed, and whether the custody chain is whole.

A database changed by hand is found: the packages are re-hashed, their digests must be those the chain names, and the
records must agree with the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError

from evidence.standalone.verify import Box, RefusedError
from records.chain import check_chain
from records.errors import CustodyError, NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent, Manifest, PackageKind
from records.exchange import FROM_EXCHANGE
from records.ports import BlobStore, EvidenceStore
from records.uploads import UploadManifest

__all__ = ["EvidenceAudit", "audit_evidence"]

_SEALED = (CaptureState.COMPLETE, CaptureState.PARTIAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAudit:
    """How much was looked at, and what is wrong, one Chinese sentence each."""

    packages: int
    events: int
    problems: tuple[str, ...]


def audit_evidence(
    blobs: BlobStore, evidence: EvidenceStore, *, only: Collection[str] | None = None, excused: Collection[str] = ()
) -> EvidenceAudit:
    """Follow the whole chain, and re-hash the stored packages: all, or those of the captures named in `only`. Packages
    of those `excused` were destroyed under a certificate and need not be there."""
    problems: list[str] = []
    events: list[CustodyEvent] = []
    try:
        events.extend(check_chain(evidence.custody()))
    except CustodyError as exc:
        problems.append(f"保管链：{exc.message}")
    sealed = _subjects(event for event in events if event.action is CustodyAction.SEALED)
    # Sealed in another house and received over the exchange: its manifest names the chain of that house.
    handed = _subjects(one for one in events if one.action is CustodyAction.RECEIVED and one.origin == FROM_EXCHANGE)
    heads = {event.event_sha256 for event in events}
    captures = evidence.captures()
    packages = 0
    for capture in captures:
        if capture.state in _SEALED and (only is None or capture.capture_id in only):
            packages += 1
            problems.extend(
                _problems_of(
                    capture,
                    blobs,
                    sealed.get(capture.capture_id) or handed.get(capture.capture_id, set()),
                    heads if capture.capture_id in sealed or capture.capture_id not in handed else None,
                    excused=capture.capture_id in excused,
                )
            )
        elif capture.state not in _SEALED and capture.capture_id in sealed:
            problems.append(f"{capture.capture_id}：保管链有封存记录，固证记录却是 {capture.state.value}")
    known = {capture.capture_id for capture in captures}
    problems.extend(
        f"{missing}：保管链有封存记录，固证记录却不在了" for missing in sorted((sealed | handed).keys() - known)
    )
    return EvidenceAudit(packages=packages, events=len(events), problems=tuple(problems))


def _subjects(events: Iterable[CustodyEvent]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for event in events:
        if event.subject_sha256:
            found.setdefault(event.capture_id, set()).add(event.subject_sha256)
    return found


def _problems_of(
    capture: Capture, blobs: BlobStore, sealed: set[str], heads: set[str] | None, *, excused: bool
) -> list[str]:
    name = capture.capture_id
    if capture.package is None:
        return [f"{name}：记录为 {capture.state.value}，却没有证据包"]
    if capture.package.sha256 not in sealed:
        return [f"{name}：记录所指的证据包不是保管链所记封存的那一个，记录可能被改动"]
    try:
        with blobs.open(capture.package.sha256) as stream:
            if _sha256_of(stream) != capture.package.sha256:
                return [f"{name}：证据包内容已被改动，与封存时的校验值不符"]
            manifest = _manifest(capture, Box(stream, stream.tell()))
    except NotFoundError:
        return [] if excused else [f"{name}：证据包不在存储中"]
    except (RefusedError, ValidationError):
        return [f"{name}：证据包无法读取"]
    # The manifest is signed and names the head of the chain at that time: a chain made anew does not hold it.
    found = [f"{name}：记录的{what}与封存的清单不符，记录可能被改动" for what in _differences(capture, manifest)]
    if heads is not None and manifest.custody_head_sha256 not in heads:
        found.append(f"{name}：清单所记的保管链位置在链中不存在，链可能被重做")
    return found


def _sha256_of(stream: BinaryIO) -> str:
    """Read to the end, a piece at a time: received files may be larger than memory."""
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _manifest(capture: Capture, box: Box) -> Manifest | UploadManifest:
    kind = UploadManifest if capture.kind is PackageKind.UPLOAD else Manifest
    return kind.model_validate_json(box.read("evidence/manifest.json"))


def _differences(capture: Capture, manifest: Manifest | UploadManifest) -> list[str]:
    addresses = ("", "") if isinstance(manifest, UploadManifest) else (manifest.url, manifest.final_url)
    pairs = (
        ("编号", capture.capture_id, manifest.capture_id),
        ("网址", (capture.url, capture.final_url), addresses),
        ("标题", capture.title, manifest.title),
        ("线索", capture.lead_id, manifest.lead_id),
        ("状态", (capture.state, capture.missing), (manifest.state, manifest.missing)),
        ("操作人", capture.operator, manifest.operator),
        ("时间", (capture.started_at, capture.finished_at), (manifest.started_at, manifest.finished_at)),
        ("文件清单", capture.artefacts, manifest.artefacts),
    )
    return [what for what, mine, sealed in pairs if mine != sealed]
