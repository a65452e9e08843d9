"""Ports of the register: what is kept of an entity to find it by, candidates from one moment, and the store. Promises
as in `records/ports.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from records.register import Entity, EntityState, ImportReport, RegisterStats
from records.register_batches import RegisterBatch, RegisterRow
from records.register_history import Snapshot

__all__ = [
    "KeyHits",
    "RegisterHit",
    "RegisterReader",
    "RegisterRow",
    "RegisterStore",
    "RegisterView",
]


class RegisterHit(NamedTuple):
    """An entity somebody may mean: enough to compare names, without its whole record."""

    code: str
    name: str
    outline: str


class KeyHits(NamedTuple):
    """How many entities have each key asked for (a key nobody has is absent), and of each that few enough have those
    entities, by code."""

    counts: Mapping[str, int]
    hits: Mapping[str, tuple[RegisterHit, ...]]


class RegisterReader(Protocol):
    """Candidates from one moment of the register. The same register gives the same ones, whatever order it was imported
    in."""

    def by_codes(self, codes: Sequence[str]) -> tuple[RegisterHit, ...]:
        """Those of these codes that the register has, by code."""
        ...

    def by_keys(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> KeyHits:
        """Entities by exact keys, as `matching` made them at import; of a key more than `most` have, and of those
        `counted`, only how many."""
        ...

    def by_grams(self, grams: Sequence[str], *, limit: int, provinces: Sequence[str] = ()) -> tuple[RegisterHit, ...]:
        """Entities sharing most of these character grams with their own, best first (rarer grams count more). An engine
        that keeps provinces (2 digits) apart may ask those named first, and the rest only when nobody near is there."""
        ...

    def gram_counts(self, grams: Sequence[str]) -> Mapping[str, int]:
        """How many entities have each of these grams, about (those that changed may count twice); a gram nobody has is
        absent."""
        ...

    def whole(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        """Whole records of these codes; a code nobody has is absent."""
        ...


class RegisterView(Protocol):
    """What a resolver asks of a register: the register itself, or as it was known at a moment."""

    def stats(self) -> RegisterStats: ...

    def by_code(self, code: str) -> Entity | None: ...

    def by_codes(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        """The entities of these codes; a code nobody has is absent."""
        ...

    def as_known(self, codes: Sequence[str], at: datetime) -> Mapping[str, Entity]:
        """The entities of these codes as the register held them at a moment; one it did not hold yet is absent."""
        ...

    def history(self, code: str) -> tuple[EntityState, ...]:
        """Every state of an entity the register has held, oldest first, the last being the present one."""
        ...

    def snapshot_as_known(self, at: datetime) -> Snapshot | None:
        """The newest snapshot begun at or before a moment."""
        ...

    def covers(self, start: str) -> bool:
        """Whether any entity's code begins so (department, kind and province): what the register never took in cannot
        be missing from it."""
        ...

    def reading(self) -> AbstractContextManager[RegisterReader]:
        """Candidates, all from one moment; not to be kept beyond the `with`."""
        ...


class RegisterStore(RegisterView, Protocol):
    """登记库 with its candidate index."""

    def import_entities(
        self,
        source: str,
        snapshot_id: str,
        rows: Iterable[RegisterRow],
        *,
        known_at: datetime | None = None,
        full: bool = False,
    ) -> ImportReport:
        """Apply a snapshot, idempotent by code, committed in batches; errors is left empty. A state it changes is kept
        (`history`), known until `known_at` (now without it; of a broken import taken up again, its first time). A
        `full` one is over when `mark_absent` is."""
        ...

    def import_batches(
        self,
        source: str,
        snapshot_id: str,
        batches: Iterable[RegisterBatch],
        *,
        known_at: datetime | None = None,
        full: bool = False,
    ) -> ImportReport:
        """As `import_entities`, of entities made ready elsewhere; each batch is committed before the next is asked
        for."""
        ...

    def mark_absent(
        self, source: str, snapshot_id: str, *, named: Iterable[str] = (), most: float = 1.0
    ) -> tuple[int, int]:
        """What a full snapshot that was imported no longer names, of what its source named last, is from now on
        `Gone.ABSENT`; nothing is deleted. `named`: codes it names besides, in rows that were refused.

        Returns:
            How many of how many; when they are more than the share `most`, none was marked.
        """
        ...

    def with_addresses(self) -> Iterator[Entity]:
        """Entities that declared websites or shops (年报网站网店), by code; tens of millions may be walked."""
        ...

    def entities(self, after: str = "") -> Iterator[Entity]:
        """All of them by code, from the first code greater than `after`; tens of millions may be walked."""
        ...
