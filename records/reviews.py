"""Pairs in doubt put before people: ReviewPair, what two or three of them think, and the port that keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime
from records.register import Entity, MatchQuery

__all__ = [
    "Answer",
    "ChannelCorrection",
    "FitFigures",
    "Opinion",
    "PairOrigin",
    "Recalibration",
    "ReviewPair",
    "ReviewReason",
    "ReviewState",
    "ReviewStore",
]


class Answer(StrEnum):
    """Whether the shop is run by the entity, in the eyes of one person."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class ReviewReason(StrEnum):
    """What an answer rests on, coded so that answers can be compared and errors of the model counted."""

    CODE = "code"
    NAME = "name"
    FORMER_NAME = "former-name"
    ADDRESS = "address"
    PHONE = "phone"
    PERSON = "person"
    OTHER_NAME = "other-name"
    OTHER_PLACE = "other-place"
    OTHER_BRANCH = "other-branch"
    TOO_LITTLE = "too-little"
    OTHER = "other"


class PairOrigin(StrEnum):
    """DOUBT: the model was not sure; AUDIT: drawn at random from what it decided by itself."""

    DOUBT = "doubt"
    AUDIT = "audit"


class ReviewState(StrEnum):
    """OPEN: fewer than two opinions; DISPUTED: two that differ, a third decides; SETTLED: it has a verdict."""

    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"


class Opinion(Record):
    """What one person answered, without having seen the score or anybody else's answer."""

    reviewer: str
    answer: Answer
    reasons: tuple[ReviewReason, ...] = ()
    note: str = ""
    at: UtcDatetime


class ReviewPair(Record):
    """A shop and a register entity, as both were when the pair was queued, with what the model thought (`probability`,
    hidden from reviewers until the pair is settled). `frozen` pairs belong to a test set: they take no answer here and
    are never exported for calibration. The third opinion is the verdict, whatever it is. An AUDIT pair was drawn by
    `draw_id`, `share` of all there were: it stands for 1 / share pairs."""

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
    origin: PairOrigin = PairOrigin.DOUBT
    draw_id: str = ""
    share: float = 1.0
    queued_at: UtcDatetime


class FitFigures(Record):
    """How well probabilities go with labels: mean log loss (nats), Brier score, expected calibration error over ten
    bins; each label weighted by how many pairs it stands for."""

    log_loss: float
    brier: float
    ece: float


class ChannelCorrection(Record):
    """What labels make of one channel: log-odds become `shift + slope * log-odds`. `before` and `after` are by
    cross-validation, on labels the fit had not seen; `used` False: the correction is kept as tried and not applied,
    `reason` says in Chinese why."""

    channel: str
    labels: int
    shift: float = 0.0
    slope: float = 1.0
    before: FitFigures | None = None
    after: FitFigures | None = None
    used: bool = False
    reason: str = ""


class Recalibration(Record):
    """One version of the corrections, numbered from 1 and never edited; the newest holds. `reverts` names the version
    gone back to (0: none applied at all)."""

    number: int
    channels: tuple[ChannelCorrection, ...] = ()
    model_version: str
    made_by: str
    made_at: UtcDatetime
    reverts: int | None = None

    def correction(self, channel: str) -> ChannelCorrection | None:
        """What is applied to a channel."""
        return next((one for one in self.channels if one.channel == channel and one.used), None)


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

    def add_recalibration(self, build: Callable[[tuple[Recalibration, ...]], Recalibration]) -> Recalibration:
        """Append what `build` makes of all versions so far, serialised against other writers."""
        ...

    def current_recalibration(self) -> Recalibration | None:
        """The version that holds; None before the first."""
        ...

    def recalibrations(self) -> tuple[Recalibration, ...]:
        """All versions, oldest first; the last one holds."""
        ...
