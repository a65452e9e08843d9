from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from leads.clocks import CardColour, card_of, day_in_china, due_after, working_days_between
from records.errors import InvalidInputError


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 20), 15, date(2026, 12, 11)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 9, 28), 5, date(2026, 10, 10)),  # a week of holidays, a made-up Saturday counts
    ],
)
def test_working_days_skip_holidays_and_do_not_count_the_first_day(start: date, days: int, due: date) -> None:
    assert due_after(start, days) == due


def test_year_without_announced_holidays_is_an_error() -> None:
    with pytest.raises(InvalidInputError, match="2027 年的法定节假日表未收录"):
        due_after(date(2026, 12, 20), 15)


def test_day_is_that_of_china() -> None:
    assert day_in_china(datetime(2026, 11, 20, 17, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("today", "colour", "said"),
    [
        (date(2026, 9, 21), CardColour.GREEN, "还剩 7 个工作日"),
        (date(2026, 9, 28), CardColour.YELLOW, "黄牌：还剩 3 个工作日"),
        (date(2026, 10, 3), CardColour.YELLOW, "黄牌：还剩 1 个工作日"),  # in the holidays
        (date(2026, 10, 8), CardColour.YELLOW, "黄牌：今日到期"),
        (date(2026, 10, 9), CardColour.RED, "红牌：已超期 1 个工作日"),
        (date(2026, 10, 12), CardColour.RED, "红牌：已超期 3 个工作日"),  # a made-up Saturday counts
    ],
)
def test_card_counts_working_days_from_today_to_the_last_day(today: date, colour: CardColour, said: str) -> None:
    card = card_of(date(2026, 10, 8), today)
    assert (card.colour, card.sentence) == (colour, said)


def test_card_of_no_period_is_none_and_of_an_unknown_year_says_so() -> None:
    assert card_of(None, date(2026, 9, 1)).colour is CardColour.NONE
    unknown = card_of(date(2027, 1, 8), date(2026, 12, 28))
    assert (unknown.colour, unknown.days_left) == (CardColour.UNKNOWN, None)
    assert "2027 年的法定节假日表未收录" in unknown.sentence and "升级 chinesecalendar" in unknown.sentence


def test_over_on_days_of_rest_is_red_though_no_working_day_has_passed() -> None:
    card = card_of(date(2026, 11, 20), date(2026, 11, 21))
    assert (card.colour, card.sentence, card.days_left) == (CardColour.RED, "红牌：已超期", 0)


def test_working_days_between_are_those_of_the_period_and_negative_backwards() -> None:
    start, end = date(2026, 11, 20), due_after(date(2026, 11, 20), 15)
    assert working_days_between(start, end) == 15
    assert working_days_between(end, start) == -15
