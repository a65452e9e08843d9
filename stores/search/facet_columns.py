"""Facet values by document: one number a document and facet, which names all its values there.

Counting a facet of thousands of values (offices, shops) by sets would read thousands of sets; here it is one pass over
the numbers of the documents found.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import compress

from sqlalchemy import Connection

from records.search import Facet, SearchDocument
from stores.search.bits import CHUNK_BITS, flags_of

__all__ = ["ColumnChanges", "count_column", "distinct_values"]

_WORD = "I"  # four bytes; 0 is no value


def distinct_values(connection: Connection, entries: str, facet: Facet) -> int:
    """How many different sets of values documents have under the facet."""
    statement = f"SELECT count(*) FROM {entries} WHERE name = ?"  # noqa: S608  # our names
    found: int = connection.exec_driver_sql(statement, (facet.value,)).scalar_one()
    return found


def count_column(connection: Connection, columns: str, entries: str, *, facet: Facet, among: int) -> dict[str, int]:
    """How many documents of the set stand under each value."""
    statement = f"SELECT chunk, entries FROM {columns} WHERE name = ? ORDER BY chunk"  # noqa: S608  # our names
    flags, counted, each = flags_of(among), Counter[int](), array(_WORD).itemsize
    for chunk, blob in connection.exec_driver_sql(statement, (facet.value,)):
        part = flags[chunk * CHUNK_BITS : chunk * CHUNK_BITS + len(blob) // each]
        if any(part):
            counted.update(compress(memoryview(blob).cast("I"), part))
    statement = f"SELECT entry, value FROM {entries} WHERE name = ?"  # noqa: S608  # our names
    totals: dict[str, int] = defaultdict(int)
    for entry, values in connection.exec_driver_sql(statement, (facet.value,)):
        if counted[entry]:
            for value in json.loads(values):
                totals[value] += counted[entry]
    return totals


class ColumnChanges:
    """The values of some documents, gathered so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)

    def put(self, number: int, document: SearchDocument) -> None:
        """The document stands under these values, and under nothing else."""
        chunk, place = divmod(number, CHUNK_BITS)
        for facet in Facet:
            values = document.facets.get(facet, ())
            text = json.dumps(sorted(set(values)), ensure_ascii=False) if values else ""
            self._values[facet.value, chunk][place] = text

    def write(self, connection: Connection, columns: str, entries: str) -> None:
        """Apply to the stored chunks."""
        known = self._entries(connection, entries)
        rows = []
        for (name, chunk), values in self._values.items():
            statement = f"SELECT entries FROM {columns} WHERE name = ? AND chunk = ?"  # noqa: S608  # our names
            blob = connection.exec_driver_sql(statement, (name, chunk)).scalar()
            if blob is None and not any(values.values()):
                continue
            column = array(_WORD)
            column.frombytes(blob or b"")
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
    found = {key: connection.exec_driver_sql(statement, key).scalar() for key in wanted}
    return {key: entry for key, entry in found.items() if entry is not None}
