"""Writing the register: snapshots applied in batches, an entity with its keys and grams together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat

from sqlalchemy import Connection, RowMapping, delete, func, select, update

from records.register import Entity, ImportReport
from records.register_batches import RegisterBatch
from stores.sql import grams, lookaside, tables
from stores.sql.database import Database
from stores.sql.register_outlines import add_outlines, forget_outlines, renew_outlines
from stores.sql.register_states import GONE_NO, OpenedSnapshot, begin, finish, keep_states
from stores.sql.rows import chunks, insert_tuples
from stores.sql.sqlite import write_much

__all__ = ["import_batches"]

_COLUMNS = (
    "entity_no",
    "code",
    "status",
    "source",
    "snapshot_id",
    "row_sha256",
    "grams",
    "body",
    "known_from",
    "brought_no",
    "named_no",
)


def import_batches(
    database: Database,
    source: str,
    snapshot_id: str,
    *,
    batches: Iterable[RegisterBatch],
    known_at: datetime,
    full: bool,
) -> ImportReport:
    """Add or change entities by code; those the snapshot does not name stay (`mark_absent`). Each batch is a
    transaction: after a kill the same import goes on where it was and ends the same."""
    counts = _Counts()
    with database.write() as connection:
        snapshot = begin(connection, source, snapshot_id, known_at)
    for batch in batches:
        with database.write() as connection:
            write_much(connection)
            counts.add(_import_batch(connection, snapshot, batch), batch.read)
        del batch  # or two would be held while the next is read
    with database.write() as connection:
        write_much(connection, over=True)
        grams.merge_blocks(connection, after=lookaside.covered(connection))
        if not full:
            finish(connection, snapshot.no)
    return ImportReport(
        snapshot_id=snapshot_id,
        read=counts.read,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.read - counts.added - counts.changed - counts.older,
        refused=0,
        older=counts.older,
    )


@dataclass(slots=True)
class _Counts:
    read: int = 0
    added: int = 0
    changed: int = 0
    older: int = 0

    def add(self, batch: tuple[int, int, int], read: int) -> None:
        self.read += read
        self.added += batch[0]
        self.changed += batch[1]
        self.older += batch[2]


def _import_batch(connection: Connection, snapshot: OpenedSnapshot, batch: RegisterBatch) -> tuple[int, int, int]:
    """Write a batch; how many entities were added, how many changed, and how many the register knows later."""
    known = _known(connection, batch.codes)
    held = {place: known[code] for place, code in enumerate(batch.codes) if code in known}
    new = [place for place in range(len(batch.codes)) if place not in held]
    differing = {place for place, row in held.items() if row["row_sha256"] != batch.digests[place]}
    older = {place for place in differing if _approved_later(held[place], batch.approved_on[place])}
    rewritten = [place for place in held if place in differing and place not in older]
    changed = [place for place in rewritten if held[place]["body"] != batch.bodies[place]]
    _confirm(connection, snapshot, [row for place, row in held.items() if place not in older])
    renew_outlines(
        connection,
        {row["entity_no"]: batch.outlines[place] for place, row in held.items() if place not in differing},
    )
    _name(connection, snapshot, [row for place, row in held.items() if place in older])
    keep_states(connection, [held[place] for place in changed], snapshot.known_at)
    # Numbers are never used again, or a gram block would lead from an old name to another entity: asked before _forget.
    first = (connection.execute(select(func.max(tables.register_entities.c.entity_no))).scalar() or 0) + 1
    _forget(connection, [held[place]["entity_no"] for place in rewritten])
    # Another version finds the same entity by other keys: that is no other state of it.
    same = {place: held[place] for place in set(rewritten).difference(changed)}
    _insert(connection, snapshot, batch, numbers=_numbered(first, (*new, *rewritten)), same=same)
    return len(new), len(changed), len(older)


def _numbered(first: int, places: Sequence[int]) -> dict[int, int]:
    return dict(zip(places, range(first, first + len(places)), strict=True))


def _approved_later(known: RowMapping, approved_on: date | None) -> bool:
    """Whether the register has the entry as the office changed it after this row: files come out of order."""
    if approved_on is None:
        return False
    standing = Entity.model_validate_json(known["body"])
    return standing.gone is None and standing.approved_on is not None and standing.approved_on > approved_on


def _known(connection: Connection, codes: Sequence[str]) -> dict[str, RowMapping]:
    table = tables.register_entities
    found: dict[str, RowMapping] = {}
    for some in chunks(codes):
        rows = connection.execute(select(table).where(table.c.code.in_(some))).mappings()
        found.update((row["code"], row) for row in rows)
    return found


def _confirm(connection: Connection, snapshot: OpenedSnapshot, known: Sequence[RowMapping]) -> None:
    """Entities the snapshot has as they were are from now on known by this snapshot."""
    table = tables.register_entities
    origin = (snapshot.source, snapshot.snapshot_id, snapshot.no)
    differing = (row for row in known if (row["source"], row["snapshot_id"], row["named_no"]) != origin)
    older = [row["entity_no"] for row in differing if row["named_no"] != GONE_NO]
    for some in chunks(older):
        statement = update(table).where(table.c.entity_no.in_(some))
        connection.execute(
            statement.values(source=snapshot.source, snapshot_id=snapshot.snapshot_id, named_no=snapshot.no)
        )


def _name(connection: Connection, snapshot: OpenedSnapshot, known: Sequence[RowMapping]) -> None:
    """Entities the register knows later are named by the snapshot all the same: they are not absent from it."""
    table = tables.register_entities
    for some in chunks([row["entity_no"] for row in known if row["source"] == snapshot.source]):
        connection.execute(update(table).where(table.c.entity_no.in_(some)).values(named_no=snapshot.no))


def _forget(connection: Connection, entity_nos: Sequence[int]) -> None:
    for some in chunks(entity_nos):
        for table in (tables.register_keys, tables.register_entities):
            connection.execute(delete(table).where(table.c.entity_no.in_(some)))
    forget_outlines(connection, entity_nos)


def _insert(
    connection: Connection,
    snapshot: OpenedSnapshot,
    batch: RegisterBatch,
    *,
    numbers: Mapping[int, int],
    same: Mapping[int, RowMapping],
) -> None:
    """Write the entities at these places of the batch, with the numbers given them."""
    if not numbers:
        return
    rows = (
        (
            number,
            batch.codes[place],
            batch.statuses[place],
            snapshot.source,
            snapshot.snapshot_id,
            batch.digests[place],
            batch.grams[place],
            batch.bodies[place],
            same[place]["known_from"] if place in same else snapshot.known_at,
            same[place]["brought_no"] if place in same else snapshot.no,
            GONE_NO if batch.gone[place] else snapshot.no,
        )
        for place, number in numbers.items()
    )
    insert_tuples(connection, tables.register_entities, _COLUMNS, list(rows))
    keys = chain.from_iterable(map(repeat, batch.keys.texts, batch.keys.counts))
    pairs = list(zip(keys, map(numbers.get, batch.keys.of), strict=True))
    if len(numbers) < len(batch.codes):
        pairs = [pair for pair in pairs if pair[1] is not None]
    insert_tuples(connection, tables.register_keys, ("key", "entity_no"), pairs)
    add_outlines(connection, batch, numbers)
    grams.append_grams(connection, batch, numbers)
