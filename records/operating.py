"""How the running system stands: figures for whoever watches it by machine, and what its own watch found."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime

__all__ = ["OperationLedger", "SystemFigures", "WatchFinding", "WatchLevel", "WatchReport"]


class SystemFigures(Record):
    """What the stores say at one moment, the same whichever process asks.

    Attributes:
        visits, jobs: Open and recent ones by state; `oldest_*` since when the first of those that wait has waited.
        frontier: Addresses of the runs under way, by state.
        outbox: Records the search index has not got yet.
        fetches: Addresses of the runs of the last day, by (kind of target, outcome).
        waited_seconds, silences: Of the same runs: time spent waiting for a site's pace, and how often it asked for
            silence.
        captures: Of the last day by state; `capture_seconds` from their begin to their seal.
        job_seconds: Of jobs that ended in the last day, by kind.
        schedule_beat: When a scheduler last looked for due times; None when none ever did.
    """

    at: UtcDatetime
    visits: dict[str, int] = {}
    oldest_visit_at: UtcDatetime | None = None
    jobs: dict[str, int] = {}
    oldest_job_at: UtcDatetime | None = None
    frontier: dict[str, int] = {}
    outbox: int = 0
    fetches: dict[str, dict[str, int]] = {}
    waited_seconds: float = 0.0
    silences: int = 0
    captures: dict[str, int] = {}
    capture_seconds: tuple[float, ...] = ()
    job_seconds: dict[str, tuple[float, ...]] = {}
    schedule_beat: UtcDatetime | None = None


class WatchLevel(StrEnum):
    """How soon somebody must act: today, or this month."""

    URGENT = "urgent"
    SOON = "soon"


class WatchFinding(Record):
    """One thing that needs somebody: what, how it stands, what to do."""

    part: str
    level: WatchLevel
    state: str
    cure: str = ""


class WatchReport(Record):
    """One look of the system at itself.

    Attributes:
        objects: Stored objects hashed anew this time; `failed` are those that were not what they are named, ever.
        ends: Days left to each certificate by name; less than nothing when it has ended.
    """

    at: UtcDatetime
    objects: int = 0
    failed: tuple[str, ...] = ()
    disk_free_bytes: int = 0
    clock_offset_seconds: float | None = None
    ends: dict[str, float] = {}
    findings: tuple[WatchFinding, ...] = ()


class OperationLedger(Protocol):
    """Figures of the records, and the newest look of the system at itself."""

    def figures(self, now: datetime) -> SystemFigures:
        """As of now; some tens of milliseconds."""
        ...

    def save_watch(self, report: WatchReport) -> None:
        """Replace the one before."""
        ...

    def watch(self) -> WatchReport | None:
        """The newest; None before the first."""
        ...

    def beat(self, name: str, now: datetime) -> None:
        """A part that runs by itself says that it lives (`scheduler`)."""
        ...

    def beat_of(self, name: str) -> datetime | None:
        """When it last said so; None: never, or it ended."""
        ...

    def end_beat(self, name: str) -> None:
        """It has ended."""
        ...

    def forget_beats(self, beginning: str, *, before: datetime) -> None:
        """Forget the parts whose names begin so and who have not said it since."""
        ...

    def claim_duty(self, who: str, now: datetime, *, free_before: datetime) -> bool:
        """Take, or keep, the turn for what one at a time does behind all consoles; False: another has said since
        `free_before` that it is at it."""
        ...

    def leave_duty(self, who: str) -> None:
        """Give the turn back; nothing where it is another's."""
        ...

    def office_root(self) -> str:
        """SHA-256 of the root certificate these records are of; empty before the first was claimed."""
        ...

    def claim_office(self, root_sha256: str, now: datetime) -> str:
        """Say that these records are of this root, unless it was said before; the one that stands."""
        ...
