"""The scoring model as one table: what each level of agreement is worth, in natural log-odds between candidates.

A candidate's score is the sum of its features' weights (rarities and ratios multiplied by their value). The weights of
the name's parts were fitted to noisy queries over real names (`matching.constants`); those of the other evidence are
set by hand from the basis given beside them, because no labelled set of real shops exists yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from matching.comparing import Comparison
from matching.constants import FITTED
from matching.features import Feature

__all__ = ["BESIDE_THE_NAME", "MODEL_VERSION", "SET_BY_HAND", "WEIGHTS", "Scored", "score"]

MODEL_VERSION = f"parts-2.{FITTED.version}"
"""Stored with every match, so that a decision can be replayed."""

SET_BY_HAND: Mapping[Feature, tuple[float, str]] = {
    Feature.FORMER_NAME: (-0.3, "a former name is weaker than the present one"),
    Feature.CODE_EQUAL: (
        14.0,
        "a sound code is another's by mistake less than once in 10^5",
    ),
    Feature.CODE_REPAIRED: (6.0, "one repair hits a wrong entity in about 1 of 400 (31 x 11 values, several repairs)"),
    Feature.CODE_OTHER: (-5.0, "a sound code that is not this entity's"),
    Feature.PHONE_EQUAL: (5.0, "shared by an agent in about 1 of 20 cases"),
    Feature.URL_DECLARED: (7.0, "the entity itself declared this shop (年报网站网店)"),
    Feature.ICP_DECLARED: (5.0, "the entity declared a site of this filing, which may carry pages of others too"),
    Feature.PERSON_EQUAL: (4.0, "same full name by chance: about 1 in 1,000"),
    Feature.PERSON_DIFFERS: (-1.0, "persons change"),
    Feature.ADDRESS_EQUAL: (4.5, "same door number"),
    Feature.ADDRESS_NEAR: (1.5, "same street"),
    Feature.ADDRESS_APART: (-0.7, "business addresses differ from domiciles"),
}
"""Weight and basis of the evidence beside the name."""

BESIDE_THE_NAME = tuple(SET_BY_HAND)
"""Features that no name gives."""

WEIGHTS: Mapping[Feature, float] = {
    **dict.fromkeys(Feature, 0.0),
    **{Feature(name): weight for name, weight in FITTED.weights.items()},
    **{feature: weight for feature, (weight, _basis) in SET_BY_HAND.items()},
}
"""Every feature's weight."""


class Scored(NamedTuple):
    """A comparison with its score and each feature's share in it."""

    comparison: Comparison
    score: float
    shares: Mapping[Feature, float]


def score(comparison: Comparison) -> Scored:
    """Add up a comparison."""
    shares = {feature: WEIGHTS[feature] * value for feature, value in comparison.features.items()}
    return Scored(comparison, sum(shares.values()), shares)
