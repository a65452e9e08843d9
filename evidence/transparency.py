"""The evidence log as it is written: captures enter it, its heads are signed and stamped, packages carry its proofs.

What a head or a proof looks like is defined in `evidence/standalone/verify.py`, which checks them; the tree itself is
the store's (`records/evidence_log.py`).
Standard: RFC 9162; the text of a head follows C2SP signed notes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog

from evidence.stamping import stamp
from evidence.standalone.verify import (
    Checkpoint,
    RefusedError,
    canonical,
    checkpoint_text,
    log_name,
    read_checkpoint,
)
from records.audit_search import AuditQuery
from records.digests import Digests, digests_of
from records.errors import AwayError, IntegrityError, InvalidInputError, NotFoundError
from records.evidence import TimestampState
from records.evidence_log import EvidenceLog, LeafKind, LogHead, LogLeaf, PlacedLeaf
from records.merkle import Node
from records.ports import AuditLog, BlobStore, Clock, EvidenceStore, Services, Signer, TimestampAuthority

__all__ = [
    "Head",
    "LogMeans",
    "LogParts",
    "current_head",
    "enter_capture",
    "keep_head",
    "log_means",
    "log_means_of",
    "log_proof",
    "read_head",
    "sign_head",
]

_log = structlog.get_logger(__name__)
_A_DAY = timedelta(hours=24)
_TRY_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogMeans:
    """What heads and proofs are made with; `Means` of captures has all of it but `audit`, the chain whose end enters
    the log before each head that is kept."""

    log: EvidenceLog
    evidence: EvidenceStore
    blobs: BlobStore
    signer: Signer
    authorities: Sequence[TimestampAuthority]
    anchors_pem: str
    clock: Clock
    audit: AuditLog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed checkpoint with the certificates it was signed under and the stamps over it."""

    checkpoint: str
    certificates: str
    tokens: tuple[bytes, ...] = ()

    @property
    def point(self) -> Checkpoint:
        """What it says."""
        return read_checkpoint(self.checkpoint, self.certificates)[0]

    @property
    def signature(self) -> bytes:
        """The signature over it, not checked here."""
        return read_checkpoint(self.checkpoint, self.certificates)[1]

    @property
    def digests(self) -> Digests:
        """What a stamp over it is over."""
        return digests_of(self.checkpoint.encode())

    def document(self) -> dict[str, Any]:
        """As it stands in proofs, and alone in the blob store."""
        tokens = [base64.b64encode(token).decode("ascii") for token in self.tokens]
        fields = {"checkpoint": self.checkpoint, "certificates": self.certificates, "tokens": tokens}
        return {"format": "wangjian-head/1", **fields}


class LogParts(Protocol):
    """What captures and uploads are made with has all that heads and proofs need, under the same names."""

    @property
    def log(self) -> EvidenceLog: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def blobs(self) -> BlobStore: ...
    @property
    def signer(self) -> Signer: ...
    @property
    def authorities(self) -> Sequence[TimestampAuthority]: ...
    @property
    def anchors_pem(self) -> str: ...
    @property
    def clock(self) -> Clock: ...


def log_means(parts: LogParts) -> LogMeans:
    """The part of the means of captures or uploads that heads and proofs of the log are made with."""
    return LogMeans(
        log=parts.log,
        evidence=parts.evidence,
        blobs=parts.blobs,
        signer=parts.signer,
        authorities=parts.authorities,
        anchors_pem=parts.anchors_pem,
        clock=parts.clock,
    )


def log_means_of(services: Services) -> LogMeans:
    """The same from the services, which call them otherwise, and with the audit chain."""
    return LogMeans(
        log=services.evidence_log,
        evidence=services.evidence,
        blobs=services.blobs,
        signer=services.signer,
        authorities=services.timestamp_authorities,
        anchors_pem=services.trust_anchors_pem,
        clock=services.clock,
        audit=services.audit,
    )


def enter_capture(
    means: LogMeans, capture_id: str, manifest: bytes, *, kind: LeafKind = LeafKind.CAPTURE
) -> PlacedLeaf:
    """Enter the digests of the manifest of a capture or upload.

    Raises:
        ConflictError: The log has another manifest of that capture.
    """
    digests = digests_of(manifest)
    leaf = LogLeaf(kind=kind, id=capture_id, sha256=digests.sha256, sm3=digests.sm3, at=means.clock())
    means.log.append((leaf,))
    placed = means.log.find(kind, capture_id)
    assert placed is not None
    return placed


