"""HostLedger: one row a host, its hold in columns and what it is owed as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from records.hosts import HostHold, HostState
from stores.sql.database import Database
from stores.sql.rows import body_of, find_body, upsert
from stores.sql.survey_tables import hosts

__all__ = ["SqlHostLedger"]


class SqlHostLedger:
    """See `records.host_ports.HostLedger`. What is read of a host stays so until it is written: a transaction names its
    hosts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, host: str, *, holder: str, now: datetime, until: datetime) -> HostHold:
        with self._database.write(beside=_names([host])) as connection:
            found = _hold_of(connection, host)
            if not _is_free(found, holder, now):
                return found
            body = find_body(connection, hosts, host) or body_of(HostState(host=host))
            _write(connection, host, holder=holder, until=until, body=body)
        return HostHold(host=host, holder=holder, until=until)

    def keep(self, states: Sequence[HostState], *, holder: str, now: datetime, until: datetime) -> tuple[str, ...]:
        lost: list[str] = []
        with self._database.write(beside=_names([state.host for state in states])) as connection:
            for state in states:
                if _is_free(_hold_of(connection, state.host), holder, now):
                    _write(connection, state.host, holder=holder, until=until, body=body_of(state))
                else:
                    lost.append(state.host)
        return tuple(lost)

    def release(self, holder: str) -> None:
        with self._database.write() as connection:
            connection.execute(_RELEASE, {"of": holder})

    def state(self, host: str) -> HostState:
        with self._database.read() as connection:
            body = find_body(connection, hosts, host)
        return HostState(host=host) if body is None else HostState.model_validate_json(body)

    def states(self) -> tuple[HostState, ...]:
        with self._database.read() as connection:
            return tuple(HostState.model_validate_json(body) for body in connection.execute(_BODIES).scalars())

    def holds(self, now: datetime) -> tuple[HostHold, ...]:
        with self._database.read() as connection:
            rows = connection.execute(_HELD, {"now": now}).all()
        return tuple(HostHold(host=row.host, holder=row.holder, until=row.held_until) for row in rows)


def _names(found: Sequence[str]) -> list[str]:
    return [f"host {host}" for host in found]


def _hold_of(connection: Connection, host: str) -> HostHold:
    row = connection.execute(_HOLD, {"of": host}).first()
    return HostHold(host=host) if row is None else HostHold(host=host, holder=row.holder, until=row.held_until)


def _is_free(hold: HostHold, holder: str, now: datetime) -> bool:
    return hold.holder in ("", holder) or hold.until is None or hold.until <= now


def _write(connection: Connection, host: str, *, holder: str, until: datetime, body: str) -> None:
    upsert(connection, hosts, [{"host": host, "holder": holder, "held_until": until, "body": body}])


_HOLD = select(hosts.c.holder, hosts.c.held_until).where(hosts.c.host == bindparam("of"))
_BODIES = select(hosts.c.body).order_by(hosts.c.host)
_HELD = (
    select(hosts.c.host, hosts.c.holder, hosts.c.held_until)
    .where(hosts.c.holder != "", hosts.c.held_until > bindparam("now"))
    .order_by(hosts.c.host)
)
_RELEASE = update(hosts).where(hosts.c.holder == bindparam("of")).values(holder="", held_until=None)
