"""What every record shares: frozen, closed to unknown fields, aware UTC times, identifiers made from content, the text
it is stored as."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticSerializationError

from records.errors import InvalidInputError

__all__ = ["DigestHex", "Record", "UtcDatetime", "body_of", "content_tag", "stable_id"]


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


def content_tag(record: Record, *beside: str) -> str:
    """What tells a record without a version from any other content of it, with what stands `beside` it."""
    return hashlib.sha256("\x1f".join((body_of(record), *beside)).encode()).hexdigest()[:20]


def body_of(record: Record, *, exclude: set[str] | None = None, exclude_defaults: bool = False) -> str:
    """A record as it is stored.

    Raises:
        InvalidInputError: It holds half of a surrogate pair, which is no character and has no UTF-8 form; a hostile
            page can write one as an escape in its script.
    """
    try:
        return record.model_dump_json(exclude=exclude, exclude_defaults=exclude_defaults)
    except PydanticSerializationError as exc:
        kind = type(record).__name__
        raise InvalidInputError(
            f"{kind} 记录含有不成字符的编码（半个代理对），未写入", cure="读取网页时以 U+FFFD 代替", kind=kind
        ) from exc
