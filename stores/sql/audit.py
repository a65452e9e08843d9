"""AuditLog: the hash-chained log of who read and changed what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, insert, or_, select

from records.audit_search import AuditQuery
from records.chain import check_chain
from records.people import AuditEvent
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.ready import Ready
from stores.sql.rows import body_of

__all__ = ["SqlAuditLog", "append_in"]

_PAGE = 2_000
_CLOCKS_DIFFER = timedelta(days=1)
"""Events stand in the order they were written; by the clocks that dated them one may be a little off."""


class SqlAuditLog:
    """See `records.ports.AuditLog`. An event is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append_audit(self, build: Callable[[AuditEvent | None], AuditEvent]) -> AuditEvent:
        """Append one event built from the newest; `build` runs inside the transaction and must not write itself.

        Raises:
            CustodyError: What `build` made does not follow from the newest event; nothing was written.
        """
        with self._database.write(durable=True) as connection:
            return append_in(connection, build)

    def audit(self, *, after_sequence: int = 0, limit: int = 1000) -> tuple[AuditEvent, ...]:
        table = tables.audit_events
        statement = select(table.c.body).where(table.c.sequence > after_sequence).order_by(table.c.sequence)
        with self._database.read() as connection:
            bodies = connection.execute(statement.limit(max(limit, 0))).scalars()
            return tuple(AuditEvent.model_validate_json(body) for body in bodies)

    def find_audit(self, query: AuditQuery, *, before_sequence: int = 0, limit: int = 100) -> tuple[AuditEvent, ...]:
        table = tables.audit_events
        found: list[AuditEvent] = []
        before = before_sequence
        with self._database.read() as connection:
            while len(found) < limit:
                statement = select(table.c.sequence, table.c.body).order_by(table.c.sequence.desc()).limit(_PAGE)
                statement = statement.where(*_likely(query), *((table.c.sequence < before,) if before else ()))
                rows = connection.execute(statement).all()
                events = [AuditEvent.model_validate_json(body) for _, body in rows]
                found += [event for event in events if query.fits(event)]
                past = query.since is not None and any(event.at < query.since - _CLOCKS_DIFFER for event in events)
                if len(rows) < _PAGE or past:
                    break
                before = rows[-1].sequence
        return tuple(found[:limit])


_EVENTS = tables.audit_events
_NEWEST = Ready(select(_EVENTS.c.body).order_by(_EVENTS.c.sequence.desc()).limit(1))
_APPENDED = Ready(insert(_EVENTS), ("sequence", "body"))


def append_in(connection: Connection, build: Callable[[AuditEvent | None], AuditEvent]) -> AuditEvent:
    """As `SqlAuditLog.append_audit`, in a transaction that changes what the event tells of."""
    newest = _NEWEST.run(connection, {}).fetchone()
    previous = None if newest is None else AuditEvent.model_validate_json(newest[0])
    event = build(previous)
    for _checked in check_chain((event,), previous=previous):
        _APPENDED.run(connection, {"sequence": event.sequence, "body": body_of(event)})
    return event


def _likely(query: AuditQuery) -> list[ColumnElement[bool]]:
    """What the database can leave out by itself: it looks into the stored text; `AuditQuery.fits` has the last word."""
    body = tables.audit_events.c.body
    wanted: list[ColumnElement[bool]] = []
    for name, values in (("actor", query.actors), ("action", query.actions)):
        if values:
            wanted.append(or_(*(body.contains(f'"{name}":{_written(one)}', autoescape=True) for one in values)))
    if query.text:
        wanted.append(body.contains(_written(query.text)[1:-1], autoescape=True))
    return wanted


def _written(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
