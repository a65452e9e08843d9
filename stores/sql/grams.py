"""The inverted index from character grams to entities: blocks of postings, written once per import batch.

A posting is 64 bits: how many grams the entity has, 24 bits of the checksum of its code, its number. So postings sort
by what the entity is and not by when it came, and of equals the same ones are chosen whatever order the register was
imported in. Blocks are only appended, and made one when they are many (`merge_blocks`). An entity whose grams changed
gets a new number; the old one, found in blocks still, leads to nobody. No database needs to know Chinese.
"""

from __future__ import annotations

import math
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, delete, func, select

from records.register_batches import GRAM_SEPARATOR, RegisterBatch
from stores.sql import tables
from stores.sql.register_index_tables import register_postings
from stores.sql.rows import add_up, chunks, insert_new, insert_tuples

__all__ = [
    "GRAM_SEPARATOR",
    "NUMBER_MASK",
    "append_grams",
    "best_sharing",
    "chosen",
    "counts",
    "merge_blocks",
    "posting",
    "weights",
]

NUMBER_MASK = 0xFFFFFFFF
"""The part of a posting that is the entity's number."""

_MOST_POSTINGS = 6_000
"""How many postings a query reads at most beyond its rarest grams: 科, 技, 商, 贸 stand in very many names and choose
nobody; they still count when the candidates are compared."""

_LEAST_GRAMS = 2
_POSTING_BYTES = 8
_MOST_BLOCKS = 6
_ROUNDING = 1e-6  # sums of the same weights in another order differ by less
_MERGED_GRAMS = 20_000
_SORTED_UP_TO = 12


def posting(code: str, gram_count: int, entity_no: int) -> int:
    """What an entity is known by in the index."""
    return min(gram_count, 127) << 56 | (zlib.crc32(code.encode()) & 0xFFFFFF) << 32 | entity_no


