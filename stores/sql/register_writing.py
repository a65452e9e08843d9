"""Writing the register: snapshots applied in batches, an entity with its keys and grams together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy import Connection, RowMapping, delete, func, select, update

from records.register import Entity, ImportReport
from records.register_ports import RegisterRow
from stores.sql import grams, lookaside, tables
from stores.sql.database import Database
from stores.sql.register_outlines import add_outlines, forget_outlines, renew_outlines
from stores.sql.register_states import GONE_NO, ORIGIN, OpenedSnapshot, begin, finish, keep_states
from stores.sql.rows import batches, body_of, chunks, insert_new, insert_tuples

__all__ = ["import_entities"]

_BATCH_ROWS = 20_000  # a second or two of writing; smaller batches make many more gram blocks


def import_entities(  # noqa: PLR0913 - the port's, and the database
    database: Database, source: str, snapshot_id: str, *, rows: Iterable[RegisterRow], known_at: datetime, full: bool
) -> ImportReport:
    """Add or change entities by code; those the snapshot does not name stay (`mark_absent`). Of several rows with one
    code the last holds. Each batch is a transaction: after a kill the same import goes on where it was and ends the
    same."""
    counts = _Counts()
    with database.write() as connection:
        snapshot = begin(connection, source, snapshot_id, known_at)
    for batch in batches(iter(rows), _BATCH_ROWS):
        with database.write() as connection:
            counts.add(_import_batch(connection, snapshot, batch), len(batch))
    with database.write() as connection:
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


def _import_batch(
    connection: Connection, snapshot: OpenedSnapshot, batch: Sequence[RegisterRow]
) -> tuple[int, int, int]:
    """Write a batch; how many entities were added, how many changed, and how many the register knows later."""
    latest = {row.entity.code: row for row in batch}
    known = _known(connection, list(latest))
    wanted = {code: _values(row, snapshot) for code, row in latest.items()}
    new = [code for code in latest if code not in known]
    differing = {code for code in latest if code in known and known[code]["row_sha256"] != wanted[code]["row_sha256"]}
    older = {code for code in differing if _approved_later(known[code], latest[code])}
    rewritten = [code for code in latest if code in differing and code not in older]
    changed = [code for code in rewritten if known[code]["body"] != wanted[code]["body"]]
    for code in set(rewritten).difference(changed):
        # Another version finds the same entity by other keys: that is no other state of it.
        wanted[code].update(known_from=known[code]["known_from"], brought_no=known[code]["brought_no"])
    _confirm(connection, snapshot, [known[code] for code in latest if code in known and code not in older])
    renew_outlines(
        connection,
        {known[code]["entity_no"]: latest[code] for code in latest if code in known and code not in differing},
    )
    _name(connection, snapshot, [known[code] for code in older])
    keep_states(connection, [known[code] for code in changed], snapshot.known_at)
    # Numbers are never used again, or a gram block would lead from an old name to another entity: asked before _forget.
    first = (connection.execute(select(func.max(tables.register_entities.c.entity_no))).scalar() or 0) + 1
    _forget(connection, [known[code]["entity_no"] for code in rewritten])
    _insert(connection, first, [(wanted[code], latest[code]) for code in (*new, *rewritten)])
    return len(new), len(changed), len(older)


def _approved_later(known: RowMapping, row: RegisterRow) -> bool:
    """Whether the register has the entry as the office changed it after this row: files come out of order."""
    approved_on = row.entity.approved_on
    if approved_on is None:
        return False
    standing = Entity.model_validate_json(known["body"])
    return standing.gone is None and standing.approved_on is not None and standing.approved_on > approved_on


def _values(row: RegisterRow, snapshot: OpenedSnapshot) -> dict[str, object]:
    body = body_of(row.entity, exclude=ORIGIN, exclude_defaults=True)
    own_grams = grams.GRAM_SEPARATOR.join(dict.fromkeys(row.grams))
    whole = "\x1e".join((body, own_grams, *sorted(set(row.keys))))
    return {
        "code": row.entity.code,
        "status": row.entity.status.value,
        "source": snapshot.source,
        "snapshot_id": snapshot.snapshot_id,
        "row_sha256": hashlib.sha256(whole.encode()).digest(),
        "grams": own_grams,
        "body": body,
        "known_from": snapshot.known_at,
        "brought_no": snapshot.no,
        "named_no": GONE_NO if row.entity.gone else snapshot.no,
    }


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


def _insert(connection: Connection, first: int, entities: Sequence[tuple[dict[str, object], RegisterRow]]) -> None:
    if not entities:
        return
    numbered = [(first + offset, values, row) for offset, (values, row) in enumerate(entities)]
    for number, values, _row in numbered:
        values["entity_no"] = number
    insert_new(connection, tables.register_entities, [values for _number, values, _row in numbered])
    # By key alone: of one key the numbers ascend already, and comparing pairs costs four times as much.
    pairs = sorted(((key, number) for number, _values, row in numbered for key in set(row.keys)), key=itemgetter(0))
    insert_tuples(connection, tables.register_keys, ("key", "entity_no"), pairs)
    add_outlines(connection, ((number, row) for number, _values, row in numbered))
    grams.append_grams(connection, first, ((number, row.entity.code, row.grams) for number, _values, row in numbered))
