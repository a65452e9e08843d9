"""The distance between requests: declared, asked for by robots.txt, or the host's own, whichever is largest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from network.pace import Pace


def test_declared_distance_is_kept_with_a_quick_host() -> None:
    pace = Pace(declared_seconds=1.0)
    pace.answered(0.05)
    assert pace.delay_seconds == 1.0


def test_slow_host_gets_as_long_again_to_itself() -> None:
    pace = Pace(declared_seconds=1.0)
    pace.answered(4.0)
    assert pace.delay_seconds == 8.0


def test_slower_answer_counts_for_half_and_a_quicker_one_for_a_quarter() -> None:
    pace = Pace(declared_seconds=0.1, answer_seconds=1.0)
    pace.answered(3.0)
    assert pace.answer_seconds == 2.0
    pace.answered(1.0)
    assert pace.answer_seconds == 1.75


def test_several_at_once_share_the_time() -> None:
    assert Pace(declared_seconds=0.1, at_once=4, answer_seconds=2.0).delay_seconds == 1.0


def test_strain_doubles_the_distance_and_good_answers_bring_it_back() -> None:
    pace = Pace(declared_seconds=1.0, answer_seconds=0.1)
    pace.strained()
    pace.strained()
    assert pace.delay_seconds == 4.0
    for _ in range(10):
        pace.answered(0.1)
    assert pace.delay_seconds == 2.0
    for _ in range(10):
        pace.answered(0.1)
    assert pace.delay_seconds == 1.0


def test_strain_ends_at_eight_times() -> None:
    pace = Pace(declared_seconds=1.0)
    for _ in range(20):
        pace.strained()
    assert pace.delay_seconds == 8.0


def test_distance_of_zero_sets_the_hosts_pace_aside_and_not_its_robots() -> None:
    pace = Pace(declared_seconds=0.0, answer_seconds=5.0)
    pace.strained()
    assert pace.delay_seconds == 0.0
    pace.robots_seconds = 2.0
    assert pace.delay_seconds == 2.0


@given(
    st.floats(min_value=0.01, max_value=60),
    st.floats(min_value=0, max_value=120),
    st.lists(st.one_of(st.none(), st.floats(min_value=0, max_value=100)), max_size=60),
)
def test_whatever_a_host_answers_the_distance_keeps_its_bounds(declared, robots, answers) -> None:
    pace = Pace(declared_seconds=declared, robots_seconds=robots)
    for seconds in answers:
        if seconds is None:
            pace.strained()
        else:
            pace.answered(seconds)
        assert max(declared, robots) <= pace.delay_seconds <= max(declared, robots, 30.0)
