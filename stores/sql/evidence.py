"""EvidenceStore: captures, and the custody chain over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from sqlalchemy import Connection, bindparam, select

from records.chain import check_chain
from records.errors import ConflictError
from records.evidence import Capture, CaptureState, CustodyEvent, TimestampState
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.ready import Ready
from stores.sql.rows import body_of, find_body, read_one, upsert, walk

__all__ = ["SqlEvidenceStore"]

_FINAL = frozenset({CaptureState.COMPLETE, CaptureState.PARTIAL, CaptureState.FAILED})


class SqlEvidenceStore:
    """See `records.ports.EvidenceStore`. Everything here is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_capture(self, capture: Capture) -> None:
        """As the port says.

        Raises:
            ConflictError: The stored capture is final and something else than its case or its late time stamp differs.
        """
        with self._database.write(durable=True) as connection:
            _save(connection, capture)

    def capture(self, capture_id: str) -> Capture:
        return read_one(self._database, Capture, tables.captures, capture_id, what="固证记录")

    def captures(self, *, lead_id: str = "", case_id: str = "") -> tuple[Capture, ...]:
        named = tuple(name for name, value in (("lead_id", lead_id), ("case_id", case_id)) if value)
        found = _captures(named).ask(self._database, {"lead_id": lead_id, "case_id": case_id})
        return tuple(Capture.model_validate_json(body) for (body,) in found)

    def append_custody(
        self, build: Callable[[CustodyEvent | None], CustodyEvent], *, capture: Capture | None = None
    ) -> CustodyEvent:
        """As the port says. `build` runs inside the transaction and must not write to the stores itself.

        Raises:
            CustodyError: What `build` made does not follow from the newest event; nothing was written.
            ConflictError: As `save_capture`; nothing was written.
        """
        table = tables.custody_events
        with self._database.write(durable=True) as connection:
            previous = _newest(connection)
            event = build(previous)
            for _checked in check_chain((event,), previous=previous):
                row = {"sequence": event.sequence, "capture_id": event.capture_id, "body": body_of(event)}
                connection.execute(table.insert(), row)
            if capture is not None:
                _save(connection, capture)
        return event

    def newest_custody(self) -> CustodyEvent | None:
        with self._database.read() as connection:
            return _newest(connection)

    def custody(self, capture_id: str = "") -> Iterator[CustodyEvent]:
        table = tables.custody_events
        return walk(self._database, CustodyEvent, table, *((table.c.capture_id == capture_id,) if capture_id else ()))


def _save(connection: Connection, capture: Capture) -> None:
    body = find_body(connection, tables.captures, capture.capture_id)
    if body is not None:
        _check_still_open(Capture.model_validate_json(body), capture)
    row = {
        "capture_id": capture.capture_id,
        "lead_id": capture.lead_id,
        "case_id": capture.case_id,
        "started_at": capture.started_at,
        "body": body_of(capture),
    }
    upsert(connection, tables.captures, [row])


@cache
def _captures(named: tuple[str, ...]) -> Ready:
    """The captures that have given values in these columns, newest first."""
    columns = tables.captures.c
    held = [columns[name] == bindparam(name) for name in named]
    return Ready(select(columns.body).where(*held).order_by(columns.started_at.desc(), columns.capture_id.desc()))


def _newest(connection: Connection) -> CustodyEvent | None:
    table = tables.custody_events
    body = connection.execute(select(table.c.body).order_by(table.c.sequence.desc()).limit(1)).scalar()
    return None if body is None else CustodyEvent.model_validate_json(body)


def _check_still_open(stored: Capture, capture: Capture) -> None:
    """A final capture takes a case, and the stamp it still waited for (with which the package is made anew)."""
    if stored.state not in _FINAL:
        return
    allowed = {"case_id": capture.case_id}
    if stored.timestamp == TimestampState.PENDING:
        allowed |= {name: getattr(capture, name) for name in ("timestamp", "timestamp_at", "package", "artefacts")}
    if stored.model_copy(update=allowed) != capture:
        raise ConflictError(
            f"固证记录已定稿，不得改动：{stored.capture_id}",
            cure="需要更正的，另作一次固证",
            capture_id=stored.capture_id,
        )
