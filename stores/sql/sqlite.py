"""What only SQLite needs: how a connection is prepared, how a transaction begins, what its errors mean.

One writer at a time holds for all processes because every writing transaction begins with BEGIN IMMEDIATE; readers of a
WAL database wait for nobody.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from records.errors import (
    ConflictError,
    IntegrityError,
    NotFoundError,
    StorageFullError,
    StoreAwayError,
    WangJianError,
)
from stores.sql.database import BEGIN_OPTION, BESIDE, Begin, Database

__all__ = ["explain_error", "open_sqlite", "write_much"]

_BUSY_MILLISECONDS = 30_000
_CACHE_KIB, _CHECKPOINT_PAGES = 32_000, 1_000
_CACHE_KIB_WRITING, _CHECKPOINT_PAGES_WRITING = 48_000, 20_000
_SYNCHRONOUS = "wangjian_synchronous"
_MOST_MAPPED_BYTES = 450_000_000
"""So much is read in place by those who look, with the file beside the database: a tenth of a query's time. It counts
as memory of the process, though the system takes it back at will; more would not leave 600 MB enough for a million
entities."""
_WAL_ATTEMPTS = 100
_WAL_PAUSE_SECONDS = 0.02
_WRITE_FAULTS = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)


def open_sqlite(path: Path, *, cure_corrupt: str, cure_missing: str) -> Database:
    """A database in a file; the file and its folder are made at the first use.

    Args:
        cure_corrupt: What to do when the file is damaged.
        cure_missing: What to do when its tables are not there.
    """
    engine = create_engine(URL.create("sqlite+pysqlite", database=str(path)), pool_size=8, max_overflow=24)
    event.listen(engine, "do_connect", lambda *_call: _make_folder(path))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(
        engine,
        _SqliteWays(path),
        driver_errors=(sqlite3.Error,),
        explain=lambda exc: explain_error(exc, path, cure_corrupt=cure_corrupt, cure_missing=cure_missing),
    )


class _SqliteWays:
    """See `stores.sql.database.Ways`: one writer at a time, whatever it names."""

    parts = False

    def __init__(self, path: Path) -> None:
        self._path = path

    def enter(self, connection: Connection, beside: Sequence[str] | None) -> None:
        """Nothing is left to do: BEGIN IMMEDIATE has waited."""

    def ready_to_look(self, driver: DBAPIConnection) -> None:
        driver.cursor().execute(f"PRAGMA mmap_size = {max(_MOST_MAPPED_BYTES - self._bytes_beside(), 0)}")

    def begin_look(self, driver: DBAPIConnection) -> None:
        driver.cursor().execute("BEGIN")

    def _bytes_beside(self) -> int:
        stem = f"{self._path.name}{BESIDE}"
        with suppress(OSError), os.scandir(self._path.parent) as entries:  # another process may be removing one
            return sum([one.stat().st_size for one in entries if one.name.startswith(stem)])
        return 0


def write_much(connection: Connection, *, over: bool = False) -> None:
    """Room for large transactions that touch pages all over, one after another: otherwise each writes the pages it has
    no room for before its end, and all of them a second time. With `over` as before; nothing on another database."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_CACHE_KIB if over else _CACHE_KIB_WRITING}")
        pages = _CHECKPOINT_PAGES if over else _CHECKPOINT_PAGES_WRITING
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {pages}")


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise StorageFullError(
            f"数据目录无法建立：{path.parent}（{exc.strerror}）", cure="检查路径、权限与磁盘", path=str(path)
        ) from exc


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # transactions begin where _begin says, not where the driver guesses
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    _use_wal(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Two processes that change the mode of a new file at once are told "busy" without the busy handler being asked."""
    for attempt in range(_WAL_ATTEMPTS):
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or attempt == _WAL_ATTEMPTS - 1:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)


def _begin(connection: Connection) -> None:
    kind = connection.get_execution_options().get(BEGIN_OPTION, Begin.READ)
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)  # asked directly: a page costs three transactions
    if kind == Begin.READ:
        driver.execute("BEGIN")
        return
    # In WAL mode NORMAL leaves the last transactions to the operating system; FULL waits for the disk, and with its own
    # transaction brings every earlier one there.
    wanted = "FULL" if kind == Begin.DURABLE else "NORMAL"
    if connection.info.get(_SYNCHRONOUS) != wanted:
        driver.execute(f"PRAGMA synchronous = {wanted}")
        connection.info[_SYNCHRONOUS] = wanted
    driver.execute("BEGIN IMMEDIATE")


def explain_error(exc: BaseException, path: Path, *, cure_corrupt: str, cure_missing: str) -> WangJianError | None:
    """What an error of the driver means, on which file, and what to do; None for what is no fault of the place."""
    if not isinstance(exc, sqlite3.Error):
        return None
    code = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return IntegrityError(f"数据库文件已损坏：{path}", cure=cure_corrupt, path=str(path))
    if primary == sqlite3.SQLITE_FULL or code in _WRITE_FAULTS:
        return StorageFullError(f"磁盘空间不足，未能写入：{path}", cure="清出空间后重试，未完成的写入已撤销")
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StorageFullError(f"数据库无法打开或写入：{path}", cure=f"检查目录 {path.parent} 是否存在且可写")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreAwayError(f"数据库被其他进程占用超过 {_BUSY_MILLISECONDS // 1000} 秒：{path}", cure="稍后重试")
    if primary == sqlite3.SQLITE_IOERR:
        return StoreAwayError(f"磁盘读写出错：{path}（{exc}）", cure="检查磁盘")
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return _explain_constraint(exc, code)
    if "no such table" in str(exc):
        return StoreAwayError(f"数据库尚未建表：{path}", cure=cure_missing)
    return None


def _explain_constraint(exc: sqlite3.Error, code: int) -> WangJianError | None:
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotFoundError("所属的记录不存在，未写入", cure="先保存所属的记录")
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return IntegrityError(f"该表只可追加，不得改动或删除：{exc}")
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        return ConflictError(f"已有相同的记录：{exc}", cure="重新读取后再决定")
    return None
