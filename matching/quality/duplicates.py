"""Which entities share a text: kept as 8-byte hashes and codes, 26 bytes an entity, so that tens of millions fit."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

__all__ = ["Groups"]

_BUCKETS = 64
_CODE_BYTES = 18


@dataclass(slots=True)
class _Bucket:
    hashes: array[int] = field(default_factory=lambda: array("Q"))
    codes: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Groups:
    """Add every entity, then ask for those that share. Two texts of one hash are as good as impossible (64 bits), and
    the caller looks at the entities themselves anyway."""

    buckets: tuple[_Bucket, ...] = field(default_factory=lambda: tuple(_Bucket() for _ in range(_BUCKETS)))

    def add(self, text: str, code: str) -> None:
        """Remember that the entity of a code has this text; codes are at most 18 ASCII characters."""
        digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
        bucket = self.buckets[digest % _BUCKETS]
        bucket.hashes.append(digest)
        bucket.codes += code.encode("ascii", "replace")[:_CODE_BYTES].ljust(_CODE_BYTES)

    def shared(self) -> Iterator[tuple[str, ...]]:
        """The codes of each text that several entities have, in the order they were added.

        >>> groups = Groups()
        >>> for text, code in (("a", "1"), ("b", "2"), ("a", "3")): groups.add(text, code)
        >>> list(groups.shared())
        [('1', '3')]
        """
        for bucket in self.buckets:
            seen: set[int] = set()
            twice: dict[int, list[str]] = {}
            for digest in bucket.hashes:
                if digest in seen:
                    twice[digest] = []
                seen.add(digest)
            for place, digest in enumerate(bucket.hashes if twice else ()):
                if digest in twice:
                    at = place * _CODE_BYTES
                    twice[digest].append(bucket.codes[at : at + _CODE_BYTES].decode().rstrip())
            yield from map(tuple, twice.values())
