"""RegisterReader: candidates from one moment of the register, over one connection.

A query asks some twenty short questions. They go to the driver directly: building and wrapping a statement costs ten
times what answering it does, and a statement whose text is known is kept prepared by the driver.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from records.register import Entity
from records.register_ports import KeyHits, RegisterHit
from stores.sql import grams as gram_index
from stores.sql.register_counts import RegisterCounts
from stores.sql.register_entities import entities_of

__all__ = ["SqlRegisterReader"]

_LEAST_CANDIDATES = 60
_MANY_KEYS = 16


class SqlRegisterReader:
    """See `records.register_ports.RegisterReader`.

    Args:
        connection: A transaction that sees one moment.
        counts: Counts known, shared by all readers.
    """

    def __init__(self, connection: Connection, counts: RegisterCounts) -> None:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        self._run = driver.cursor().execute
        self._total = self._run(_TOTAL).fetchone()[0] or 0
        self._counts = counts.of(self._total)

    def by_codes(self, codes: Sequence[str]) -> tuple[RegisterHit, ...]:
        found = self._run(_BY_CODES, (json.dumps(list(codes)),)).fetchall() if codes else ()
        return tuple(RegisterHit._make(row) for row in sorted(found))

    def by_keys(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> KeyHits:
        counts: dict[str, int] = {}
        numbers: dict[str, list[int]] = {}
        for key in counted:
            counts[key] = self._count(key)
        for key in self._existing(keys):
            count = self._counts.keys.get(key, 0)
            found = self._run(_BY_KEY, (key, most + 1)).fetchall() if count <= most else ()
            if found and len(found) <= most:
                numbers[key] = [number for (number,) in found]
            elif found:
                count = self._count(key)
            if count or found:
                counts[key] = count or len(found)
        outlines = self._outlines({number for found in numbers.values() for number in found})
        hits = {key: tuple(sorted(outlines[number] for number in found)) for key, found in numbers.items()}
        return KeyHits({key: count for key, count in counts.items() if count}, hits)

    def by_grams(self, grams: Sequence[str], *, limit: int, provinces: Sequence[str] = ()) -> tuple[RegisterHit, ...]:
        """By the weight of all shared grams; of equals the one with the fewest grams of its own, then by code."""
        known = self._gram_counts(grams)
        worth = gram_index.weights(known, total=self._total)
        read, unread = gram_index.chosen(known)
        most = max(limit + limit // 2, _LEAST_CANDIDATES)
        shared = self._sharing({gram: worth[gram] for gram in read}, most=most, provinces=provinces)
        looked_for = [(f"{_SEPARATOR}{gram}{_SEPARATOR}", worth[gram]) for gram in unread]
        ranked = []
        for number, code, name, outline, own in self._run(_WITH_GRAMS, (json.dumps(list(shared)),)).fetchall():
            weight = shared[number] + sum([more for gram, more in looked_for if gram in own])
            ranked.append((-weight, own.count(_SEPARATOR), RegisterHit(code, name, outline)))
        ranked.sort()
        return tuple([hit for *_turn, hit in ranked[: max(limit, 0)]])

    def whole(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        return entities_of(self._run(_WHOLE, (json.dumps(list(codes)),)))

    def _sharing(self, worth: Mapping[str, float], *, most: int, provinces: Sequence[str]) -> dict[int, float]:
        """Numbers of those that share most of these grams, with what these are worth; of equals the lowest postings."""
        ranking = gram_index.Ranking()
        for gram, weight in worth.items():
            blocks = self._run(_POSTINGS, (gram,)).fetchall()
            ranking.add(b"".join([block for (block,) in blocks]), weight)
        return {entry & gram_index.NUMBER_MASK: score for entry, score in ranking.best(most).items()}

    def _count(self, key: str) -> int:
        known = self._counts.keys
        if key not in known:
            known[key] = self._run(_COUNT_OF_KEY, (key,)).fetchone()[0]
        return known[key]

    def _existing(self, keys: Sequence[str]) -> Sequence[str]:
        """Of many keys those that anybody has, in one question."""
        distinct = list(dict.fromkeys(keys))
        if len(distinct) <= _MANY_KEYS:
            return distinct
        return [key for (key,) in self._run(_EXISTING_KEYS, (json.dumps(distinct),)).fetchall()]

    def _outlines(self, numbers: Iterable[int]) -> dict[int, RegisterHit]:
        wanted = list(numbers)
        if not wanted:
            return {}
        rows = self._run(_OUTLINES, (json.dumps(wanted),)).fetchall()
        return {number: RegisterHit(code, name, outline) for number, code, name, outline in rows}

    def _gram_counts(self, grams: Sequence[str]) -> dict[str, int]:
        known = self._counts.grams
        asked = [gram for gram in dict.fromkeys(grams) if gram not in known]
        if asked:
            fresh = dict.fromkeys(asked, 0)
            fresh.update(self._run(_GRAM_COUNTS, (json.dumps(asked),)).fetchall())
            known.update(fresh)  # in one step: another thread must not meet a gram before its count
        return {gram: known[gram] for gram in dict.fromkeys(grams) if known[gram]}


_SEPARATOR = gram_index.GRAM_SEPARATOR
_TOTAL = "SELECT max(entity_no) FROM register_outlines"
_BY_CODES = """SELECT o.code, o.name, o.outline FROM register_entities e JOIN register_outlines o USING (entity_no)
WHERE e.code IN (SELECT value FROM json_each(?))"""
_BY_KEY = "SELECT entity_no FROM register_keys WHERE key = ? LIMIT ?"
_COUNT_OF_KEY = "SELECT count(*) FROM register_keys WHERE key = ?"
_EXISTING_KEYS = """SELECT value FROM json_each(?)
WHERE EXISTS (SELECT 1 FROM register_keys WHERE register_keys.key = value)"""
_WHOLE = """SELECT code, source, snapshot_id, body FROM register_entities
WHERE code IN (SELECT value FROM json_each(?))"""
_OUTLINES = """SELECT entity_no, code, name, outline FROM register_outlines
WHERE entity_no IN (SELECT value FROM json_each(?))"""
_WITH_GRAMS = """SELECT entity_no, code, name, outline, grams FROM register_outlines
WHERE entity_no IN (SELECT value FROM json_each(?))"""
_GRAM_COUNTS = "SELECT gram, entities FROM register_grams WHERE gram IN (SELECT value FROM json_each(?))"
_POSTINGS = "SELECT entries FROM register_postings WHERE gram = ?"
