"""How a cost grows with size: the exponent of a power law through the measured points, and the share of n log n.

Figures of growth are named `curve | n`; the curve's name says what is counted and its unit stands in brackets. A size
that was not reached is named `curve | n | foretold`, with the CPU seconds it was said to need, or `curve | n | failed`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["FAILED", "FORETOLD", "curves", "exponent", "holds", "last_step", "left_out", "n_log_n_growth"]

FORETOLD = "foretold"
FAILED = "failed"

Points = Sequence[tuple[int, float]]
_TOLERANCE = 1.25
"""Measuring noise allowed over n log n between the smallest size and the largest."""


def curves(figures: Mapping[str, float]) -> dict[str, list[tuple[int, float]]]:
    """Points of each curve, smallest size first.

    >>> curves({"import [CPU s] | 1000": 2.0, "import [CPU s] | 100": 0.1})
    {'import [CPU s]': [(100, 0.1), (1000, 2.0)]}
    """
    found: dict[str, list[tuple[int, float]]] = {}
    for name, value in figures.items():
        curve, _, size = name.rpartition(" | ")
        if size not in (FORETOLD, FAILED):
            found.setdefault(curve, []).append((int(size), value))
    return {curve: sorted(points) for curve, points in found.items()}


def left_out(figures: Mapping[str, float]) -> dict[str, tuple[int, str]]:
    """Of each curve that ends early, the first size it did not reach, and why.

    >>> left_out({"import [CPU s] | 1000 | foretold": 2000.0, "import [CPU s] | 100": 0.1})
    {'import [CPU s]': (1000, 'foretold 2,000 CPU s')}
    """
    found = {}
    for name, value in figures.items():
        rest, _, why = name.rpartition(" | ")
        if why in (FORETOLD, FAILED):
            curve, _, size = rest.rpartition(" | ")
            found[curve] = (int(size), f"foretold {value:,.0f} CPU s" if why == FORETOLD else FAILED)
    return found


def exponent(points: Points) -> float:
    """Slope of log cost over log size by least squares: 1 is linear, 0 does not grow; nan below two sizes.

    >>> round(exponent([(10, 3.0), (100, 30.0), (1000, 300.0)]), 3)
    1.0
    """
    xs, ys = [math.log(size) for size, _ in points], [math.log(cost) for _, cost in points]
    if len(set(xs)) < 2:
        return math.nan
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


def n_log_n_growth(points: Points) -> float:
    """Growth from the smallest size to the largest, as a share of what n log n would have grown; below 1 is slower.

    >>> round(n_log_n_growth([(10, 1.0), (100, 20.0)]), 6)
    1.0
    """
    (first, least), (last, most) = points[0], points[-1]
    return (most / least) / ((last * math.log(last)) / (first * math.log(first)))


def last_step(points: Points) -> float:
    """The same from the last size but one to the largest, where what does not grow weighs least; nan below two sizes.

    >>> round(last_step([(10, 9.0), (100, 10.0), (1000, 150.0)]), 6)
    1.0
    """
    return n_log_n_growth(points[-2:]) if len(points) > 1 else math.nan


def holds(points: Points) -> bool:
    """Whether the cost grew at most as n log n, over all and in the last step, within the noise of a measurement."""
    return max(n_log_n_growth(points), last_step(points)) <= _TOLERANCE
