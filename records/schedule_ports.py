"""What the scheduler asks of the outside world. The adapter lives in `stores/`; promises as in `records/ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from records.sampling import KeptDraw
from records.schedules import CalendarEntry, Campaign, Occurrence, OccurrenceState, Schedule, SchedulePosition

__all__ = ["CampaignStore", "ScheduleStore", "Timetable"]


class ScheduleStore(Protocol):
    """Schedules and the occurrence ledger: one row a due time, one visit a target at a time, for any number of
    schedulers. The caller says what time it is; the store has no clock."""

    def add(self, schedule: Schedule, position: SchedulePosition) -> None:
        """Keep a new schedule; the same again changes nothing. Raises ConflictError when another has its id."""
        ...

    def replace(self, schedule: Schedule, *, now: datetime, skip_waiting: str = "") -> Schedule:
        """Change a schedule, `version` being the one it was made from; returned with the next version.

        `skip_waiting`, when given, is the reason with which its due occurrences nobody asked for by hand are skipped
        in the same transaction; `next_due_at` of its position is to be worked out anew. Raises NotFoundError;
        ConflictError when somebody else changed it first.
        """
        ...

    def schedule(self, schedule_id: str) -> Schedule:
        """Raises NotFoundError."""
        ...

    def schedules(self, target_id: str = "") -> tuple[Schedule, ...]:
        """By schedule_id; of one target when it is named."""
        ...

    def to_plan(self, *, now: datetime, ahead_of: datetime) -> tuple[Schedule, ...]:
        """Schedules whose `next_due_at` has come or is not worked out, and those planned further than `ahead_of`."""
        ...

    def position(self, schedule_id: str) -> SchedulePosition:
        """Raises NotFoundError."""
        ...

    def plan(
        self,
        schedule: Schedule,
        occurrences: Sequence[Occurrence],
        *,
        before: SchedulePosition,
        after: SchedulePosition,
    ) -> bool:
        """Write what was decided for some due times and move the position on, in one transaction.

        False, and nothing is written, when the schedule is no longer of this version or no longer at `before`: another
        scheduler was faster, read again. A due time already in the ledger stays as it is, except that one which nobody
        has taken and which was decided by a clock that ran ahead (its `decided_at` is later than the new one) or before
        it came (its `decided_at` is earlier than its due time) is decided anew.
        """
        ...

    def ask(self, occurrence: Occurrence) -> Occurrence:
        """Add an occurrence a person asked for; one already due by hand for that schedule is returned instead."""
        ...

    def revive(self, occurrence_id: str, *, now: datetime, reason: str) -> Occurrence:
        """Make a missed or skipped occurrence due by hand (补采). Raises NotFoundError, TransitionRefusedError."""
        ...

    def lease(self, worker: str, *, now: datetime, until: datetime, limit: int = 1) -> tuple[Occurrence, ...]:
        """Take occurrences whose time has come, largest priority first, then oldest, never two of one target and none
        of a target that is being visited. An hour of waiting counts as much as one step of priority, so that nothing
        waits for ever."""
        ...

    def expire(self, *, now: datetime, max_attempts: int, dead: Collection[str] = ()) -> tuple[Occurrence, ...]:
        """Give back what silent workers hold (their lease ran out) and those known to be `dead`: due again, or failed
        after `max_attempts`. Returns those given back."""
        ...

    def extend_leases(self, until: datetime) -> None:
        """Let every lease end at `until`: the clock was moved, and nobody is dead because of that."""
        ...

    def start(self, leased: Occurrence, *, now: datetime) -> Occurrence:
        """leased → running. Raises ConflictError when the lease was lost."""
        ...

    def renew(self, held: Occurrence, *, until: datetime) -> Occurrence:
        """Hold on to it. Raises ConflictError when the lease was lost: the visit must stop."""
        ...

    def put_off(self, held: Occurrence, *, not_before: datetime, reason: str, counted: bool = False) -> Occurrence:
        """leased or running → due, later; the attempt is `counted` or not. Raises ConflictError when the lease was
        lost."""
        ...

    def finish(
        self, held: Occurrence, state: OccurrenceState, *, now: datetime, reason: str = "", interval_seconds: int = 0
    ) -> Occurrence:
        """running → done, partial or failed. With `interval_seconds` the adaptive due times of its schedule count from
        `now` in that interval. Raises ConflictError when the lease was lost."""
        ...

    def occurrence(self, occurrence_id: str) -> Occurrence:
        """Raises NotFoundError."""
        ...

    def occurrences(
        self,
        *,
        schedule_id: str = "",
        target_id: str = "",
        states: Collection[OccurrenceState] = (),
        since: datetime | None = None,
        limit: int = 1000,
    ) -> tuple[Occurrence, ...]:
        """Newest due time first; `since` is the earliest due time asked for."""
        ...


class CampaignStore(Protocol):
    """Campaigns (专项), the monitoring calendar (监测日历) and the draws of 双随机."""

    def save_campaign(self, campaign: Campaign) -> None:
        """Keep a campaign, or bring it forward."""
        ...

    def campaign(self, campaign_id: str) -> Campaign:
        """Raises NotFoundError."""
        ...

    def campaigns(self) -> tuple[Campaign, ...]:
        """Newest first day first."""
        ...

    def save_entry(self, entry: CalendarEntry) -> None:
        """Keep an entry; one of the same name and first day is replaced."""
        ...

    def entries(self) -> tuple[CalendarEntry, ...]:
        """Those a person added, by first day."""
        ...

    def keep_draw(self, drawn: KeptDraw) -> None:
        """Keep a draw for good; the same again changes nothing. Raises ConflictError when another has its id: what was
        drawn is never replaced."""
        ...

    def drawn(self, draw_id: str) -> KeptDraw:
        """Raises NotFoundError."""
        ...

    def draws(self) -> tuple[KeptDraw, ...]:
        """Newest first."""
        ...


class Timetable(Protocol):
    """What the doors may ask of schedules; joined in `wangjian/scheduling/`, which alone can read a cadence."""

    def next_due(self, schedule_id: str, *, count: int) -> tuple[datetime, ...]:
        """The next due times, oldest first; fewer when the schedule ends before. Raises NotFoundError."""
        ...

    def pause(self, schedule_id: str) -> Schedule:
        """Raises NotFoundError; ConflictError when somebody changed it at the same time."""
        ...

    def resume(self, schedule_id: str) -> Schedule:
        """Raises as `pause`."""
        ...

    def run_now(self, schedule_id: str, *, reason: str) -> Occurrence:
        """Make a visit due at once; asked twice before it begins, it is one. Raises NotFoundError."""
        ...

    def catch_up(self, occurrence_id: str, *, reason: str) -> Occurrence:
        """补采: run what was missed or skipped after all. Raises NotFoundError, TransitionRefusedError."""
        ...
