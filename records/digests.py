"""Two digests of the same bytes, SHA-256 and SM3 (GB/T 32905), made in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from records.base import DigestHex, Record

__all__ = ["Digests", "digests_of", "digests_of_chunks"]


class Digests(Record):
    """Size and both digests of one run of bytes.

    Standard: FIPS 180-4 (SHA-256), GB/T 32905-2016 (SM3).
    """

    size_bytes: int
    sha256: DigestHex
    sm3: DigestHex


def digests_of(content: bytes) -> Digests:
    """Digests of bytes held in memory."""
    return digests_of_chunks((content,))


def digests_of_chunks(chunks: Iterable[bytes]) -> Digests:
    """Digests of a stream, read once."""
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    for chunk in chunks:
        sha256.update(chunk)
        sm3.update(chunk)
        size += len(chunk)
    return Digests(size_bytes=size, sha256=sha256.hexdigest(), sm3=sm3.hexdigest())
