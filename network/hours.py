"""Hours of the day in which a site may be asked, and the day its budget counts, both in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from records.schedules import HoursWindow

__all__ = ["is_open", "next_opening", "shanghai_day", "shanghai_words"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def is_open(windows: Sequence[HoursWindow], now: datetime) -> bool:
    """Whether pages may be asked for now; no window at all means any hour.

    A window takes its first moment and not its last; one that closes before it opens goes over midnight.
    """
    if not windows:
        return True
    clock = now.astimezone(_SHANGHAI).time()
    return any(
        window.opens <= clock < window.closes
        if window.opens < window.closes
        else clock >= window.opens or clock < window.closes
        for window in windows
    )


def next_opening(windows: Sequence[HoursWindow], now: datetime) -> datetime:
    """When pages may be asked for next: now, when it is open."""
    if is_open(windows, now):
        return now
    local = now.astimezone(_SHANGHAI)
    openings = (
        datetime.combine(local.date() + timedelta(days=days), window.opens, tzinfo=_SHANGHAI)
        for window in windows
        for days in (0, 1)
    )
    return min(moment for moment in openings if moment > local).astimezone(now.tzinfo)


def shanghai_day(now: datetime) -> date:
    """The calendar day a moment belongs to."""
    return now.astimezone(_SHANGHAI).date()


def shanghai_words(moment: datetime) -> str:
    """A moment for a sentence, as `11-20 22:00`."""
    return moment.astimezone(_SHANGHAI).strftime("%m-%d %H:%M")
