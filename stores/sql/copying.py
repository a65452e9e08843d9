"""RecordsCopier: every table read at one moment, and written into an empty database of whatever kind.

Values go as the driver gives them, by no type of ours: a copy of a database is its rows, not what a version of the
program makes of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import Boolean, ColumnClause, Connection, Select, column, func, inspect, select, table, text

from records.backups import BackupHeads, Cell, ChainHead
from records.errors import ConflictError, InvalidInputError, StoreAwayError
from stores.sql import lookaside
from stores.sql.database import Database
from stores.sql.migrating import current_version, migrate, migrate_to
from stores.sql.migrations import HEAD
from stores.sql.sqlite import write_much
from stores.sql.tables import METADATA

__all__ = ["SqlRecordsCopier"]

_BATCH = 1_000
_MADE_ANEW = frozenset({"register_lookasides"})
"""Says which file beside the database may be read: there is none beside another database."""
_NOT_KEPT = frozenset({"sessions"})
"""Who was signed in signs in again: a backup in wrong hands opens no session."""
_VERSION = "alembic_version"


class SqlRecordsCopier:
    """See `records.backups.RecordsCopier`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def snapshot(self) -> Iterator[_Snapshot]:
        with self._database.read() as connection:
            yield _Snapshot(connection)

    @contextmanager
    def fill(self, revision: str) -> Iterator[_Filler]:
        if not revision.isdigit() or int(revision) > int(HEAD):
            raise InvalidInputError(
                f"备份的数据库版本 {revision[:20]} 比本程序的 {HEAD} 新", cure="换用不低于备份时版本的程序再恢复"
            )
        self._refuse_filled(revision)
        migrate_to(self._database, revision)
        with self._database.write(durable=True) as connection:
            write_much(connection)
            filler = _Filler(connection)
            yield filler
            filler.count_on()
            write_much(connection, over=True)
        migrate(self._database)
        lookaside.keep_up(self._database)

    def counts(self) -> Mapping[str, int]:
        with self._database.read() as connection:
            return {name: _count(connection, name) for name in _copied(connection)}

    def _refuse_filled(self, revision: str) -> None:
        with self._database.read() as connection:
            made = current_version(connection)
            if made not in (None, revision):
                raise ConflictError(
                    f"目标数据库已建表，版本 {made} 与备份的 {revision} 不同", cure="换一个没有建过表的数据库"
                )
            present = [name for name in _present(connection) if name not in _MADE_ANEW | {_VERSION}]
            for name in present:
                if _count(connection, name):
                    raise ConflictError(f"目标数据库不是空的：表 {name} 已有记录", cure="恢复到空的数据库或空的目录")


class _Snapshot:
    """See `records.backups.RecordsSnapshot`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        revision = current_version(connection)
        if revision is None:
            raise StoreAwayError("数据库尚未建表，没有可备份的记录", cure="运行 wangjian migrate")
        self.revision = revision
        self.tables: Mapping[str, tuple[str, ...]] = _copied(connection)
        self.left_out = tuple(sorted({*_present(connection)} - {*self.tables, _VERSION}))

    def rows(self, table_name: str) -> Iterator[Sequence[Cell]]:
        columns = self.tables[table_name]
        wanted: list[ColumnClause[Any]] = [column(name) for name in columns]
        statement = select(*wanted).select_from(table(table_name))
        streaming = self._connection.execution_options(stream_results=True, max_row_buffer=_BATCH)
        found = streaming.execute(statement)
        for batch in found.partitions(_BATCH):
            yield from (tuple(row) for row in batch)

    def heads(self) -> BackupHeads:
        heads = table("log_heads", column("size"), column("head_sha256"))
        newest = select(heads.c.head_sha256).order_by(heads.c.size.desc()).limit(1)
        return BackupHeads(
            audit=self._end("audit_events"),
            custody=self._end("custody_events"),
            log_size=_count(self._connection, "log_leaves") if "log_leaves" in self.tables else 0,
            log_head_sha256=self._connection.execute(newest).scalar() or "" if "log_heads" in self.tables else "",
        )

    def _end(self, name: str) -> ChainHead | None:
        events = table(name, column("sequence"), column("body"))
        newest = select(events.c.body).order_by(events.c.sequence.desc()).limit(1)
        body = self._connection.execute(newest).scalar()
        if body is None:
            return None
        event = json.loads(body)
        return ChainHead(sequence=event["sequence"], sha256=event["event_sha256"], sm3=event["event_sm3"])


class _Filler:
    """See `records.backups.RecordsFiller`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._columns: dict[str, frozenset[str]] = {}
        self._truths: dict[str, frozenset[str]] = {}
        for name in _present(connection):
            found = inspect(connection).get_columns(name)
            self._columns[name] = frozenset(one["name"] for one in found)
            self._truths[name] = frozenset(one["name"] for one in found if isinstance(one["type"], Boolean))

    def add(self, table_name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        known = self._columns.get(table_name, frozenset())
        if not known.issuperset(columns) or table_name in _MADE_ANEW or not columns:
            raise InvalidInputError(f"备份中的表 {table_name[:60]} 不为本程序所知", cure="换用写成该备份的程序版本")
        statement = table(table_name, *map(column, columns)).insert()
        truths = [place for place, name in enumerate(columns) if name in self._truths[table_name]]
        waiting, count = iter(rows), 0
        while batch := list(islice(waiting, _BATCH)):
            for place in truths:
                batch = [(*row[:place], _truth(row[place]), *row[place + 1 :]) for row in batch]
            self._connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in batch])
            count += len(batch)
        return count

    def count_on(self) -> None:
        """Let numbers the database gives go on after those that were filled in; SQLite does so by itself."""
        if self._connection.dialect.name != "postgresql":
            return
        for name in self._columns:
            for key in inspect(self._connection).get_pk_constraint(name)["constrained_columns"]:
                counter = self._connection.execute(
                    text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": f'"{name}"', "key": key}
                ).scalar()
                newest: Select[Any] = select(func.max(column(key))).select_from(table(name))
                if counter and (last := self._connection.execute(newest).scalar()):
                    self._connection.execute(text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last})


def _truth(value: Cell) -> bool | None:
    return None if value is None else bool(value)


def _present(connection: Connection) -> list[str]:
    """Tables of ours in this database; others may keep theirs beside them."""
    return [name for name in inspect(connection).get_table_names() if name in METADATA.tables or name == _VERSION]


def _copied(connection: Connection) -> dict[str, tuple[str, ...]]:
    """In an order in which what is referred to comes first."""
    present = {*_present(connection)} - _MADE_ANEW - _NOT_KEPT
    inspector = inspect(connection)
    return {
        one.name: tuple(str(found["name"]) for found in inspector.get_columns(one.name))
        for one in METADATA.sorted_tables
        if one.name in present
    }


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
