"""What is kept between searches until the index changes: sets of the values of small facets, counts over all documents.

A search that finds most of a kind (the list everybody begins with, a word that stands in every lead) counts what it did
not find, and takes that away from the counts over all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy import Connection

from stores.search.driver_rows import rows_of

__all__ = ["IndexState", "KeptUntilChange", "counts_but_for", "state_of"]

IndexState = tuple[int, int]
"""Tables made or dropped so far, and writes so far: equal when nothing changed."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class KeptUntilChange(Generic[Key, Value]):
    """Values of one state of an index, `most` at once where keys have no end; safe from several threads, of which some
    may still read an older state."""

    def __init__(self, *, most: int = 0) -> None:
        self._most = most
        self._kept: tuple[IndexState, dict[Key, Value]] = ((-1, -1), {})

    def known(self, state: IndexState, key: Key) -> Value | None:
        """The value, when it was made since the last change."""
        return self._at(state).get(key)

    def of(self, state: IndexState, key: Key, make: Callable[[], Value]) -> Value:
        """The value, made when it is not known yet."""
        values = self._at(state)
        if key in values:
            return values[key]
        if self._most and len(values) >= self._most:
            values.clear()
        made = values[key] = make()
        return made

    def _at(self, state: IndexState) -> dict[Key, Value]:
        found, values = self._kept
        if found != state:
            values = {}
            self._kept = (state, values)
        return values


def state_of(connection: Connection) -> IndexState:
    """What the reading transaction sees."""
    schema = rows_of(connection, "PRAGMA schema_version")[0][0]
    changes = rows_of(connection, "SELECT coalesce(max(number), 0) FROM generations WHERE role = 'changes'")[0][0]
    return schema, changes


def counts_but_for(totals: dict[str, int], others: dict[str, int]) -> dict[str, int]:
    """What is left of the totals, values without any left out.

    >>> counts_but_for({"高": 3, "低": 1}, {"低": 1})
    {'高': 3}
    """
    return {value: count - others.get(value, 0) for value, count in totals.items() if count > others.get(value, 0)}
