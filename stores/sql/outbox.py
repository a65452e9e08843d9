"""Outbox: what was saved and still has to reach the index. `rows.announce` fills it in the transaction of the save."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Integer, bindparam, delete, func, or_, select, update

from records.ports import OutboxEntry
from records.search import SearchKind
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.ready import Ready
from stores.sql.rows import announce, chunks

__all__ = ["SqlOutbox"]


class SqlOutbox:
    """See `records.ports.Outbox`. A record waits once, however often it was saved meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(
        self, *, limit: int, kinds: Collection[SearchKind] = (), now: datetime | None = None
    ) -> tuple[OutboxEntry, ...]:
        asked = {"most": max(limit, 0), "now": now}
        rows = _pending(tuple(kinds), timed=now is not None).ask(self._database, asked)
        return tuple(
            OutboxEntry(sequence=sequence, kind=SearchKind(kind), record_id=record_id)
            for sequence, kind, record_id in rows
        )

    def done(self, sequences: Sequence[int]) -> None:
        table = tables.outbox
        with self._database.write() as connection:
            for some in chunks(list(sequences)):
                connection.execute(delete(table).where(table.c.sequence.in_(some)))

    def announce(self, kind: SearchKind, record_ids: Sequence[str]) -> None:
        with self._database.write() as connection:
            announce(connection, kind, record_ids)

    def put_aside(self, sequences: Sequence[int], *, until: datetime) -> None:
        table = tables.outbox
        with self._database.write() as connection:
            for some in chunks(list(sequences)):
                connection.execute(update(table).where(table.c.sequence.in_(some)).values(not_before=until))

    def aside(self, kinds: Collection[SearchKind] = ()) -> int:
        columns = tables.outbox.c
        statement = select(func.count()).where(columns.not_before.is_not(None))
        if kinds:
            statement = statement.where(columns.kind.in_([kind.value for kind in kinds]))
        with self._database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def waiting(self, kinds: Collection[SearchKind] = ()) -> int:
        return sum(count for kind, count in self.lag().items() if not kinds or kind in kinds)

    def lag(self) -> Mapping[SearchKind, int]:
        return {SearchKind(name): count for name, count in _LAG.ask(self._database, {})}


@cache
def _pending(kinds: tuple[SearchKind, ...], *, timed: bool) -> Ready:
    """The oldest entries of these kinds, or of all; asked every second."""
    columns = tables.outbox.c
    statement = select(columns.sequence, columns.kind, columns.record_id).order_by(columns.sequence)
    if kinds:
        statement = statement.where(or_(*(columns.kind == kind.value for kind in kinds)))
    if timed:
        due = columns.not_before <= bindparam("now", type_=tables.Moment)
        statement = statement.where(or_(columns.not_before.is_(None), due))
    return Ready(statement.limit(bindparam("most", type_=Integer)))


_LAG = Ready(select(tables.outbox.c.kind, func.count()).group_by(tables.outbox.c.kind))
