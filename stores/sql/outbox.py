"""Outbox: what was saved and still has to reach the index. `rows.announce` fills it in the transaction of the save."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from records.ports import OutboxEntry
from records.search import SearchKind
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.rows import chunks

__all__ = ["SqlOutbox"]


class SqlOutbox:
    """See `records.ports.Outbox`. A record waits once, however often it was saved meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, *, limit: int) -> tuple[OutboxEntry, ...]:
        table = tables.outbox
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.sequence).limit(max(limit, 0))).all()
        return tuple(
            OutboxEntry(sequence=row.sequence, kind=SearchKind(row.kind), record_id=row.record_id) for row in rows
        )

    def done(self, sequences: Sequence[int]) -> None:
        table = tables.outbox
        with self._database.write() as connection:
            for some in chunks(list(sequences)):
                connection.execute(delete(table).where(table.c.sequence.in_(some)))

    def waiting(self) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(tables.outbox)).scalar_one()
