"""Cron expressions of five fields, in the time of Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from cronsim import CronSim, CronSimError

from records.errors import InvalidInputError

__all__ = ["CHINA", "check_cron", "cron_times"]

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one offset and no summer time since 1991, so that a due time exists exactly once."""

_FIELDS = 5


def check_cron(cron: str) -> None:
    """Refuse an expression that cannot be read or never comes.

    Raises:
        InvalidInputError: Not five fields, a value out of range, or a day no month has.
    """
    _simulated(cron, datetime(2026, 1, 1))


def cron_times(cron: str, *, after: datetime, until: datetime) -> Iterator[datetime]:
    """Due times later than `after` and not later than `until`, oldest first, in UTC.

    Raises:
        InvalidInputError: As `check_cron`.

    >>> start = datetime(2026, 3, 1, tzinfo=UTC)
    >>> [str(due) for due in cron_times("30 3 * * *", after=start, until=start + timedelta(days=1))]
    ['2026-03-01 19:30:00+00:00']
    """
    local_until = until.astimezone(CHINA).replace(tzinfo=None)
    for due in _simulated(cron, after.astimezone(CHINA).replace(tzinfo=None)):
        if due > local_until:
            return
        yield due.replace(tzinfo=CHINA).astimezone(UTC)


def _simulated(cron: str, start: datetime) -> CronSim:
    cure = "写成五段：分 时 日 月 周，例如 30 3 * * * 为每天 3:30"
    if len(cron.split()) != _FIELDS:
        raise InvalidInputError(f"周期表达式须为五段：{cron[:100]}", cure=cure)
    try:
        return CronSim(cron, start)
    except CronSimError as exc:
        raise InvalidInputError(f"周期表达式无法读取：{cron[:100]}（{exc}）", cure=cure) from exc
