"""RegisterReader over Elasticsearch: which entities, the engine says; what they are, the database.

All keys asked at a time are one request, grams another. How rare a gram is comes from the database: it says which grams
are asked, and is sent with them. So the engine ranks by the very weights of the embedded register, on every shard the
same, and what it found is ranked again by all grams, as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from records.register_ports import KeyHits
from stores.search.elastic_register_index import ElasticRegisterIndex
from stores.sql.register_counts import RegisterCounts
from stores.sql.register_questions import questions_of
from stores.sql.register_reader import SqlRegisterReader

__all__ = ["NEAR", "ElasticRegisterReader"]

NEAR = 0.8
"""Share of the question's weight that somebody in its own provinces must have for the others not to be asked
(docs/decisions/0008 has the measurement)."""


class ElasticRegisterReader(SqlRegisterReader):
    """See `records.register_ports.RegisterReader`; codes and whole records are read from the database."""

    def __init__(self, connection: Connection, counts: RegisterCounts, index: ElasticRegisterIndex) -> None:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        super().__init__(driver, counts, questions=questions_of(connection.dialect.name))
        self._index = index

    def by_keys(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> KeyHits:
        """An entity the engine knows and this moment does not (it was imported since) is left out."""
        known = self._counts.keys
        limits = {**dict.fromkeys(counted, 0), **dict.fromkeys(self._existing(keys) if self._total else (), most)}
        asked = {key: limit for key, limit in limits.items() if known.get(key, 0) <= limit}
        found = self._index.by_keys(asked) if asked and self._total else {}
        counts = {key: found[key][0] if key in found else known.get(key, 0) for key in limits}
        known.update({key: counts[key] for key, limit in limits.items() if counts[key] > limit})
        numbers = {key: listed for key, (count, listed) in found.items() if 0 < count <= limits[key]}
        outlines = self._outlines({number for listed in numbers.values() for number in listed})
        hits = {
            key: tuple(sorted(outlines[number] for number in listed if number in outlines))
            for key, listed in numbers.items()
        }
        return KeyHits({key: count for key, count in counts.items() if count}, hits)

    def _sharing(self, worth: Mapping[str, float], *, most: int, provinces: Sequence[str]) -> dict[int, float]:
        """A routed index is asked in these provinces alone first, and everywhere unless somebody near was found."""
        there = self._index.routed and bool(provinces)
        found = self._index.by_grams(worth, limit=most, provinces=provinces) if there else []
        if not found or found[0].shared < NEAR * sum(worth.values()):
            found = self._index.by_grams(worth, limit=most)
        return dict(found)
