"""How fast a host is asked, on a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.budget import HostBudget, retry_after_seconds

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
