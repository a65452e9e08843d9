"""Counts over all documents of a kind, kept between searches until the index changes.

A search that finds most of them (the list everybody begins with, a word that stands in every lead) counts what it did
not find, and takes that away from these.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from records.search import Facet, SearchKind
from stores.search.driver_rows import rows_of

__all__ = ["IndexState", "Totals", "counts_but_for", "state_of"]

IndexState = tuple[int, int]
"""Tables made or dropped so far, and writes so far: equal when nothing changed."""

Counts = dict[str, int]


class Totals:
    """The kept counts of one opened index; safe from several threads, of which some may still read an older state."""

    def __init__(self) -> None:
        self._kept: tuple[IndexState, dict[tuple[SearchKind, Facet], Counts]] = ((-1, -1), {})

    def of(
        self, state: IndexState, key: tuple[SearchKind, Facet], count: Callable[[], Counts], *, make: bool
    ) -> Counts | None:
        """The counts of a kind and facet; when they are not kept yet, made by `count` where `make` says so."""
        found, counts = self._kept
        if found != state:
            counts = {}
            self._kept = (state, counts)
        if key not in counts and make:
            counts[key] = count()
        return counts.get(key)


def state_of(connection: Connection) -> IndexState:
    """What the reading transaction sees."""
    schema = rows_of(connection, "PRAGMA schema_version")[0][0]
    changes = rows_of(connection, "SELECT coalesce(max(number), 0) FROM generations WHERE role = 'changes'")[0][0]
    return schema, changes


def counts_but_for(totals: Counts, others: Counts) -> Counts:
    """What is left of the totals, values without any left out.

    >>> counts_but_for({"高": 3, "低": 1}, {"低": 1})
    {'高': 3}
    """
    return {value: count - others.get(value, 0) for value, count in totals.items() if count > others.get(value, 0)}
