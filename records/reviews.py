"""Pairs in doubt put before people: ReviewPair, what two or three of them think, and the port that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime
from records.register import Entity, MatchQuery

__all__ = ["Answer", "Opinion", "ReviewPair", "ReviewState", "ReviewStore"]


class Answer(StrEnum):
    """Whether the shop is run by the entity, in the eyes of one person."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class ReviewState(StrEnum):
    """OPEN: fewer than two opinions; DISPUTED: two that differ, a third decides; SETTLED: it has a verdict."""

    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"


class Opinion(Record):
    """What one person answered, without having seen the score or anybody else's answer."""

    reviewer: str
    answer: Answer
    note: str = ""
    at: UtcDatetime


class ReviewPair(Record):
    """A shop and a register entity, as both were when the pair was queued, with what the model thought (`probability`,
    hidden from reviewers until the pair is settled). `frozen` pairs belong to a test set: they take no answer here and
    are never exported for calibration. The third opinion is the verdict, whatever it is."""

    pair_id: str
    shop_id: str
    match_id: str
    query: MatchQuery
    entity: Entity
    probability: float
    model_version: str
    state: ReviewState = ReviewState.OPEN
    opinions: tuple[Opinion, ...] = ()
    verdict: Answer | None = None
    frozen: bool = False
    queued_at: UtcDatetime


class ReviewStore(Protocol):
    """The queue and all its opinions. Promises as in `records/ports.py`."""

    def queue(self, pairs: Sequence[ReviewPair]) -> int:
        """Add pairs not yet known; how many were new. A known pair stays as it is."""
        ...

    def change(self, pair_id: str, change: Callable[[ReviewPair], ReviewPair]) -> ReviewPair:
        """Write what `change` makes of the stored pair, serialised against other writers. Raises NotFoundError."""
        ...

    def pair(self, pair_id: str) -> ReviewPair:
        """Raises NotFoundError."""
        ...

    def pairs(self, state: ReviewState | None = None) -> Iterator[ReviewPair]:
        """By pair_id; of one state when it is named."""
        ...
