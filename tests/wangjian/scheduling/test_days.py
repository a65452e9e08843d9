"""Days and hours on which a schedule may visit."""

from datetime import date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from records.schedules import DayKind, HoursWindow
from wangjian.scheduling.cron import CHINA
from wangjian.scheduling.days import is_announced, is_working_day, next_opening, next_start, why_closed

NIGHT = HoursWindow(opens=time(23, 0), closes=time(5, 0))


def _at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


def test_moved_working_days_are_working_days():
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 2, 14)), "a Saturday worked for the Spring Festival"
    assert not is_working_day(date(2026, 2, 16)), "a Monday of the Spring Festival"


def test_year_not_announced_is_guessed_and_says_so(new_schedule):
    assert not is_announced(date(2046, 10, 1))
    assert [is_working_day(date(2046, 10, day)) for day in (1, 6, 7, 8)] == [False, False, False, True]
    reason = why_closed(new_schedule(days=DayKind.WORKING), date(2046, 10, 1))
    assert "2046 年放假安排未收录" in reason


def test_window_over_midnight_holds_both_sides():
    assert next_opening([NIGHT], _at(3, 4, 59)) == _at(3, 4, 59)
    assert next_opening([NIGHT], _at(3, 23)) == _at(3, 23)
    assert next_opening([NIGHT], _at(3, 5)) == _at(3, 23)


def test_start_moves_over_closed_days_into_the_hours(new_schedule):
    schedule = new_schedule(
        allowed_hours=(HoursWindow(opens=time(2, 0), closes=time(4, 0)),), blackout_days=(date(2026, 3, 4),)
    )
    assert next_start(schedule, _at(3, 9)) == _at(5, 2)
    assert next_start(schedule, _at(3, 3)) == _at(3, 3)
    never = new_schedule(days=DayKind.RESTING, blackout_days=tuple(date.fromordinal(o) for o in range(739000, 741000)))
    assert next_start(never, _at(3, 3)) is None


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)))
def test_opening_is_never_before_and_always_inside(opens, closes, moment):
    if opens == closes:
        return
    window = HoursWindow(opens=opens, closes=closes)
    asked = moment.replace(tzinfo=CHINA)
    found = next_opening([window], asked)
    assert found >= asked
    assert next_opening([window], found) == found
