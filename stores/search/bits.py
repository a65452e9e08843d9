"""Sets of documents as bits of whole numbers: a facet is counted by "and" and a count of ones, whatever the set's size.

Each facet value keeps its documents in chunks, read and written as blobs: as bits where there are many, as a list of
numbers where there are few (a bureau that has three leads among 8,192 takes six bytes and not a thousand).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "CHUNK_BITS",
    "bits_of",
    "blob_of",
    "join_chunks",
    "number_of",
    "split_number",
]

CHUNK_BITS = 8_192
_FEW = 128
_BITS, _LIST = b"b", b"l"
_ONE = ord("1")


def bits_of(numbers: Sequence[int]) -> int:
    """The set of these document numbers.

    >>> bin(bits_of([0, 3]))
    '0b1001'
    """
    if not numbers:
        return 0
    digits = bytearray(b"0") * (max(numbers) + 1)
    for number in numbers:
        digits[number] = _ONE
    digits.reverse()
    return int(digits, 2)  # reading and writing base 2 is the quickest way between a whole number and its bits


def split_number(number: int) -> tuple[int, int]:
    """The chunk a document is in, and its bit there."""
    chunk, place = divmod(number, CHUNK_BITS)
    return chunk, 1 << place


def join_chunks(chunks: Iterable[tuple[int, bytes]]) -> int:
    """The whole set from its chunks, by chunk number."""
    size = CHUNK_BITS // 8
    listed = list(chunks)
    if not listed:
        return 0
    buffer = bytearray((max(chunk for chunk, _blob in listed) + 1) * size)
    for chunk, blob in listed:
        if blob[:1] == _BITS:
            buffer[chunk * size : chunk * size + len(blob) - 1] = blob[1:]
        else:
            for place in _listed(blob):
                buffer[chunk * size + (place >> 3)] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")


def blob_of(bits: int) -> bytes:
    """A chunk as stored."""
    if bits.bit_count() <= _FEW:
        return _LIST + array("H", _lowest_first(bits)).tobytes()
    return _BITS + bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def number_of(blob: bytes) -> int:
    """A stored chunk as bits."""
    if blob[:1] == _BITS:
        return int.from_bytes(blob[1:], "little")
    return bits_of(_listed(blob))


def _lowest_first(bits: int) -> Iterator[int]:
    """As `numbers_in`, for few of them."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _listed(blob: bytes) -> array[int]:
    places = array("H")
    places.frombytes(blob[1:])
    return places
