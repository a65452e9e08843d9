"""What the answers of a design are worth. Standard library only: peers choose their settings by it too.

- recall@k: of queries whose entity is in the register, how many have it among the first k.
- recall at 99 % (and 95 %): the most of them that are first at some threshold of the design's own score above which
  99 % of all first answers are right, unregistered sellers included. Answers of one score stand or fall together.
- ECE: expected calibration error in 20 equal bins of what the design says as a probability of its first answer; after
  isotonic: of its score turned into a probability by isotonic regression on half of the queries, on the other half.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby
from typing import Any

__all__ = [
    "average_precision",
    "calibration_error",
    "figures_of",
    "interval",
    "isotonic",
    "percentile",
    "recall_at_precision",
]

BINS = 20
RESAMPLES = 300

Scored = tuple[float, bool]
"""The score of a first answer and whether it is right."""


def figures_of(answers: Sequence[dict[str, Any]], queries: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Figures of one design; answers as `running.py` writes them."""
    right = [bool(one["ranked"]) and one["ranked"][0][0] == queries[one["id"]]["code"] for one in answers]
    known = [bool(queries[one["id"]]["code"]) for one in answers]
    first = [
        (one["ranked"][0][1] if one["ranked"] else float("-inf"), r) for one, r in zip(answers, right, strict=True)
    ]
    said = [(one["probability"], r) for one, r in zip(answers, right, strict=True)]
    at_ten = sum(
        k and queries[one["id"]]["code"] in {code for code, _score in one["ranked"][:10]}
        for one, k in zip(answers, known, strict=True)
    )
    total = sum(known)
    return {
        "queries": len(answers),
        "registered": total,
        "recall_at_1": _share(sum(right), total),
        "recall_at_10": _share(at_ten, total),
        "recall_at_99": round(recall_at_precision(first, total), 4),
        "recall_at_95": round(recall_at_precision(first, total, precision=0.95), 4),
        "recall_at_99_interval": interval(first, known),
        "ece": round(calibration_error(said), 4),
        "ece_isotonic": round(_after_isotonic(first), 4),
        "ms_p50": percentile([one["ms"] for one in answers], 50),
        "ms_p95": percentile([one["ms"] for one in answers], 95),
        "cpu_ms_p50": percentile([one["cpu_ms"] for one in answers], 50),
        "cpu_ms_p95": percentile([one["cpu_ms"] for one in answers], 95),
        "cpu_ms_mean": round(sum(one["cpu_ms"] for one in answers) / max(len(answers), 1), 3),
    }


def recall_at_precision(first: Sequence[Scored], registered: int, *, precision: float = 0.99) -> float:
    """The largest recall at that precision, over all thresholds of the score.

    >>> recall_at_precision([(0.9, True), (0.8, True), (0.7, False), (0.6, True)], 4)
    0.5
    >>> recall_at_precision([(1.0, True), (1.0, False)], 2)
    0.0
    """
    taken = good = best = 0
    for _score, group in groupby(sorted(first, key=lambda one: -one[0]), key=lambda one: one[0]):
        found = [right for _same, right in group]
        taken, good = taken + len(found), good + sum(found)
        if good >= precision * taken:
            best = good
    return best / registered if registered else 0.0


def average_precision(first: Sequence[Scored], registered: int) -> float:
    """Precision at each right answer from the highest score down, summed over all that should be found.

    >>> round(average_precision([(0.9, True), (0.8, False), (0.7, True)], 4), 4)
    0.4167
    """
    good, total = 0, 0.0
    for taken, (_score, right) in enumerate(sorted(first, key=lambda one: -one[0]), start=1):
        good += right
        total += good / taken if right else 0.0
    return total / registered if registered else 0.0


def interval(first: Sequence[Scored], known: Sequence[bool]) -> list[float]:
    """The middle 95 % of recall at 99 % precision over resampled queries."""
    rng, drawn = random.Random(1), list(zip(first, known, strict=True))
    found = []
    for _ in range(RESAMPLES if drawn else 0):
        sample = rng.choices(drawn, k=len(drawn))
        found.append(recall_at_precision([one for one, _known in sample], sum(k for _one, k in sample)))
    found.sort()
    return [round(found[len(found) // 40], 3), round(found[-1 - len(found) // 40], 3)] if found else []


def calibration_error(said: Sequence[Scored]) -> float:
    """Expected calibration error.

    >>> round(calibration_error([(0.9, True), (0.9, False)]), 3)
    0.4
    """
    bins: dict[int, float] = {}
    for probability, right in said:
        place = min(int(max(probability, 0.0) * BINS), BINS - 1)
        bins[place] = bins.get(place, 0.0) + probability - right
    return sum(map(abs, bins.values())) / max(len(said), 1)


def isotonic(scored: Sequence[Scored]) -> list[tuple[float, float]]:
    """Steps (lowest score, probability), rising, by pooling adjacent violators.

    >>> isotonic([(0.1, False), (0.2, True), (0.3, False), (0.4, True)])
    [(0.1, 0.0), (0.2, 0.5), (0.4, 1.0)]
    """
    blocks: list[tuple[float, int, int]] = []
    for score, group in groupby(sorted(scored, key=lambda one: one[0]), key=lambda one: one[0]):
        found = [right for _same, right in group]
        block = (score, sum(found), len(found))
        while blocks and blocks[-1][1] * block[2] >= block[1] * blocks[-1][2]:
            lower = blocks.pop()
            block = (lower[0], lower[1] + block[1], lower[2] + block[2])
        blocks.append(block)
    return [(score, good / size) for score, good, size in blocks]


def percentile(values: Sequence[float], place: int) -> float:
    """The value below which that many per cent lie."""
    return round(sorted(values)[min(len(values) * place // 100, len(values) - 1)], 3) if values else 0.0


def _after_isotonic(first: Sequence[Scored]) -> float:
    steps = isotonic(first[::2])
    return calibration_error([(_step(steps, score), right) for score, right in first[1::2]])


def _step(steps: Sequence[tuple[float, float]], score: float) -> float:
    said = 0.0
    for lowest, probability in steps:
        if score < lowest:
            break
        said = probability
    return said


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
