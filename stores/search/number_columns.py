"""Priority and time by document, as columns of numbers beside columns of coarse steps, a byte a document.

A range of half a year takes in or leaves out whole steps at once; the numbers themselves are looked at only where a
bound falls into a step. An index of the numbers would be read for as many rows as there are leads in that half year.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from itertools import compress

from sqlalchemy import Connection

from records.search import SearchDocument
from records.search_fields import Between, RangeField
from stores.search.bits import CHUNK_BITS, bits_of_flags, flags_of
from stores.search.driver_rows import rows_of

__all__ = ["NumberChanges", "within"]

_WORD = "d"  # eight bytes, which hold seconds exactly
_STEPS = 256
_OUT, _IN, _LOOK = range(3)
_ONLY_LOOK = bytes(step == _LOOK for step in range(_STEPS))
_ONLY_IN = bytes(step == _IN for step in range(_STEPS))
_FIRST_SECOND = 1_420_041_600  # 2015 in Shanghai; what is before or after the steps falls into the outer ones
_SECONDS_A_STEP = 30 * 86_400.0


def within(connection: Connection, columns: str, range_asked: Between, *, among: int) -> int:
    """Those of the documents that are between the bounds."""
    least = -math.inf if range_asked.least is None else range_asked.least
    most = math.inf if range_asked.most is None else range_asked.most
    if least > most:
        return 0
    name, meaning = _name(range_asked.field), _meaning(range_asked.field, least, most)
    members, flags = flags_of(among), bytearray()
    for chunk, steps in _chunks(connection, columns, _steps_of(name)):
        flags += bytes(chunk * CHUNK_BITS - len(flags))
        judged = steps.translate(meaning)
        found = bytearray(judged.translate(_ONLY_IN))
        some = members[len(flags) : len(flags) + len(steps)]
        unsure = [place for place in compress(range(len(some)), judged.translate(_ONLY_LOOK)) if some[place]]
        if unsure:
            column = _column(connection, columns, name, chunk)
            for place in unsure:
                found[place] = least <= column[place] <= most
        flags += found
    return bits_of_flags(flags) & among


class NumberChanges:
    """The numbers of some documents, gathered so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._values: dict[tuple[RangeField, int], dict[int, float]] = defaultdict(dict)

    def put(self, number: int, document: SearchDocument) -> None:
        """What the document has now."""
        chunk, place = divmod(number, CHUNK_BITS)
        self._values[RangeField.PRIORITY, chunk][place] = document.priority_score
        self._values[RangeField.TIME, chunk][place] = document.at_epoch

    def write(self, connection: Connection, columns: str) -> None:
        """Apply to the stored chunks."""
        rows: list[tuple[str, int, bytes]] = []
        for (field, chunk), values in self._values.items():
            name = _name(field)
            column = _column(connection, columns, name, chunk)
            column.extend([0.0] * (max(values) + 1 - len(column)))
            for place, value in values.items():
                column[place] = value
            steps = bytes([_step(field, value) for value in column])
            rows += [(name, chunk, column.tobytes()), (_steps_of(name), chunk, steps)]
        if rows:
            connection.exec_driver_sql(f"INSERT OR REPLACE INTO {columns} VALUES (?, ?, ?)", rows)  # noqa: S608  # our names


def _meaning(field: RangeField, least: float, most: float) -> bytes:
    """For each step whether it is in the range, out of it, or must be looked into."""
    low, high = _step(field, least), _step(field, most)
    return bytes(_OUT if not low <= step <= high else _LOOK if step in (low, high) else _IN for step in range(_STEPS))


def _step(field: RangeField, value: float) -> int:
    """Never smaller for a larger value."""
    place = value * (_STEPS - 1) if field is RangeField.PRIORITY else (value - _FIRST_SECOND) / _SECONDS_A_STEP
    return int(min(max(place, 0), _STEPS - 1))


def _chunks(connection: Connection, columns: str, name: str) -> list[tuple[int, bytes]]:
    statement = f"SELECT chunk, entries FROM {columns} WHERE name = ? ORDER BY chunk"  # noqa: S608  # our names
    return [(chunk, entries) for chunk, entries in rows_of(connection, statement, (name,))]


def _column(connection: Connection, columns: str, name: str, chunk: int) -> array[float]:
    column: array[float] = array(_WORD)
    statement = f"SELECT entries FROM {columns} WHERE name = ? AND chunk = ?"  # noqa: S608  # our names
    for (blob,) in rows_of(connection, statement, (name, chunk)):
        column.frombytes(blob)
    return column


def _name(field: RangeField) -> str:
    return f"#{field.value}"


def _steps_of(name: str) -> str:
    return f"{name}~"
