"""Transactions over one database: reads see one moment, writes come one after another, driver errors get names."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from records.errors import InvalidInputError, StoreAwayError, WangJianError

__all__ = ["BEGIN_OPTION", "BESIDE", "Begin", "Database", "Explain", "Ways"]

BEGIN_OPTION = "wangjian_begin"
"""Execution option that tells the dialect's `begin` listener which kind of transaction starts."""


BESIDE = ".register-"
"""In the name of a file beside the database that is read in place, after the database's (`stores.sql.lookaside`)."""


_MOST_GLANCERS = 4


class Begin:
    """Kinds of transaction. A DURABLE one has reached the disk when it ends, a QUICK one survives the death of the
    process but perhaps not that of the machine; neither is ever half there."""

    READ = "read"
    QUICK = "quick"
    DURABLE = "durable"


Explain = Callable[[BaseException], WangJianError | None]
"""A driver's error in our words; None when it is a mistake of ours and must be seen as it is."""


class Ways(Protocol):
    """What a database does its own way, beside how a connection is prepared and a transaction begins."""

    parts: bool
    """Whether writes that name what they change go on beside each other."""

    def enter(self, connection: Connection, beside: Sequence[str] | None) -> None:
        """Wait for the turn of a transaction that has just begun to write; see `Database.write`."""

    def ready_to_look(self, driver: DBAPIConnection) -> None:
        """Prepare a connection that is kept for many short questions."""

    def begin_look(self, driver: DBAPIConnection) -> None:
        """Begin a transaction that sees one moment; a driver's error when the connection leads nowhere any more."""


class _Looker(NamedTuple):
    """A connection of the pool's, and the driver's own."""

    pooled: PoolProxiedConnection
    driver: DBAPIConnection


class Database:
    """One database, safe from several threads and processes. Nothing is opened before the first use."""

    def __init__(
        self, engine: Engine, ways: Ways, *, driver_errors: tuple[type[Exception], ...], explain: Explain
    ) -> None:
        self._engine = engine
        self._ways = ways
        self._driver_errors = driver_errors
        self._explain = explain
        self._readers = engine.execution_options(**{BEGIN_OPTION: Begin.READ})
        self._quick = engine.execution_options(**{BEGIN_OPTION: Begin.QUICK})
        self._durable = engine.execution_options(**{BEGIN_OPTION: Begin.DURABLE})
        # Threads queue here instead of polling the database's own lock, which then is only for other processes.
        self._writing = threading.Lock()
        self._lookers: list[_Looker] = []  # not in use; taken and put back in one step each, so threads may
        self._glancers: list[_Looker] = []
        self._writer: Connection | None = None  # between its transactions; whoever holds `_writing` may take it

    @property
    def path(self) -> Path | None:
        """The file the database is; None where it is on a server or in memory."""
        url = self._engine.url
        is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        return Path(url.database or "") if is_file else None

    @property
    def dialect(self) -> str:
        """Whose SQL it understands, for the few statements that are written by hand."""
        return self._engine.dialect.name

    @property
    def sql(self) -> Dialect:
        """The same for the toolkit, which writes statements in it."""
        return self._engine.dialect

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
            looker = self._looker(self._lookers, self._ways.ready_to_look)
            try:
                yield looker.driver
            finally:
                self._leave(looker, self._lookers)

    @contextmanager
    def glance(self) -> Iterator[DBAPIConnection]:
        """As `look`, for the one or two questions of a page's part. The connections are like any other, and few of them
        are kept: pages ask from many threads, and each connection has memory of its own.

        Raises:
            StoreAwayError, StorageFullError, IntegrityError: As `Explain` names what the driver said.
        """
        with self._named():
            looker = self._looker(self._glancers, None)
            try:
                yield looker.driver
            finally:
                self._leave(looker, self._glancers, most=_MOST_GLANCERS)

    @contextmanager
    def write(self, *, durable: bool = False, beside: Sequence[str] | None = None) -> Iterator[Connection]:
        """A transaction that changes things. It must not be opened inside another. There is one at a time, so that what
        it reads stays as it is until its end.

        Args:
            durable: It is on the disk when it ends.
            beside: Where the database can, it goes on beside others; these are the names of what it reads and then
                changes, which nobody else who names one of them does meanwhile. None: it is alone, whatever others say.

        Raises:
            StoreAwayError, StorageFullError, IntegrityError: As `Explain` names what the driver said; nothing was
                changed.
        """
        with self._named(), self._turn(beside):
            if self._ways.parts or durable:
                begun: AbstractContextManager[Connection] = (self._durable if durable else self._quick).begin()
            else:
                begun = self._begun_again()
            with begun as connection:
                self._ways.enter(connection, beside)
                yield connection

    @contextmanager
    def _begun_again(self) -> Iterator[Connection]:
        """A transaction on the connection of the last one: where one writes at a time, a survey's pages need not take
        theirs from the pool and give it back. One that failed is given back."""
        connection, self._writer = self._writer or self._quick.connect(), None
        try:
            with connection.begin():
                yield connection
        except BaseException:
            connection.close()
            raise
        self._writer = connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        for kept in (self._lookers, self._glancers):
            while kept:
                kept.pop().pooled.close()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self._engine.dispose()

    def _turn(self, beside: Sequence[str] | None) -> AbstractContextManager[object]:
        return nullcontext() if beside is not None and self._ways.parts else self._writing

    def _looker(self, kept: list[_Looker], prepare: Callable[[DBAPIConnection], None] | None) -> _Looker:
        """A connection in a transaction that sees one moment; those that lead nowhere are done with on the way."""
        while True:
            try:
                looker = kept.pop()  # another thread may have taken the last
            except IndexError:
                break
            try:
                self._ways.begin_look(looker.driver)
            except self._driver_errors:  # the server was started anew, say
                looker.pooled.invalidate()
            else:
                return looker
        pooled = self._engine.raw_connection()
        driver = pooled.dbapi_connection
        assert driver is not None
        if prepare is not None:
            prepare(driver)
        self._ways.begin_look(driver)
        return _Looker(pooled, driver)

    def _leave(self, looker: _Looker, kept: list[_Looker], *, most: int = sys.maxsize) -> None:
        """End the transaction; a connection that cannot is done with, and one too many goes back to the pool."""
        try:
            looker.driver.rollback()
        except BaseException:
            looker.pooled.invalidate()
            raise
        if len(kept) < most:
            kept.append(looker)
        else:
            looker.pooled.close()

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