def append_grams(connection: Connection, batch: RegisterBatch, numbers: Mapping[int, int]) -> None:
    """Index the entities at these places of the batch, under these numbers, as one block."""
    block_no = min(numbers.values())
    in_order = list(numbers) == list(range(len(batch.codes)))  # else some have no number, or a later one
    entries = [0] * len(batch.codes)
    for place, number in numbers.items():
        entries[place] = posting(batch.codes[place], batch.gram_counts[place], number)
    owned = array("Q", map(entries.__getitem__, batch.postings.of))
    blocks: list[tuple[str, int, bytes]] = []
    for gram, own in zip(batch.postings.texts, _runs(owned, batch.postings.counts), strict=True):
        kept = own if in_order else array("Q", sorted(filter(None, own), key=NUMBER_MASK.__and__))
        if kept:
            blocks.append((gram, block_no, kept.tobytes()))
    insert_tuples(connection, register_postings, ("gram", "block_no", "entries"), blocks)
    counts = [(gram, len(entries) // _POSTING_BYTES) for gram, _block_no, entries in blocks]
    add_up(connection, tables.register_grams, ("gram", "entities"), counts)


def _runs(items: array[int], lengths: Iterable[int]) -> Iterator[array[int]]:
    start = 0
    for length in lengths:
        yield items[start : start + length]
        start += length


def merge_blocks(connection: Connection, *, after: int = 0) -> None:
    """Make one block of each gram's where many were appended, so that a query reads one row a gram. Only of entities
    whose number is above `after`; the rest are read elsewhere."""
    table = register_postings
    own = table.c.block_no > after if after else table.c.block_no >= 0
    blocks = connection.execute(select(func.count(func.distinct(table.c.block_no))).where(own)).scalar() or 0
    if blocks <= _MOST_BLOCKS:
        return
    last = ""
    while True:
        following = select(table.c.gram).where(table.c.gram > last, own).distinct()
        found = [gram for (gram,) in connection.execute(following.order_by(table.c.gram).limit(_MERGED_GRAMS))]
        if not found:
            return
        last = found[-1]
        _merge(connection, table.c.gram.between(found[0], last) & own, block_no=after + 1 if after else 0)


def _merge(connection: Connection, between: ColumnElement[bool], *, block_no: int) -> None:
    """Make one block of each gram's among these."""
    table = register_postings
    joined: dict[str, list[bytes]] = {}
    for gram, entries in connection.execute(select(table.c.gram, table.c.entries).where(between)):
        joined.setdefault(gram, []).append(entries)
    connection.execute(delete(table).where(between))
    insert_new(
        connection,
        table,
        [{"gram": gram, "block_no": block_no, "entries": b"".join(entries)} for gram, entries in joined.items()],
    )


def counts(connection: Connection, grams: Sequence[str]) -> dict[str, int]:
    """How many entities have each of these grams (those that changed since counted twice)."""
    table = tables.register_grams
    found: dict[str, int] = {}
    for some in chunks(grams):
        statement = select(table.c.gram, table.c.entities).where(table.c.gram.in_(some))
        found.update(connection.execute(statement).all())
    return found


def weights(known: Mapping[str, int], *, total: int) -> dict[str, float]:
    """What sharing each gram is worth: the logarithm of how rare it is among `total` entities."""
    return {gram: math.log(1 + total / entities) for gram, entities in known.items()}


def chosen(known: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """The grams to read, the rarest first, and the commonplace ones to leave."""
    rarest_first = sorted(known, key=lambda gram: (known[gram], gram))
    postings = 0
    for position, gram in enumerate(rarest_first):
        postings += known[gram]
        if position >= _LEAST_GRAMS and postings > _MOST_POSTINGS:
            return rarest_first[:position], rarest_first[position:]
    return rarest_first, []


def best_sharing(blocks: Sequence[tuple[bytes, float]], most: int) -> dict[int, float]:
    """The `most` postings that stand in the weightiest blocks together, with the sum; of equals the lowest postings.

    They are kept as disjoint sets, one for each sum reached, so that a step of Python is taken for each set and not for
    each posting. Once nobody unseen can come among the best any more, further blocks are only searched for those seen
    that still can: two thirds of the postings, with rarest blocks first.
    """
    left = sum([weight for _block, weight in blocks])
    sets: list[tuple[float, set[int]]] = []
    least: float | None = None  # what the best have at least; None while somebody unseen may still come among them
    for block, weight in blocks:
        entries = array("Q")
        entries.frombytes(block)
        if least is None:
            fresh = set(entries)
        else:
            sets = [one for one in sets if one[0] + left > least]
            fresh = set[int]().union(*[known for _score, known in sets]).intersection(entries)
        left -= weight
        sets = _raised(sets, fresh, weight)
        if least is None and fresh:
            sets.append((weight, fresh))
        score = _score_at(sets, most) - _ROUNDING
        least = score if score > left else None
    return _best(sets, most)


def _raised(sets: list[tuple[float, set[int]]], fresh: set[int], weight: float) -> list[tuple[float, set[int]]]:
    """The sets with those of `fresh` a weight higher, in sets of their own; what is left in `fresh` was in none."""
    raised: list[tuple[float, set[int]]] = []
    for score, known in sets:
        both = known & fresh
        if both:
            known -= both
            fresh -= both
            raised.append((score + weight, both))
    return [one for one in (*sets, *raised) if one[1]]


def _score_at(sets: list[tuple[float, set[int]]], place: int) -> float:
    """The score of the one at a place, counted from the highest; 0 when there are fewer."""
    for score, known in sorted(sets, key=itemgetter(0), reverse=True):
        place -= len(known)
        if place <= 0:
            return score
    return 0.0


def _best(sets: list[tuple[float, set[int]]], most: int) -> dict[int, float]:
    found: dict[int, float] = {}
    by_score: dict[float, set[int]] = {}
    for score, entries in sets:
        by_score[score] = by_score[score] | entries if score in by_score else entries
    for score in sorted(by_score, reverse=True):
        entries, room = by_score[score], most - len(found)
        found.update(dict.fromkeys(entries if len(entries) <= room else _lowest(entries, room), score))
        if len(found) >= most:
            break
    return found


def _lowest(entries: set[int], most: int) -> list[int]:
    """The lowest; to sort all of them is quicker while they are not many more."""
    return sorted(entries)[:most] if len(entries) < _SORTED_UP_TO * most else nsmallest(most, entries)
