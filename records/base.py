"""What every record shares: frozen, closed to unknown fields, aware UTC times, identifiers made from content."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

__all__ = ["DigestHex", "Record", "UtcDatetime", "stable_id"]


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


UtcDatetime = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""An aware moment, held in UTC; naive times are refused."""

DigestHex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A 256-bit digest (SHA-256 or SM3) in lower-case hexadecimal."""


class Record(BaseModel):
    """Base of everything stored, exported or served: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def stable_id(kind: str, *parts: str) -> str:
    """The identifier of a thing known by its content, so that doing a stage again makes no second one.

    >>> stable_id("shop", "t1", "http://a/")
    'shop_381848a6b4425b88d7ab'
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{kind}_{digest[:20]}"
