"""Migrations make the tables the code works with."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from records.errors import StoreAwayError, WangJianError
from stores.backends import open_records
from stores.sql import schedule_tables, survey_tables
from stores.sql.migrations import HEAD
from stores.sql.tables import METADATA


def _open(tmp_path):
    return open_records(f"sqlite://{tmp_path}/w.db")


def test_migrated_tables_are_those_of_the_code(tmp_path):
    records = _open(tmp_path)
    records.migrate()
    assert schedule_tables.METADATA is survey_tables.METADATA is METADATA
    with records.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    records.close()


def test_head_is_the_newest_script():
    config = Config()
    config.set_main_option("script_location", "stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrating_again_changes_nothing(tmp_path):
    records = _open(tmp_path)
    records.migrate()
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection:
        before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        records.migrate()
        assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
    records.close()


def test_two_that_migrate_at_once_make_one_database(tmp_path):
    failures = []

    def migrate():
        records = _open(tmp_path)
        try:
            records.migrate()
            records.survey.targets()
        except WangJianError as exc:
            failures.append(exc)
        finally:
            records.close()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_database_of_a_newer_program_is_refused(tmp_path):
    records = _open(tmp_path)
    records.migrate()
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreAwayError, match="9999.*较新版本"):
        records.migrate()
    records.close()


def test_migrations_are_part_of_the_package():
    import stores.sql.migrations as package

    folder = Path(package.__file__).parent
    assert {"env.py", "script.py.mako", "versions"} <= {path.name for path in folder.iterdir()}
