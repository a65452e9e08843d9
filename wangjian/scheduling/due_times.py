"""The due times of a schedule between two moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from records.schedules import Schedule, SchedulePosition
from wangjian.scheduling.cron import cron_times
from wangjian.scheduling.days import china_day, in_season

__all__ = ["due_times"]


def due_times(schedule: Schedule, position: SchedulePosition, until: datetime) -> Iterator[datetime]:
    """Due times after `position.planned_until` and not after `until`, oldest first; none out of season.

    Raises:
        InvalidInputError: The cron expression cannot be read.
    """
    after = position.planned_until
    found = _regular(position, until) if schedule.revisit else cron_times(schedule.cron, after=after, until=until)
    return (due for due in found if in_season(schedule, china_day(due)))


def _regular(position: SchedulePosition, until: datetime) -> Iterator[datetime]:
    if position.anchor_at is None or position.interval_seconds <= 0:
        return
    step = timedelta(seconds=position.interval_seconds)
    passed = max((position.planned_until - position.anchor_at) // step, 0)
    due = position.anchor_at + (passed + 1) * step
    while due <= until:
        yield due
        due += step
