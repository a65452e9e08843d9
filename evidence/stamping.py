"""Asking every configured authority for a stamp, at once; what they answer is checked before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import structlog

from evidence.timestamping import Token, verify_token
from records.errors import TimestampAwayError, VerificationError
from records.evidence import TimestampState
from records.ports import TimestampAuthority

__all__ = ["Stamps", "stamp"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """Answers that passed every check, and what they amount to."""

    answers: tuple[bytes, ...] = ()
    state: TimestampState = TimestampState.PENDING
    at: datetime | None = None


def stamp(sha256: str, authorities: Sequence[TimestampAuthority], *, anchors_pem: str) -> Stamps:
    """Have a digest stamped by every authority that answers; one that does not, holds up none of the others."""

    def ask(authority: TimestampAuthority) -> tuple[bytes, Token] | None:
        try:
            answer = authority.stamp(sha256)
            return answer, verify_token(answer, sha256, anchors_pem=anchors_pem)
        except (TimestampAwayError, VerificationError) as exc:
            _log.warning("timestamp_not_had", authority=authority.name, reason=exc.message)
            return None

    if len(authorities) > 1:
        with ThreadPoolExecutor(max_workers=len(authorities)) as pool:
            had = [found for found in pool.map(ask, authorities) if found is not None]
    else:
        had = [found for found in map(ask, authorities) if found is not None]
    if not had:
        return Stamps()
    tokens = [token for _, token in had]
    outside = [token for token in tokens if not token.internal]
    return Stamps(
        answers=tuple(answer for answer, _ in had),
        state=TimestampState.STAMPED if outside else TimestampState.LOCAL,
        at=min(token.gen_time for token in (outside or tokens)),
    )
