"""The monitoring calendar (监测日历) and the schedules of campaigns (专项)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

import chinese_calendar

from records.base import stable_id
from records.schedules import CalendarEntry, Campaign, Schedule
from wangjian.scheduling.days import is_announced

__all__ = ["campaign_schedules", "monitoring_calendar"]

_TRADE_DAYS = (
    ("3·15", (3, 10), (3, 20)),
    ("618", (5, 20), (6, 20)),
    ("双11", (10, 20), (11, 13)),
    ("双12", (12, 8), (12, 13)),
)
"""The sales seasons as platforms hold them, first promotion to the day after the last."""

_FIXED_FESTIVALS = (("元旦", (1, 1), (1, 1)), ("劳动节", (5, 1), (5, 2)), ("国庆节", (10, 1), (10, 3)))
_FESTIVAL_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


def monitoring_calendar(year: int) -> tuple[CalendarEntry, ...]:
    """The days of a year to watch, by their first day.

    Of a year whose holidays are not announced yet the festivals of fixed date are given, marked so, and those of the
    lunar calendar are not: they are not known here.
    """
    trade = [_entry(year, *named, announced=True) for named in _TRADE_DAYS]
    festivals = list(_announced_festivals(year)) or [
        _entry(year, *named, announced=False) for named in _FIXED_FESTIVALS
    ]
    return tuple(sorted([*trade, *festivals], key=lambda entry: (entry.starts_on, entry.name)))


def campaign_schedules(campaign: Campaign, *, created_at: datetime) -> tuple[Schedule, ...]:
    """One schedule for each target of a campaign; made again they are the same."""
    return tuple(
        Schedule(
            schedule_id=stable_id("schedule", campaign.campaign_id, target_id),
            target_id=target_id,
            name=campaign.name,
            cron=campaign.cron,
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
            priority=campaign.priority,
            campaign_id=campaign.campaign_id,
            created_at=created_at,
        )
        for target_id in dict.fromkeys(campaign.target_ids)
    )


def _announced_festivals(year: int) -> Iterator[CalendarEntry]:
    first = date(year, 1, 1)
    if not is_announced(first):
        return
    days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    for name, run in groupby(days, key=_festival_of):
        if name:
            of_run = list(run)
            yield CalendarEntry(name=name, starts_on=of_run[0], ends_on=of_run[-1])


def _festival_of(day: date) -> str:
    rests, english = chinese_calendar.get_holiday_detail(day)
    return _FESTIVAL_NAMES.get(english or "", "") if rests else ""


def _entry(year: int, name: str, first: tuple[int, int], last: tuple[int, int], *, announced: bool) -> CalendarEntry:
    return CalendarEntry(name=name, starts_on=date(year, *first), ends_on=date(year, *last), announced=announced)
