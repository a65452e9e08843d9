"""留存与销毁: evidence stays as long as the rule says, longer while it is held; two persons destroy what is destroyed.

Holds, requests and destructions are events of the custody chain and nothing else: who looks at the chain sees them, and
no row can say otherwise. The entry in the evidence log stays for ever.
Law: 《中华人民共和国电子商务法》第三十一条 (three years for platforms); a bureau's own rule on archives is longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from pydantic import ValidationError

from evidence.custody import CustodyNote, record_event
from evidence.standalone.verify import RefusedError, UncheckedError
from evidence.transparency import LogMeans, keep_head
from evidence.verify import LibraryTrust
from records.destruction import DestructionCertificate, certificate_bytes
from records.digests import Digests, digests_of_chunks
from records.errors import AwayError, ConflictError, InvalidInputError, NotFoundError
from records.evidence import Capture, CaptureState, CustodyAction, CustodyEvent
from records.ports import BlobStore, EvidenceStore

__all__ = [
    "Standing",
    "Wish",
    "ask_destruction",
    "destroy",
    "destroyed_under",
    "hold",
    "reflect_holds",
    "release",
    "standing_of",
]

_log = structlog.get_logger(__name__)
_ASKED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants it, in which role, from where, and why."""

    actor: str
    role: str
    reason: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the chain says of a capture: the hold on it, the request to destroy it, its destruction."""

    held: CustodyEvent | None = None
    asked: CustodyEvent | None = None
    destroyed: CustodyEvent | None = None


def standing_of(evidence: EvidenceStore, capture_id: str) -> Standing:
    """Read the chain of one capture."""
    held = asked = destroyed = None
    for event in evidence.custody(capture_id):
        if event.action is CustodyAction.HELD:
            held, asked = event, None
        elif event.action is CustodyAction.RELEASED:
            held = None
        elif event.action is CustodyAction.DESTRUCTION_ASKED:
            asked = event
        elif event.action is CustodyAction.DESTROYED:
            destroyed = event
    return Standing(held=held, asked=asked, destroyed=destroyed)


def hold(means: LogMeans, capture: Capture, wish: Wish) -> CustodyEvent:
    """冻结: nobody destroys it until it is released; a request to destroy it falls.

    Raises:
        ConflictError: It is held already, or destroyed.
        InvalidInputError: No reason is given.
    """
    standing = standing_of(means.evidence, capture.capture_id)
    if standing.held or standing.destroyed:
        raise ConflictError(f"该证据已冻结或已销毁：{capture.capture_id}", cure="用 wangjian evidence custody 查看")
    event = _note(means, capture, CustodyAction.HELD, wish)
    _flag(means, _bytes_of(means, capture), held=True)
    return event


def release(means: LogMeans, capture: Capture, wish: Wish) -> CustodyEvent:
    """解除冻结, by another person than who held it.

    Raises:
        ConflictError: It is not held, or the same person held it.
        InvalidInputError: No reason is given.
    """
    held = standing_of(means.evidence, capture.capture_id).held
    if held is None:
        raise ConflictError(f"该证据没有冻结：{capture.capture_id}", cure="用 wangjian evidence custody 查看")
    if held.actor == wish.actor:
        raise ConflictError("解除冻结须由冻结人以外的人办理", cure="请另一人办理")
    event = _note(means, capture, CustodyAction.RELEASED, wish)
    _flag(means, _bytes_of(means, capture) - _held_bytes(means), held=False)
    return event


def reflect_holds(means: LogMeans) -> None:
    """Set the store's own flag on everything the chain says is held: those that were placed while it was away, and
    packages stamped since. The chain alone says what is held."""
    _flag(means, _held_bytes(means), held=True)


def ask_destruction(means: LogMeans, capture: Capture, wish: Wish, *, keep_days: int) -> CustodyEvent:
    """申请销毁: the first of two persons; `reason` says by which rule.

    Raises:
        ConflictError: It is held, destroyed, being made, belongs to a case, or its time of retention or the store's
            lock is not over.
        InvalidInputError: No reason is given, or there is no package.
    """
    standing = standing_of(means.evidence, capture.capture_id)
    _check_free(capture, standing)
    until = (capture.finished_at or capture.started_at) + timedelta(days=keep_days)
    if means.clock() < until:
        raise ConflictError(
            f"留存期未满：{capture.capture_id} 应保存至 {until.date().isoformat()}", cure="期满后再申请销毁"
        )
    _check_unlocked(means, capture)
    return _note(means, capture, CustodyAction.DESTRUCTION_ASKED, wish)


def destroy(means: LogMeans, capture: Capture, wish: Wish) -> Digests:
    """销毁: the second person. A certificate is signed and kept, the chain says so, a head of the log is stamped; then
    the bytes go. Called again after it was cut off, it finishes.

    Returns:
        The digests of the certificate.

    Raises:
        ConflictError: Nobody asked in the last thirty days, the same person did, it is held, or the store
            locks it still.
    """
    standing = standing_of(means.evidence, capture.capture_id)
    if standing.destroyed is not None and standing.destroyed.subject_sha256:
        kept = means.blobs.get(standing.destroyed.subject_sha256)
        certificate = DestructionCertificate.model_validate_json(kept)
        _remove(means.blobs, certificate, standing.destroyed.subject_sha256)
        return means.blobs.put(kept)
    _check_free(capture, standing)
    asked = standing.asked
    if asked is None or asked.at + _ASKED_FOR < means.clock():
        raise ConflictError(f"没有有效的销毁申请：{capture.capture_id}", cure="先由一人申请销毁，三十日内由另一人批准")
    if asked.actor == wish.actor:
        raise ConflictError("销毁须由申请人以外的人批准", cure="请另一人批准")
    _check_unlocked(means, capture)
    digests = means.blobs.put(certificate_bytes(_certificate(means, capture, asked, wish)))
    _note(means, capture, CustodyAction.DESTROYED, wish, subject_sha256=digests.sha256)
    if means.log.size():
        keep_head(means)
    certificate = DestructionCertificate.model_validate_json(means.blobs.get(digests.sha256))
    _remove(means.blobs, certificate, digests.sha256)
    return digests


def destroyed_under(event: CustodyEvent, blobs: BlobStore, trust: LibraryTrust, *, sha256: str) -> bool:
    """Whether that event of the chain rests on a certificate of ours that names these bytes."""
    try:
        certificate = DestructionCertificate.model_validate_json(blobs.get(event.subject_sha256 or ""))
        signature = bytes.fromhex(certificate.signature)
        at = certificate.approved_at.isoformat()
        trust.signature(certificate.unsigned(), signature, certificate.certificates.encode(), at=at)
    except (NotFoundError, ValidationError, ValueError, RefusedError, UncheckedError):
        return False
    return certificate.allows(sha256) and certificate.capture_id == event.capture_id


def _check_free(capture: Capture, standing: Standing) -> None:
    if standing.held is not None:
        raise ConflictError(
            f"该证据已冻结，不得销毁：{capture.capture_id}（{standing.held.actor}：{standing.held.reason}）",
            cure="先由另一人解除冻结",
        )
    if standing.destroyed is not None:
        raise ConflictError(f"该证据已销毁：{capture.capture_id}", cure="用 wangjian evidence custody 查看")
    if capture.case_id:
        raise ConflictError(f"该证据已入案，不得销毁：{capture.capture_id}（{capture.case_id}）", cure="随案卷处理")
    if capture.package is None or capture.state not in (CaptureState.COMPLETE, CaptureState.PARTIAL):
        raise InvalidInputError(f"该次固证没有证据包：{capture.capture_id}", cure="没有可销毁的内容")


def _check_unlocked(means: LogMeans, capture: Capture) -> None:
    """Before anything is said of a destruction: the store itself may let nobody do it yet."""
    locked = [until for one in _objects(means, capture) if (until := means.blobs.locked_until(one.sha256)) is not None]
    if locked:
        raise ConflictError(
            f"对象锁定尚未期满，不能销毁：{capture.capture_id}（锁定至 {max(locked).date().isoformat()}）",
            cure="期满后再申请销毁",
        )


def _flag(means: LogMeans, digests: Iterable[str], *, held: bool) -> None:
    for sha256 in sorted(digests):
        try:
            means.blobs.hold(sha256, held=held)
        except AwayError as exc:
            _log.warning("hold_not_yet_in_store", reason=exc.message)
            return
        except NotFoundError:
            continue  # the audit says so


def _bytes_of(means: LogMeans, capture: Capture) -> set[str]:
    named = {one.sha256 for one in (capture.package, capture.screenshot) if one is not None}
    events = means.evidence.custody(capture.capture_id)
    return named | {one.subject_sha256 for one in events if one.action is CustodyAction.SEALED and one.subject_sha256}


def _held_bytes(means: LogMeans) -> set[str]:
    held: set[str] = set()
    for event in means.evidence.custody():
        if event.action is CustodyAction.HELD:
            held.add(event.capture_id)
        elif event.action is CustodyAction.RELEASED:
            held.discard(event.capture_id)
    return {sha256 for capture_id in held for sha256 in _bytes_of(means, means.evidence.capture(capture_id))}


def _certificate(means: LogMeans, capture: Capture, asked: CustodyEvent, wish: Wish) -> DestructionCertificate:
    newest = means.evidence.newest_custody()
    assert newest is not None
    certificate = DestructionCertificate(
        capture_id=capture.capture_id,
        url=capture.url,
        objects=_objects(means, capture),
        asked_by=asked.actor,
        asked_at=asked.at,
        approved_by=wish.actor,
        approved_at=means.clock(),
        reason=wish.reason,
        basis=asked.reason,
        custody_sha256=newest.event_sha256,
        certificates=means.signer.certificate_pem,
    )
    return certificate.model_copy(update={"signature": means.signer.sign(certificate.unsigned()).hex()})


def _objects(means: LogMeans, capture: Capture) -> tuple[Digests, ...]:
    """What is the capture's alone: its packages, screenshot and received originals, unless another has the same."""
    others = {
        one.sha256
        for other in means.evidence.captures()
        if other.capture_id != capture.capture_id
        for one in _kept(other)
    }
    mine = {one.sha256: one for one in _kept(capture)}
    for event in means.evidence.custody(capture.capture_id):
        sha256 = event.subject_sha256 or ""
        if event.action is CustodyAction.SEALED and sha256 not in mine and means.blobs.holds(sha256):
            with means.blobs.open(sha256) as stream:  # sealed before it had its stamp
                mine[sha256] = digests_of_chunks(iter(lambda: stream.read(1 << 20), b""))  # used up at once
    return tuple(one for sha256, one in mine.items() if sha256 not in others)


def _kept(capture: Capture) -> tuple[Digests, ...]:
    originals = [one.digests for one in capture.artefacts if one.role == "original"]
    return tuple(one for one in (capture.package, capture.screenshot, *originals) if one is not None)


def _remove(blobs: BlobStore, certificate: DestructionCertificate, certificate_sha256: str) -> None:
    for one in certificate.objects:
        if blobs.holds(one.sha256):
            blobs.destroy(one.sha256, certificate_sha256=certificate_sha256)


def _note(
    means: LogMeans, capture: Capture, action: CustodyAction, wish: Wish, *, subject_sha256: str = ""
) -> CustodyEvent:
    if not wish.reason.strip():
        raise InvalidInputError(f"{action.value}须写明理由", cure='如 --reason "行政复议中"')
    package = capture.package.sha256 if capture.package else None
    note = CustodyNote(
        capture_id=capture.capture_id,
        action=action,
        actor=wish.actor,
        role=wish.role,
        origin=wish.origin,
        reason=wish.reason.strip(),
        subject_sha256=subject_sha256 or package,
    )
    return record_event(means.evidence, note, clock=means.clock)
