"""Periods in working days, by the announced holidays; a year not announced yet is an error, not a guess."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

from records.errors import InvalidInputError

__all__ = ["CHECK_WORKING_DAYS", "EXTENSION_WORKING_DAYS", "day_in_china", "due_after"]

CHECK_WORKING_DAYS = 15
"""核查期限. Law: 《市场监督管理行政处罚程序规定》第十八条."""
EXTENSION_WORKING_DAYS = 15

_CHINA = ZoneInfo("Asia/Shanghai")


def day_in_china(moment: datetime) -> date:
    """The calendar day in Asia/Shanghai."""
    return moment.astimezone(_CHINA).date()


def due_after(start: date, working_days: int) -> date:
    """The last day of a period; the day it starts is not counted.

    Law: 《市场监督管理行政处罚程序规定》第八十条.

    Raises:
        InvalidInputError: The period reaches a year whose holidays are not known.

    >>> due_after(date(2026, 9, 28), 5)
    datetime.date(2026, 10, 10)
    """
    day, left = start, working_days
    while left > 0:
        day += timedelta(days=1)
        try:
            left -= bool(chinese_calendar.is_workday(day))
        except NotImplementedError as exc:
            raise InvalidInputError(
                f"{day.year} 年的法定节假日表未收录，从 {start} 起 {working_days} 个工作日的期限算不出",
                cure="升级 chinesecalendar 后重算；在此之前按公布的放假安排人工确定",
                year=day.year,
            ) from exc
    return day
