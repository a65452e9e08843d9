"""Days written in Chinese on a page, relative to the day it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

__all__ = ["days_in", "period_in"]

_YEAR = r"(?<![\d.])(20\d{2})\s*[年\-/.]\s*"
_MONTH, _OF_MONTH = r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
_LONG = rf"{_YEAR}{_MONTH}\s*[月\-/.]\s*{_OF_MONTH}(?!\d)\s*[日号]?"
_DAY = re.compile(rf"{_LONG}|(?<![\d.]){_MONTH}\s*月\s*{_OF_MONTH}\s*[日号]")
_BETWEEN = re.compile(r"^[\s\d:：时分(（）)零点整]{0,12}(?:至|到|[-—~～–])\s*")
_HALF_YEAR = 183


def days_in(text: str, *, read_on: date) -> Iterator[tuple[int, int, date]]:
    """(start, end, day) of each day named; one without a year is the one nearest to the day the page was read.

    >>> [day.isoformat() for _, _, day in days_in("自2026年12月1日起施行", read_on=date(2026, 11, 20))]
    ['2026-12-01']
    >>> [day.isoformat() for _, _, day in days_in("1月3日截止", read_on=date(2026, 12, 20))]
    ['2027-01-03']
    """
    for found in _DAY.finditer(text):
        year, month, day, short_month, short_day = found.groups()
        try:
            if year:
                named = date(int(year), int(month), int(day))
            else:
                named = _nearest(int(short_month), int(short_day), read_on)
        except ValueError:  # 2月30日
            continue
        yield found.start(), found.end(), named


def period_in(text: str, *, read_on: date) -> tuple[date, date] | None:
    """The first period named (…至…); None when there is none.

    >>> period_in("活动时间：11月1日至11月20日", read_on=date(2026, 11, 5))
    (datetime.date(2026, 11, 1), datetime.date(2026, 11, 20))
    """
    days = list(days_in(text, read_on=read_on))
    for (_, end, first), (start, _, last) in zip(days, days[1:], strict=False):
        if _BETWEEN.match(text[end:start] + " ") and first <= last:
            return first, last
    return None


def _nearest(month: int, day: int, read_on: date) -> date:
    found = date(read_on.year, month, day)
    if (found - read_on).days > _HALF_YEAR:
        return found.replace(year=read_on.year - 1)
    if (read_on - found).days > _HALF_YEAR:
        return found.replace(year=read_on.year + 1)
    return found
