"""The inverted index from character grams to entities: blocks of entity numbers, written once per import batch.

Blocks are only appended. An entity whose grams changed gets a new number, and the old one, found in blocks still, leads
to nobody. So an import costs a fraction of a row for each posting, and no database needs to know Chinese.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from stores.sql import tables
from stores.sql.rows import chunks, insert_new, upsert

__all__ = ["GRAM_SEPARATOR", "append_grams", "best_of", "candidates", "counts", "weights"]

GRAM_SEPARATOR = "\x1f"

_MOST_POSTINGS = 6_000
"""How many postings a query reads at most beyond its rarest grams: 有, 限, 公, 司 stand in nearly every name and choose
nobody; they still count when the candidates are compared."""

_LEAST_GRAMS = 2


def append_grams(connection: Connection, block_no: int, grams: Mapping[int, Iterable[str]]) -> None:
    """Index entities, by number, under their grams, as one block."""
    postings: dict[str, array[int]] = {}
    for entity_no, own in grams.items():
        for gram in set(own):
            postings.setdefault(gram, array("I")).append(entity_no)
    blocks: list[dict[str, object]] = [
        {"gram": gram, "block_no": block_no, "entity_nos": numbers.tobytes()}
        for gram, numbers in sorted(postings.items())
    ]
    insert_new(connection, tables.register_gram_blocks, blocks)
    known = counts(connection, list(postings))
    rows: list[dict[str, object]] = [
        {"gram": gram, "entities": known.get(gram, 0) + len(numbers)} for gram, numbers in sorted(postings.items())
    ]
    upsert(connection, tables.register_grams, rows)


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


def candidates(
    connection: Connection, known: Mapping[str, int], worth: Mapping[str, float]
) -> tuple[dict[int, float], tuple[str, ...]]:
    """Entity numbers with the weight they share, reading the rarest grams and stopping before the commonplace; and the
    commonplace grams, which were not read."""
    rarest_first = sorted(known, key=lambda gram: (known[gram], gram))
    read = _rare_enough(rarest_first, known)
    blocks: dict[str, list[bytes]] = {}
    for some in chunks(rarest_first[:read]):
        for gram, block in connection.execute(_BLOCKS, {"grams": some}).all():
            blocks.setdefault(gram, []).append(block)
    scores: dict[int, float] = {}
    for gram in rarest_first[:read]:
        _add(scores, b"".join(blocks.get(gram, ())), worth[gram])
    return scores, tuple(rarest_first[read:])


def best_of(scores: Mapping[int, float], most: int) -> list[int]:
    """The numbers of the `most` highest scores; of equals the lowest numbers."""
    if most >= len(scores):
        return list(scores)
    least = sorted(scores.values(), reverse=True)[most - 1]
    better = [number for number, score in scores.items() if score > least]
    equal = sorted(number for number, score in scores.items() if score == least)
    return [*better, *equal[: most - len(better)]]


def _rare_enough(rarest_first: Sequence[str], known: Mapping[str, int]) -> int:
    postings = 0
    for position, gram in enumerate(rarest_first):
        postings += known[gram]
        if position >= _LEAST_GRAMS and postings > _MOST_POSTINGS:
            return position
    return len(rarest_first)


def _add(scores: dict[int, float], block: bytes, weight: float) -> None:
    """Add a weight to every number of a block. Most numbers are met once; only those met before cost a step of
    Python."""
    numbers = array("I")
    numbers.frombytes(block)
    fresh = dict.fromkeys(numbers, weight)
    for number in fresh.keys() & scores.keys():
        fresh[number] += scores[number]
    scores.update(fresh)


_BLOCKS = select(tables.register_gram_blocks.c.gram, tables.register_gram_blocks.c.entity_nos).where(
    tables.register_gram_blocks.c.gram.in_(bindparam("grams", expanding=True))
)
