"""What is usual, learned from a target's own past, and how surprising a count is against it.

No threshold is set by hand. A count of n pages is held against the beta-binomial that past counts predict (Jeffreys'
prior): few past pages or few pages now make it wide, many make it narrow. How much a share moves from run to run beyond
chance is learned too; until there are runs to learn it from, a modest spread is assumed. The only choice is how many
false alarms are borne: one in a hundred runs, shared among all comparisons of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, exp, inf, lgamma, log, pi, sqrt

__all__ = ["FALSE_ALARMS_A_RUN", "Past", "chance_of_at_most", "chance_of_slower"]

FALSE_ALARMS_A_RUN = 0.01
_SPREAD_ASSUMED = 1 / 100
_RUNS_TO_LEARN_SPREAD = 3
_SECONDS_OF_NO_MATTER = 0.25
_RUNS_TO_LEARN_SPEED = 4
_LEAST_LOG_SPREAD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Past runs as (how many pages gave it, of how many)."""

    counts: tuple[tuple[int, int], ...]

    @property
    def share(self) -> float:
        """Of all pages of all runs, 0.0–1.0."""
        total = sum(pages for _, pages in self.counts)
        return sum(given for given, _ in self.counts) / total if total else 0.0

    @property
    def spread(self) -> float:
        """How much the share moves between runs beyond chance (intra-class correlation, 0.0–1.0)."""
        told = [(given, pages) for given, pages in self.counts if pages > 1]
        if len(told) < _RUNS_TO_LEARN_SPREAD:
            return _SPREAD_ASSUMED
        mean = self.share
        if not 0.0 < mean < 1.0:
            return _SPREAD_ASSUMED / len(told)
        surprise = sum((given - pages * mean) ** 2 / (pages * mean * (1 - mean)) for given, pages in told)
        excess = surprise / (len(told) - 1) - 1.0
        mean_pages = sum(pages for _, pages in told) / len(told)
        learned = min(max(excess / (mean_pages - 1), 0.0), 0.9)
        # A few runs that happened to be alike do not prove that all will be.
        return max(learned, _SPREAD_ASSUMED * _RUNS_TO_LEARN_SPREAD / (len(told) + _RUNS_TO_LEARN_SPREAD))

    def parameters(self) -> tuple[float, float]:
        """Of the beta distribution the next run's share is drawn from."""
        given = sum(given for given, _ in self.counts) + 0.5
        pages = sum(pages for _, pages in self.counts) + 1.0
        weight = min(pages, 1 / self.spread - 1)
        return weight * given / pages, weight * (1 - given / pages)


def chance_of_at_most(given: int, pages: int, past: Past) -> float:
    """How likely a run like the past ones shows the field on so few of its pages (0.0–1.0).

    >>> past = Past(counts=((40, 40), (38, 38)))
    >>> chance_of_at_most(39, 40, past) > 0.01, chance_of_at_most(0, 40, past) < 1e-9
    (True, True)
    """
    alpha, beta = past.parameters()
    if pages <= 0:
        return 1.0
    if given * (alpha + beta) >= pages * alpha:
        return 1.0
    total = -inf
    for count in range(given + 1):
        total = _log_sum(total, _log_chance(count, pages, alpha, beta))
    return min(1.0, exp(total))


def chance_of_slower(seconds: float, past: Sequence[float]) -> float:
    """How likely a run like the past ones answers as slowly (Student's t on logarithms); 1.0 while too few are known.

    Differences of a quarter of a second say more of our machine than of the site.
    """
    if len(past) < _RUNS_TO_LEARN_SPEED:
        return 1.0
    logs = [log(value + _SECONDS_OF_NO_MATTER) for value in past]
    mean = sum(logs) / len(logs)
    spread = max(sqrt(sum((value - mean) ** 2 for value in logs) / (len(logs) - 1)), _LEAST_LOG_SPREAD)
    score = (log(seconds + _SECONDS_OF_NO_MATTER) - mean) / (spread * sqrt(1 + 1 / len(logs)))
    return _student_tail(score, len(logs) - 1)


def _log_chance(count: int, pages: int, alpha: float, beta: float) -> float:
    ways = lgamma(pages + 1) - lgamma(count + 1) - lgamma(pages - count + 1)
    return ways + _log_beta(count + alpha, pages - count + beta) - _log_beta(alpha, beta)


def _log_beta(one: float, other: float) -> float:
    return lgamma(one) + lgamma(other) - lgamma(one + other)


def _log_sum(one: float, other: float) -> float:
    if one == -inf:
        return other
    high, low = max(one, other), min(one, other)
    return high + log(1 + exp(low - high))


def _student_tail(score: float, degrees: int) -> float:
    """P(T > score), by Simpson's rule over the angle arctan(t/√ν): smooth, and no library for one number."""
    if score <= 0:
        return 1.0
    start, end, steps = atan(score / sqrt(degrees)), pi / 2, 200
    step = (end - start) / steps
    power = degrees - 1
    heights = [abs(cos(start + index * step)) ** power for index in range(steps + 1)]
    area = step / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))
    scale = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / sqrt(pi)
    return min(1.0, scale * area)
