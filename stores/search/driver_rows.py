"""Rows as the driver gives them: a search reads very many small ones, and as SQLAlchemy's they cost four times it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from stores.search.bits import bits_of

__all__ = ["rows_of", "set_of"]


def rows_of(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, within the transaction of the connection. Errors are the driver's, which
    `stores.sql.database` names."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.execute(statement, tuple(parameters)).fetchall()


def set_of(connection: Connection, column: str, source: str, parameters: Sequence[object] = ()) -> int:
    """The whole numbers of a column, each there once, as bits. `source` begins with the table's name.

    SQLite hands them over as one text: a row each, as the driver makes them, costs more than finding them.
    """
    statement = f"SELECT count(*), min({column}), max({column}), group_concat({column}) FROM {source}"  # noqa: S608  # our names
    ((count, least, most, listed),) = rows_of(connection, statement, parameters)
    if not count:
        return 0
    if most - least + 1 == count:
        unbroken: int = (1 << count) - 1 << least
        return unbroken
    return bits_of(json.loads(f"[{listed}]"))
