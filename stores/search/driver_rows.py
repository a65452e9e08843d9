"""Rows as the driver gives them: a search reads very many small ones, and as SQLAlchemy's they cost four times it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

__all__ = ["matching_set", "rows_of"]


def rows_of(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, within the transaction of the connection. Errors are the driver's, which
    `stores.sql.database` names."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.execute(statement, tuple(parameters)).fetchall()


def matching_set(connection: Connection, pairs: str, match: str) -> int:
    """The numbers FTS5 finds, as bits.

    SQLite hands them over as one text: a row each, as the driver makes them, costs more than finding them. FTS5 gives
    them in order, so that an unbroken run of them (a word that is everywhere) is seen from its ends.
    """
    statement = f"SELECT group_concat(rowid) FROM {pairs} WHERE {pairs} MATCH ?"  # noqa: S608  # our names
    listed = rows_of(connection, statement, (match,))[0][0]
    if listed is None:
        return 0
    first, last = int(listed.partition(",")[0]), int(listed.rpartition(",")[2])
    if listed.count(",") == last - first:
        return (1 << last - first + 1) - 1 << first
    from stores.search.counting import bits_of_numbers, listed_numbers  # numpy is slow to load

    return bits_of_numbers(listed_numbers(listed))
