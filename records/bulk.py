"""Many leads decided at once: a set that was frozen and counted first, what was done with it, and taking it back.

A search moves while one looks at it; what is acted on is the set that was shown, each lead at the version it had then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.canonical import canonical_digests
from records.leads import Lead

__all__ = ["BULK_MOST", "UNDO_TIME", "BulkResult", "BulkRun", "BulkStore", "FrozenLead", "FrozenSet", "digest_of"]

BULK_MOST = 500
"""Leads of a set at most; a search that finds more is to be narrowed."""
UNDO_TIME = timedelta(minutes=30)


class FrozenLead(Record):
    """A lead of a set at the version it was shown in."""

    lead_id: str
    version: int


class FrozenSet(Record):
    """Leads chosen together: by hand, or all that a search found (`asked` is its query string)."""

    set_id: str
    owner: str
    asked: str
    by_hand: bool
    leads: tuple[FrozenLead, ...]
    sha256: DigestHex
    made_at: UtcDatetime


class BulkResult(Record):
    """What became of one lead: done (`before` is the lead as it was), or why not; and of taking it back."""

    lead_id: str
    done: bool
    problem: str = ""
    before: Lead | None = None
    version_after: int = 0
    undone: bool = False
    undo_problem: str = ""


class BulkRun(Record):
    """One step taken with every lead of a set. `ended_at` is None while it goes on, and after a crash in the middle."""

    run_id: str
    set_id: str
    owner: str
    action: str
    reason: str = ""
    assignee: str = ""
    begun_at: UtcDatetime
    ended_at: UtcDatetime | None = None
    undone_at: UtcDatetime | None = None
    results: tuple[BulkResult, ...] = ()


class BulkStore(Protocol):
    """Sets and runs. A set is written once."""

    def save_set(self, frozen: FrozenSet) -> None: ...

    def frozen_set(self, set_id: str) -> FrozenSet:
        """Raises NotFoundError."""
        ...

    def save_run(self, run: BulkRun) -> None:
        """Write it in the place of its earlier state."""
        ...

    def run(self, run_id: str) -> BulkRun:
        """Raises NotFoundError."""
        ...

    def runs(self, owner: str, *, limit: int = 50) -> tuple[BulkRun, ...]:
        """Of one person, newest first."""
        ...


def digest_of(leads: tuple[FrozenLead, ...]) -> str:
    """SHA-256 of the list (RFC 8785), which names exactly these leads at these versions."""
    return canonical_digests([[one.lead_id, one.version] for one in leads]).sha256
