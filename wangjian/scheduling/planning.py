"""Write the occurrences that have come into the ledger: at most once each, by however many schedulers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

import structlog

from records.schedule_ports import ScheduleStore
from records.schedules import OPEN_STATES, Occurrence, OccurrenceState, Schedule, SchedulePosition, moved
from wangjian.scheduling.deciding import choose, decide, planned_start
from wangjian.scheduling.due_times import due_times, next_due

__all__ = ["CLOCK_TOLERANCE", "plan_schedule"]

_ROWS_AT_ONCE = 1000
CLOCK_TOLERANCE = timedelta(seconds=60)
"""A ledger written further than this beyond now was written by a clock that ran ahead."""

_log = structlog.get_logger(__name__)


def plan_schedule(store: ScheduleStore, schedule: Schedule, now: datetime) -> tuple[Occurrence, ...]:
    """Decide every due time of a schedule up to `now` and move its position there; those decided are returned.

    When another scheduler moves first, what is left is left to it and to the next tick.

    Raises:
        InvalidInputError: The cron expression cannot be read.
    """
    position = store.position(schedule.schedule_id)
    if position.planned_until > now + CLOCK_TOLERANCE:
        return _plan_anew(store, schedule, position, now)
    coming = next_due(schedule, position)
    if coming > now:
        if coming != position.next_due_at:
            store.plan(schedule, (), before=position, after=position.model_copy(update={"next_due_at": coming}))
        return ()
    still_open = store.occurrences(schedule_id=schedule.schedule_id, states=OPEN_STATES)
    if schedule.revisit and any(not item.manual for item in still_open):
        # The next visit is counted from the end of this one, so that until then nothing is due.
        store.plan(schedule, (), before=position, after=_moved_on(schedule, position, now))
        return ()
    return _write(store, schedule, position, now=now, still_open=still_open)


def _write(
    store: ScheduleStore,
    schedule: Schedule,
    position: SchedulePosition,
    *,
    now: datetime,
    still_open: Sequence[Occurrence],
) -> tuple[Occurrence, ...]:
    choice = choose(schedule, due_times(schedule, position, now), now=now, still_open=still_open)
    coming = due_times(schedule, position, now)
    decided: list[Occurrence] = []
    while True:
        some = [decide(schedule, due_at, choice) for due_at in islice(coming, _ROWS_AT_ONCE)]
        reached = now if len(some) < _ROWS_AT_ONCE else some[-1].due_at
        after = _moved_on(schedule, position, reached)
        if not store.plan(schedule, some, before=position, after=after):
            return tuple(decided)
        decided += some
        position = after
        if reached == now:
            return tuple(decided)


def _plan_anew(
    store: ScheduleStore, schedule: Schedule, position: SchedulePosition, now: datetime
) -> tuple[Occurrence, ...]:
    """The clock ran ahead and was set back: what was planned for times still to come must not silence them."""
    ahead_seconds = (position.planned_until - now).total_seconds()
    _log.warning("clock_went_back", schedule_id=schedule.schedule_id, ahead_seconds=ahead_seconds)
    waiting = store.occurrences(schedule_id=schedule.schedule_id, states={OccurrenceState.DUE})
    moved_back = _moved_back(schedule, waiting, now)
    anchor_at = min(position.anchor_at, now) if position.anchor_at else None
    after = _moved_on(schedule, position.model_copy(update={"anchor_at": anchor_at}), now)
    return moved_back if store.plan(schedule, moved_back, before=position, after=after) else ()


def _moved_on(schedule: Schedule, position: SchedulePosition, until: datetime) -> SchedulePosition:
    after = position.model_copy(update={"planned_until": until})
    return after.model_copy(update={"next_due_at": next_due(schedule, after)})


def _moved_back(schedule: Schedule, waiting: Sequence[Occurrence], now: datetime) -> tuple[Occurrence, ...]:
    return tuple(_set_right(schedule, item, now) for item in waiting if item.decided_at > now)


def _set_right(schedule: Schedule, item: Occurrence, now: datetime) -> Occurrence:
    """One that waits by the wrong clock. If its due time has not come it must not stand for those that come before."""
    if item.due_at > now and not item.manual:
        reason = "时钟曾走快，到期时重新决定"
        return moved(item, OccurrenceState.SKIPPED, decided_at=now, not_before=item.due_at, reason=reason)
    start = now if item.manual else planned_start(schedule, item.due_at, base=now)
    return item.model_copy(update={"decided_at": now, "not_before": start or item.not_before})
