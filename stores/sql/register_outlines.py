"""Writing what names are compared with (`stores.sql.register_index_tables`), in the transaction of the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select, update

from records.register_batches import GRAM_SEPARATOR, RegisterBatch
from stores.sql import lookaside
from stores.sql.register_index_tables import register_outlines
from stores.sql.rows import chunks, insert_tuples

__all__ = ["add_outlines", "forget_outlines", "renew_outlines"]


def add_outlines(connection: Connection, batch: RegisterBatch, numbers: Mapping[int, int]) -> None:
    """Write the outlines of new entities, at these places of the batch, under these numbers."""
    rows = [
        (
            number,
            batch.codes[place],
            batch.names[place],
            batch.outlines[place],
            # closed at both ends, so that looking for one gram is looking for a piece of text
            f"{GRAM_SEPARATOR}{batch.grams[place]}{GRAM_SEPARATOR}" if batch.gram_counts[place] else GRAM_SEPARATOR,
        )
        for place, number in numbers.items()
    ]
    insert_tuples(connection, register_outlines, ("entity_no", "code", "name", "outline", "grams"), rows)


def forget_outlines(connection: Connection, entity_nos: Sequence[int]) -> None:
    """Take away those of entities that get another number."""
    lookaside.retire(connection, entity_nos)
    for some in chunks(entity_nos):
        connection.execute(delete(register_outlines).where(register_outlines.c.entity_no.in_(some)))


def renew_outlines(connection: Connection, outlines: Mapping[int, str]) -> None:
    """Write anew what another version made of entities that did not change otherwise (by number)."""
    table = register_outlines
    for some in chunks(list(outlines)):
        written = connection.execute(select(table.c.entity_no, table.c.outline).where(table.c.entity_no.in_(some)))
        differing = [number for number, outline in written if outline != outlines[number]]
        if differing:
            lookaside.forget(connection)
        for number in differing:
            statement = update(table).where(table.c.entity_no == number)
            connection.execute(statement.values(outline=outlines[number]))
