"""The rows of addresses to visit: pending → leased → done | failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, or_, select, update

from records.survey import FrontierRow, FrontierState, PageKind
from stores.sql.ready import Ready
from stores.sql.rows import chunks, insert_new
from stores.sql.tables import frontier

__all__ = [
    "close_row",
    "count_states",
    "enqueue",
    "give_back",
    "known_urls",
    "lease",
    "pending",
    "release_leases",
    "state_of",
    "withdraw",
]

_FIELDS = tuple(FrontierRow.model_fields)


def enqueue(connection: Connection, rows: Sequence[FrontierRow]) -> int:
    """Add those whose address their run does not know; how many were new."""
    values = [
        {**{name: getattr(row, name) for name in _FIELDS}, "kind": row.kind.value, "state": FrontierState.PENDING.value}
        for row in rows
    ]
    return insert_new(connection, frontier, values)


def lease(connection: Connection, run_id: str, *, limit: int, now: datetime, until: datetime) -> list[FrontierRow]:
    """Take pending rows, those first whose lease ran out being pending again. Where others take at the same moment, the
    rows they have are passed over."""
    _RELEASE_EXPIRED.run(connection, {"run": run_id, "by": now})
    taken = _NEXT.run(connection, {"run": run_id, "most": max(limit, 0)}).fetchall()
    _TAKE.run_each(connection, [{"number": number, "until": until} for number, *_ in taken])
    return [FrontierRow(**dict(zip(_FIELDS, found, strict=True))) for _, *found in taken]


def pending(connection: Connection, run_id: str) -> tuple[FrontierRow, ...]:
    """Pending rows, oldest first."""
    return tuple(_row(found) for found in connection.execute(_PENDING_ROWS, {"run": run_id}).mappings())


def withdraw(connection: Connection, row_ids: Sequence[str]) -> int:
    """Take back those that are still pending."""
    return sum(connection.execute(_WITHDRAW, {"rows": some}).rowcount for some in chunks(row_ids))


def release_leases(connection: Connection, run_id: str) -> None:
    """Make every leased row of a run pending again."""
    connection.execute(_RELEASE, {"run": run_id})


def state_of(connection: Connection, row_id: str) -> FrontierState | None:
    """The state of a row, None when there is no such row."""
    found = connection.execute(_STATE, {"row": row_id}).scalar()
    return None if found is None else FrontierState(found)


def close_row(connection: Connection, row_id: str, state: FrontierState) -> bool:
    """Mark a row done or failed; False when it is already, or there is none."""
    return bool(_CLOSE.run(connection, {"row": row_id, "end": state.value}).rowcount > 0)


def give_back(connection: Connection, row: FrontierRow, *, use_browser: bool) -> None:
    """Make a leased row pending with one more attempt; a row that is not leased stays as it is."""
    connection.execute(_GIVE_BACK, {"row": row.row_id, "attempt": row.attempts + 1, "browser": use_browser})


def known_urls(connection: Connection, run_id: str, kind: PageKind) -> frozenset[str]:
    """Canonical addresses of a kind, in any state."""
    statement = select(frontier.c.canonical_url).where(frontier.c.run_id == run_id, frontier.c.kind == kind.value)
    return frozenset(connection.execute(statement).scalars())


def count_states(connection: Connection, run_id: str) -> dict[FrontierState, int]:
    """How many rows of a run are in each state, zeros included."""
    statement = select(frontier.c.state, func.count()).where(frontier.c.run_id == run_id).group_by(frontier.c.state)
    found = {state: count for state, count in connection.execute(statement)}
    return {state: found.get(state.value, 0) for state in FrontierState}


def _row(found: RowMapping) -> FrontierRow:
    return FrontierRow(**{name: found[name] for name in _FIELDS if name != "kind"}, kind=PageKind(found["kind"]))


# Built once: building one costs more than running it.
_PENDING, _LEASED = FrontierState.PENDING.value, FrontierState.LEASED.value
_OF_RUN = frontier.c.run_id == bindparam("run")
_THIS_ROW = frontier.c.row_id == bindparam("row")
_NEXT = Ready(
    select(frontier.c.row_no, *(frontier.c[name] for name in _FIELDS))
    .where(_OF_RUN, frontier.c.state == _PENDING)
    .order_by(frontier.c.priority.desc(), frontier.c.row_no)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)  # nothing on SQLite, where nobody else writes meanwhile
)
_PENDING_ROWS = select(frontier).where(_OF_RUN, frontier.c.state == _PENDING).order_by(frontier.c.row_no)
_WITHDRAW = delete(frontier).where(
    frontier.c.row_id.in_(bindparam("rows", expanding=True)), frontier.c.state == _PENDING
)
_TAKE = Ready(
    update(frontier)
    .where(frontier.c.row_no == bindparam("number"))
    .values(state=_LEASED, leased_until=bindparam("until"))
)
_RELEASE = update(frontier).where(_OF_RUN, frontier.c.state == _LEASED).values(state=_PENDING, leased_until=None)
_RELEASE_EXPIRED = Ready(_RELEASE.where(frontier.c.leased_until <= bindparam("by")))
_STATE = select(frontier.c.state).where(_THIS_ROW)
_CLOSE = Ready(
    update(frontier)
    .where(_THIS_ROW, or_(frontier.c.state == _PENDING, frontier.c.state == _LEASED))
    .values(state=bindparam("end"), leased_until=None)
)
_GIVE_BACK = (
    update(frontier)
    .where(_THIS_ROW, frontier.c.state == _LEASED)
    .values(
        state=_PENDING,
        leased_until=None,
        attempts=bindparam("attempt"),
        use_browser=bindparam("browser"),
    )
)
