"""存证日志: an append-only log of everything received and sealed, as a Merkle tree; its leaves, heads and proofs.

A leaf says that something with these digests was in hand at that time. A head is the tree at one size, signed, and
stamped by a time-stamp authority when it is kept; whoever holds one can tell whether the log was rewritten.
Standard: RFC 9162.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.canonical import canonical_bytes
from records.evidence import TimestampState
from records.merkle import Node
from records.survey import Page

__all__ = ["EvidenceLog", "LeafKind", "LogHead", "LogLeaf", "PlacedLeaf", "leaf_bytes", "stored_leaf_bytes"]


class LeafKind(StrEnum):
    """What a leaf is of: the manifest of a capture or upload, a surveyed page's record in the archive, the signed
    scores of a capture drawn again (`id` is the capture's, or that and a number), or the end of the audit chain (its
    sequence number and digests) as of a head."""

    CAPTURE = "capture"
    PAGE = "page"
    UPLOAD = "upload"
    RERENDERING = "rerendering"
    AUDIT = "audit"


class LogLeaf(Record):
    """One entry. `id` is the capture's or page's; the digests are of the manifest, or of the record as it is stored;
    `at` is when the entry was made."""

    kind: LeafKind
    id: str
    sha256: DigestHex
    sm3: DigestHex
    at: UtcDatetime


class PlacedLeaf(NamedTuple):
    """A leaf with its place in the log, from 0."""

    position: int
    leaf: LogLeaf


class LogHead(Record):
    """A signed head that was kept: `head_sha256` is where it lies in the blob store."""

    size: int
    root_sha256: DigestHex
    root_sm3: DigestHex
    at: UtcDatetime
    timestamp: TimestampState
    head_sha256: DigestHex


def leaf_bytes(leaf: LogLeaf) -> bytes:
    """The form that is hashed (RFC 8785)."""
    return stored_leaf_bytes(leaf.kind.value, leaf.id, sha256=leaf.sha256, sm3=leaf.sm3, at=leaf.at)


def stored_leaf_bytes(kind: str, key: str, *, sha256: str, sm3: str, at: datetime) -> bytes:
    """The same from the parts of a leaf, without making a record of them: a root is over many."""
    moment = at.isoformat().replace("+00:00", "Z")
    # Put together by hand, a fifth of the time: only the id holds what must be escaped.
    name = canonical_bytes(key).decode()
    return f'{{"at":"{moment}","id":{name},"kind":"{kind}","sha256":"{sha256}","sm3":"{sm3}"}}'.encode()


class EvidenceLog(Protocol):
    """The log. Nothing in it is ever changed or taken away; entries are numbered from 0 without a gap."""

    def append(self, leaves: Sequence[LogLeaf]) -> int:
        """Append those whose kind and id are not there yet, in this order; how many were new.

        Raises:
            ConflictError: One of them is there with other digests; nothing was appended.
        """
        ...

    def size(self) -> int: ...

    def find(self, kind: LeafKind, key: str) -> PlacedLeaf | None:
        """The entry of a capture or page."""
        ...

    def leaves(self, *, start: int = 0) -> Iterator[PlacedLeaf]:
        """By position, as of the moment of the first."""
        ...

    def root(self, size: int) -> Node:
        """The root of the first `size` entries. Raises InvalidInputError for more than there are."""
        ...

    def inclusion(self, position: int, size: int) -> tuple[Node, ...]:
        """The proof that the entry is in the tree of that size. Raises InvalidInputError when it cannot be."""
        ...

    def consistency(self, first: int, second: int) -> tuple[Node, ...]:
        """The proof that the tree of `second` begins with that of `first`. Raises InvalidInputError as `inclusion`."""
        ...

    def subtrees(self) -> Iterator[tuple[int, int, Node]]:
        """(level, index, node) of the nodes that are kept to make proofs quickly; for an audit to make anew."""
        ...

    def save_head(self, head: LogHead) -> None: ...

    def heads(self) -> tuple[LogHead, ...]:
        """By size, then time."""
        ...

    def unlogged_pages(self, run_id: str = "", *, after: str = "", limit: int = 1000) -> tuple[Page, ...]:
        """Pages with a place in the archive that have no entry yet, of one run when named, by page_id."""
        ...
