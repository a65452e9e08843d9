"""Figures of the benchmarks against cases counted by hand."""

from __future__ import annotations

import doctest
from typing import Any


def test_examples_in_the_docstrings_hold() -> None:
    import figures

    assert doctest.testmod(figures).failed == 0


def test_figures_count_unregistered_sellers_against_precision() -> None:
    from figures import figures_of

    queries = {n: {"code": code} for n, code in enumerate(("A", "B", "C", ""))}
    answers = [
        _answer(0, [("A", 0.9)]),
        _answer(1, [("X", 0.5), ("B", 0.4)]),
        _answer(2, []),
        _answer(3, [("Z", 0.8)]),
    ]
    found = figures_of(answers, queries)
    assert found["recall_at_1"] == 0.3333
    assert found["recall_at_10"] == 0.6667
    assert found["recall_at_99"] == 0.3333  # only the first is above the unregistered seller's 0.8
    assert found["ece"] == round((0.1 + 0.5 + 0.8) / 4, 4)
    assert found["ms_p95"] == 4.0


def test_isotonic_calibration_of_a_score_that_says_nothing_is_the_share_of_right_ones() -> None:
    from figures import isotonic

    assert isotonic([(0.7, True), (0.7, False), (0.7, False), (0.7, False)]) == [(0.7, 0.25)]


def _answer(number: int, ranked: list[tuple[str, float]]) -> dict[str, Any]:
    probability = ranked[0][1] if ranked else 0.0
    return {"id": number, "ranked": ranked, "probability": probability, "ms": number + 1.0, "cpu_ms": 1.0}
