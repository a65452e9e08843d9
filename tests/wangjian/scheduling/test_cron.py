"""Due times of cron expressions."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import InvalidInputError
from wangjian.scheduling.cron import CHINA, check_cron, cron_times

START = datetime(2026, 2, 27, 12, 0, tzinfo=CHINA)


def test_hours_are_those_of_beijing():
    due = list(cron_times("30 3 * * MON-FRI", after=START, until=START + timedelta(days=4)))
    assert [moment.astimezone(CHINA).strftime("%m-%d %H:%M") for moment in due] == ["03-02 03:30", "03-03 03:30"]


def test_bounds_are_after_and_until():
    at = datetime(2026, 3, 2, 3, 30, tzinfo=CHINA)
    assert list(cron_times("30 3 * * *", after=at, until=at + timedelta(hours=23))) == []
    assert list(cron_times("30 3 * * *", after=at - timedelta(microseconds=1), until=at)) == [at]


@pytest.mark.parametrize(
    "cron", ["", "每天", "* * * *", "0 0 3 * * *", "60 * * * *", "0 0 31 2 *", "@daily", "a b c d e"]
)
def test_unreadable_expression_is_refused_with_an_example(cron):
    with pytest.raises(InvalidInputError, match="30 3"):
        check_cron(cron)


@given(
    offset_minutes=st.integers(0, 60 * 24 * 400),
    span_minutes=st.integers(0, 60 * 24 * 3),
    cut=st.floats(0, 1),
    cron=st.sampled_from(["*/7 * * * *", "30 3 * * *", "0 0 1 * *", "15 */6 * * MON", "0 9 * * MON-FRI"]),
)
def test_span_cut_in_two_gives_the_same_due_times(offset_minutes, span_minutes, cut, cron):
    after = START + timedelta(minutes=offset_minutes)
    until = after + timedelta(minutes=span_minutes)
    between = after + (until - after) * cut
    whole = list(cron_times(cron, after=after, until=until))
    parts = [*cron_times(cron, after=after, until=between), *cron_times(cron, after=between, until=until)]
    assert parts == whole
    assert whole == sorted(set(whole))
