"""Exponents of growth against laws that are known."""

from __future__ import annotations

import doctest
import math

import pytest

_SIZES = (3_000, 10_000, 30_000, 100_000)


def test_examples_hold() -> None:
    import slopes

    assert doctest.testmod(slopes).failed == 0


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_exponent_of_a_power_law_is_found_whatever_its_factor(power: float) -> None:
    from slopes import exponent

    assert exponent([(size, 0.007 * size**power) for size in _SIZES]) == pytest.approx(power)


def test_n_log_n_holds_and_what_grows_faster_does_not() -> None:
    from slopes import holds, n_log_n_growth

    as_asked = [(size, 3e-6 * size * math.log(size)) for size in _SIZES]
    assert n_log_n_growth(as_asked) == pytest.approx(1.0)
    assert holds(as_asked)
    assert holds([(size, 1e-5 * size) for size in _SIZES])
    assert not holds([(size, 1e-6 * size**1.5) for size in _SIZES])


def test_what_begins_to_grow_only_at_the_largest_sizes_does_not_hold() -> None:
    from slopes import holds, n_log_n_growth

    points = [(1_000, 30.0), (10_000, 31.0), (100_000, 600.0)]
    assert n_log_n_growth(points) < 1
    assert not holds(points)


def test_exponent_of_one_size_is_not_a_number() -> None:
    from slopes import exponent

    assert math.isnan(exponent([(3_000, 1.0)]))


def test_sizes_stand_in_order_and_a_curve_may_have_a_bar_in_its_name() -> None:
    from slopes import curves

    found = curves({"a | b [CPU s] | 30": 3.0, "a | b [CPU s] | 4": 1.0, "c | 4": 9.0})
    assert found == {"a | b [CPU s]": [(4, 1.0), (30, 3.0)], "c": [(4, 9.0)]}
