"""Facets counted over the documents found: one number a document and facet, gathered and tallied as arrays.

numpy takes a tenth of a second to load: the first search loads it, other commands do without.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy
from numpy.typing import NDArray
from sqlalchemy import Connection

from stores.search.bits import CHUNK_BITS
from stores.search.driver_rows import rows_of

__all__ = [
    "FacetColumn",
    "FacetTally",
    "Measures",
    "Members",
    "bits_of_numbers",
    "days_counted",
    "flags_of",
    "largest",
    "listed_numbers",
    "read_entries",
    "read_numbers",
    "within",
]

_SHANGHAI_SECONDS, _DAY_SECONDS = 8 * 3_600, 86_400

Flags = NDArray[numpy.uint8]
Numbers = NDArray[numpy.int64]
Measures = NDArray[numpy.float64]
_Number = TypeVar("_Number", bound=numpy.generic)


@dataclass(frozen=True, slots=True)
class FacetTally:
    """How many documents have each value: `counts` has the largest and those of chosen values, `size` is of all."""

    counts: dict[str, int]
    size: int


class Members:
    """A set of documents as the numbers that counting gathers by, worked out once a search."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    @cached_property
    def numbers(self) -> Numbers:
        """In order."""
        return numpy.flatnonzero(flags_of(self.bits))


class FacetColumn:
    """The values of one facet by document; a number stands for all values of a document."""

    def __init__(self, entries: NDArray[numpy.uint32], names: Mapping[int, list[str]]) -> None:
        self._values = sorted({value for values in names.values() for value in values})
        self._places = {value: place for place, value in enumerate(self._values)}
        compact = numpy.zeros(max(names, default=0) + 1, dtype=numpy.uint32)
        pairs: list[tuple[int, int]] = []
        for number, (entry, values) in enumerate(names.items(), start=1):
            compact[entry] = number
            pairs += [(number, self._places[value]) for value in values]
        self._size = len(names) + 1
        self._of_pair, self._value_of_pair = numpy.array(pairs, dtype=numpy.int64).reshape(-1, 2).T
        self._column = compact[entries].astype(numpy.uint16 if self._size < 1 << 16 else numpy.uint32)

    def tally(self, among: Members, *, most: int, chosen: Collection[str] = ()) -> FacetTally:
        """Of the set's documents: the `most` values with the largest counts, equal ones by value, and those chosen."""
        numbers = among.numbers
        if len(numbers) and numbers[-1] >= len(self._column):  # documents after the last that has any value
            numbers = numbers[: numpy.searchsorted(numbers, len(self._column))]
        entries = numpy.bincount(self._column[numbers], minlength=self._size)
        counts = numpy.bincount(
            self._value_of_pair, weights=entries[self._of_pair], minlength=len(self._values)
        ).astype(numpy.int64)
        order = numpy.argsort(-counts, kind="stable")[:most]
        places = [*order.tolist(), *(self._places[one] for one in chosen if one in self._places)]
        found = {self._values[place]: int(counts[place]) for place in places if counts[place]}
        return FacetTally(counts=found, size=int(numpy.count_nonzero(counts)))


def read_entries(connection: Connection, columns: str, name: str) -> NDArray[numpy.uint32]:
    """The entries of a facet by document, 0 for none."""
    return _read(connection, columns, name, numpy.uint32)


def read_numbers(connection: Connection, columns: str, name: str) -> Measures:
    """A column of numbers by document."""
    return _read(connection, columns, name, numpy.float64)


def days_counted(seconds: Measures, among: Members) -> dict[int, int]:
    """How many documents of the set each day of Asia/Shanghai has, days counted from 1970-01-01, in order and without
    those that have none."""
    days = (seconds[among.numbers].astype(numpy.int64) + _SHANGHAI_SECONDS) // _DAY_SECONDS
    if not len(days):
        return {}
    first = int(days.min())
    counts = numpy.bincount(days - first)
    return {first + int(place): int(counts[place]) for place in numpy.flatnonzero(counts)}


def within(measures: Measures, *, least: float | None, most: float | None) -> int:
    """The documents between the bounds, both taken in."""
    found = numpy.ones(len(measures), dtype=bool)
    if least is not None:
        found &= measures >= least
    if most is not None:
        found &= measures <= most
    return int.from_bytes(numpy.packbits(found, bitorder="little").tobytes(), "little")


def largest(measures: Measures, among: Members, *, wanted: int, most: float | None) -> list[int]:
    """At least those of the set with the `wanted` largest numbers, all that have the smallest of these with them; with
    `most` those beyond it are left out, and those that have it come in addition."""
    numbers = among.numbers
    found = measures[numbers]
    if most is not None:
        numbers, found = numbers[found <= most], found[found <= most]
        wanted += int(numpy.count_nonzero(found == most))
    if wanted < len(numbers):
        smallest = numpy.partition(found, len(found) - wanted)[len(found) - wanted]
        numbers = numbers[found >= smallest]
    return [int(number) for number in numbers]


def flags_of(bits: int) -> Flags:
    """One byte a document number, 1 where it is in the set."""
    packed = numpy.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), dtype=numpy.uint8)
    return numpy.unpackbits(packed, bitorder="little")


def listed_numbers(listed: str) -> Numbers:
    """Of numbers written with commas between."""
    return numpy.fromstring(listed, dtype=numpy.int64, sep=",")


def bits_of_numbers(numbers: Numbers) -> int:
    """The set of these document numbers, in order."""
    flags = numpy.zeros(int(numbers[-1]) + 1 if len(numbers) else 0, dtype=numpy.uint8)
    flags[numbers] = 1
    return int.from_bytes(numpy.packbits(flags, bitorder="little").tobytes(), "little")


def _read(connection: Connection, columns: str, name: str, kind: type[_Number]) -> NDArray[_Number]:
    statement = f"SELECT chunk, entries FROM {columns} WHERE name = ? ORDER BY chunk"  # noqa: S608  # our names
    parts = [(chunk, numpy.frombuffer(blob, dtype=kind)) for chunk, blob in rows_of(connection, statement, (name,))]
    size = parts[-1][0] * CHUNK_BITS + len(parts[-1][1]) if parts else 0
    column = numpy.zeros(size, dtype=kind)
    for chunk, part in parts:
        column[chunk * CHUNK_BITS : chunk * CHUNK_BITS + len(part)] = part
    return column
