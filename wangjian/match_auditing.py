"""One in a hundred of the matches that the model settled alone goes before people, as the schedule visits targets.

Which ones is a matter of the pair itself (its digest), not of the visit: a shop visited a hundred times is drawn as
often as one visited once, a draw repeated queues nothing twice, and anybody can check it. What reviewers find is the
precision of `match` in the field (`wangjian match review stats`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from matching.reviewing.queueing import audit_pair, decided_alone
from records.ports import Services
from records.reviews import ReviewPair

__all__ = ["AUDITED_SHARE", "audit_target", "drawn"]

AUDITED_SHARE = 0.01
_DRAW_ID = "schedule"
_RANGE = 1 << 64


def audit_target(services: Services, target_id: str, *, share: float = AUDITED_SHARE) -> int:
    """Queue the drawn ones among a target's newest matches for review; how many were new."""
    return services.reviews.queue(tuple(_drawn_of(services, target_id, share)))


def drawn(pair_id: str, share: float) -> bool:
    """Whether a pair belongs to the audited share.

    >>> drawn("pair_1", 1.0), drawn("pair_1", 0.0)
    (True, False)
    """
    place = int.from_bytes(hashlib.sha256(f"{_DRAW_ID}|{pair_id}".encode()).digest()[:8], "big")
    return place < share * _RANGE


def _drawn_of(services: Services, target_id: str, share: float) -> Iterator[ReviewPair]:
    for shop in services.survey.shops(target_id):
        match = services.survey.match_of(shop.shop_id)
        if match is None or not decided_alone(match):
            continue
        entity = services.register.by_code(match.entity_code)
        if entity is None:
            continue
        pair = audit_pair(match, entity, draw_id=_DRAW_ID, share=share, now=services.clock())
        if drawn(pair.pair_id, share):
            yield pair
