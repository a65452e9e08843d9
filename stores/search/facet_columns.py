"""Facet values by document: one number a document and facet, which names all its values there.

Counting a facet of thousands of values (offices, shops) by sets would read thousands of sets; here it is one pass over
the numbers of the documents found.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection

from records.search import Facet, SearchDocument
from stores.search.bits import CHUNK_BITS
from stores.search.driver_rows import rows_of

__all__ = ["ColumnChanges", "EntryNames"]

_WORD = "I"  # four bytes, which `counting` reads; 0 is no value
_BETWEEN = "\x1f"  # the unit separator, between the values of one document


class EntryNames:
    """What the numbers of the columns mean, kept between searches: entries are added, never changed, until the tables
    are made anew, which the number of the schema tells."""

    def __init__(self) -> None:
        self._schema = -1
        self._by_facet: dict[str, dict[int, list[str]]] = {}

    def of(self, connection: Connection, entries: str, facet: Facet) -> dict[int, list[str]]:
        """The values each number of this facet stands for."""
        schema = rows_of(connection, "PRAGMA schema_version")[0][0]
        if schema != self._schema:
            self._schema, self._by_facet = schema, {}
        known = self._by_facet.setdefault(facet.value, {})
        statement = f"SELECT entry, value FROM {entries} WHERE name = ? AND entry > ?"  # noqa: S608  # our names
        fresh = rows_of(connection, statement, (facet.value, max(known, default=0)))
        if fresh:
            self._by_facet[facet.value] = known = known | {entry: values.split(_BETWEEN) for entry, values in fresh}
        return known


class ColumnChanges:
    """The values of some documents, gathered so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)

    def put(self, number: int, document: SearchDocument, *, facets: Iterable[Facet]) -> None:
        """Of these facets the document has the values it has, and no other."""
        chunk, place = divmod(number, CHUNK_BITS)
        for facet in facets:
            values = document.facets.get(facet, ())
            text = values[0] if len(values) == 1 else _BETWEEN.join(sorted(set(values)))
            self._values[facet.value, chunk][place] = text

    def write(self, connection: Connection, columns: str, entries: str) -> None:
        """Apply to the stored chunks."""
        known = self._entries(connection, entries)
        rows = []
        statement = f"SELECT entries FROM {columns} WHERE name = ? AND chunk = ?"  # noqa: S608  # our names
        for (name, chunk), values in self._values.items():
            stored = rows_of(connection, statement, (name, chunk))
            if not stored and not any(values.values()):
                continue
            column = array(_WORD)
            column.frombytes(stored[0][0] if stored else b"")
            column.extend([0] * (max(values) + 1 - len(column)))
            for place, text in values.items():
                column[place] = known[name, text] if text else 0
            rows.append((name, chunk, column.tobytes()))
        if rows:
            connection.exec_driver_sql(f"INSERT OR REPLACE INTO {columns} VALUES (?, ?, ?)", rows)  # noqa: S608  # our names

    def _entries(self, connection: Connection, entries: str) -> dict[tuple[str, str], int]:
        wanted = {(name, text) for (name, _), values in self._values.items() for text in values.values() if text}
        found = _numbers(connection, entries, wanted)
        missing = sorted(wanted - found.keys())
        if missing:
            connection.exec_driver_sql(f"INSERT INTO {entries} (name, value) VALUES (?, ?)", missing)  # noqa: S608
            found |= _numbers(connection, entries, missing)
        return found


def _numbers(connection: Connection, entries: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    statement = f"SELECT entry FROM {entries} WHERE name = ? AND value = ?"  # noqa: S608  # our names
    return {key: row[0] for key in wanted for row in rows_of(connection, statement, key)}