def sign_head(means: LogMeans) -> Head:
    """The log as it is now, signed.

    Raises:
        InvalidInputError: The log is empty.
    """
    newest, size = means.evidence.newest_custody(), means.log.size()
    if not size:
        raise InvalidInputError("存证日志还是空的", cure="先采集或固证")
    root, certificates = means.log.root(size), means.signer.certificate_pem
    point = Checkpoint(
        name=log_name(certificates),
        size=size,
        sha256=root.sha256,
        sm3=root.sm3,
        custody=(newest.sequence, newest.event_sha256) if newest else (0, ""),
        time=_time_text(means.clock()),
    )
    signature = means.signer.sign(point.body().encode())
    return Head(checkpoint=checkpoint_text(point, signature, certificates), certificates=certificates)


def keep_head(means: LogMeans) -> LogHead:
    """Sign the log as it is now, have it stamped by every authority that answers, and keep it where nothing rewrites.

    Returns:
        The head; 待加戳 when no authority answered.

    Raises:
        InvalidInputError: The log is empty.
        StorageFullError: It cannot be kept.
    """
    _enter_audit_end(means)
    head = sign_head(means)
    stamps = stamp(head.digests, means.authorities, anchors_pem=means.anchors_pem)
    head = replace(head, tokens=stamps.answers)
    kept, point = means.blobs.put(canonical(head.document())), head.point
    record = LogHead(
        size=point.size,
        root_sha256=point.sha256.hex(),
        root_sm3=point.sm3.hex(),
        at=datetime.fromisoformat(point.time),
        timestamp=stamps.state,
        head_sha256=kept.sha256,
    )
    means.log.save_head(record)
    _log.info("log_head_kept", size=point.size, timestamp=stamps.state.name, head_sha256=kept.sha256)
    return record


def _enter_audit_end(means: LogMeans) -> None:
    """So that the head says how far the audit chain reached, and by which digests."""
    newest = means.audit.find_audit(AuditQuery(), limit=1) if means.audit is not None and means.log.size() else ()
    for end in newest:
        digests = {"sha256": end.event_sha256, "sm3": end.event_sm3}
        means.log.append((LogLeaf(kind=LeafKind.AUDIT, id=str(end.sequence), at=means.clock(), **digests),))


def current_head(means: LogMeans) -> LogHead | None:
    """A stamped head of the last day that covers the whole log, or one kept now; None while the log is empty. While no
    authority answers, one of the last ten minutes will do.

    Raises:
        StorageFullError: It cannot be kept.
    """
    size, now = means.log.size(), means.clock()
    for head in means.log.heads():
        pending = head.timestamp is TimestampState.PENDING
        if head.size == size and head.at > now - (_TRY_AGAIN if pending else _A_DAY):
            return head
    return keep_head(means) if size else None


def read_head(content: bytes) -> Head:
    """A head as it was kept; nothing about it is believed yet.

    Raises:
        RefusedError: It is none.
    """
    try:
        found = json.loads(content)
        tokens = tuple(base64.b64decode(token, validate=True) for token in found["tokens"])
        head = Head(checkpoint=found["checkpoint"], certificates=found["certificates"], tokens=tokens)
        if canonical(head.document()) != content:
            raise RefusedError("日志头的写法与规定不符")
        read_checkpoint(head.checkpoint, head.certificates)
    except (TypeError, KeyError, ValueError, AttributeError) as exc:
        raise RefusedError("日志头的写法与规定不符") from exc
    return head


def log_proof(means: LogMeans, placed: PlacedLeaf, head: Head | None = None) -> bytes:
    """The member `evidence/log-proof.json` for an entry: under the head given, or one signed now that is shown to
    continue the newest one that was stamped."""
    earlier = None
    if head is None:
        head = sign_head(means)
        earlier = _earlier(means, head.point.size)
    path = means.log.inclusion(placed.position, head.point.size)
    return canonical(
        {
            "format": "wangjian-log-proof/1",
            "leaf": placed.leaf.model_dump(mode="json"),
            "position": placed.position,
            "head": head.document(),
            "inclusion": _path(path),
            "earlier": earlier,
        }
    )


def _earlier(means: LogMeans, size: int) -> dict[str, Any] | None:
    stamped = [head for head in means.log.heads() if head.timestamp is not TimestampState.PENDING and head.size <= size]
    for head in reversed(stamped):
        try:
            document = read_head(means.blobs.get(head.head_sha256)).document()
        except (NotFoundError, IntegrityError, RefusedError) as exc:
            _log.warning("log_head_lost", head_sha256=head.head_sha256, reason=str(exc))
            continue
        except AwayError as exc:  # the page may be gone tomorrow: sealed without the link, which the audit makes anyway
            _log.warning("log_head_away", head_sha256=head.head_sha256, reason=exc.message)
            return None
        return {"head": document, "consistency": _path(means.log.consistency(head.size, size))}
    return None


def _path(nodes: Sequence[Node]) -> dict[str, list[str]]:
    return {"sha256": [node.sha256.hex() for node in nodes], "sm3": [node.sm3.hex() for node in nodes]}


def _time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
