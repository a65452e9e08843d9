"""Adaptive cadence: what changes often is visited often."""

from __future__ import annotations

from datetime import timedelta

from records.schedules import Revisit, Schedule, SchedulePosition

__all__ = ["first_position", "next_interval_seconds"]

_HOUR_SECONDS = 3600


def next_interval_seconds(revisit: Revisit, interval_seconds: int, *, changed: bool | None) -> int:
    """The interval after a visit: shorter when the target had changed, longer when not, within its bounds.

    A visit that could not tell (`changed` is None) teaches nothing: blindness is not calm.

    >>> next_interval_seconds(Revisit(), 86400, changed=True)
    43200
    """
    factors = {None: 1.0, True: revisit.shrink_factor, False: revisit.grow_factor}
    wanted = interval_seconds * factors[changed]
    return round(min(max(wanted, revisit.min_hours * _HOUR_SECONDS), revisit.max_hours * _HOUR_SECONDS))


def first_position(schedule: Schedule) -> SchedulePosition:
    """Where the ledger of a new schedule begins: an adaptive one is due at once, the others at their next due time."""
    if schedule.revisit is None:
        return SchedulePosition(planned_until=schedule.created_at)
    interval = round(schedule.revisit.start_hours * _HOUR_SECONDS)
    return SchedulePosition(
        planned_until=schedule.created_at - timedelta(microseconds=1),
        anchor_at=schedule.created_at - timedelta(seconds=interval),
        interval_seconds=interval,
    )
