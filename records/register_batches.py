"""Entities on their way into the register, a few thousand at a time, with all that can be made ready without it.

Making a batch ready takes as long as writing it and asks nothing of the register, so another process may do it while
the one before is written.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple

from records.base import body_of
from records.register import Entity

__all__ = ["BATCH_ROWS", "GRAM_SEPARATOR", "ORIGIN", "Owners", "RegisterBatch", "RegisterRow", "batch_of", "batches_of"]

BATCH_ROWS = 20_000
"""What is written at once: a second or two. Smaller batches make many more blocks of postings."""

GRAM_SEPARATOR = "\x1f"

ORIGIN = {"source", "snapshot_id"}
"""Fields of an entity that are not in its stored text: a snapshot that confirms an entity changes nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """An entity with what `matching` finds it by: exact keys (`name:…`, `core:…`, `phone:…`, `url:…`; former names
    included), the character grams of its name, and its outline: what it is compared by, as `matching` writes it."""

    entity: Entity
    keys: tuple[str, ...]
    grams: tuple[str, ...]
    outline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """Texts in ascending order, each once, and the places in the batch of the entities that have them: `of` holds those
    of the first text, ascending, then those of the next; `counts` says how many each text has."""

    texts: list[str]
    counts: array[int]
    of: array[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterBatch:
    """Entities with what a store keeps of them, as columns: an entity is a place in each. Every code once.

    `bodies` are without `ORIGIN` and defaults; `digests` are of all a row says; `grams` are those of an entity, each
    once, joined by `GRAM_SEPARATOR`. `read` is how many rows it was made of."""

    read: int
    codes: list[str]
    names: list[str]
    statuses: list[str]
    approved_on: list[date | None]
    gone: list[bool]
    bodies: list[str]
    digests: list[bytes]
    outlines: list[str]
    grams: list[str]
    gram_counts: array[int]
    keys: Owners
    postings: Owners


def batch_of(rows: Iterable[RegisterRow]) -> RegisterBatch:
    """The batch of these rows; of several with one code the last holds.

    Raises:
        InvalidInputError: An entity cannot be stored.
    """
    latest: dict[str, _Stored] = {}
    spoken: dict[str, str] = {}  # a gram stands in many names, and is held once
    read = 0
    for row in rows:  # one at a time: a whole record takes more room than what is kept of it
        read += 1
        latest[row.entity.code] = _stored(row, spoken)
    stored = list(latest.values())
    return RegisterBatch(
        read=read,
        codes=list(latest),
        names=[one.name for one in stored],
        statuses=[one.status for one in stored],
        approved_on=[one.approved_on for one in stored],
        gone=[one.gone for one in stored],
        bodies=[one.body for one in stored],
        digests=[one.digest for one in stored],
        outlines=[one.outline for one in stored],
        grams=[GRAM_SEPARATOR.join(one.grams) for one in stored],
        gram_counts=array("I", [len(one.grams) for one in stored]),
        keys=_owners(one.keys for one in stored),
        postings=_owners(one.grams for one in stored),
    )


def batches_of(rows: Iterable[RegisterRow], size: int) -> Iterator[RegisterBatch]:
    """A stream of rows in batches of `size` rows."""
    following = iter(rows)
    while (batch := batch_of(islice(following, size))).read:
        yield batch
        del batch  # or two would be held while the next is read


class _Stored(NamedTuple):
    """What is kept of a row."""

    name: str
    status: str
    approved_on: date | None
    gone: bool
    body: str
    digest: bytes
    outline: str
    keys: tuple[str, ...]
    grams: tuple[str, ...]


def _stored(row: RegisterRow, spoken: dict[str, str]) -> _Stored:
    entity, own = row.entity, tuple(dict.fromkeys(row.grams))
    grams = tuple(map(spoken.setdefault, own, own))
    body = body_of(entity, exclude=ORIGIN, exclude_defaults=True)
    keys = tuple(sorted(set(row.keys)))
    whole = "\x1e".join((body, GRAM_SEPARATOR.join(grams), *keys))
    return _Stored(
        name=entity.name,
        status=entity.status.value,
        approved_on=entity.approved_on,
        gone=entity.gone is not None,
        body=body,
        digest=hashlib.sha256(whole.encode()).digest(),
        outline=row.outline,
        keys=keys,
        grams=grams,
    )


def _owners(texts: Iterable[Iterable[str]]) -> Owners:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(texts):
        for text in own:
            found[text].append(place)
    ordered = sorted(found.items(), key=itemgetter(0))
    return Owners(
        texts=[text for text, _places in ordered],
        counts=array("I", [len(places) for _text, places in ordered]),
        of=array("I", chain.from_iterable([places for _text, places in ordered])),
    )
