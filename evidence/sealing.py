"""Signature and time stamps over a manifest; stamps that could not be had at once are fetched later."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from evidence.custody import record_event
from evidence.liveness import Alive
from evidence.manifest import manifest_bytes
from evidence.means import Means
from evidence.package import Sealed, write_package
from evidence.standalone.verify import Box
from evidence.timestamping import Token, verify_token
from records.digests import digests_of
from records.errors import TimestampAwayError, VerificationError
from records.evidence import Capture, CustodyAction, Manifest, TimestampState
from records.ports import TimestampAuthority

__all__ = ["Stamps", "seal", "stamp_pending"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Answers that passed every check, and what they amount to."""

    answers: tuple[bytes, ...] = ()
    state: TimestampState = TimestampState.PENDING
    at: datetime | None = None


def seal(manifest: Manifest, means: Means) -> tuple[Sealed, Stamps]:
    """Sign the manifest and have it stamped by every authority that answers."""
    content = manifest_bytes(manifest)
    stamps = _stamp(digests_of(content).sha256, means.authorities, anchors_pem=means.anchors_pem)
    return Sealed(manifest=manifest, signature=means.signer.sign(content), tokens=stamps.answers), stamps


def stamp_pending(means: Means) -> tuple[Capture, ...]:
    """Stamp what is still 待加戳: the same manifest and signature in a new package, the old one stays.

    Returns:
        The captures that are stamped now.

    Raises:
        StorageFullError: The new package cannot be kept.
    """
    done = []
    for capture in means.evidence.captures():
        if capture.package is not None and capture.timestamp is TimestampState.PENDING:
            stamped = _stamp_one(capture, means)
            if stamped is not None:
                done.append(stamped)
    return tuple(done)


def _stamp_one(capture: Capture, means: Means) -> Capture | None:
    assert capture.package is not None
    content = means.blobs.get(capture.package.sha256)
    box = Box(io.BytesIO(content), len(content))
    raw = box.read("evidence/manifest.json")
    manifest = Manifest.model_validate_json(raw)
    stamps = _stamp(digests_of(raw).sha256, means.authorities, anchors_pem=means.anchors_pem)
    if not stamps.answers:
        return None
    sealed = Sealed(manifest=manifest, signature=box.read("evidence/manifest.sig"), tokens=stamps.answers)
    members = {artefact.path: b"".join(box.chunks(artefact.path)) for artefact in manifest.artefacts}
    alive = Alive(f"{capture.capture_id}-stamp")
    try:
        path = alive.folder / "package.wacz"
        write_package(path, sealed, members, signer=means.signer)
        package = means.blobs.put_file(path)
    finally:
        alive.release()
    record_event(
        means.evidence,
        capture_id=capture.capture_id,
        action=CustodyAction.SEALED,
        actor="系统",
        reason="补加时间戳后重新封存，清单与签名不变",
        subject_sha256=package.sha256,
        clock=means.clock,
    )
    changed = {"package": package, "timestamp": stamps.state, "timestamp_at": stamps.at}
    stamped = capture.model_copy(update=changed)
    means.evidence.save_capture(stamped)
    return stamped


def _stamp(sha256: str, authorities: Sequence[TimestampAuthority], *, anchors_pem: str) -> Stamps:
    answers: list[bytes] = []
    tokens: list[Token] = []
    for authority in authorities:
        try:
            answer = authority.stamp(sha256)
            tokens.append(verify_token(answer, sha256, anchors_pem=anchors_pem))
            answers.append(answer)
        except (TimestampAwayError, VerificationError) as exc:
            _log.warning("timestamp_not_had", authority=authority.name, reason=exc.message)
    if not tokens:
        return Stamps()
    outside = [token for token in tokens if not token.internal]
    return Stamps(
        answers=tuple(answers),
        state=TimestampState.STAMPED if outside else TimestampState.LOCAL,
        at=min(token.gen_time for token in (outside or tokens)),
    )
