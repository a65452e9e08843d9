"""Statements given to the driver: values in their places, converted as their columns say, rows counted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql

from stores.sql.ready import Ready
from stores.sql.sqlite import open_sqlite
from stores.sql.tables import Moment

AT = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
VISITS = Table(
    "visits", MetaData(), Column("no", Integer, primary_key=True), Column("name", String), Column("at", Moment)
)
PUT = Ready(insert(VISITS), ("name", "at"))
NAMES = Ready(select(VISITS.c.name).where(VISITS.c.at == bindparam("at", type_=VISITS.c.at.type)).order_by(VISITS.c.no))
MOVED = update(VISITS).where(VISITS.c.name == "a").values(name=bindparam("to"))


@pytest.fixture
def connection(tmp_path: Path):
    database = open_sqlite(tmp_path / "a.db", cure_corrupt="", cure_missing="")
    with database.write() as opened:
        VISITS.create(opened)
        yield opened
    database.close()


def test_values_are_found_by_name_and_converted_as_their_column_says(connection: Connection) -> None:
    assert PUT.run_each(connection, [{"at": AT, "name": "a"}]) == 1
    assert PUT.run_each(connection, [{"name": "b", "at": AT}, {"at": None, "name": "c"}]) == 2
    assert PUT.run_each(connection, []) == 0
    assert NAMES.run(connection, {"at": AT}).fetchall() == [("a",), ("b",)]
    assert connection.execute(select(VISITS.c.at).where(VISITS.c.name == "a")).scalar() == AT


def test_value_that_stands_in_the_statement_is_kept(connection: Connection) -> None:
    PUT.run_each(connection, [{"name": "a", "at": AT}, {"name": "b", "at": AT}])
    moved = Ready(MOVED)
    assert moved.run(connection, {"to": "z"}).rowcount == 1
    assert moved.run(connection, {"to": "z"}).rowcount == 0


def test_server_is_asked_in_its_own_words() -> None:
    form = Ready(MOVED)._form(postgresql.dialect())
    assert not form.in_order
    assert sorted(form.parameters({"to": "z"}).values()) == ["a", "z"]
    assert "RETURNING" not in PUT._form(postgresql.dialect()).text
