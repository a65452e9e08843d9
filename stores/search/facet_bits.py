"""The stored sets of the embedded index: which documents have which facet value, kind, region and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from records.search import SearchDocument
from stores.search.bits import blob_of, join_chunks, number_of, split_number
from stores.search.driver_rows import rows_of

__all__ = ["DAY", "FacetChanges", "KIND", "Mark", "REGION", "day_of", "marks_of", "sets_of", "sets_under"]

KIND = "#kind"
REGION = "#region"
DAY = "#day"

Mark = tuple[str, str]
_SHANGHAI = timedelta(hours=8)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(at_epoch: int) -> str:
    """The day of Asia/Shanghai.

    >>> day_of(1772294400)
    '2026-03-01'
    """
    return (_EPOCH + timedelta(seconds=at_epoch) + _SHANGHAI).date().isoformat()


def marks_of(document: SearchDocument) -> set[Mark]:
    """Every (name, value) a document stands under."""
    marks = {(facet.value, value) for facet, values in document.facets.items() for value in values}
    return marks | {
        (KIND, document.kind.value),
        (REGION, document.region_code),
        (DAY, day_of(document.at_epoch)),
    }


def sets_of(connection: Connection, table: str, name: str, values: Iterable[str] | None = None) -> dict[str, int]:
    """The set of each of these values of a facet, or of all its values."""
    wanted = None if values is None else list(dict.fromkeys(values))
    where, parameters = "name = ?", [name]
    if wanted is not None:
        where += f" AND value IN ({','.join('?' * len(wanted))})"
        parameters += wanted
    return _joined(connection, table, where, parameters)


def sets_under(connection: Connection, table: str, name: str, prefix: str) -> int:
    """The documents whose value begins with the prefix."""
    beyond = prefix + chr(0x10FFFF)  # a range, so that the values are looked up and not read through
    found = 0
    for bits in _joined(connection, table, "name = ? AND value >= ? AND value < ?", [name, prefix, beyond]).values():
        found |= bits
    return found


def _joined(connection: Connection, table: str, where: str, parameters: list[object] | list[str]) -> dict[str, int]:
    statement = f"SELECT value, chunk, bits FROM {table} WHERE {where} ORDER BY value, chunk"  # noqa: S608  # our names
    rows = rows_of(connection, statement, parameters)
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

    def write(self, connection: Connection, table: str) -> None:
        """Apply to the stored chunks."""
        touched = [key for key in {*self._add, *self._remove} if self._add[key] or self._remove[key]]
        stored = _stored(connection, table, touched)
        changed = {key: stored.get(key, 0) & ~self._remove[key] | self._add[key] for key in touched}
        kept = [(*key, blob_of(bits)) for key, bits in changed.items() if bits]
        emptied = [key for key, bits in changed.items() if not bits]
        if kept:
            connection.exec_driver_sql(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)", kept)  # noqa: S608  # our names
        if emptied:
            statement = f"DELETE FROM {table} WHERE (name, value, chunk) = (?, ?, ?)"  # noqa: S608  # our names
            connection.exec_driver_sql(statement, emptied)


def _stored(
    connection: Connection, table: str, keys: Iterable[tuple[str, str, int]]
) -> Mapping[tuple[str, str, int], int]:
    found: dict[tuple[str, str, int], int] = {}
    statement = f"SELECT bits FROM {table} WHERE (name, value, chunk) = (?, ?, ?)"  # noqa: S608  # our names
    for key in keys:
        for (blob,) in rows_of(connection, statement, key):
            found[key] = number_of(blob)
    return found
