"""From scores to a distribution over the candidates and "not in register".

Scores are natural log-odds between candidates: exp(score) shares among them, so that equal candidates share equally.
How far the best one can be trusted is a second sum (`trust_inputs`, `matching.constants`): its features again, its lead
over the runner-up, its share, and what the query itself says (how many in the register have its 字号, how long it is).
That sum is fitted apart for each way a name may come (`Calibration`), on held-out queries, a third of them of
sellers in no register; evidence beside the name is added to it with the weight it has in the score. What is left goes
to the other candidates and to "not in register", in the ratio the shares give. Everything sums to 1.

The intercept is shifted when the share of unregistered sellers expected in a campaign differs from that of the fit
(log-odds, Bayes).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matching.candidates import CandidateSet
from matching.constants import FITTED
from matching.edits import usage_of
from matching.features import Feature
from matching.query_facts import QueryFacts
from matching.scoring import BESIDE_THE_NAME, Scored

__all__ = ["MATCH_AT", "NONE_AT", "distribution", "trust_inputs"]

_SURE = 30.0
_WIDEST_MARGIN = 8.0
_NEAR_MARGIN = 2.0
_MOST_REGISTERED = 0.999
_TIED = 1e-9
_NAMES = {feature: feature.value for feature in Feature}

MATCH_AT = FITTED.match_at
"""Lowest probability at which, on the calibration set's names alone (no region told, none read off a picture), the
upper 95 % Clopper-Pearson bounds of the error of `match` and of the share of unregistered sellers called `match` are at
most 0.5 %."""

NONE_AT = FITTED.none_at
"""Probability of "not in register" from which at most 1 % of registered sellers are missed on that set."""


def distribution(
    ranked: Sequence[Scored],
    facts: QueryFacts,
    found: CandidateSet,
    *,
    total: int,
    unregistered_share: float | None = None,
) -> tuple[tuple[float, ...], float]:
    """Probability of each candidate, in the order given (best first), and of none of them."""
    if not ranked:
        return (), 1.0
    shares = _shares(ranked)
    weights = FITTED.channels[facts.calibrated_as.value]
    inputs = _inputs(ranked, facts, found, share=shares[0], total=total)
    odds = sum([weights[name] * value for name, value in inputs.items() if name in weights])
    odds += _beside(ranked[0]) - _prior_shift(unregistered_share)
    best = 1 / (1 + math.exp(-max(min(odds, _SURE), -_SURE)))
    best = min(best, 1 / sum(share > shares[0] - _TIED for share in shares))
    registered = min(best / shares[0], _MOST_REGISTERED)
    others = registered * (1 - shares[0])
    left = (1 - best) / (others + 1 - registered)
    following = [share * registered * left for share in shares[1:]]
    return (best, *following), max(0.0, 1 - best - sum(following))


def trust_inputs(
    ranked: Sequence[Scored], facts: QueryFacts, found: CandidateSet, *, total: int
) -> Mapping[str, float]:
    """What P(the best candidate is right) is reckoned from, by the names the constants have."""
    return _inputs(ranked, facts, found, share=_shares(ranked)[0], total=total)


def _inputs(
    ranked: Sequence[Scored], facts: QueryFacts, found: CandidateSet, *, share: float, total: int
) -> Mapping[str, float]:
    first = ranked[0]
    beside = _beside(first)
    lead = min(first.score - ranked[1].score, _WIDEST_MARGIN) if len(ranked) > 1 else _WIDEST_MARGIN
    parts = facts.parts
    usual, least = usage_of(facts.core_text, found, total=total)
    return {
        **{_NAMES[feature]: value for feature, value in first.comparison.features.items()},
        "intercept": 1.0,
        "score": first.score - beside,
        "lead": lead,
        "near_lead": min(lead, _NEAR_MARGIN),
        "log_share": math.log(share),
        "core_holders": math.log1p(found.counts.get(f"core:{parts.core}", 0)),
        "brand_holders": math.log1p(found.counts.get(f"brand:{parts.brand}", 0)),
        "core_characters": float(min(len(facts.core_text), 12)),
        "brand_characters": float(min(len(parts.brand), 5)),
        "core_usual": usual,
        "core_least": least,
        "shows_branch": float(bool(parts.branch)),
        "shows_industry": float(bool(parts.industry)),
        "shows_form": float(bool(parts.form)),
        "shows_division": float(bool(parts.region.length)),
    }


def _beside(scored: Scored) -> float:
    """What the evidence beside the name adds to the score."""
    shares = scored.shares
    return sum([shares[feature] for feature in BESIDE_THE_NAME if feature in shares])


def _shares(ranked: Sequence[Scored]) -> list[float]:
    powers = [math.exp(one.score - ranked[0].score) for one in ranked]
    total = sum(powers)
    return [power / total for power in powers]


def _prior_shift(share: float | None) -> float:
    if share is None:
        return 0.0
    kept = min(max(share, 1e-4), 1 - 1e-4)
    fitted = FITTED.unregistered_share
    return math.log(kept / (1 - kept)) - math.log(fitted / (1 - fitted))
