"""How the parts behind the console stand: index, evidence store, signing keys; and candidates to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from records.base import Record, UtcDatetime
from records.candidates import TargetCandidate
from records.search import SearchKind
from records.survey import Target

__all__ = ["IndexStand", "KeyStand", "Standing", "StoreStand"]


class IndexStand(Record):
    """How far the search index is behind the records; `problem` says why it does not answer, and then what it holds is
    not known."""

    waiting: Mapping[SearchKind, int]
    held: Mapping[SearchKind, int]
    problem: str = ""
    cure: str = ""


class StoreStand(Record):
    """Where evidence rests; `waiting`: how many things are 待入库, on this machine and not locked yet."""

    kind: str
    ready: bool
    state: str
    cure: str = ""
    waiting: int = 0


class KeyStand(Record):
    """A signing key of the organisation: from when its certificate holds, until when it is believed."""

    sha256: str
    subject: str
    since: UtcDatetime
    until: UtcDatetime
    current: bool


class Standing(Protocol):
    """Safe from several threads."""

    def index(self) -> IndexStand:
        """Raises nothing: an index that is away is told."""
        ...

    def store(self) -> StoreStand:
        """Raises nothing: a store that is away is told."""
        ...

    def signing_keys(self) -> tuple[KeyStand, ...]:
        """The current key first. Raises NotFoundError before the first capture."""
        ...

    def alike(self, candidates: tuple[TargetCandidate, ...]) -> Mapping[str, str]:
        """For each that may be the same site as a target or another candidate, a word about it."""
        ...

    def accept(self, candidate: TargetCandidate, *, cadence: str) -> Target:
        """Make it a target. Raises TransitionRefusedError, ConflictError, InvalidInputError."""
        ...

    def ignore(self, candidate: TargetCandidate, *, reason: str) -> TargetCandidate:
        """Leave it alone, also when it is seen again. Raises TransitionRefusedError, ConflictError."""
        ...
