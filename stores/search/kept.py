"""What an opened index keeps between searches: each thing until what it was made of changes.

A decision changes a lead's state and nothing of its words, office or shop: with 300 officers something changes each
second, and only what was made of the states is made anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from stores.search.driver_rows import rows_of

__all__ = ["WORDS", "IndexState", "KeptUntilChange", "count_changes", "state_of"]

WORDS = "#words"
"""Titles and texts, beside the names of facets and of `facet_bits`."""

_CHANGED = "changed:"

State = tuple[int, ...]
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class IndexState:
    """What a reading transaction sees: tables made or dropped so far, and changes so far by what was changed."""

    schema: int
    changes: Mapping[str, int]

    def of(self, *names: str) -> State:
        """Equal as long as nothing of these names changed."""
        return self.schema, *(self.changes.get(name, 0) for name in names)


class KeptUntilChange(Generic[Key, Value]):
    """Values, each of one state of what it was made of; of more than `most` the one asked for longest ago is dropped.
    Safe from several threads, of which some may still read an older state."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: dict[Key, tuple[State, Value]] = {}

    def of(self, state: State, key: Key, make: Callable[[], Value]) -> Value:
        """The value, made when it is not known of this state."""
        with self._lock:
            found = self._kept.get(key)
        if found is None or found[0] != state:
            found = (state, make())
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = found  # the youngest stand last
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return found[1]


def state_of(connection: Connection) -> IndexState:
    """What the reading transaction sees."""
    schema = rows_of(connection, "PRAGMA schema_version")[0][0]
    rows = rows_of(connection, "SELECT role, number FROM generations")
    changes = {role.removeprefix(_CHANGED): number for role, number in rows if role.startswith(_CHANGED)}
    return IndexState(schema, changes)


def count_changes(connection: Connection, names: set[str]) -> None:
    """Note that something of each of these names was changed."""
    counting = "INSERT INTO generations VALUES (?, 1) ON CONFLICT (role) DO UPDATE SET number = number + 1"
    if names:
        connection.exec_driver_sql(counting, [(f"{_CHANGED}{name}",) for name in sorted(names)])
