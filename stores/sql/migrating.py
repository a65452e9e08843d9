"""Bring a database's tables to this version of the program (Alembic, inside one transaction)."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.sql import column, table

from records.errors import StoreAwayError
from stores.sql.database import Database
from stores.sql.migrations import HEAD

__all__ = ["current_version", "migrate", "migrate_to"]

_VERSIONS = table("alembic_version", column("version_num"))


def migrate(database: Database) -> bool:
    """Upgrade to `HEAD`; a database already there is not locked and Alembic not loaded.

    Returns:
        Whether it was of another version.

    Raises:
        StoreAwayError: The database is of a version this program does not know.
    """
    with database.read() as connection:
        if current_version(connection) == HEAD:
            return False
    with database.write(durable=True) as connection:
        _upgrade(connection)
    return True


def migrate_to(database: Database, revision: str) -> None:
    """Make the tables as they were at an older revision, for records of that time to be filled in; raises as
    `migrate`."""
    with database.write(durable=True) as connection:
        _upgrade(connection, revision)


def current_version(connection: Connection) -> str | None:
    """The revision the tables are at; None before the first."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.execute(select(_VERSIONS.c.version_num)).scalar()
    return found


def _sort_by_character(connection: Connection) -> None:
    """On PostgreSQL let every text sort by its characters' numbers, as SQLite and Python sort, whatever language
    the database was made for. A database made so already is left alone."""
    if connection.dialect.name != "postgresql" or connection.execute(text(_PLAIN)).scalar():
        return
    for name, changes in connection.execute(text(_OTHERS)).all():
        connection.execute(text(f"ALTER TABLE {name} {changes}"))


_PLAIN = """SELECT datcollate IN ('C', 'POSIX') AND datlocprovider = 'c'
FROM pg_database WHERE datname = current_database()"""
_OTHERS = """SELECT quote_ident(table_name),
string_agg(format('ALTER COLUMN %I TYPE %s COLLATE "C"', column_name, data_type), ', ')
FROM information_schema.columns WHERE table_schema = current_schema() AND collation_name IS NULL
AND data_type IN ('text', 'character varying') GROUP BY table_name"""


def _upgrade(connection: Connection, revision: str = "head") -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as exc:
        version = current_version(connection)
        raise StoreAwayError(
            f"数据库版本 {version} 不为本程序所知（本程序为 {HEAD}）", cure="换用较新版本的程序", version=version
        ) from exc
    _sort_by_character(connection)
