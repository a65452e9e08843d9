"""AuditLog: the hash-chained log of who read and changed what."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from records.chain import check_chain
from records.people import AuditEvent
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.rows import body_of

__all__ = ["SqlAuditLog"]


class SqlAuditLog:
    """See `records.ports.AuditLog`. An event is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append_audit(self, build: Callable[[AuditEvent | None], AuditEvent]) -> AuditEvent:
        """Append one event built from the newest; `build` runs inside the transaction and must not write itself.

        Raises:
            CustodyError: What `build` made does not follow from the newest event; nothing was written.
        """
        table = tables.audit_events
        with self._database.write(durable=True) as connection:
            newest = connection.execute(select(table.c.body).order_by(table.c.sequence.desc()).limit(1)).scalar()
            previous = None if newest is None else AuditEvent.model_validate_json(newest)
            event = build(previous)
            for _checked in check_chain((event,), previous=previous):
                connection.execute(table.insert(), {"sequence": event.sequence, "body": body_of(event)})
        return event

    def audit(self, *, after_sequence: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        table = tables.audit_events
        statement = select(table.c.body).where(table.c.sequence > after_sequence).order_by(table.c.sequence)
        with self._database.read() as connection:
            bodies = connection.execute(statement.limit(max(limit, 0))).scalars()
            return tuple(AuditEvent.model_validate_json(body) for body in bodies)
