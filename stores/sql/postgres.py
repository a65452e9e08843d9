"""What only PostgreSQL needs: how a connection is prepared, how a transaction waits its turn, what its errors mean.

A writing transaction takes an advisory lock of the database before it reads: all of it when it names nothing, so that
writers come one after another as on SQLite; else it shares that lock and takes one for each of its names. So everything
that is written for one writer at a time is right as it is, and what names its parts goes on beside others. No
transaction ever has to be tried again, which callers that do something besides writing could not bear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import psycopg
from psycopg import IsolationLevel
from psycopg.adapt import Buffer, Dumper, Loader
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from records.errors import (
    ConflictError,
    IntegrityError,
    InvalidInputError,
    NotFoundError,
    StorageFullError,
    StoreAwayError,
    WangJianError,
)
from stores.sql.database import BEGIN_OPTION, Begin, Database

__all__ = ["APPEND_ONLY_STATE", "explain_error", "open_postgres", "postgres_url"]

APPEND_ONLY_STATE = "WJ001"
"""What the triggers of tables that are only appended to raise (`stores/sql/migrations/append_only.py`)."""

_CURE_URL = "写成 postgresql://用户@主机:5432/数据库，密码放在 stores.records_password_file 所指的文件中"
_CONNECT_SECONDS = 10
_LOCK_SECONDS = 30
_IDLE_SECONDS = 900
_GONE_SECONDS = 60
_RECYCLE_SECONDS = 1_800
_POOLED, _POOLED_MORE = 8, 24
_SETTINGS = {
    "lock_timeout": f"{_LOCK_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS}s",
    "tcp_keepalives_idle": "30s",
    "tcp_keepalives_interval": "10s",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{_GONE_SECONDS}s",
    "timezone": "UTC",
    "jit": "off",
    "synchronous_commit": "on",
}
"""A commit is on the server's disk when it returns, also where SQLite's would be left to the system: here it is another
process, perhaps another machine, that must not lose what this one goes on from. A machine that is gone without a word
(its cable, its power) holds its locks until the server has noticed: a minute, as told here, not two hours."""

_MARK = "\ufdd0"
"""Never a character of any text (Unicode says so), yet it may be written: begins what stands for itself and for NUL,
which PostgreSQL's texts cannot hold."""
_MARK_BYTES, _MARK_WRITTEN, _NUL_WRITTEN = _MARK.encode(), f"{_MARK}1".encode(), f"{_MARK}0".encode()


def postgres_url(written: str, *, password: str = "") -> URL:
    """The place a URL names; a password given apart counts more than one inside it.

    Raises:
        InvalidInputError: It is no place, or a part of it is missing; its password is not repeated.
    """
    try:
        url = make_url(written).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        raise InvalidInputError("记录库地址读不懂（postgresql://…）", cure=_CURE_URL) from None
    if not url.database or not (url.host or "host" in url.query):
        raise InvalidInputError(f"记录库地址缺主机或数据库名：{url.render_as_string()}", cure=_CURE_URL)
    return url.set(password=password) if password else url


def open_postgres(url: URL, *, cure_missing: str) -> Database:
    """A database on a server, which is not reached before the first use.

    Args:
        cure_missing: What to do when its tables are not there.
    """
    engine = create_engine(
        url,
        pool_size=_POOLED,
        max_overflow=_POOLED_MORE,
        pool_pre_ping=True,  # the server may have been started anew
        pool_recycle=_RECYCLE_SECONDS,
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "wangjian",
            "client_encoding": "utf8",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": _GONE_SECONDS * 1000,  # or who was cut off waits a quarter of an hour for an answer
            "options": " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items()),
        },
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    place = f"{url.host or url.query['host']}:{url.port or 5432}/{url.database}"
    return Database(
        engine,
        _PostgresWays(),
        driver_errors=(psycopg.Error,),
        explain=lambda exc: explain_error(exc, place, cure_missing=cure_missing),
    )


class _PostgresWays:
    """See `stores.sql.database.Ways`."""

    parts = True

    def enter(self, connection: Connection, beside: Sequence[str] | None) -> None:
        if beside is None:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_ALL,))
            return
        own = sorted({_key(name) for name in beside})  # in one order, so that no two wait for each other
        locks = ["pg_advisory_xact_lock_shared(%s)", *["pg_advisory_xact_lock(%s)"] * len(own)]
        connection.exec_driver_sql(f"SELECT {', '.join(locks)}", (_ALL, *own))

    def ready_to_look(self, driver: DBAPIConnection) -> None:
        """Nothing beside what every connection has."""

    def begin_look(self, driver: DBAPIConnection) -> None:
        _set(driver, Begin.READ)
        driver.cursor().execute("SELECT 1")


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


_ALL = _key("wangjian records")


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, psycopg.Connection)
    connection.adapters.register_dumper(str, _TextDumper)
    for name in ("text", "varchar"):
        connection.adapters.register_loader(name, _TextLoader)


