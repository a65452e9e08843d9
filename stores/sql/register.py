"""RegisterStore: 登记库 with its exact keys and character grams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select

from records.ports import Clock
from records.register import Entity, EntityState, EntityStatus, ImportReport, RegisterStats
from records.register_batches import BATCH_ROWS, RegisterBatch, batches_of
from records.register_history import Snapshot
from records.register_ports import RegisterReader, RegisterRow
from stores.sql import lookaside, register_states, tables
from stores.sql.database import Database
from stores.sql.lookaside import Lookasides
from stores.sql.register_counts import RegisterCounts
from stores.sql.register_entities import entities_of
from stores.sql.register_questions import questions_of
from stores.sql.register_reader import SqlRegisterReader
from stores.sql.register_writing import import_batches
from stores.sql.rows import chunks

__all__ = ["SqlRegisterStore"]

_WALKED_ROWS = 2_000
_ADDRESS_KEYS = ("url:", "url;")  # every key of an address lies between (matching/keys.py)


class SqlRegisterStore:
    """See `records.register_ports.RegisterStore`.

    Args:
        database: Where it rests.
        clock: When a snapshot became known.
        beside: Keep a file beside the database that candidates are read from (`stores.sql.lookaside`).
    """

    def __init__(self, database: Database, clock: Clock, *, beside: bool = True) -> None:
        self._beside = beside
        self._database = database
        self._clock = clock
        self._counts = RegisterCounts()
        self._lookasides = Lookasides(database)

    def import_entities(
        self,
        source: str,
        snapshot_id: str,
        rows: Iterable[RegisterRow],
        *,
        known_at: datetime | None = None,
        full: bool = False,
    ) -> ImportReport:
        batches = batches_of(rows, BATCH_ROWS)
        return self.import_batches(source, snapshot_id, batches, known_at=known_at, full=full)

    def import_batches(
        self,
        source: str,
        snapshot_id: str,
        batches: Iterable[RegisterBatch],
        *,
        known_at: datetime | None = None,
        full: bool = False,
    ) -> ImportReport:
        at = known_at or self._clock()
        report = import_batches(self._database, source, snapshot_id, batches=batches, known_at=at, full=full)
        if self._beside:
            lookaside.keep_up(self._database)
        return report

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
        return None if row is None else entities_of([row])[code]

    def covers(self, start: str) -> bool:
        table = tables.register_entities
        following = select(table.c.code).where(table.c.code > start).order_by(table.c.code).limit(1)
        with self._database.read() as connection:
            return str(connection.execute(following).scalar() or "").startswith(start)

    @contextmanager
    def reading(self) -> Iterator[RegisterReader]:
        questions = questions_of(self._database.dialect)
        with self._database.look() as driver:
            yield SqlRegisterReader(driver, self._counts, self._lookasides, questions=questions)

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
                found = entities_of(rows.all())
            yield from found.values()

    def entities(self, after: str = "") -> Iterator[Entity]:
        """Page by page, so that an import goes on beside a walk; an entity added behind the walk is not met."""
        table = tables.register_entities
        while True:
            page = select(*_ENTITY_COLUMNS).where(table.c.code > after).order_by(table.c.code).limit(_WALKED_ROWS)
            with self._database.read() as connection:
                found = list(entities_of(connection.execute(page).all()).values())
            yield from found
            if len(found) < _WALKED_ROWS:
                return
            after = found[-1].code


_ENTITY_COLUMNS = (
    tables.register_entities.c.code,
    tables.register_entities.c.source,
    tables.register_entities.c.snapshot_id,
    tables.register_entities.c.body,
)
