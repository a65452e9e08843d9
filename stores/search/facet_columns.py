"""Facet values by document: one number a document and facet, which names all its values there.

Counting a facet of thousands of values (offices, shops) by sets would read thousands of sets; here it is one pass over
the numbers of the documents found.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import compress

from sqlalchemy import Connection

from records.search import Facet, SearchDocument
from stores.search.bits import CHUNK_BITS, flags_of, numbers_in
from stores.search.driver_rows import rows_of

__all__ = ["ColumnChanges", "EntryNames", "Members", "count_column"]

_SELDOM = 8
_WORD = "I"  # four bytes; 0 is no value
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


class Members:
    """A set of documents in the forms that counting asks for, each worked out once a search."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.count = bits.bit_count()
        self.few = self.count * _SELDOM < bits.bit_length()

    @cached_property
    def flags(self) -> bytes:
        """As `bits.flags_of`."""
        return flags_of(self.bits)

    @cached_property
    def numbers(self) -> list[int]:
        """As `bits.numbers_in`."""
        return numbers_in(self.bits)

    def of(self, column: array[int], first: int) -> Iterable[int]:
        """What a chunk that begins at a number says of the members in it."""
        if self.few:
            start, end = (bisect_left(self.numbers, edge) for edge in (first, first + len(column)))
            return [column[number - first] for number in self.numbers[start:end]]
        part = self.flags[first : first + len(column)]
        return compress(column, part) if 1 in part else ()


def count_column(
    connection: Connection, columns: str, names: dict[int, list[str]], *, facet: Facet, among: Members
) -> dict[str, int]:
    """How many documents of the set stand under each value."""
    statement = f"SELECT chunk, entries FROM {columns} WHERE name = ? ORDER BY chunk"  # noqa: S608  # our names
    counted = Counter[int]()
    for chunk, blob in rows_of(connection, statement, (facet.value,)):
        column = array(_WORD)
        column.frombytes(blob)
        counted.update(among.of(column, chunk * CHUNK_BITS))
    counted.pop(0, None)
    totals: dict[str, int] = defaultdict(int)
    for entry, count in counted.items():
        for value in names[entry]:
            totals[value] += count
    return totals


class ColumnChanges:
    """The values of some documents, gathered so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)

    def put(self, number: int, document: SearchDocument, *, new: bool) -> None:
        """The document stands under these values, and under nothing else; a new one stood under nothing."""
        chunk, place = divmod(number, CHUNK_BITS)
        for facet in document.facets if new else Facet:
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
