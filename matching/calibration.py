"""From scores to a distribution over the candidates and "not in register".

P(candidate i) = exp(s_i / T) / (exp(n) + sum over j of exp(s_j / T)): the margin to the runner-up is in it by itself,
equal candidates share equally, and everything sums to 1. T and n are fitted per channel on held-out queries; n is
shifted when the share of unregistered sellers expected in a campaign differs from that of the fit (log-odds, Bayes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matching.constants import FITTED
from matching.query_facts import Channel

__all__ = ["MATCH_AT", "NONE_AT", "distribution"]

MATCH_AT = FITTED.match_at
"""Lowest probability at which the upper 95 % Clopper-Pearson bound of the error of `match` is at most 0.5 % on the
calibration set."""

NONE_AT = FITTED.none_at
"""Probability of "not in register" from which at most 1 % of registered sellers are missed on that set."""


def distribution(
    scores: Sequence[float], channel: Channel, *, unregistered_share: float | None = None
) -> tuple[tuple[float, ...], float]:
    """Probability of each candidate, in the order of the scores, and of none of them.

    >>> distribution((), Channel.TEXT)
    ((), 1.0)
    """
    constants = FITTED.channels[channel.value]
    none = constants.none_shift + _prior_shift(unregistered_share)
    heights = [score / constants.temperature for score in scores]
    top = max([none, *heights])
    powers = [math.exp(height - top) for height in heights]
    rest = math.exp(none - top)
    total = rest + sum(powers)
    return tuple(power / total for power in powers), rest / total


def _prior_shift(share: float | None) -> float:
    if share is None:
        return 0.0
    kept = min(max(share, 1e-4), 1 - 1e-4)
    fitted = FITTED.unregistered_share
    return math.log(kept / (1 - kept)) - math.log(fitted / (1 - fitted))
