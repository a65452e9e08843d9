"""How fast a host is asked, on a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.budget import HostBudget, retry_after_seconds
from records.hosts import RobotsSeen

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


class Clock:
    """Seconds that go on when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_second_request_waits_for_the_delay() -> None:
    clock = Clock()
    budget = HostBudget(delay_seconds=1.5, monotonic=clock)
    assert budget.take("shop.cn") == 0
    assert budget.take("shop.cn") == 1.5
    assert budget.take("other.cn") == 0
    clock.now += 1.5
    assert budget.take("shop.cn") == 0


def test_robots_can_slow_a_host_and_never_hurry_it() -> None:
    budget = HostBudget(delay_seconds=1, monotonic=Clock())
    budget.slow_to("shop.cn", 5)
    budget.slow_to("shop.cn", 0.1)
    assert budget.delay_of("shop.cn") == 5
    assert budget.delay_of("other.cn") == 1


def test_host_that_asks_for_silence_gets_it() -> None:
    clock = Clock()
    budget = HostBudget(delay_seconds=0, monotonic=clock)
    assert budget.refused("shop.cn", retry_after=30) == 30
    assert budget.take("shop.cn") == 30
    clock.now += 30
    assert budget.take("shop.cn") == 0


def test_silence_grows_with_each_refusal_and_is_forgotten_with_an_answer() -> None:
    budget = HostBudget(delay_seconds=0, monotonic=Clock())
    assert [budget.refused("shop.cn", retry_after=None) for _ in range(3)] == [2, 4, 8]
    budget.answered("shop.cn")
    assert budget.refused("shop.cn", retry_after=None) == 2
    assert max(budget.refused("shop.cn", retry_after=None) for _ in range(20)) == 300


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 20 Nov 2026 08:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2020 08:00:30 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds) -> None:
    assert retry_after_seconds(value, now=NOW) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_read_without_failing(value) -> None:
    found = retry_after_seconds(value, now=NOW)
    assert found is None or found >= 0


@given(st.floats(min_value=0, max_value=10), st.lists(st.floats(min_value=0, max_value=5), max_size=30))
def test_requests_to_a_host_are_never_closer_than_the_delay(delay, steps) -> None:
    clock = Clock()
    budget = HostBudget(delay_seconds=delay, monotonic=clock)
    sent = []
    for step in steps:
        clock.now += step
        if budget.take("shop.cn") == 0:
            sent.append(clock.now)
    assert all(later - earlier >= delay - 1e-9 for earlier, later in zip(sent, sent[1:], strict=False))


def _budget(clock: Clock, moment: list[datetime], **more) -> HostBudget:
    return HostBudget(delay_seconds=1.0, monotonic=clock, clock=lambda: moment[0], **more)


def test_what_a_host_is_owed_goes_on_in_another_process() -> None:
    moment = [NOW]
    first = _budget(Clock(), moment)
    first.take("shop.cn")
    first.refused("shop.cn", retry_after=600)
    first.refused("shop.cn", retry_after=None)
    first.measured("shop.cn", 0.5, strained=False)
    first.measured("shop.cn", None, strained=True)
    kept = first.state("shop.cn")
    moment[0] += timedelta(seconds=200)
    other_clock = Clock()
    other_clock.now = 5.0
    second = _budget(other_clock, moment)
    second.restore(kept)
    assert second.silence_of("shop.cn") == 400
    assert second.take("shop.cn") == 400
    assert second.delay_of("shop.cn") == 2.0
    assert second.refused("shop.cn", retry_after=None) == 8.0
    assert second.requests_today("shop.cn") == 1


def test_day_begins_anew_at_midnight_in_shanghai() -> None:
    moment = [NOW]
    budget = HostBudget(delay_seconds=0, monotonic=Clock(), clock=lambda: moment[0])
    for _ in range(3):
        budget.take("shop.cn")
    budget.count("shop.cn", requests=4, size_bytes=100)
    assert budget.requests_today("shop.cn") == 7
    moment[0] = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert budget.requests_today("shop.cn") == 0
    assert budget.state("shop.cn").day_bytes == 0


def test_request_that_has_to_wait_is_not_counted() -> None:
    budget = HostBudget(delay_seconds=10, monotonic=Clock())
    budget.take("shop.cn")
    budget.take("shop.cn")
    assert budget.requests_today("shop.cn") == 1


def test_page_in_the_browser_moves_the_distance_to_its_end() -> None:
    clock = Clock()
    budget = HostBudget(delay_seconds=2, monotonic=clock)
    budget.take("shop.cn")
    clock.now += 30
    budget.rested("shop.cn")
    assert budget.take("shop.cn") == 2


def test_changed_robots_are_noticed_with_what_stood_there_before() -> None:
    budget = HostBudget(delay_seconds=0, monotonic=Clock(), clock=lambda: NOW)
    first = RobotsSeen(sha256="a" * 64, status=200, read_at=NOW)
    later = RobotsSeen(sha256="b" * 64, status=200, read_at=NOW + timedelta(days=1))
    again = RobotsSeen(sha256="b" * 64, status=200, read_at=NOW + timedelta(days=2))
    gone = RobotsSeen(sha256="", status=404, read_at=NOW + timedelta(days=3))
    said = [budget.saw_robots("shop.cn", "https://shop.cn", seen) for seen in (first, first, later, again, gone)]
    assert said == [False, False, True, False, True]
    kept = budget.state("shop.cn").robots["https://shop.cn"]
    assert (kept.previous_sha256, kept.previous_status, kept.changed_at) == ("b" * 64, 200, gone.read_at)


@given(st.floats(min_value=0, max_value=1e9), st.floats(min_value=-1e9, max_value=1e9))
def test_no_clock_that_jumps_makes_a_host_wait_for_ever_or_lets_it_be_hurried(asked, jump) -> None:
    moment = [NOW]
    first = _budget(Clock(), moment)
    first.refused("shop.cn", retry_after=asked)
    kept = first.state("shop.cn")
    moment[0] += timedelta(seconds=jump)
    second = _budget(Clock(), moment)
    second.restore(kept)
    assert 0 <= second.silence_of("shop.cn") <= 7 * 86_400 + 1


def test_what_robots_or_an_answer_said_holds_for_the_very_next_request() -> None:
    clock = Clock()
    budget = HostBudget(delay_seconds=0.1, monotonic=clock)
    budget.take("shop.cn")
    budget.slow_to("shop.cn", 3)
    assert budget.take("shop.cn") == 3
    budget.measured("shop.cn", 4.0, strained=False)
    assert budget.take("shop.cn") == 8
