"""Writing what names are compared with (`stores.sql.register_index_tables`), in the transaction of the import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from records.register_ports import RegisterRow
from stores.sql import lookaside
from stores.sql.grams import GRAM_SEPARATOR
from stores.sql.register_index_tables import register_outlines
from stores.sql.rows import chunks, insert_new

__all__ = ["add_outlines", "forget_outlines", "renew_outlines"]


def add_outlines(connection: Connection, rows: Iterable[tuple[int, RegisterRow]]) -> None:
    """Write the outlines of new entities, by number."""
    values = [
        {
            "entity_no": number,
            "code": row.entity.code,
            "name": row.entity.name,
            "outline": row.outline,
            # closed at both ends, so that looking for one gram is looking for a piece of text
            "grams": GRAM_SEPARATOR.join(("", *dict.fromkeys(row.grams), "")),
        }
        for number, row in rows
    ]
    insert_new(connection, register_outlines, values)


def forget_outlines(connection: Connection, entity_nos: Sequence[int]) -> None:
    """Take away those of entities that get another number."""
    lookaside.retire(connection, entity_nos)
    for some in chunks(entity_nos):
        connection.execute(delete(register_outlines).where(register_outlines.c.entity_no.in_(some)))


def renew_outlines(connection: Connection, rows: Mapping[int, RegisterRow]) -> None:
    """Write anew what another version made of entities that did not change otherwise."""
    table = register_outlines
    for some in chunks(list(rows)):
        written = connection.execute(select(table.c.entity_no, table.c.outline).where(table.c.entity_no.in_(some)))
        differing = [number for number, outline in written if outline != rows[number].outline]
        if differing:
            lookaside.forget(connection)
        for number in differing:
            statement = update(table).where(table.c.entity_no == number)
            connection.execute(statement.values(outline=rows[number].outline))
