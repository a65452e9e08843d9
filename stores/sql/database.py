"""Transactions over one database: reads see one moment, writes come one after another, driver errors get names."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from records.errors import InvalidInputError, StoreAwayError, WangJianError

__all__ = ["BEGIN_OPTION", "BESIDE", "Begin", "Database", "Explain"]

BEGIN_OPTION = "wangjian_begin"
"""Execution option that tells the dialect's `begin` listener which kind of transaction starts."""


BESIDE = ".register-"
"""In the name of a file beside the database that is read in place, after the database's (`stores.sql.lookaside`)."""

_MOST_MAPPED_BYTES = 450_000_000
"""So much is read in place by those who look, with the file beside the database: a tenth of a query's time. It counts
as memory of the process, though the system takes it back at will; more would not leave 600 MB enough for a million
entities."""


class Begin:
    """Kinds of transaction. A DURABLE one has reached the disk when it ends, a QUICK one survives the death of the
    process but perhaps not that of the machine; neither is ever half there."""

    READ = "read"
    QUICK = "quick"
    DURABLE = "durable"


Explain = Callable[[BaseException], WangJianError | None]
"""A driver's error in our words; None when it is a mistake of ours and must be seen as it is."""


class _Looker(NamedTuple):
    """A connection of the pool's, and the driver's own."""

    pooled: PoolProxiedConnection
    driver: DBAPIConnection


class Database:
    """One database, safe from several threads and processes. Nothing is opened before the first use."""

    def __init__(self, engine: Engine, *, driver_errors: tuple[type[Exception], ...], explain: Explain) -> None:
        self._engine = engine
        self._driver_errors = driver_errors
        self._explain = explain
        self._readers = engine.execution_options(**{BEGIN_OPTION: Begin.READ})
        self._quick = engine.execution_options(**{BEGIN_OPTION: Begin.QUICK})
        self._durable = engine.execution_options(**{BEGIN_OPTION: Begin.DURABLE})
        # Threads queue here instead of polling the database's own lock, which then is only for other processes.
        self._writing = threading.Lock()
        self._lookers: list[_Looker] = []  # not in use; taken and put back in one step each, so threads may

    @property
    def path(self) -> Path | None:
        """The file the database is; None where it is on a server or in memory."""
        url = self._engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(url.database or "") if is_file else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment and holds up nobody.

        Raises:
            StoreAwayError, StorageFullError, IntegrityError: As `Explain` names what the driver said.
        """
        with self._named(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[DBAPIConnection]:
        """As `read`, for many short questions to the driver itself: to begin and end it by the toolkit costs as much as
        five of them, so connections once taken for it are kept.

        Raises:
            StoreAwayError, StorageFullError, IntegrityError: As `Explain` names what the driver said.
        """
        with self._named():
            looker = self._looker()
            try:
                looker.driver.cursor().execute("BEGIN")
                yield looker.driver
            finally:
                self._leave(looker)

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction that changes things; there is one at a time. It must not be opened inside another.

        Raises:
            StoreAwayError, StorageFullError, IntegrityError: As `Explain` names what the driver said; nothing was
                changed.
        """
        engine = self._durable if durable else self._quick
        with self._named(), self._writing, engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        while self._lookers:
            self._lookers.pop().pooled.close()
        self._engine.dispose()

    def _looker(self) -> _Looker:
        try:
            return self._lookers.pop()
        except IndexError:
            pooled = self._engine.raw_connection()
        driver = pooled.dbapi_connection
        assert driver is not None
        driver.cursor().execute(f"PRAGMA mmap_size = {max(_MOST_MAPPED_BYTES - self._bytes_beside(), 0)}")
        return _Looker(pooled, driver)

    def _bytes_beside(self) -> int:
        path = self.path
        if path is None:
            return 0
        with suppress(OSError), os.scandir(path.parent) as entries:  # another process may be removing one
            return sum([one.stat().st_size for one in entries if one.name.startswith(f"{path.name}{BESIDE}")])
        return 0

    def _leave(self, looker: _Looker) -> None:
        """End the transaction; a connection that cannot is done with."""
        try:
            looker.driver.rollback()
        except BaseException:
            looker.pooled.invalidate()
            raise
        self._lookers.append(looker)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError as exc:
            raise StoreAwayError("数据库连接用尽：等待其他操作结束超时", cure="稍后重试") from exc
        except UnicodeEncodeError as exc:
            raise InvalidInputError(
                "文字含有不成字符的编码（半个代理对），未写入", cure="读取网页时以 U+FFFD 代替"
            ) from exc
        except DBAPIError as exc:
            raise self._explain(exc.orig or exc) or exc from exc.orig
        except self._driver_errors as exc:
            # A listener of the pool lets the driver's error through as it is.
            raise self._explain(exc) or exc from exc
