"""Outbox: what was saved and still has to reach the index. `rows.announce` fills it in the transaction of the save."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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

    def pending(self, *, limit: int, kinds: Collection[SearchKind] = ()) -> tuple[OutboxEntry, ...]:
        table = tables.outbox
        statement = select(table).order_by(table.c.sequence).limit(max(limit, 0))
        if kinds:
            statement = statement.where(table.c.kind.in_([kind.value for kind in kinds]))
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            OutboxEntry(sequence=row.sequence, kind=SearchKind(row.kind), record_id=row.record_id) for row in rows
        )

    def done(self, sequences: Sequence[int]) -> None:
        table = tables.outbox
        with self._database.write() as connection:
            for some in chunks(list(sequences)):
                connection.execute(delete(table).where(table.c.sequence.in_(some)))

    def waiting(self, kinds: Collection[SearchKind] = ()) -> int:
        return sum(count for kind, count in self.lag().items() if not kinds or kind in kinds)

    def lag(self) -> Mapping[SearchKind, int]:
        kind = tables.outbox.c.kind
        with self._database.read() as connection:
            rows = connection.execute(select(kind, func.count()).group_by(kind)).all()
        return {SearchKind(name): count for name, count in rows}