def _begin(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    _set(driver, connection.get_execution_options().get(BEGIN_OPTION, Begin.READ))


def _set(driver: DBAPIConnection, kind: str) -> None:
    """How the transaction about to begin sees the database: one moment, or what others have written when its turn
    comes."""
    assert isinstance(driver, psycopg.Connection)
    wanted = IsolationLevel.REPEATABLE_READ if kind == Begin.READ else IsolationLevel.READ_COMMITTED
    if driver.isolation_level != wanted:
        driver.isolation_level = wanted
        driver.read_only = kind == Begin.READ


class _TextDumper(Dumper):
    """Text as it goes to the server, NUL and the mark of it written with the mark."""

    def dump(self, obj: str) -> Buffer:
        written = obj.encode()
        if _MARK_BYTES in written:
            written = written.replace(_MARK_BYTES, _MARK_WRITTEN)
        return written.replace(b"\0", _NUL_WRITTEN) if b"\0" in written else written


class _TextLoader(Loader):
    """Text as it was before it went there."""

    def load(self, data: Buffer) -> str:
        written = bytes(data)
        if _MARK_BYTES in written:
            written = written.replace(_NUL_WRITTEN, b"\0").replace(_MARK_WRITTEN, _MARK_BYTES)
        return written.decode()


def explain_error(exc: BaseException, place: str, *, cure_missing: str) -> WangJianError | None:
    """What an error of the driver means, of which database, and what to do; None for what is a mistake of ours."""
    if not isinstance(exc, psycopg.Error):
        return None
    state = exc.sqlstate or ""
    if not state:
        return _unreached(exc, place)
    if state in _OWN:
        return _OWN[state](exc, place)
    if state == psycopg.errors.UndefinedTable.sqlstate:
        return StoreAwayError(f"数据库尚未建表：{place}", cure=cure_missing)
    kind = _KINDS.get(state) or _KINDS.get(state[:2])
    return None if kind is None else kind(exc, place)


def _unreached(exc: psycopg.Error, place: str) -> WangJianError | None:
    """An error without a state: no server answered, or it went away meanwhile."""
    if not isinstance(exc, psycopg.OperationalError):
        return None
    said = str(exc)
    for words, made in _REFUSALS.items():
        if words in said:
            return made(exc, place)
    reason = (said.strip().splitlines() or ["连接中断"])[0].rpartition("failed: ")[2][:200]
    return StoreAwayError(f"数据库连不上：{place}（{reason}）", cure="启动 PostgreSQL，检查主机、端口与防火墙后重试")


def _stopped(_exc: psycopg.Error, place: str) -> WangJianError:
    return StoreAwayError(f"数据库正在启动或关闭：{place}", cure="稍后重试")


def _crowded(_exc: psycopg.Error, place: str) -> WangJianError:
    return StoreAwayError(f"数据库连接数已满：{place}", cure="加大 PostgreSQL 的 max_connections，或减少进程")


def _not_let_in(_exc: psycopg.Error, place: str) -> WangJianError:
    return StoreAwayError(
        f"数据库拒绝登录：{place}", cure="核对地址中的用户名与 stores.records_password_file 所指文件中的密码"
    )


def _no_database(_exc: psycopg.Error, place: str) -> WangJianError:
    return StoreAwayError(f"服务器上没有这个数据库：{place}", cure="createdb 建立它（编码 UTF8）后重试")


def _not_allowed(_exc: psycopg.Error, place: str) -> WangJianError:
    return StorageFullError(f"数据库不许写入：{place}", cure="连接主库，并给该用户建表与写入的权限")


def _full(_exc: psycopg.Error, place: str) -> WangJianError:
    return StorageFullError(f"磁盘空间不足，未能写入：{place}", cure="在服务器上清出空间后重试，未完成的写入已撤销")


def _busy(_exc: psycopg.Error, place: str) -> WangJianError:
    return StoreAwayError(f"数据库被其他进程占用超过 {_LOCK_SECONDS} 秒：{place}", cure="稍后重试")


def _damaged(_exc: psycopg.Error, place: str) -> WangJianError:
    return IntegrityError(f"数据库文件已损坏：{place}", cure="停止程序，保留数据库备查，再用 wangjian restore 恢复")


def _append_only(exc: psycopg.Error, _place: str) -> WangJianError:
    return IntegrityError(f"该表只可追加，不得改动或删除：{exc.diag.message_primary}")


def _orphan(_exc: psycopg.Error, _place: str) -> WangJianError:
    return NotFoundError("所属的记录不存在，未写入", cure="先保存所属的记录")


def _already(exc: psycopg.Error, _place: str) -> WangJianError:
    return ConflictError(f"已有相同的记录：{exc.diag.constraint_name}", cure="重新读取后再决定")


def _crossed(_exc: psycopg.Error, _place: str) -> WangJianError:
    return ConflictError("与另一个进程的写入相冲突，未写入", cure="重新读取后再试")


_Kind = Callable[[psycopg.Error, str], WangJianError | None]
_OWN: Mapping[str, _Kind] = {APPEND_ONLY_STATE: _append_only}
_REFUSALS: Mapping[str, _Kind] = {
    "the database system is ": _stopped,
    "password authentication failed": _not_let_in,
    "no password supplied": _not_let_in,
    'role "': _not_let_in,
    'database "': _no_database,
    "no pg_hba.conf entry": _not_let_in,
    "too many clients": _crowded,
}
"""What the server says while a connection is made comes without a state; quoted is what the operator named."""
_KINDS: Mapping[str, _Kind] = {
    "08": _unreached,
    "57P01": _stopped,
    "57P02": _stopped,
    "57P03": _stopped,
    "57P05": _stopped,
    "25P03": _busy,
    "53300": _crowded,
    "53100": _full,
    "53200": _full,
    "28": _not_let_in,
    "3D000": _no_database,
    "25006": _not_allowed,
    "42501": _not_allowed,
    "55P03": _busy,
    "58": _damaged,
    "XX001": _damaged,
    "XX002": _damaged,
    "23503": _orphan,
    "23505": _already,
    "40001": _crossed,
    "40P01": _crossed,
}
