"""The register over time: states an import changed, what was known at a moment, entities a full snapshot lost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, func, select, update

from records.errors import NotFoundError
from records.register import Entity, EntityState
from records.register_batches import ORIGIN
from records.register_history import Gone, Snapshot
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.rows import body_of, chunks, insert_new

__all__ = [
    "GONE_NO",
    "OpenedSnapshot",
    "as_known",
    "begin",
    "by_codes",
    "finish",
    "history",
    "keep_states",
    "mark_absent",
    "snapshot_as_known",
]

GONE_NO = -1
"""In the place of the snapshot that last named an entity: none does any more."""

_UNRECORDED = datetime(1970, 1, 1, tzinfo=UTC)
_MARKED_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSnapshot:
    """A snapshot being applied; `known_at` is later than or at that of every other."""

    no: int
    snapshot_id: str
    source: str
    known_at: datetime


def begin(connection: Connection, source: str, snapshot_id: str, known_at: datetime) -> OpenedSnapshot:
    """Write down that a snapshot is being applied. A counted row of its own names the newest snapshot, so a repeated
    import makes none; one that was broken off, with nothing imported since, keeps its first time."""
    table = tables.register_snapshots
    newest = connection.execute(select(func.max(table.c.known_at))).scalar() or _UNRECORDED
    known_at = max(known_at, newest)
    fresh = {"snapshot_id": snapshot_id, "source": source, "known_at": known_at, "finished": False}
    insert_new(connection, table, [fresh])
    row = connection.execute(select(table).where(table.c.snapshot_id == snapshot_id)).one()
    if not row.finished and row.known_at == newest:
        known_at = row.known_at
    own = update(table).where(table.c.snapshot_no == row.snapshot_no)
    connection.execute(own.values(known_at=known_at, finished=False))
    return OpenedSnapshot(no=row.snapshot_no, snapshot_id=snapshot_id, source=source, known_at=known_at)


def finish(connection: Connection, snapshot_no: int) -> None:
    """Write down that all of a snapshot was applied."""
    table = tables.register_snapshots
    connection.execute(update(table).where(table.c.snapshot_no == snapshot_no).values(finished=True))


def keep_states(connection: Connection, known: Sequence[RowMapping], known_at: datetime) -> None:
    """Keep rows of `register_entities` that are about to change as states that held until `known_at`. What one import
    changes twice was never the answer to anybody and is not kept."""
    kept = ("code", "known_from", "brought_no", "source", "snapshot_id", "body")
    rows = [{name: row[name] for name in kept} | {"known_until": known_at} for row in known]
    insert_new(connection, tables.register_states, [row for row in rows if row["known_from"] < known_at])


def by_codes(connection: Connection, codes: Sequence[str]) -> dict[str, Entity]:
    """See `records.register_ports.RegisterStore.by_codes`."""
    table, found = tables.register_entities, {}
    columns = (table.c.code, table.c.source, table.c.snapshot_id, table.c.body)
    for some in chunks(list(dict.fromkeys(codes))):
        for row in connection.execute(select(*columns).where(table.c.code.in_(some))).mappings():
            found[row["code"]] = _entity(row)
    return found


def as_known(connection: Connection, codes: Sequence[str], at: datetime) -> dict[str, Entity]:
    """See `records.register_ports.RegisterStore.as_known`."""
    found: dict[str, Entity] = {}
    now, old = tables.register_entities, tables.register_states
    for some in chunks(list(dict.fromkeys(codes))):
        present = select(now).where(now.c.code.in_(some), now.c.known_from <= at)
        past = select(old).where(old.c.code.in_(some), old.c.known_from <= at, old.c.known_until > at)
        for statement in (present, past):
            found.update((row["code"], _entity(row)) for row in connection.execute(statement).mappings())
    return found


def history(connection: Connection, code: str) -> tuple[EntityState, ...]:
    """See `records.register_ports.RegisterStore.history`."""
    now, old = tables.register_entities, tables.register_states
    rows = list(connection.execute(select(old).where(old.c.code == code).order_by(old.c.known_from)).mappings())
    rows += connection.execute(select(now).where(now.c.code == code)).mappings()
    brought = _snapshot_ids(connection, [row["brought_no"] for row in rows])
    return tuple(
        EntityState(
            entity=_entity(row),
            known_from=_recorded(row["known_from"]),
            known_until=row.get("known_until"),
            brought_by=brought.get(row["brought_no"], ""),
        )
        for row in rows
    )


def snapshot_as_known(connection: Connection, at: datetime) -> Snapshot | None:
    """See `records.register_ports.RegisterStore.snapshot_as_known`."""
    table = tables.register_snapshots
    newest = select(table).where(table.c.known_at <= at).order_by(table.c.known_at.desc(), table.c.snapshot_no.desc())
    row = connection.execute(newest.limit(1)).first()
    if row is None:
        return None
    known_at = _recorded(row.known_at)
    return Snapshot(snapshot_id=row.snapshot_id, source=row.source, known_at=known_at, finished=row.finished)


def mark_absent(
    database: Database, source: str, snapshot_id: str, *, named: Iterable[str], most: float
) -> tuple[int, int]:
    """See `records.register_ports.RegisterStore.mark_absent`.

    Raises:
        NotFoundError: That snapshot was never imported.
    """
    snapshots, table = tables.register_snapshots, tables.register_entities
    with database.read() as connection:
        row = connection.execute(select(snapshots).where(snapshots.c.snapshot_id == snapshot_id)).first()
        if row is None:
            raise NotFoundError(f"没有导入过快照 {snapshot_id}", snapshot_id=snapshot_id)
        own = select(table.c.code, table.c.named_no).where(table.c.source == source)
        present = connection.execute(own.where(table.c.named_no != GONE_NO)).all()
    besides = frozenset(named)
    absent = sorted(code for code, named_no in present if named_no != row.snapshot_no and code not in besides)
    opened = OpenedSnapshot(no=row.snapshot_no, snapshot_id=snapshot_id, source=source, known_at=row.known_at)
    marked = absent if len(absent) <= len(present) * most else ()
    for some in chunks(marked, _MARKED_ROWS):
        with database.write() as connection:
            for codes in chunks(some):
                _mark(connection, opened, codes)
    with database.write() as connection:
        finish(connection, opened.no)
    return len(absent), len(present)


def _mark(connection: Connection, snapshot: OpenedSnapshot, codes: Sequence[str]) -> None:
    table = tables.register_entities
    wanted = select(table).where(table.c.code.in_(codes), table.c.named_no != GONE_NO)
    known = list(connection.execute(wanted).mappings())
    keep_states(connection, known, snapshot.known_at)
    for row in known:
        gone = _entity(row).model_copy(update={"gone": Gone.ABSENT})
        values = {
            "body": body_of(gone, exclude=ORIGIN, exclude_defaults=True),
            "row_sha256": b"",  # whatever names it again changes it
            "snapshot_id": snapshot.snapshot_id,
            "known_from": snapshot.known_at,
            "brought_no": snapshot.no,
            "named_no": GONE_NO,
        }
        connection.execute(update(table).where(table.c.entity_no == row["entity_no"]).values(**values))


def _entity(row: Mapping[str, object] | RowMapping) -> Entity:
    origin = json.dumps({"source": row["source"], "snapshot_id": row["snapshot_id"]}, ensure_ascii=False)
    return Entity.model_validate_json(f"{str(row['body'])[:-1]},{origin[1:]}")


def _recorded(moment: datetime) -> datetime | None:
    return None if moment == _UNRECORDED else moment


def _snapshot_ids(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    table = tables.register_snapshots
    found = select(table.c.snapshot_no, table.c.snapshot_id).where(table.c.snapshot_no.in_(set(numbers)))
    return {number: snapshot_id for number, snapshot_id in connection.execute(found)}
