"""Asking every configured authority for a stamp, at once; what they answer is checked before it is kept, and that a
package was sealed with it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

import structlog

from evidence.custody import CustodyNote, record_event
from evidence.timestamping import Token, verify_token
from records.digests import Digests
from records.errors import TimestampAwayError, VerificationError
from records.evidence import Capture, CustodyAction, Manifest, TimestampState
from records.ports import Clock, EvidenceStore, TimestampAuthority
from records.uploads import UploadManifest

__all__ = ["Keeping", "Order", "Stamps", "StampsSm3", "keep_sealed", "keep_stamped", "stamp"]

_log = structlog.get_logger(__name__)
_MOST = 9


@runtime_checkable
class StampsSm3(Protocol):
    """An authority that stamps SM3 imprints as well."""

    def stamp_sm3(self, sm3: str) -> bytes:
        """The whole response over this imprint. Raises TimestampAwayError."""
        ...


class Order(Protocol):
    """Who had something sealed, and where the order came from."""

    @property
    def operator(self) -> str: ...

    @property
    def origin(self) -> str: ...


class Keeping(Protocol):
    """Where what was sealed is written down, by which clock."""

    @property
    def evidence(self) -> EvidenceStore: ...

    @property
    def clock(self) -> Clock: ...


Wish = tuple[TimestampAuthority, StampsSm3 | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Answers that passed every check, and what they amount to."""

    answers: tuple[bytes, ...] = ()
    state: TimestampState = TimestampState.PENDING
    at: datetime | None = None


def stamp(digests: Digests, authorities: Sequence[TimestampAuthority], *, anchors_pem: str) -> Stamps:
    """Have bytes stamped by every authority that answers; one that does not, holds up none of the others. The first
    nine answers are kept: by SHA-256 of all, then by SM3 of those that can."""

    def ask(wish: Wish) -> tuple[bytes, Token] | None:
        authority, by_sm3 = wish
        try:
            answer = by_sm3.stamp_sm3(digests.sm3) if by_sm3 else authority.stamp(digests.sha256)
            return answer, verify_token(answer, digests.sha256, sm3=digests.sm3, anchors_pem=anchors_pem)
        except (TimestampAwayError, VerificationError) as exc:
            _log.warning("timestamp_not_had", authority=authority.name, reason=exc.message)
            return None

    wishes: list[Wish] = [(authority, None) for authority in authorities]
    wishes += [(authority, authority) for authority in authorities if isinstance(authority, StampsSm3)]
    wishes = wishes[:_MOST]
    if len(wishes) > 1:
        with ThreadPoolExecutor(max_workers=len(wishes)) as pool:
            had = [found for found in pool.map(ask, wishes) if found is not None]
    else:
        had = [found for found in map(ask, wishes) if found is not None]
    if not had:
        return Stamps()
    tokens = [token for _, token in had]
    outside = [token for token in tokens if not token.internal]
    return Stamps(
        answers=tuple(answer for answer, _ in had),
        state=TimestampState.STAMPED if outside else TimestampState.LOCAL,
        at=min(token.gen_time for token in (outside or tokens)),
    )


def keep_sealed(
    capture: Capture,
    manifest: Manifest | UploadManifest,
    package: Digests,
    stamps: Stamps,
    *,
    order: Order,
    means: Keeping,
) -> Capture:
    """Write down that a page was captured, or files were received, and sealed in a package; the record as it is now."""
    sealed = capture.model_copy(
        update={
            "state": manifest.state,
            "missing": manifest.missing,
            "started_at": manifest.started_at,
            "finished_at": manifest.finished_at,
            "artefacts": manifest.artefacts,
            "timestamp": stamps.state,
            "timestamp_at": stamps.at,
            "package": package,
        }
    )
    record_event(
        means.evidence,
        CustodyNote(
            capture_id=capture.capture_id,
            action=CustodyAction.SEALED,
            actor=order.operator,
            role="操作人",
            origin=order.origin,
            subject_sha256=package.sha256,
        ),
        clock=means.clock,
        capture=sealed,
    )
    return sealed


def keep_stamped(
    capture: Capture, package: Digests, stamps: Stamps, *, evidence: EvidenceStore, clock: Clock
) -> Capture:
    """Write down that a package was sealed again with stamps that came late; the record as it is now."""
    changed = {"package": package, "timestamp": stamps.state, "timestamp_at": stamps.at}
    stamped = capture.model_copy(update=changed)
    record_event(
        evidence,
        CustodyNote(
            capture_id=capture.capture_id,
            action=CustodyAction.SEALED,
            actor="系统",
            reason="补加时间戳后重新封存，清单与签名不变",
            subject_sha256=package.sha256,
        ),
        clock=clock,
        capture=stamped,
    )
    return stamped
