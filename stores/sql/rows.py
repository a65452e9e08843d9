"""The few statements every port needs: insert what is new, replace by key, read one, walk many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.dml import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite.dml import Insert as SqliteInsert

from records.base import Record, body_of
from records.errors import NotFoundError
from records.search import SearchKind
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.ready import Ready

__all__ = [
    "add_up",
    "announce",
    "batches",
    "body_of",
    "chunks",
    "find_body",
    "insert_new",
    "insert_tuples",
    "look_up_bodies",
    "look_up_body",
    "read_one",
    "upsert",
    "walk",
    "walk_bodies",
]

Model = TypeVar("Model", bound=Record)
Item = TypeVar("Item")

_WALK_ROWS = 500
_MAX_PARAMETERS = 500
_MANY_ROWS = 200
_MOST_LOOKED_UP = 256
_COUNTED = {"preserve_rowcount": True}
_PLACES = 2  # itemgetter gives a tuple of two names or more


def chunks(items: Sequence[Item], size: int = _MAX_PARAMETERS) -> Iterator[Sequence[Item]]:
    """Runs of at most `size`: a statement takes only so many parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_new(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> int:
    """Insert the rows whose keys are not there yet; how many were new."""
    if not values:
        return 0
    return _execute_many(connection, _insert_new(table, connection.dialect.name), table, values)


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, or replace every other column of the one that has the same primary key; of rows with one key the
    last stands."""
    if (
        len(values) >= _MANY_ROWS and connection.dialect.name == "postgresql"
    ):  # in one statement, which meets a row once
        keys = [column.name for column in table.primary_key]
        values = list({tuple([row[key] for key in keys]): row for row in values}.values())
    if values:
        _execute_many(connection, _upsert(table, connection.dialect.name), table, values)


def insert_tuples(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> int:
    """As `insert_new`, of rows whose values stand in the order of `names`."""
    return _execute_tuples(connection, _insert_new(table, connection.dialect.name), table, names, rows) if rows else 0


def add_up(connection: Connection, table: Table, names: tuple[str, str], rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows of a key and a number, or add the number to what the key has; each key once."""
    if rows:
        _execute_tuples(connection, _adding(table, connection.dialect.name, names), table, names, rows)


def _execute_many(
    connection: Connection,
    statement: SqliteInsert | PostgresInsert,
    table: Table,
    values: Sequence[Mapping[str, object]],
) -> int:
    """Run an insert over rows of one shape; how many it touched. They go to the driver as they are: SQLAlchemy's way
    from names to places costs more than the database."""
    names = tuple(values[0])
    if len(values) < _MANY_ROWS or len(names) < _PLACES:
        return _ready(statement, names).run_each(connection, values)
    return _execute_tuples(connection, statement, table, names, list(map(itemgetter(*names), values)))


def _execute_tuples(
    connection: Connection,
    statement: SqliteInsert | PostgresInsert,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> int:
    dialect = connection.dialect
    if dialect.name == "postgresql":
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        whole = {name: list(values) for name, values in columns.items()}
        many = _of_arrays(statement, table, tuple(names))
        return max(connection.execute(many, whole, execution_options=_COUNTED).rowcount, 0)
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert compiled.positiontup is not None
    if compiled.positiontup != list(names):
        rows = list(map(itemgetter(*(names.index(name) for name in compiled.positiontup)), rows))
    for place, name in enumerate(compiled.positiontup):
        convert = None if isinstance(table.c[name].type, LargeBinary) else table.c[name].type.bind_processor(dialect)
        if convert is not None:
            rows = [(*row[:place], convert(row[place]), *row[place + 1 :]) for row in rows]
    return max(connection.exec_driver_sql(compiled.string, rows).rowcount, 0)


def find_body(connection: Connection, table: Table, key: str) -> str | None:
    """The JSON of the record with this primary key."""
    found = _body_of(table).run(connection, {"wanted": key}).fetchone()
    return None if found is None else str(found[0])


def look_up_body(database: Database, table: Table, key: str) -> str | None:
    """As `find_body`, outside any transaction."""
    found = _body_of(table).ask(database, {"wanted": key})
    return str(found[0][0]) if found else None


def look_up_bodies(database: Database, table: Table, keys: Sequence[str]) -> dict[str, str]:
    """As `look_up_body`, of several; those that are there, by key."""
    found: dict[str, str] = {}
    for some in chunks(keys, _MOST_LOOKED_UP):
        wanted = [*some, *([some[-1]] * (_places(len(some)) - len(some)))]
        found.update(
            _bodies_of(table, len(wanted)).ask(database, {f"wanted_{place}": key for place, key in enumerate(wanted)})
        )
    return found


def read_one(database: Database, model: type[Model], table: Table, key: str, *, what: str) -> Model:
    """The record with this primary key.

    Raises:
        NotFoundError: There is none; `what` names the kind in Chinese.
    """
    body = look_up_body(database, table, key)
    if body is None:
        raise NotFoundError(f"没有这条{what}：{key[:200]}", key=key)
    return model.model_validate_json(body)


def walk(database: Database, model: type[Model], table: Table, *where: ColumnElement[bool]) -> Iterator[Model]:
    """Every record by its primary key, a few hundred at a time, so that no transaction stays open meanwhile."""
    for body in walk_bodies(database, table, *where):
        yield model.model_validate_json(body)


def walk_bodies(database: Database, table: Table, *where: ColumnElement[bool]) -> Iterator[str]:
    """As `walk`, the JSON of the records."""
    after: object = None
    while True:
        rows = _step(database, table, where, after)
        for _key, body in rows:
            yield body
        if len(rows) < _WALK_ROWS:
            return
        after = rows[-1][0]


def _step(
    database: Database, table: Table, where: Sequence[ColumnElement[bool]], after: object
) -> Sequence[Sequence[Any]]:
    if not where:
        return _steps(table, first=after is None).ask(database, {"after": after})
    key = next(iter(table.primary_key))
    statement = select(key, table.c.body).where(*where).order_by(key).limit(_WALK_ROWS)
    if after is not None:
        statement = statement.where(key > after)
    with database.read() as connection:
        return connection.execute(statement).all()


def announce(connection: Connection, kind: SearchKind, record_ids: Sequence[str]) -> None:
    """Tell the outbox, in the transaction of the save. An entry still waiting is replaced by one with a new number, so
    that whoever is just indexing the older state cannot tick off the newer."""
    rows = [{"kind": kind.value, "record_id": record_id} for record_id in dict.fromkeys(record_ids)]
    if rows:
        _NO_LONGER.run_each(connection, rows)
        _ANNOUNCED.run_each(connection, rows)


def batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """A stream cut in lists of `size`."""
    while batch := list(islice(items, size)):
        yield batch


# Statements are built once: building one costs more than running it.


@cache
def _insert_new(table: Table, dialect: str) -> SqliteInsert | PostgresInsert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _upsert(table: Table, dialect: str) -> SqliteInsert | PostgresInsert:
    statement = _insert(table, dialect)
    keys = [column.name for column in table.primary_key]
    others = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


@cache
def _adding(table: Table, dialect: str, names: tuple[str, str]) -> SqliteInsert | PostgresInsert:
    statement, (key, number) = _insert(table, dialect), names
    summed = table.c[number] + statement.excluded[number]
    return statement.on_conflict_do_update(index_elements=[key], set_={number: summed})


@cache
def _of_arrays(statement: SqliteInsert | PostgresInsert, table: Table, names: tuple[str, ...]) -> Executable:
    """The insert of whole columns at once: rows one by one cost the server ten times as much."""
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in names]
    rows = func.unnest(*arrays).table_valued(*names).render_derived()
    return statement.from_select(list(names), select(*[rows.c[name] for name in names]))


@cache
def _body_of(table: Table) -> Ready:
    return Ready(select(table.c.body).where(next(iter(table.primary_key)) == bindparam("wanted")))


@cache
def _bodies_of(table: Table, count: int) -> Ready:
    key = next(iter(table.primary_key))
    places = [bindparam(f"wanted_{place}", type_=key.type) for place in range(count)]
    return Ready(select(key, table.c.body).where(key.in_(places)))


def _places(count: int) -> int:
    """How many a statement asks for: a power of two, so that few statements are made ready."""
    return 1 << (count - 1).bit_length()


@cache
def _steps(table: Table, *, first: bool) -> Ready:
    key = next(iter(table.primary_key))
    held = () if first else (key > bindparam("after"),)
    return Ready(select(key, table.c.body).where(*held).order_by(key).limit(_WALK_ROWS))


@cache
def _ready(statement: SqliteInsert | PostgresInsert, names: tuple[str, ...]) -> Ready:
    return Ready(statement, names)


def _insert(table: Table, dialect: str) -> SqliteInsert | PostgresInsert:
    """Both dialects spell the conflict clause alike; only the class that builds it differs."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


_NO_LONGER = Ready(
    delete(tables.outbox).where(
        tables.outbox.c.kind == bindparam("kind"), tables.outbox.c.record_id == bindparam("record_id")
    )
)
_ANNOUNCED = Ready(insert(tables.outbox), ("kind", "record_id"))
