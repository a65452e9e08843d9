"""The register as it was known at a moment: what a judgement of that time can be replayed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from records.register import Entity, EntityState, RegisterStats
from records.register_history import Snapshot
from records.register_ports import KeyHits, RegisterHit, RegisterReader, RegisterView

__all__ = ["RegisterAsKnown"]


class RegisterAsKnown:
    """A RegisterView: every entity in the state the register had it in at `at`; what it did not
    have yet is not there.

    Candidates come from today's index. It still leads from a former name to its entity, also one that no file told of;
    the counts that make a trade name rare are today's, and so is the size of the register.
    """

    def __init__(self, register: RegisterView, at: datetime) -> None:
        self._register = register
        self._at = at

    def stats(self) -> RegisterStats:
        """Today's size, with the newest snapshot of the moment."""
        snapshot = self.snapshot_as_known(self._at)
        newest = {"snapshot_id": snapshot.snapshot_id if snapshot is not None else ""}
        return self._register.stats().model_copy(update=newest)

    def by_code(self, code: str) -> Entity | None:
        """As the port's, at the moment."""
        return self.by_codes((code,)).get(code)

    def by_codes(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        """As the port's, at the moment."""
        return self._register.as_known(codes, self._at)

    def as_known(self, codes: Sequence[str], at: datetime) -> Mapping[str, Entity]:
        """As the port's; nothing later than the moment is known."""
        return self._register.as_known(codes, min(at, self._at))

    def history(self, code: str) -> tuple[EntityState, ...]:
        """As the port's, of the states known by the moment; the last one still held then."""
        states = self._register.history(code)
        known = [state for state in states if state.known_from is None or state.known_from <= self._at]
        return (*known[:-1], known[-1].model_copy(update={"known_until": None})) if known else ()

    def snapshot_as_known(self, at: datetime) -> Snapshot | None:
        """As the port's; nothing later than the moment is known."""
        return self._register.snapshot_as_known(min(at, self._at))

    def covers(self, start: str) -> bool:
        """Today's: what a register takes in seldom changes."""
        return self._register.covers(start)

    @contextmanager
    def reading(self) -> Iterator[RegisterReader]:
        """Candidates; not to be kept beyond the `with`."""
        with self._register.reading() as reader:
            yield _ReaderAsKnown(reader, self)


class _ReaderAsKnown:
    """See `records.register_ports.RegisterReader`."""

    def __init__(self, reader: RegisterReader, register: RegisterAsKnown) -> None:
        self._reader = reader
        self._register = register

    def by_codes(self, codes: Sequence[str]) -> tuple[RegisterHit, ...]:
        return self._then(self._reader.by_codes(codes))

    def by_keys(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> KeyHits:
        found = self._reader.by_keys(keys, most=most, counted=counted)
        return KeyHits(found.counts, {key: self._then(hits) for key, hits in found.hits.items()})

    def by_grams(self, grams: Sequence[str], *, limit: int, provinces: Sequence[str] = ()) -> tuple[RegisterHit, ...]:
        return self._then(self._reader.by_grams(grams, limit=limit, provinces=provinces))

    def gram_counts(self, grams: Sequence[str]) -> Mapping[str, int]:
        return self._reader.gram_counts(grams)

    def whole(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        return self._register.by_codes(codes)

    def _then(self, hits: Iterable[RegisterHit]) -> tuple[RegisterHit, ...]:
        """The hits under the names they had; an outline of another name is none."""
        now = tuple(hits)
        known = self._register.by_codes([hit.code for hit in now])
        return tuple(
            hit if known[hit.code].name == hit.name else RegisterHit(hit.code, known[hit.code].name, "")
            for hit in now
            if hit.code in known
        )
