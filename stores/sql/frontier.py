"""The rows of addresses to visit: pending → leased → done | failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from records.survey import FrontierRow, FrontierState, PageKind
from stores.sql.rows import chunks, insert_new
from stores.sql.tables import frontier

__all__ = ["close_row", "count_states", "enqueue", "give_back", "lease", "release_leases", "state_of"]

_FIELDS = tuple(FrontierRow.model_fields)


def enqueue(connection: Connection, rows: Sequence[FrontierRow]) -> int:
    """Add those whose address their run does not know; how many were new."""
    values = [
        {**{name: getattr(row, name) for name in _FIELDS}, "kind": row.kind.value, "state": FrontierState.PENDING.value}
        for row in rows
    ]
    return insert_new(connection, frontier, values)


def lease(connection: Connection, run_id: str, *, limit: int, now: datetime, until: datetime) -> list[FrontierRow]:
    """Take pending rows, those first whose lease ran out being pending again."""
    release_leases(connection, run_id, expired_at=now)
    statement = (
        select(frontier)
        .where(frontier.c.run_id == run_id, frontier.c.state == FrontierState.PENDING.value)
        .order_by(frontier.c.priority.desc(), frontier.c.row_no)
        .limit(max(limit, 0))
    )
    taken = connection.execute(statement).mappings().all()
    for some in chunks([row["row_no"] for row in taken]):
        connection.execute(
            update(frontier)
            .where(frontier.c.row_no.in_(some))
            .values(state=FrontierState.LEASED.value, leased_until=until)
        )
    return [
        FrontierRow(**{name: row[name] for name in _FIELDS if name != "kind"}, kind=PageKind(row["kind"]))
        for row in taken
    ]


def release_leases(connection: Connection, run_id: str, *, expired_at: datetime | None = None) -> None:
    """Make leased rows pending again: those whose lease ran out by then, or all."""
    statement = update(frontier).where(frontier.c.run_id == run_id, frontier.c.state == FrontierState.LEASED.value)
    if expired_at is not None:
        statement = statement.where(frontier.c.leased_until <= expired_at)
    connection.execute(statement.values(state=FrontierState.PENDING.value, leased_until=None))


def state_of(connection: Connection, row_id: str) -> FrontierState | None:
    """The state of a row, None when there is no such row."""
    found = connection.execute(select(frontier.c.state).where(frontier.c.row_id == row_id)).scalar()
    return None if found is None else FrontierState(found)


def close_row(connection: Connection, row_id: str, state: FrontierState) -> None:
    """Mark a row done or failed."""
    connection.execute(update(frontier).where(frontier.c.row_id == row_id).values(state=state.value, leased_until=None))


def give_back(connection: Connection, row: FrontierRow, *, use_browser: bool) -> None:
    """Make a leased row pending with one more attempt; a row that is not leased stays as it is."""
    connection.execute(
        update(frontier)
        .where(frontier.c.row_id == row.row_id, frontier.c.state == FrontierState.LEASED.value)
        .values(
            state=FrontierState.PENDING.value,
            leased_until=None,
            attempts=row.attempts + 1,
            use_browser=use_browser,
        )
    )


def count_states(connection: Connection, run_id: str) -> dict[FrontierState, int]:
    """How many rows of a run are in each state, zeros included."""
    statement = select(frontier.c.state, func.count()).where(frontier.c.run_id == run_id).group_by(frontier.c.state)
    found = {state: count for state, count in connection.execute(statement).tuples()}
    return {state: found.get(state.value, 0) for state in FrontierState}
