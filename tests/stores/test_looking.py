"""Short questions to the driver, and writing: connections are kept, each look and each write is a transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from records.errors import StoreAwayError
from stores.sql.database import Database
from stores.sql.sqlite import open_sqlite


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_sqlite(tmp_path / "a.db", cure_corrupt="", cure_missing="迁移")
    with opened.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    return opened


def test_connection_is_kept_and_sees_what_was_written_since(database: Database) -> None:
    with database.look() as first:
        assert first.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)
        with database.write() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert first.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)  # one moment
    with database.look() as again:
        assert again is first
        assert again.cursor().execute("SELECT count(*) FROM t").fetchone() == (1,)
    database.close()


def test_looks_at_once_have_a_connection_each(database: Database) -> None:
    with database.look() as one, database.look() as other:
        assert one is not other
    database.close()


def test_fault_is_named_and_the_next_look_works(database: Database) -> None:
    with pytest.raises(StoreAwayError, match="尚未建表"), database.look() as driver:
        driver.cursor().execute("SELECT * FROM absent")
    with database.look() as driver:
        assert driver.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)
    database.close()
    with database.look() as driver:
        assert driver.cursor().execute("SELECT count(*) FROM t").fetchone() == (0,)
    database.close()


def test_writes_go_on_over_one_connection_and_each_is_whole_or_not_there(database: Database) -> None:
    with database.write() as first:
        first.exec_driver_sql("INSERT INTO t VALUES (1)")
    with database.write() as second:
        assert second is first
    with pytest.raises(StoreAwayError, match="尚未建表"), database.write() as failing:
        failing.exec_driver_sql("INSERT INTO t VALUES (2)")
        failing.exec_driver_sql("INSERT INTO absent VALUES (2)")
    with database.write() as after, database.read() as beside:
        after.exec_driver_sql("INSERT INTO t VALUES (3)")
        assert beside.exec_driver_sql("SELECT n FROM t").scalars().all() == [1]
    with database.write(durable=True) as connection:
        assert connection.exec_driver_sql("SELECT n FROM t").scalars().all() == [1, 3]
    database.close()
    with database.write() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 2
    database.close()
