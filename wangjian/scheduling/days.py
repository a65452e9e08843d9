"""Days and hours on which a schedule may visit: working days, days of rest, blackout days, allowed hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar

from records.schedules import DayKind, HoursWindow, Schedule
from wangjian.scheduling.cron import CHINA

__all__ = ["china_day", "in_season", "is_announced", "is_working_day", "next_opening", "next_start", "why_closed"]

_LAST_WORKING_WEEKDAY = 4
_DAYS_LOOKED_AHEAD = 400
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Law: 《全国年节及纪念日放假办法》(2024 修订) 第二条, those with a date of the solar calendar."""


def china_day(moment: datetime) -> date:
    """The calendar day in Asia/Shanghai."""
    return moment.astimezone(CHINA).date()


def is_announced(day: date) -> bool:
    """Whether the holidays of that year are known to the calendar."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_working_day(day: date) -> bool:
    """Working day by the announced holidays, moved days (调休) included.

    For a year not announced yet: Monday to Friday without the holidays of fixed date. A survey that waited for the
    announcement would be silent; periods of law, which must not be guessed, are counted in `leads.clocks`.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() <= _LAST_WORKING_WEEKDAY and (day.month, day.day) not in _FIXED_HOLIDAYS


def in_season(schedule: Schedule, day: date) -> bool:
    """Whether the day is between the schedule's first and last, both included."""
    return not (
        (schedule.starts_on is not None and day < schedule.starts_on)
        or (schedule.ends_on is not None and day > schedule.ends_on)
    )


def why_closed(schedule: Schedule, day: date) -> str:
    """In Chinese, why nothing is visited on a day; empty when it may be."""
    if day in schedule.blackout_days:
        return "停采日"
    if schedule.days is DayKind.ANY:
        return ""
    guessed = "" if is_announced(day) else f"（{day.year} 年放假安排未收录，按周一至周五推定）"
    if schedule.days is DayKind.WORKING and not is_working_day(day):
        return f"非工作日{guessed}"
    if schedule.days is DayKind.RESTING and is_working_day(day):
        return f"工作日{guessed}"
    return ""


def next_opening(windows: Sequence[HoursWindow], moment: datetime) -> datetime:
    """The moment itself when it is in one of the windows (or there are none), else when the next one opens, in UTC."""
    local = moment.astimezone(CHINA)
    if not windows or any(_holds(window, local.time()) for window in windows):
        return moment.astimezone(UTC)
    openings = (_next_at(window.opens, local) for window in windows)
    return min(openings).astimezone(UTC)


def next_start(schedule: Schedule, moment: datetime) -> datetime | None:
    """The first moment from this one on at which the schedule may visit; None when there is none within 400 days."""
    start = next_opening(schedule.allowed_hours, moment)
    for _ in range(_DAYS_LOOKED_AHEAD):
        day = china_day(start)
        if not why_closed(schedule, day):
            return start
        midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=CHINA)
        start = next_opening(schedule.allowed_hours, midnight)
    return None


def _holds(window: HoursWindow, hour: time) -> bool:
    if window.opens < window.closes:
        return window.opens <= hour < window.closes
    return hour >= window.opens or hour < window.closes


def _next_at(hour: time, local: datetime) -> datetime:
    today = datetime.combine(local.date(), hour, tzinfo=CHINA)
    return today if today >= local else today + timedelta(days=1)
