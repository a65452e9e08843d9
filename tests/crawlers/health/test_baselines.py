"""How surprising a count is: few pages prove little, many prove much, and what moves by itself raises nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.health.baselines import FALSE_ALARMS_A_RUN, Past, chance_of_at_most, chance_of_slower

LIMIT = FALSE_ALARMS_A_RUN / 50


@pytest.mark.parametrize("runs", [1, 3, 10])
def test_field_that_is_gone_from_many_pages_is_no_chance(runs):
    assert chance_of_at_most(0, 40, Past(counts=((40, 40),) * runs)) < LIMIT


def test_three_pages_of_one_earlier_run_prove_nothing():
    assert chance_of_at_most(0, 3, Past(counts=((3, 3),))) > LIMIT
    assert chance_of_at_most(0, 8, Past(counts=((8, 8),) * 5)) < LIMIT


def test_partial_break_is_seen_when_the_pages_are_many():
    steady = Past(counts=((1000, 1000),) * 5)
    assert chance_of_at_most(700, 1000, steady) < LIMIT
    assert chance_of_at_most(998, 1000, steady) > LIMIT


def test_share_that_always_moved_may_move_again():
    restless = Past(counts=((40, 100), (80, 100), (55, 100), (70, 100), (35, 100)))
    steady = Past(counts=((56, 100), (57, 100), (55, 100), (56, 100), (56, 100)))
    assert restless.spread > steady.spread
    assert chance_of_at_most(30, 100, restless) > LIMIT > chance_of_at_most(20, 100, steady)


def test_clean_runs_of_every_size_and_share_stay_below_the_false_alarms_borne():
    chance, raised, compared = random.Random(5), 0, 0
    for _ in range(2_000):
        share, pages = chance.choice((0.05, 0.4, 0.8, 0.97, 1.0)), chance.choice((3, 12, 60, 400))
        runs = [(sum(chance.random() < share for _ in range(pages)), pages) for _ in range(chance.randint(2, 7))]
        compared += 1
        raised += chance_of_at_most(*runs[-1], Past(counts=tuple(runs[:-1]))) < LIMIT
    assert raised <= compared * LIMIT * 3 + 1


@given(st.integers(0, 60), st.integers(1, 60), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1))
def test_chance_is_a_probability_and_grows_with_the_count(count, pages, past):
    counts = tuple((min(pair), max(pair)) for pair in past)
    count = min(count, pages)
    found = chance_of_at_most(count, pages, Past(counts=counts))
    assert 0.0 <= found <= 1.0
    if count:
        assert chance_of_at_most(count - 1, pages, Past(counts=counts)) <= found + 1e-9


def test_speed_is_judged_only_after_some_runs_and_against_their_own_spread():
    assert chance_of_slower(60.0, (0.4, 0.5, 0.4)) == 1.0
    assert chance_of_slower(0.3, (0.02, 0.03, 0.02, 0.03, 0.02)) > LIMIT
    steady = (0.5, 0.6, 0.5, 0.55, 0.6, 0.5, 0.52, 0.58)
    assert chance_of_slower(20.0, steady) < LIMIT < chance_of_slower(0.8, steady)
