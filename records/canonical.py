"""The one byte form of a record that is hashed and signed.

Standard: RFC 8785 (JSON Canonicalization Scheme), for strings, integers, booleans, null, lists and objects. Floats are
refused: sealed records hold none, and their printing is where implementations differ.
"""

from __future__ import annotations

import json

from records.digests import Digests, digests_of

__all__ = ["canonical_bytes", "canonical_digests"]

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


def canonical_bytes(value: Json) -> bytes:
    """The RFC 8785 form in UTF-8.

    Raises:
        TypeError: A float or another type that has no single canonical form here.

    >>> canonical_bytes({"b": 1, "a": "网"}).decode()
    '{"a":"网","b":1}'
    """
    return _write(value).encode("utf-8")


def canonical_digests(value: Json) -> Digests:
    """Both digests of the canonical form."""
    return digests_of(canonical_bytes(value))


def _write(value: Json) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise TypeError(f"integer outside the exact range of RFC 8785: {value}")
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(_write(item) for item in value) + "]"
    if isinstance(value, dict):
        # RFC 8785 section 3.2.3: members sorted by the UTF-16 code units of their names.
        ordered = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_write(item)}" for name, item in ordered) + "}"
    raise TypeError(f"no canonical form for {type(value).__name__}")
