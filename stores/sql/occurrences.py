"""Rows of the occurrence ledger inside a transaction: read, write, take, give back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from records.errors import ConflictError, NotFoundError
from records.schedules import OPEN_STATES, Occurrence, OccurrenceState, moved
from stores.sql.rows import body_of, chunks, find_body, upsert
from stores.sql.schedule_tables import occurrences

__all__ = [
    "HELD",
    "WAITING_FOR_ONE_STEP",
    "held_by",
    "read",
    "skip_waiting",
    "take",
    "those_held",
    "waiting_by_hand",
    "write",
    "write_decided",
]

WAITING_FOR_ONE_STEP = timedelta(hours=1)
"""How long an occurrence waits until it stands as high as one of the next higher priority that has just come."""

HELD = (OccurrenceState.LEASED, OccurrenceState.RUNNING)
_HELD_VALUES = [state.value for state in HELD]
_NOT_TAKEN = frozenset({OccurrenceState.DUE, OccurrenceState.MISSED, OccurrenceState.SKIPPED})


def read(connection: Connection, occurrence_id: str) -> Occurrence:
    """The occurrence as it is now.

    Raises:
        NotFoundError: There is none.
    """
    body = find_body(connection, occurrences, occurrence_id)
    if body is None:
        raise NotFoundError(f"没有这条采集任务：{occurrence_id[:200]}", key=occurrence_id)
    return Occurrence.model_validate_json(body)


def write(connection: Connection, items: Sequence[Occurrence]) -> None:
    """Keep them as they are now."""
    upsert(connection, occurrences, [_row(item) for item in items])


def write_decided(connection: Connection, decided: Sequence[Occurrence]) -> None:
    """Keep those whose due time is not in the ledger, or stands there untaken, decided by a clock that was ahead."""
    for some in chunks(decided):
        known = _by_id(connection, [item.occurrence_id for item in some])
        write(connection, [item for item in some if _is_decided_anew(item, known.get(item.occurrence_id))])


def take(
    connection: Connection, *, worker: str, now: datetime, until: datetime, tokens: Sequence[str]
) -> list[Occurrence]:
    """Lease as many as there are tokens, one a target, by priority with `WAITING_FOR_ONE_STEP` of age added."""
    table = occurrences
    busy = select(table.c.target_id).where(table.c.state.in_(_HELD_VALUES))
    statement = select(table.c.occurrence_id, table.c.target_id, table.c.priority, table.c.not_before).where(
        table.c.state == OccurrenceState.DUE.value, table.c.not_before <= now, table.c.target_id.not_in(busy)
    )
    # Everybody ages alike, so that the order is that of the moments at which each would have begun with priority 0.
    turns = sorted(
        (row.not_before - row.priority * WAITING_FOR_ONE_STEP, row.not_before, row.occurrence_id, row.target_id)
        for row in connection.execute(statement)
    )
    chosen: dict[str, Occurrence] = {}
    for _, _, occurrence_id, target_id in turns:
        if len(chosen) == len(tokens):
            break
        if target_id not in chosen:
            chosen[target_id] = read(connection, occurrence_id)
    taken = [
        moved(
            item,
            OccurrenceState.LEASED,
            worker=worker,
            token=token,
            leased_until=until,
            attempts=item.attempts + 1,
            reason="",
        )
        for item, token in zip(chosen.values(), tokens, strict=False)
    ]
    write(connection, taken)
    return taken


def held_by(connection: Connection, claimed: Occurrence) -> Occurrence:
    """The occurrence as it is now, if its lease is still the one the caller holds.

    Raises:
        ConflictError: The lease ran out and the occurrence was given back.
    """
    known = read(connection, claimed.occurrence_id)
    if known.state not in HELD or known.token != claimed.token:
        raise ConflictError(
            f"采集任务 {known.occurrence_id} 的租约已失效（现为 {known.state.value}），本次结果不予记录",
            cure="停止本次采集；任务由现持有者继续",
            state=known.state.value,
        )
    return known


def those_held(connection: Connection) -> list[Occurrence]:
    """All that somebody holds."""
    table = occurrences
    statement = select(table.c.body).where(table.c.state.in_(_HELD_VALUES)).order_by(table.c.occurrence_id)
    return _read_all(connection.execute(statement).scalars())


def waiting_by_hand(connection: Connection, schedule_id: str) -> Occurrence | None:
    """The occurrence of a schedule that a person asked for and nobody has taken yet."""
    return next((item for item in _due_of(connection, schedule_id) if item.manual), None)


def skip_waiting(connection: Connection, schedule_id: str, *, now: datetime, reason: str) -> None:
    """Skip what is due of a schedule and was not asked for by hand."""
    waiting = [item for item in _due_of(connection, schedule_id) if not item.manual]
    write(connection, [moved(item, OccurrenceState.SKIPPED, finished_at=now, reason=reason) for item in waiting])


def _due_of(connection: Connection, schedule_id: str) -> list[Occurrence]:
    table = occurrences
    mine = table.c.schedule_id == schedule_id, table.c.state == OccurrenceState.DUE.value
    return _read_all(connection.execute(select(table.c.body).where(*mine).order_by(table.c.due_at)).scalars())


def _is_decided_anew(item: Occurrence, known: Occurrence | None) -> bool:
    if known is None:
        return True
    ahead = known.decided_at > item.decided_at or known.decided_at < known.due_at
    return ahead and known.state in _NOT_TAKEN


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Occurrence]:
    statement = select(occurrences.c.body).where(occurrences.c.occurrence_id.in_(ids))
    return {item.occurrence_id: item for item in _read_all(connection.execute(statement).scalars())}


def _read_all(bodies: Iterable[str]) -> list[Occurrence]:
    return [Occurrence.model_validate_json(body) for body in bodies]


def _row(item: Occurrence) -> dict[str, object]:
    return {
        "occurrence_id": item.occurrence_id,
        "schedule_id": item.schedule_id,
        "target_id": item.target_id,
        "due_at": item.due_at,
        "state": item.state.value,
        "not_before": item.not_before,
        "priority": item.priority,
        "leased_until": item.leased_until if item.state in OPEN_STATES else None,
        "body": body_of(item),
    }
