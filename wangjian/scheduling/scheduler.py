"""The scheduler: turns due times into occurrences and hands them to workers, one visit a target at a time.

Any number of schedulers, in threads and processes, may share one store. Nothing here waits, sleeps or starts a process.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from records.errors import InvalidInputError
from records.ports import Clock
from records.schedule_ports import ScheduleStore
from records.schedules import Occurrence, OccurrenceState
from wangjian.scheduling.clocks import ClockWatch, Monotonic
from wangjian.scheduling.days import next_opening, next_start
from wangjian.scheduling.planning import CLOCK_TOLERANCE, plan_schedule
from wangjian.scheduling.revisiting import next_interval_seconds

__all__ = ["Scheduler", "Tick"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What one tick found: occurrences decided, those taken back from dead workers, and schedules it cannot read."""

    decided: tuple[Occurrence, ...]
    given_back: tuple[Occurrence, ...]
    unreadable: tuple[str, ...] = ()


class Scheduler:
    """One scheduler and worker.

    Args:
        worker: Its name in the ledger, of its own among all that share the store.
        lease_seconds: A worker that is silent for so long is dead; it renews about three times as often.
        max_attempts: How often an occurrence is taken before it is failed.
    """

    def __init__(
        self,
        store: ScheduleStore,
        worker: str,
        *,
        clock: Clock,
        monotonic: Monotonic,
        lease_seconds: int = 120,
        max_attempts: int = 3,
    ) -> None:
        self._store = store
        self._worker = worker
        self._watch = ClockWatch(clock, monotonic)
        self._lease = timedelta(seconds=lease_seconds)
        self._max_attempts = max_attempts

    def tick(self) -> Tick:
        """Write every due time that has come into the ledger and take back what dead workers held.

        Raises:
            AwayError: The store cannot be reached or written; the next tick finds everything that came meanwhile.
        """
        now = self._now()
        given_back = self._store.expire(now=now, max_attempts=self._max_attempts)
        decided: list[Occurrence] = []
        unreadable: list[str] = []
        for schedule in self._store.to_plan(now=now, ahead_of=now + CLOCK_TOLERANCE):
            try:
                decided += plan_schedule(self._store, schedule, now)
            except InvalidInputError as exc:  # one bad schedule must not silence the others
                unreadable.append(schedule.schedule_id)
                _log.error("schedule_unreadable", schedule_id=schedule.schedule_id, reason=exc.message)
        for item in given_back:
            _log.warning("occurrence_given_back", occurrence_id=item.occurrence_id, attempts=item.attempts)
        return Tick(decided=tuple(decided), given_back=given_back, unreadable=tuple(unreadable))

    def take(self) -> Occurrence | None:
        """Take the occurrence whose turn it is and mark it running; None when nothing may be visited now.

        One whose hours have closed while it waited is put off to their next opening, visibly.
        """
        while True:
            now = self._now()
            leased = self._store.lease(self._worker, now=now, until=now + self._lease)
            if not leased:
                return None
            start = self._start_of(leased[0], now)
            if start is not None and start <= now:
                return self._store.start(leased[0], now=now)
            later = start or now + timedelta(days=1)
            self._store.put_off(leased[0], not_before=later, reason="不在允许的日期或时段，顺延")

    def renew(self, held: Occurrence) -> Occurrence:
        """Say that the visit goes on.

        Raises:
            ConflictError: The lease was lost to another worker; this visit must stop.
        """
        return self._store.renew(held, until=self._now() + self._lease)

    def finish(
        self, held: Occurrence, state: OccurrenceState, *, changed: bool | None = None, reason: str = ""
    ) -> Occurrence:
        """End a visit: done, partial or failed. `changed` tells an adaptive schedule whether the target had changed;
        None when that could not be seen.

        Raises:
            ConflictError: The lease was lost; another worker has or had the occurrence.
        """
        interval_seconds = self._next_interval(held, changed=changed if state is not OccurrenceState.FAILED else None)
        return self._store.finish(held, state, now=self._now(), reason=reason, interval_seconds=interval_seconds)

    def give_back(self, held: Occurrence, *, reason: str, after_seconds: float = 0.0, counted: bool) -> Occurrence:
        """Let another attempt take the visit up where it stands, `after_seconds` from now at the earliest; this one is
        `counted` when it failed, and not when it was only asked to stop.

        Raises:
            ConflictError: The lease was lost.
        """
        later = self._now() + timedelta(seconds=after_seconds)
        return self._store.put_off(held, not_before=later, reason=reason, counted=counted)

    def bury(self, dead: Collection[str]) -> tuple[Occurrence, ...]:
        """Give back what workers known to be dead hold, without waiting for their leases to run out."""
        return self._store.expire(now=self._now(), max_attempts=self._max_attempts, dead=dead)

    def _now(self) -> datetime:
        now, moved_by = self._watch.look()
        if moved_by:
            _log.warning("clock_moved", seconds=moved_by.total_seconds(), worker=self._worker)
            self._store.extend_leases(now + self._lease)
        return now

    def _start_of(self, item: Occurrence, now: datetime) -> datetime | None:
        schedule = self._store.schedule(item.schedule_id)
        return next_opening(schedule.allowed_hours, now) if item.manual else next_start(schedule, now)

    def _next_interval(self, held: Occurrence, *, changed: bool | None) -> int:
        schedule = self._store.schedule(held.schedule_id)
        if schedule.revisit is None:
            return 0
        interval = self._store.position(schedule.schedule_id).interval_seconds
        return next_interval_seconds(schedule.revisit, interval, changed=changed)
