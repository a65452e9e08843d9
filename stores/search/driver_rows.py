"""Rows as the driver gives them: a search reads very many small ones, and as SQLAlchemy's they cost four times it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

__all__ = ["rows_of"]


def rows_of(connection: Connection, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, within the transaction of the connection. Errors are the driver's, which
    `stores.sql.database` names."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver.execute(statement, tuple(parameters)).fetchall()
