"""RegisterStore: 登记库 with its exact keys and character grams."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from records.ports import Clock, RegisterRow
from records.register import Entity, EntityState, EntityStatus, ImportReport, RegisterStats
from records.register_history import Snapshot
from stores.sql import grams, register_states, tables
from stores.sql.database import Database
from stores.sql.register_writing import import_entities
from stores.sql.rows import chunks

__all__ = ["SqlRegisterStore"]

_LEAST_CANDIDATES = 100
_WALKED_ROWS = 2_000
_ADDRESS_KEYS = ("url:", "url;")  # every key of an address lies between (matching/keys.py)


class SqlRegisterStore:
    """See `records.ports.RegisterStore`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def import_entities(
        self, source: str, snapshot_id: str, rows: Iterable[RegisterRow], *, known_at: datetime | None = None
    ) -> ImportReport:
        return import_entities(self._database, source, snapshot_id, rows=rows, known_at=known_at or self._clock())

    def mark_absent(
        self, source: str, snapshot_id: str, *, named: Iterable[str] = (), most: float = 1.0
    ) -> tuple[int, int]:
        return register_states.mark_absent(self._database, source, snapshot_id, named=named, most=most)

    def by_codes(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        with self._database.read() as connection:
            return register_states.by_codes(connection, codes)

    def as_known(self, codes: Sequence[str], at: datetime) -> Mapping[str, Entity]:
        with self._database.read() as connection:
            return register_states.as_known(connection, codes, at)

    def history(self, code: str) -> tuple[EntityState, ...]:
        with self._database.read() as connection:
            return register_states.history(connection, code)

    def snapshot_as_known(self, at: datetime) -> Snapshot | None:
        with self._database.read() as connection:
            return register_states.snapshot_as_known(connection, at)

    def stats(self) -> RegisterStats:
        table, snapshots = tables.register_entities, tables.register_snapshots
        with self._database.read() as connection:
            by_status = connection.execute(select(table.c.status, func.count()).group_by(table.c.status)).all()
            newest = select(snapshots.c.snapshot_id).order_by(snapshots.c.snapshot_no.desc()).limit(1)
            snapshot_id = connection.execute(newest).scalar() or ""
        found = {EntityStatus(status): count for status, count in by_status}
        return RegisterStats(total=sum(found.values()), by_status=found, snapshot_id=snapshot_id)

    def by_code(self, code: str) -> Entity | None:
        table = tables.register_entities
        with self._database.read() as connection:
            row = connection.execute(select(*_ENTITY_COLUMNS).where(table.c.code == code)).first()
        return None if row is None else _entities([row])[code]

    def by_keys(self, keys: Sequence[str]) -> tuple[Entity, ...]:
        """By code."""
        found: dict[str, Entity] = {}
        with self._database.read() as connection:
            for some in chunks(list(dict.fromkeys(keys))):
                found.update(_entities(connection.execute(_BY_KEYS, {"keys": some}).all()))
        return tuple(found[code] for code in sorted(found))

    def by_grams(self, grams: Sequence[str], *, limit: int) -> tuple[Entity, ...]:
        """By the weight of all shared grams; of equals the one with the fewest grams of its own, then by code."""
        most = max(limit + limit // 2, _LEAST_CANDIDATES)
        with self._database.read() as connection:
            found = _gram_candidates(connection, grams, most=most)
        ranked = sorted(found, key=lambda scored: scored[:3])
        return tuple(_entities(row for *_turn, row in ranked[: max(limit, 0)]).values())

    def with_addresses(self) -> Iterator[Entity]:
        """By the keys of their addresses, so that only those that declared any are touched; each once, by code."""
        table, register_keys = tables.register_entities, tables.register_keys
        declared = select(register_keys.c.entity_no).where(
            register_keys.c.key >= _ADDRESS_KEYS[0], register_keys.c.key < _ADDRESS_KEYS[1]
        )
        with self._database.read() as connection:
            numbers = sorted({number for (number,) in connection.execute(declared)})
        codes: dict[str, int] = {}
        for some in chunks(numbers):
            with self._database.read() as connection:
                rows = connection.execute(select(table.c.code, table.c.entity_no).where(table.c.entity_no.in_(some)))
                codes.update((row.code, row.entity_no) for row in rows)
        for wanted in chunks(sorted(codes)):
            with self._database.read() as connection:
                rows = connection.execute(
                    select(*_ENTITY_COLUMNS).where(table.c.code.in_(wanted)).order_by(table.c.code)
                )
                found = _entities(rows.all())
            yield from found.values()

    def entities(self, after: str = "") -> Iterator[Entity]:
        """Page by page, so that an import goes on beside a walk; an entity added behind the walk is not met."""
        table = tables.register_entities
        while True:
            page = select(*_ENTITY_COLUMNS).where(table.c.code > after).order_by(table.c.code).limit(_WALKED_ROWS)
            with self._database.read() as connection:
                found = list(_entities(connection.execute(page).all()).values())
            yield from found
            if len(found) < _WALKED_ROWS:
                return
            after = found[-1].code

    def key_count(self, key: str) -> int:
        return self.key_counts((key,)).get(key, 0)

    def key_counts(self, keys: Sequence[str]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        with self._database.read() as connection:
            for some in chunks(list(dict.fromkeys(keys))):
                found.update((key, count) for key, count in connection.execute(_KEY_COUNTS, {"keys": some}).all())
        return found


def _gram_candidates(connection: Connection, query: Sequence[str], *, most: int) -> list[tuple[float, int, str, Any]]:
    """(negative weight shared, number of own grams, code, row)."""
    table = tables.register_entities
    known = grams.counts(connection, list(dict.fromkeys(query)))
    # The highest number is near enough to how many there are, and is found without counting them.
    total = connection.execute(select(func.max(table.c.entity_no))).scalar() or 0
    worth = grams.weights(known, total=total)
    scores, commonplace = grams.candidates(connection, known, worth)
    unread = [(gram, worth[gram]) for gram in commonplace]
    found: list[tuple[float, int, str, Any]] = []
    for some in chunks(grams.best_of(scores, most)):
        for row in connection.execute(_BY_NUMBERS, {"numbers": some}).all():
            own = row.grams.split(grams.GRAM_SEPARATOR)
            shared = scores[row.entity_no] + sum([weight for gram, weight in unread if gram in own])
            found.append((-shared, len(own), row.code, row))
    return found


def _entities(rows: Iterable[Any]) -> dict[str, Entity]:
    """Records by code, in the order of the rows. The origin is written into the text before it is read: a copy of the
    record afterwards costs as much as reading."""
    origins: dict[tuple[str, str], str] = {}
    found: dict[str, Entity] = {}
    for code, source, snapshot_id, body, *_more in rows:
        origin = origins.get((source, snapshot_id))
        if origin is None:
            written = json.dumps({"source": source, "snapshot_id": snapshot_id}, ensure_ascii=False)
            origin = origins[source, snapshot_id] = written[1:]
        found[code] = Entity.model_validate_json(f"{body[:-1]},{origin}")
    return found


_ENTITY_COLUMNS = (
    tables.register_entities.c.code,
    tables.register_entities.c.source,
    tables.register_entities.c.snapshot_id,
    tables.register_entities.c.body,
)
_BY_NUMBERS = select(*_ENTITY_COLUMNS, tables.register_entities.c.entity_no, tables.register_entities.c.grams).where(
    tables.register_entities.c.entity_no.in_(bindparam("numbers", expanding=True))
)
_BY_KEYS = select(*_ENTITY_COLUMNS).where(
    tables.register_entities.c.entity_no.in_(
        select(tables.register_keys.c.entity_no).where(
            tables.register_keys.c.key.in_(bindparam("keys", expanding=True))
        )
    )
)
_KEY_COUNTS = (
    select(tables.register_keys.c.key, func.count())
    .where(tables.register_keys.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(tables.register_keys.c.key)
)
