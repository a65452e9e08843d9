"""The stored sets of the embedded index: which documents have which facet value, kind and region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby

from sqlalchemy import Connection

from records.search import SearchDocument
from stores.search.bits import blob_of, join_chunks, number_of, split_number

__all__ = ["FacetChanges", "KIND", "REGION", "SCHEMA", "marks_of", "sets_of", "sets_under"]

KIND = "#kind"
REGION = "#region"

SCHEMA = """
CREATE TABLE IF NOT EXISTS facet_bits (
    name TEXT NOT NULL, value TEXT NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
    PRIMARY KEY (name, value, chunk)
)
"""

Mark = tuple[str, str]


def marks_of(document: SearchDocument) -> set[Mark]:
    """Every (name, value) a document stands under."""
    marks = {(facet.value, value) for facet, values in document.facets.items() for value in values}
    return marks | {(KIND, document.kind.value), (REGION, document.region_code)}


def sets_of(connection: Connection, name: str, values: Iterable[str] | None = None) -> dict[str, int]:
    """The set of each of these values of a facet, or of all its values."""
    wanted = None if values is None else list(dict.fromkeys(values))
    statement, parameters = "SELECT value, chunk, bits FROM facet_bits WHERE name = ?", [name]
    if wanted is not None:
        statement += f" AND value IN ({','.join('?' * len(wanted))})"
        parameters += wanted
    return _joined(connection, statement, parameters)


def sets_under(connection: Connection, name: str, prefix: str) -> int:
    """The documents whose value begins with the prefix."""
    statement = "SELECT value, chunk, bits FROM facet_bits WHERE name = ? AND substr(value, 1, ?) = ?"
    found = 0
    for bits in _joined(connection, statement, [name, len(prefix), prefix]).values():
        found |= bits
    return found


def _joined(connection: Connection, statement: str, parameters: list[object] | list[str]) -> dict[str, int]:
    rows = connection.exec_driver_sql(statement + " ORDER BY value, chunk", tuple(parameters)).all()
    return {
        value: join_chunks((row[1], row[2]) for row in some) for value, some in groupby(rows, key=lambda row: row[0])
    }


class FacetChanges:
    """Bits to set and clear, gathered over a batch so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._add: dict[tuple[str, str, int], int] = defaultdict(int)
        self._remove: dict[tuple[str, str, int], int] = defaultdict(int)

    def move(self, number: int, *, before: Iterable[Mark], after: Iterable[Mark]) -> None:
        """The document stood under some marks and stands under others."""
        chunk, bit = split_number(number)
        for name, value in before:
            self._remove[(name, value, chunk)] |= bit
            self._add[(name, value, chunk)] &= ~bit
        for name, value in after:
            self._add[(name, value, chunk)] |= bit
            self._remove[(name, value, chunk)] &= ~bit

    def write(self, connection: Connection) -> None:
        """Apply to the stored chunks."""
        touched = [key for key in {*self._add, *self._remove} if self._add[key] or self._remove[key]]
        stored = _stored(connection, touched)
        rows = [(*key, blob_of(stored.get(key, 0) & ~self._remove[key] | self._add[key])) for key in touched]
        kept = [row for row in rows if row[3]]
        emptied = [row[:3] for row in rows if not row[3]]
        if kept:
            connection.exec_driver_sql("INSERT OR REPLACE INTO facet_bits VALUES (?, ?, ?, ?)", kept)
        if emptied:
            connection.exec_driver_sql("DELETE FROM facet_bits WHERE (name, value, chunk) = (?, ?, ?)", emptied)


def _stored(connection: Connection, keys: Iterable[tuple[str, str, int]]) -> Mapping[tuple[str, str, int], int]:
    found: dict[tuple[str, str, int], int] = {}
    for key in keys:
        statement = "SELECT bits FROM facet_bits WHERE (name, value, chunk) = (?, ?, ?)"
        blob = connection.exec_driver_sql(statement, key).scalar()
        if blob is not None:
            found[key] = number_of(blob)
    return found
