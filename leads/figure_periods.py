"""Periods of figures: a day, a week (ISO 8601), a month, a year or from one day to another, as officers write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from records.base import Record
from records.errors import InvalidInputError
from records.statistics import Span, day_number

__all__ = ["FigurePeriod", "Step", "buckets", "period_before", "read_period", "trend_periods", "week_of"]

_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LONGEST_DAYS = 3_700
_TREND_STEPS = 12
_DECEMBER = 12


class Step(StrEnum):
    """How wide the columns of a trend are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class FigurePeriod(Record):
    """Days of Asia/Shanghai, both included; `key` is how it is written, `title` how it is printed."""

    key: str
    title: str
    first: date
    last: date

    @property
    def span(self) -> Span:
        """The same in numbers."""
        return Span(first=day_number(self.first), last=day_number(self.last))

    @property
    def step(self) -> Step:
        """How wide the columns of its own trend are, unless said otherwise."""
        if "W" in self.key:
            return Step.WEEK
        days = (self.last - self.first).days
        return Step.MONTH if re.fullmatch(r"\d{4}(-\d{2})?", self.key) or days > 92 else Step.DAY


def read_period(said: str) -> FigurePeriod:
    """A period as it is written.

    Raises:
        InvalidInputError: It is none, or longer than ten years.

    >>> read_period("2026-W47").first, read_period("2026-W47").last
    (datetime.date(2026, 11, 16), datetime.date(2026, 11, 22))
    >>> read_period("2026-02").title
    '2026年2月'
    """
    text = said.strip()
    try:
        if ".." in text:
            first, last = (_one(part.strip()) for part in text.split("..", 1))
            return _between(first.first, last.last)
        return _one(text)
    except (ValueError, OverflowError):
        raise InvalidInputError(
            f"期间不认识：{said[:40]}",
            cure="写成 2026-W47（周）、2026-11（月）、2026、2026-11-20 或 2026-11-01..2026-11-20",
        ) from None


def week_of(day: date) -> FigurePeriod:
    """The ISO week a day lies in."""
    year, week, _ = day.isocalendar()
    first = date.fromisocalendar(year, week, 1)
    last = first + timedelta(days=6)
    return FigurePeriod(
        key=f"{year}-W{week:02d}",
        title=f"{year}年第{week}周（{_short(first)}至{_short(last)}）",
        first=first,
        last=last,
    )


def period_before(period: FigurePeriod) -> FigurePeriod:
    """The week before a week, the month before a month, the year before a year, else as many days before."""
    day_before = period.first - timedelta(days=1)
    if "W" in period.key:
        return week_of(day_before)
    if re.fullmatch(r"\d{4}-\d{2}", period.key):
        return _month(day_before.year, day_before.month)
    if re.fullmatch(r"\d{4}", period.key):
        return _one(str(period.first.year - 1))
    return _between(period.first - (period.last - period.first) - timedelta(days=1), day_before)


def trend_periods(period: FigurePeriod, step: Step) -> tuple[FigurePeriod, ...]:
    """The columns of a trend that ends with the period: the days of it, or the last twelve weeks or months."""
    if step is Step.DAY:
        days = max(_TREND_STEPS + 2, (period.last - period.first).days + 1)
        first = period.last - timedelta(days=min(days, 92) - 1)
        return tuple(buckets(first, period.last, step))
    if step is Step.WEEK:
        found = tuple(buckets(period.last - timedelta(weeks=_TREND_STEPS - 1), period.last, step))
        return found[-_TREND_STEPS:]
    months = period.last.year * _DECEMBER + period.last.month - _TREND_STEPS
    return tuple(buckets(date(months // _DECEMBER, months % _DECEMBER + 1, 1), period.last, step))


def buckets(first: date, last: date, step: Step) -> Iterator[FigurePeriod]:
    """Whole days, weeks or months from the one of `first` to the one of `last`."""
    day = first
    while day <= last:
        made = _month(day.year, day.month) if step is Step.MONTH else week_of(day) if step is Step.WEEK else _day(day)
        yield made
        day = made.last + timedelta(days=1)


def _one(text: str) -> FigurePeriod:
    week = _WEEK.fullmatch(text)
    if week is not None:
        return week_of(date.fromisocalendar(int(week[1]), int(week[2]), 1))
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        return _day(date(year, month, day))
    if month:
        return _month(year, month)
    return FigurePeriod(key=f"{year:04d}", title=f"{year}年", first=date(year, 1, 1), last=date(year, 12, 31))


def _day(day: date) -> FigurePeriod:
    return FigurePeriod(key=day.isoformat(), title=f"{day.year}年{_short(day)}", first=day, last=day)


def _month(year: int, month: int) -> FigurePeriod:
    following = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
    return FigurePeriod(
        key=f"{year:04d}-{month:02d}",
        title=f"{year}年{month}月",
        first=date(year, month, 1),
        last=following - timedelta(days=1),
    )


def _between(first: date, last: date) -> FigurePeriod:
    if not 0 <= (last - first).days <= _LONGEST_DAYS:
        raise ValueError
    title = f"{first.year}年{_short(first)}至{last.year}年{_short(last)}"
    return FigurePeriod(key=f"{first.isoformat()}..{last.isoformat()}", title=title, first=first, last=last)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
