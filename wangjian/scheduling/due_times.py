"""The due times of a schedule between two moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from records.schedules import NEVER_DUE, Schedule, SchedulePosition
from wangjian.scheduling.cron import CHINA, cron_times
from wangjian.scheduling.days import china_day, in_season

__all__ = ["due_times", "next_due"]

_LOOKED_AHEAD = timedelta(days=366 * 9)
"""Long enough for a 29 February."""


def due_times(schedule: Schedule, position: SchedulePosition, until: datetime) -> Iterator[datetime]:
    """Due times after `position.planned_until` and not after `until`, oldest first; none out of season.

    Raises:
        InvalidInputError: The cron expression cannot be read.
    """
    after = position.planned_until
    found = _regular(position, until) if schedule.revisit else cron_times(schedule.cron, after=after, until=until)
    return (due for due in found if in_season(schedule, china_day(due)))


def next_due(schedule: Schedule, position: SchedulePosition) -> datetime:
    """The first due time after `position.planned_until`; NEVER_DUE when its days are over or there is none for years.

    Raises:
        InvalidInputError: The cron expression cannot be read.
    """
    after = position.planned_until
    if schedule.starts_on is not None:
        opening = datetime.combine(schedule.starts_on, time(), tzinfo=CHINA)
        after = max(after, opening - timedelta(microseconds=1))
    until = after + _LOOKED_AHEAD
    if schedule.ends_on is not None:
        until = min(until, datetime.combine(schedule.ends_on + timedelta(days=1), time(), tzinfo=CHINA))
    found = due_times(schedule, position.model_copy(update={"planned_until": after}), until)
    return next(found, NEVER_DUE)


def _regular(position: SchedulePosition, until: datetime) -> Iterator[datetime]:
    if position.anchor_at is None or position.interval_seconds <= 0:
        return
    step = timedelta(seconds=position.interval_seconds)
    passed = max((position.planned_until - position.anchor_at) // step, 0)
    due = position.anchor_at + (passed + 1) * step
    while due <= until:
        yield due
        due += step
