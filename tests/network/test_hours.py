"""Hours and days in Asia/Shanghai, whatever the clock's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.hosts import host_key
from network.hours import is_open, next_opening, shanghai_day
from records.schedules import HoursWindow

NIGHT = HoursWindow(opens=time(22, 0), closes=time(6, 0))
NOON = HoursWindow(opens=time(11, 30), closes=time(13, 0))


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of 20 November in UTC; Shanghai is eight hours ahead."""
    return datetime(2026, 11, 20, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        (at(13, 59, 59), False),
        (at(14), True),
        (at(16), True),
        (at(21, 59, 59), True),
        (at(22), False),
        (at(4), False),
    ],
)
def test_window_over_midnight_takes_its_first_moment_and_not_its_last(now, open_) -> None:
    assert is_open([NIGHT], now) is open_


def test_no_window_is_any_hour() -> None:
    assert is_open([], at(3))
    assert next_opening([], at(3)) == at(3)


def test_next_opening_is_the_nearest_of_several_windows() -> None:
    assert next_opening([NIGHT, NOON], at(1)) == at(3, 30)
    assert next_opening([NIGHT, NOON], at(6)) == at(14)
    assert next_opening([NOON], at(6)) == datetime(2026, 11, 21, 3, 30, tzinfo=UTC)


def test_day_turns_at_midnight_in_shanghai() -> None:
    assert shanghai_day(at(15, 59, 59)) == date(2026, 11, 20)
    assert shanghai_day(at(16)) == date(2026, 11, 21)


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.times(),
    st.times(),
)
def test_it_is_open_at_the_next_opening_and_never_later_than_a_day(now, opens, closes) -> None:
    if opens == closes:
        return
    window = HoursWindow(opens=opens, closes=closes)
    found = next_opening([window], now)
    assert is_open([window], found)
    assert 0 <= (found - now).total_seconds() <= 86_400


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.cn/a", "shop.cn"),
        ("http://shop.cn:80/", "shop.cn"),
        ("https://shop.cn:443", "shop.cn"),
        ("http://shop.cn.:8080/", "shop.cn:8080"),
        ("http://[::1]:8000/", "[::1]:8000"),
        ("http://shop.cn:99999/", ""),
        ("nonsense", ""),
    ],
)
def test_one_machine_has_one_name(url, host) -> None:
    assert host_key(url) == host
