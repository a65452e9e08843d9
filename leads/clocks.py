"""Periods in working days, by the announced holidays; a year not announced yet is an error, not a guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import chinese_calendar

from records.errors import InvalidInputError

__all__ = [
    "ASSISTANCE_WORKING_DAYS",
    "CHECK_WORKING_DAYS",
    "EXTENSION_WORKING_DAYS",
    "NEGOTIATION_WORKING_DAYS",
    "YELLOW_WORKING_DAYS",
    "Card",
    "CardColour",
    "card_of",
    "day_in_china",
    "due_after",
    "next_workday",
    "working_days_between",
]

CHECK_WORKING_DAYS = 15
"""核查期限. Law: 《市场监督管理行政处罚程序规定》第十八条."""
EXTENSION_WORKING_DAYS = 15
ASSISTANCE_WORKING_DAYS = 15
"""协查期限. Law: 《市场监督管理行政处罚程序规定》第四十五条."""
NEGOTIATION_WORKING_DAYS = 7
"""管辖争议协商. Law: 《市场监督管理行政处罚程序规定》第十三条."""
YELLOW_WORKING_DAYS = 3
"""So many working days before the end, and on it, the card is yellow."""

_CHINA = ZoneInfo("Asia/Shanghai")


class CardColour(StrEnum):
    """none: no period runs; unknown: it cannot be counted; red: it is over."""

    NONE = "none"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How a period stands: working days left (negative: over by so many), in one Chinese sentence."""

    colour: CardColour
    sentence: str
    days_left: int | None = None


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
            raise _not_announced(day, f"从 {start} 起 {working_days} 个工作日的期限算不出") from exc
    return day


def next_workday(day: date) -> date:
    """The day itself when it is worked on, else the next that is: a period in days does not end on a day of rest.

    Law: 《市场监督管理行政处罚程序规定》第八十条.

    Raises:
        InvalidInputError: The holidays of that year are not known.

    >>> next_workday(date(2026, 10, 1))
    datetime.date(2026, 10, 8)
    """
    while True:
        try:
            if chinese_calendar.is_workday(day):
                return day
        except NotImplementedError as exc:
            raise _not_announced(day, f"{day} 是否工作日无从判断") from exc
        day += timedelta(days=1)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when the end lies before.

    Raises:
        InvalidInputError: They reach a year whose holidays are not known.

    >>> working_days_between(date(2026, 9, 28), date(2026, 10, 10))
    5
    """
    if end < start:
        return -working_days_between(end, start)
    day, count = start, 0
    while day < end:
        day += timedelta(days=1)
        try:
            count += bool(chinese_calendar.is_workday(day))
        except NotImplementedError as exc:
            raise _not_announced(day, f"{start} 至 {end} 有几个工作日算不出") from exc
    return count


def card_of(due_on: date | None, today: date) -> Card:
    """The card of a period on a day (黄牌: at most three working days left; 红牌: over). Never a guess: what cannot be
    counted is `UNKNOWN` with the reason.

    >>> card_of(date(2026, 11, 20), date(2026, 11, 23)).sentence
    '红牌：已超期 1 个工作日'
    """
    if due_on is None:
        return Card(colour=CardColour.NONE, sentence="")
    try:
        left = working_days_between(today, due_on)
    except InvalidInputError as exc:
        return Card(colour=CardColour.UNKNOWN, sentence=f"期限 {due_on}，{exc}")
    if today > due_on:
        over = f" {-left} 个工作日" if left else ""  # over, though only days of rest have passed since
        return Card(colour=CardColour.RED, sentence=f"红牌：已超期{over}", days_left=left)
    if left <= YELLOW_WORKING_DAYS:
        said = f"还剩 {left} 个工作日" if left else "今日到期" if today == due_on else "其间已无工作日"
        return Card(colour=CardColour.YELLOW, sentence=f"黄牌：{said}", days_left=left)
    return Card(colour=CardColour.GREEN, sentence=f"还剩 {left} 个工作日", days_left=left)


def _not_announced(day: date, what: str) -> InvalidInputError:
    return InvalidInputError(
        f"{day.year} 年的法定节假日表未收录，{what}",
        cure="升级 chinesecalendar 后重算；在此之前按公布的放假安排人工确定",
        year=day.year,
    )
