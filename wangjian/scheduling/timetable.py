"""What the doors may ask of schedules, over the store and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from records.ports import Clock
from records.schedule_ports import ScheduleStore
from records.schedules import Occurrence, Schedule
from wangjian.scheduling import acts
from wangjian.scheduling.due_times import due_times

__all__ = ["LedgerTimetable"]

_LOOKED_AHEAD = timedelta(days=800)


class LedgerTimetable:
    """See `records.schedule_ports.Timetable`."""

    def __init__(self, store: ScheduleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def next_due(self, schedule_id: str, *, count: int) -> tuple[datetime, ...]:
        """The next due times within about two years; a visit under way may still change those of an adaptive one."""
        schedule, now = self._store.schedule(schedule_id), self._clock()
        position = self._store.position(schedule_id)
        ahead = position.model_copy(update={"planned_until": max(position.planned_until, now)})
        return tuple(islice(due_times(schedule, ahead, now + _LOOKED_AHEAD), count))

    def pause(self, schedule_id: str) -> Schedule:
        """As `acts.pause`, now."""
        return acts.pause(self._store, schedule_id, now=self._clock())

    def resume(self, schedule_id: str) -> Schedule:
        """As `acts.resume`, now."""
        return acts.resume(self._store, schedule_id, now=self._clock())

    def run_now(self, schedule_id: str, *, reason: str = "立即采集") -> Occurrence:
        """As `acts.run_now`, now."""
        return acts.run_now(self._store, schedule_id, now=self._clock(), reason=reason)

    def catch_up(self, occurrence_id: str, *, reason: str = "人工补采") -> Occurrence:
        """As `acts.catch_up`, now."""
        return acts.catch_up(self._store, occurrence_id, now=self._clock(), reason=reason)
