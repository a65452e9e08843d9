"""Lists by time, cut by the database: newest first, from a place on, so many."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, String, Table, Text, func, literal, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from records.lists import ListPlace

__all__ = ["begins", "body_text", "count_of", "newest_first"]


def newest_first(
    statement: Select[Any], by: tuple[Column[Any], Column[Any]], *, after: ListPlace | None, limit: int | None
) -> Select[Any]:
    """A statement's rows by time and key, both downwards; behind `after`, at most `limit` of them (None: all).

    Both are compared as one value, which an index over the two columns answers from its middle.
    """
    at, key = by
    if after is not None:
        statement = statement.where(tuple_(at, key) < tuple_(literal(after.at, at.type), literal(after.key, key.type)))
    statement = statement.order_by(at.desc(), key.desc())
    return statement if limit is None else statement.limit(limit)


def count_of(connection: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    """How many rows of a table fit."""
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar() or 0)


def begins(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """Whether a text begins so, to the letter: LIKE of SQLite takes `a` for `A`."""
    return func.substr(column, 1, len(start)) == start


class body_text(FunctionElement[str]):  # reads as the function it is in SQL
    """A text of a record that is no column: `body_text(table.c.body, "region_code")`. NULL where it is not said."""

    type = String()
    inherit_cache = True

    def __init__(self, body: Column[Text] | Column[str], name: str) -> None:
        super().__init__(body, literal(name))


@compiles(body_text, "sqlite")
def _of_sqlite(element: body_text, compiler: SQLCompiler, **kw: Any) -> str:
    body, name = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_extract({body}, '$.' || {name})"


@compiles(body_text, "postgresql")
def _of_postgres(element: body_text, compiler: SQLCompiler, **kw: Any) -> str:
    body, name = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({body} AS JSON) ->> {name})"
