"""A file beside the database from which candidates are read without a question to it: what the register holds of each
entity to compare names by, and the gram postings. Read in place (mmap), written once, never changed.

    header | records | where each begins, by number | numbers by rank | grams | where their postings begin | postings

A rank is an entity's place in the order of postings (`stores.sql.grams.posting`), so that postings of 32 bits sort as
those of 64. An entity that cannot be written here has an empty record and is asked of the database.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import add
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

__all__ = ["LONGEST_GRAM", "Aside", "Lookaside", "LookasideWriter", "SoughtGrams", "gram_key"]

LONGEST_GRAM = 2
"""Characters of a gram the file can hold."""

_FIELDS = 4
_SEPARATOR = "\x1e"
_LIST = "\x1f"
_MAGIC = b"WJLOOK-1"
_HEADER = struct.Struct("<8s16s6Q")
_KEY_BYTES = 8
_NUMBER_BYTES, _PLACE_BYTES = 4, 8


class Aside(NamedTuple):
    """What the file has of an entity: how many grams, in three digits; these, as they are listed in the database or as
    the text whose characters and neighbouring pairs they are (`SoughtGrams`); code, name and outline."""

    gram_count: str
    own: str
    code: str
    name: str
    outline: str


class SoughtGrams:
    """Grams that are looked for in those of many entities (`Aside.own`), with what each is worth.

    >>> sought = SoughtGrams([("翰印", 2.0), ("华翰", 1.0), ("华翰印", 4.0)])
    >>> sought.worth("华翰印务"), sought.worth("\x1f华翰\x1f印务\x1f"), sought.worth("\x1f华翰印\x1f")
    (3.0, 1.0, 4.0)
    """

    def __init__(self, grams: Iterable[tuple[str, float]]) -> None:
        self._listed = [(f"{_LIST}{gram}{_LIST}", worth) for gram, worth in grams]
        self._plain = [(gram[1:-1], worth) for gram, worth in self._listed if len(gram) <= LONGEST_GRAM + 2]

    def worth(self, own: str) -> float:
        """What those of an entity are worth together."""
        sought = self._listed if own.startswith(_LIST) else self._plain
        return sum([worth for gram, worth in sought if gram in own])


def gram_key(gram: str) -> int:
    """A gram as a number that sorts as the database sorts grams; 0 for one the file cannot hold."""
    written = gram.encode()
    fits = len(gram) <= LONGEST_GRAM and len(written) <= _KEY_BYTES and "\0" not in gram
    return int.from_bytes(written.ljust(_KEY_BYTES, b"\0")) if fits else 0


class LookasideWriter:
    """Writes the file: entities by number, then ranks, then grams in the order of `gram_key`.

    Args:
        file: Empty, open for writing.
        token: 16 bytes that name this file.
    """

    def __init__(self, file: BinaryIO, token: bytes) -> None:
        self._file = file
        self._token = token
        self._starts = array("Q")
        self._at = 0
        self._grams = array("Q")
        self._ends = array("Q", (0,))
        self._postings = array("I")
        file.write(bytes(_HEADER.size))

    def add(self, number: int, *, code: str, name: str, outline: str, grams: tuple[str, ...]) -> None:
        """The next entity by number."""
        fields = f"{len(grams):03}{_SEPARATOR}{_text_of(grams)}{_SEPARATOR}{code}{_SEPARATOR}{name}{_SEPARATOR}"
        written = f"{fields}{outline}".encode() if fields.count(_SEPARATOR) == _FIELDS else b""
        while len(self._starts) <= number:
            self._starts.append(self._at)
        self._file.write(written)
        self._at += len(written)

    def finish(self, ranked: array[int], postings: Iterable[tuple[str, Sequence[int]]]) -> None:
        """Write the rest: numbers by rank, and for each gram who has it, by rank, ascending.

        Raises:
            ValueError: A gram does not fit, or they are not in order.
        """
        self._starts.append(self._at)
        covers = len(self._starts) - 2
        self._file.write(bytes(_padded(self._at) - self._at))
        _write(self._file, self._starts)
        _write(self._file, ranked)
        for gram, entries in postings:
            key = gram_key(gram)
            if not key or (self._grams and key <= self._grams[-1]):
                raise ValueError(gram)
            self._grams.append(key)
            self._postings.extend(entries)
            self._ends.append(len(self._postings))
        for part in (self._grams, self._ends, self._postings):
            _write(self._file, part)
        sizes = (covers, self._at, len(ranked), len(self._grams), len(self._postings), self._file.tell())
        self._file.seek(0)
        self._file.write(_HEADER.pack(_MAGIC, self._token, *sizes))


class Lookaside:
    """The file, open for reading; threads may share it.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a whole file of this version, or another than the token names.
    """

    def __init__(self, path: Path, token: bytes) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        size = len(self._map)
        header = _HEADER.unpack(self._map[: _HEADER.size]) if size >= _HEADER.size else ()
        if header[:2] != (_MAGIC, token) or header[-1] != size or sys.byteorder != "little":
            raise ValueError(str(path))
        self.covers, length, ranks, grams, count, _size = header[2:]
        at = _HEADER.size + _padded(length)
        view = memoryview(self._map)
        self._starts, at = _part(view, at, self.covers + 2, "Q")
        self._ranked, at = _part(view, at, ranks, "I")
        self._grams, at = _part(view, at, grams, "Q")
        self._ends, at = _part(view, at, grams + 1, "Q")
        self._postings_at = at
        if at + _padded(count * _NUMBER_BYTES) != size:
            raise ValueError(str(path))

    def entities(self, numbers: Iterable[int]) -> dict[int, Sequence[str]]:
        """What the file has of entities, as `Aside`; those missing the database must be asked for."""
        starts, read, begin = self._starts, self._map, _HEADER.size
        found: dict[int, Sequence[str]] = {}
        for number in numbers:
            written = read[begin + starts[number] : begin + starts[number + 1]]
            if written:
                found[number] = written.decode().split(_SEPARATOR, _FIELDS)
        return found

    def postings(self, gram: str) -> bytes:
        """Who has a gram, by rank, ascending, 32 bits each; empty where nobody has."""
        key = gram_key(gram)
        place = bisect_left(self._grams, key)
        if not key or place == len(self._grams) or self._grams[place] != key:
            return b""
        start, end = self._ends[place], self._ends[place + 1]
        return self._map[self._postings_at + start * _NUMBER_BYTES : self._postings_at + end * _NUMBER_BYTES]

    def numbers(self, ranks: Iterable[int]) -> Iterator[int]:
        """The numbers of the entities of these ranks."""
        return map(self._ranked.__getitem__, ranks)


def _text_of(grams: tuple[str, ...]) -> str:
    """The text whose characters and neighbouring pairs these grams are, where they are written as those of one; else
    the list, closed at both ends."""
    text = "".join([grams[0], *[gram[1:] for gram in grams[1:]]]) if grams else ""
    whole = {*text, *map(add, text, text[1:])} == set(grams) and _LIST not in text
    return text if whole else _LIST.join(("", *grams, ""))


def _part(view: memoryview, at: int, count: int, kind: Literal["Q", "I"]) -> tuple[memoryview, int]:
    end = at + count * array(kind).itemsize
    return view[at:end].cast(kind), _padded(end)


def _write(file: BinaryIO, part: array[int]) -> None:
    part.tofile(file)
    file.write(bytes(_padded(file.tell()) - file.tell()))


def _padded(size: int) -> int:
    """The next place a number of 8 bytes may begin at."""
    return size + -size % _PLACE_BYTES
