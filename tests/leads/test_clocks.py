from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from leads.clocks import day_in_china, due_after
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
