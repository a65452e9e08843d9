"""From scores to a distribution over the candidates and "not in register".

Two steps. Among the candidates: shares in proportion to exp(score / T), so that equal candidates share equally. Over
all: P(in the register) = logistic(intercept + slope * best score + margin weight * lead over the runner-up), the lead
capped. Everything sums to 1. The constants are fitted per channel on held-out queries (`matching.constants`); the
intercept is shifted when the share of unregistered sellers expected in a campaign differs from that of the fit
(log-odds, Bayes).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matching.constants import FITTED
from matching.query_facts import Channel

__all__ = ["MATCH_AT", "NONE_AT", "distribution"]

_SURE = 30.0

MATCH_AT = FITTED.match_at
"""Lowest probability at which the upper 95 % Clopper-Pearson bound of the error of `match` is at most 0.4 % on the
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
    if not scores:
        return (), 1.0
    constants = FITTED.channels[channel.value]
    first, *others = sorted(scores, reverse=True)
    lead = min(first - others[0], FITTED.margin_cap) if others else FITTED.margin_cap
    odds = constants.intercept + constants.slope * first + constants.margin * lead - _prior_shift(unregistered_share)
    registered = 1 / (1 + math.exp(-max(min(odds, _SURE), -_SURE)))
    powers = [math.exp((score - first) / constants.temperature) for score in scores]
    total = sum(powers)
    return tuple(power / total * registered for power in powers), 1 - registered


def _prior_shift(share: float | None) -> float:
    if share is None:
        return 0.0
    kept = min(max(share, 1e-4), 1 - 1e-4)
    fitted = FITTED.unregistered_share
    return math.log(kept / (1 - kept)) - math.log(fitted / (1 - fitted))
