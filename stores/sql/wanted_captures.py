"""CaptureQueue: captures that are wanted at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from records.errors import ConflictError
from records.wanted_captures import WantedCapture, WantedState
from stores.sql.database import Database
from stores.sql.lead_tables import wanted_captures
from stores.sql.rows import body_of, find_body, insert_new, upsert

__all__ = ["SqlCaptureQueue"]

_TOKEN_BYTES = 8


class SqlCaptureQueue:
    """See `records.wanted_captures.CaptureQueue`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def want(self, wanted: Sequence[WantedCapture]) -> int:
        if not wanted:
            return 0
        with self._database.write(durable=True) as connection:
            return insert_new(connection, wanted_captures, [_row(one) for one in wanted])

    def take(self, *, now: datetime, until: datetime) -> WantedCapture | None:
        table = wanted_captures
        waits = and_(table.c.state == WantedState.WAITING.value, table.c.not_before <= now)
        lost = and_(table.c.state == WantedState.TAKEN.value, table.c.taken_until <= now)
        statement = select(table.c.body).where(or_(waits, lost)).order_by(table.c.asked_at, table.c.wanted_id).limit(1)
        with self._database.read() as connection:  # most looks find nothing, and should hold up no writer
            if connection.execute(statement).scalar() is None:
                return None
        with self._database.write(durable=True) as connection:
            body = connection.execute(statement).scalar()
            if body is None:
                return None
            found = WantedCapture.model_validate_json(body)
            taken = found.model_copy(
                update={
                    "state": WantedState.TAKEN,
                    "attempts": found.attempts + 1,
                    "lost": found.lost + (found.state is WantedState.TAKEN),
                    "token": secrets.token_hex(_TOKEN_BYTES),
                    "taken_until": until,
                }
            )
            upsert(connection, table, [_row(taken)])
        return taken

    def hold(self, taken: WantedCapture, *, until: datetime) -> bool:
        with self._database.write() as connection:
            known = _still_taken(connection, taken)
            if known is not None:
                upsert(connection, wanted_captures, [_row(known.model_copy(update={"taken_until": until}))])
        return known is not None

    def settle(self, taken: WantedCapture) -> WantedCapture:
        with self._database.write(durable=True) as connection:
            if _still_taken(connection, taken) is None:
                raise ConflictError(
                    f"待固证任务 {taken.wanted_id} 已由另一进程接手，本次结果不记入",
                    cure="不必处理",
                    key=taken.wanted_id,
                )
            settled = taken.model_copy(update={"token": "", "taken_until": None})
            upsert(connection, wanted_captures, [_row(settled)])
        return settled

    def wanted(self, lead_id: str = "") -> tuple[WantedCapture, ...]:
        table = wanted_captures
        statement = select(table.c.body).order_by(table.c.asked_at, table.c.wanted_id)
        if lead_id:
            statement = statement.where(table.c.lead_id == lead_id)
        with self._database.read() as connection:
            return tuple(WantedCapture.model_validate_json(body) for body in connection.execute(statement).scalars())


def _still_taken(connection: Connection, taken: WantedCapture) -> WantedCapture | None:
    """As it is now; None when the taking it was given for is over."""
    body = find_body(connection, wanted_captures, taken.wanted_id)
    known = WantedCapture.model_validate_json(body) if body is not None else None
    return known if known is not None and known.state is WantedState.TAKEN and known.token == taken.token else None


def _row(one: WantedCapture) -> dict[str, object]:
    return {
        "wanted_id": one.wanted_id,
        "lead_id": one.lead_id,
        "state": one.state.value,
        "not_before": one.not_before,
        "taken_until": one.taken_until,
        "asked_at": one.asked_at,
        "attempts": one.attempts,
        "body": body_of(one),
    }
