"""Which pairs people must look at, and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from matching.calibration import MATCH_AT
from matching.reviewing.deciding import same_person
from records.base import stable_id
from records.register import Entity, Match, MatchDecision
from records.reviews import PairOrigin, ReviewPair, ReviewState

__all__ = ["NEAR_MATCH", "audit_pair", "decided_alone", "next_for", "pairs_in_doubt"]

NEAR_MATCH = 10 * MATCH_AT / (1 + 9 * MATCH_AT)
"""A match of less than ten times the odds of the resolver's own bound is near it, and looked at as well."""

_LEAST_PROBABILITY = 0.05
_MOST_CANDIDATES = 3


def pairs_in_doubt(match: Match, find: Callable[[str], Entity | None], *, now: datetime) -> Iterator[ReviewPair]:
    """The candidates of a possible match, or the entity of one near the bound; none of a match of no shop.

    Args:
        match: Stage 3's answer.
        find: The register's entity of a code; a code it no longer has is passed over.
        now: When they are queued.
    """
    if not match.shop_id or not _in_doubt(match):
        return
    for candidate in match.candidates[:_MOST_CANDIDATES]:
        if candidate.probability < _LEAST_PROBABILITY:
            continue
        entity = find(candidate.code)
        if entity is None:
            continue
        yield ReviewPair(
            # What was shown and to what it was held: the same doubt again is the same pair.
            pair_id=stable_id("pair", match.shop_id, entity.code, match.query.name, match.query.code),
            shop_id=match.shop_id,
            match_id=match.match_id,
            query=match.query,
            entity=entity,
            probability=candidate.probability,
            model_version=match.model_version,
            queued_at=now,
        )


def decided_alone(match: Match) -> bool:
    """Whether the model decided it for a match without anybody: what a random audit draws from."""
    return bool(match.shop_id) and match.decision is MatchDecision.MATCH and not _in_doubt(match)


def audit_pair(match: Match, entity: Entity, *, draw_id: str, share: float, now: datetime) -> ReviewPair:
    """A match drawn for audit, put before people as any other: nothing they see says which it is."""
    return ReviewPair(
        pair_id=stable_id("pair", match.shop_id, entity.code, match.query.name, match.query.code),
        shop_id=match.shop_id,
        match_id=match.match_id,
        query=match.query,
        entity=entity,
        probability=match.probability,
        model_version=match.model_version,
        origin=PairOrigin.AUDIT,
        draw_id=draw_id,
        share=share,
        queued_at=now,
    )


def next_for(reviewer: str, pairs: Iterable[ReviewPair]) -> ReviewPair | None:
    """The pair a person should look at next: disputed ones, then those with an opinion, then the oldest; never one they
    answered already, nor one of a test set."""
    waiting = [
        pair
        for pair in pairs
        if pair.state is not ReviewState.SETTLED
        and not pair.frozen
        and not any(same_person(opinion.reviewer, reviewer) for opinion in pair.opinions)
    ]
    return min(waiting, key=lambda pair: (-len(pair.opinions), pair.queued_at, pair.pair_id), default=None)


def _in_doubt(match: Match) -> bool:
    if match.decision is MatchDecision.POSSIBLE:
        return True
    return match.decision is MatchDecision.MATCH and match.probability < NEAR_MATCH
