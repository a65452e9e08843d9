"""What is asked of the search index and of the outbox that writes reach it through. See `records.ports`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from records.search import Facet, FacetCount, SearchDocument, SearchHit, SearchKind, SearchQuery, SearchResult

__all__ = ["Outbox", "OutboxEntry", "SearchIndex"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Something saved that the index does not know yet."""

    sequence: int
    kind: SearchKind
    record_id: str


class Outbox(Protocol):
    """What was saved and still has to reach the index; filled by the stores in the transaction of the save."""

    def pending(
        self, *, limit: int, kinds: Collection[SearchKind] = (), now: datetime | None = None
    ) -> tuple[OutboxEntry, ...]:
        """The oldest entries, of these kinds alone when any are named; with `now` without those that are put aside at
        that time."""
        ...

    def done(self, sequences: Sequence[int]) -> None: ...

    def announce(self, kind: SearchKind, record_ids: Sequence[str]) -> None:
        """These wait as if they had just been saved."""
        ...

    def put_aside(self, sequences: Sequence[int], *, until: datetime) -> None:
        """These cannot be indexed before that time; they still wait. A record that is saved again is not put aside."""
        ...

    def aside(self, kinds: Collection[SearchKind] = ()) -> int:
        """How many of those that wait were put aside since they came, whether or not their time is over."""
        ...

    def waiting(self, kinds: Collection[SearchKind] = ()) -> int:
        """How many entries the index lags behind, of these kinds alone when any are named."""
        ...

    def lag(self) -> Mapping[SearchKind, int]:
        """The same by kind; kinds with none are left out."""
        ...


class SearchIndex(Protocol):
    """Search over leads, findings, shops, listings and pages. Rebuildable from the records at any time."""

    def index(self, documents: Sequence[SearchDocument]) -> None:
        """Add or replace (an older version never replaces a newer); found by the next search. Raises StoreAwayError."""
        ...

    def search(self, query: SearchQuery) -> SearchResult:
        """Raises StoreAwayError; InvalidInputError for limit outside 1..200, offset + limit > 10,000, or a text that
        cannot be read, with the place."""
        ...

    def walk(self, query: SearchQuery) -> Iterator[SearchHit]:
        """Every hit in order, however many, as of the moment of the first; limit and offset say nothing here."""
        ...

    def suggest(self, query: SearchQuery, facet: Facet, typed: str, *, limit: int) -> tuple[FacetCount, ...]:
        """Values of a facet in which what was typed occurs (folded), as the query would count them. At most 50."""
        ...

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Make the index anew of these; how many. The old one answers until the new is whole and takes its place in one
        step; what `index` is given meanwhile is in both. A rebuild that fails changes nothing."""
        ...

    def remove(self, kind: SearchKind, doc_ids: Sequence[str]) -> None:
        """Forget documents whose records were destroyed; of one that is not there nothing. Raises StoreAwayError."""
        ...

    def clear(self) -> None:
        """Forget everything (before a rebuild)."""
        ...

    def count(self, kind: SearchKind) -> int: ...
