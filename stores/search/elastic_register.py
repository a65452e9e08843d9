"""The register with its candidates found by Elasticsearch: rows, history and truth stay in the database.

The index holds what an entity is found by, under its number in the database; what was found is read there. An entity
that changes gets another number, so that a stale entry leads to nobody. Questions are refused, never half answered,
while the index lacks more than a batch of what the register has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy import Connection, func, select

from records.errors import AwayError, StoreAwayError
from records.ports import Clock
from records.register import ImportReport
from records.register_batches import BATCH_ROWS, RegisterBatch
from records.register_index import IndexProgress, RegisterIndexState
from records.register_ports import RegisterReader
from stores.search.elastic_register_index import ElasticRegisterIndex, Mark
from stores.search.elastic_register_reader import ElasticRegisterReader
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.register import SqlRegisterStore
from stores.sql.register_feed import code_of_number, fed_after, newest_number, register_origin

__all__ = ["BATCH_ROWS", "ElasticRegisterStore"]

_log = structlog.get_logger(__name__)


class ElasticRegisterStore(SqlRegisterStore):
    """See `records.register_ports.RegisterStore` and `records.register_index.RegisterIndex`.

    Args:
        database: Where the register rests.
        clock: When a snapshot became known.
        index: The engine.
        batch_rows: Entities written at a time, and how many a question waits for rather than being refused.
    """

    def __init__(
        self, database: Database, clock: Clock, index: ElasticRegisterIndex, *, batch_rows: int = BATCH_ROWS
    ) -> None:
        super().__init__(database, clock, beside=False)
        self._index = index
        self._batch_rows = batch_rows
        self._indexed_to = 0

    def import_batches(
        self,
        source: str,
        snapshot_id: str,
        batches: Iterable[RegisterBatch],
        *,
        known_at: datetime | None = None,
        full: bool = False,
    ) -> ImportReport:
        """As the register does it; the index follows batch by batch. Is the engine away, the import goes on without it
        and `index_state` tells."""
        self._try_to_catch_up()  # first: of a restored register an index may know numbers that are given anew now
        report = super().import_batches(source, snapshot_id, self._followed(batches), known_at=known_at, full=full)
        self._try_to_catch_up()
        return report

    @contextmanager
    def reading(self) -> Iterator[RegisterReader]:
        """As the port says.

        Raises:
            StoreAwayError: The engine is away, or the index is not what this register needs.
        """
        with self._database.read() as connection:
            self._see_to_index(connection)
            yield ElasticRegisterReader(connection, self._counts, self._index)

    def index_state(self) -> RegisterIndexState:
        """Counted on both sides."""
        standing = self._index.standing()
        mark = self._index.mark(standing) if standing else Mark("", 0, "")
        with self._database.read() as connection:
            built = bool(standing) and _of_this(connection, mark)
            entities = connection.execute(select(func.count()).select_from(tables.register_entities)).scalar() or 0
            waiting = _waiting(connection, mark.number) if built else entities
        return RegisterIndexState(
            place=self._index.place,
            built=built,
            entities=entities,
            indexed=self._index.count(standing) if standing else 0,
            waiting=waiting,
        )

    def catch_up_index(self, progress: IndexProgress | None = None) -> int:
        """As the port says; an index of another register, of a later state of it (it was restored from a backup), of
        another version or number of shards is replaced."""
        standing = self._index.standing()
        mark = self._index.mark(standing) if standing else Mark("", 0, "")
        with self._database.read() as connection:
            usable = bool(standing) and _of_this(connection, mark)
        return self._fill(standing, progress) if usable else self.rebuild_index(progress)

    def rebuild_index(self, progress: IndexProgress | None = None) -> int:
        """As the port says."""
        name = self._begun() or self._index.begin()
        self._fill(name, progress)
        self._index.take_over(name)
        return self._index.count(name)

    def _begun(self) -> str:
        """An index of this register that was begun and not finished."""
        for name in self._index.unfinished():
            mark = self._index.mark(name)
            with self._database.read() as connection:
                if not mark.number or _of_this(connection, mark):
                    return name
        return ""

    def _fill(self, name: str, progress: IndexProgress | None) -> int:
        mark = self._index.mark(name)
        written, origin, number = 0, self._origin(), mark.number
        with self._database.read() as connection:
            total = _waiting(connection, number)
        self._index.refresh(name)
        while rows := fed_after(self._database, number, limit=self._batch_rows):
            number = rows[-1].number
            self._index.write(name, rows, Mark(origin, number, rows[-1].code))
            written += len(rows)
            if progress is not None:
                progress(written, max(total, written))
        self._indexed_to = max(self._indexed_to, number)
        return written

    def _followed(self, batches: Iterable[RegisterBatch]) -> Iterator[RegisterBatch]:
        """The batches as they are; after each of them, which by then was committed, the index is brought up."""
        following = True
        for position, batch in enumerate(batches):
            if following and position:
                following = self._try_to_catch_up()
            yield batch

    def _try_to_catch_up(self) -> bool:
        try:
            self.catch_up_index()
        except AwayError as exc:
            _log.warning("register_index_behind", place=self._index.place, problem=exc.problem)
            return False
        return True

    def _origin(self) -> str:
        with self._database.read() as connection:
            return register_origin(connection)

    def _see_to_index(self, connection: Connection) -> None:
        """Before a question: the index must have what this reader sees. Asked of the engine only when it is not known.

        Raises:
            StoreAwayError: There is no index, it is another register's, or it lacks more than a batch.
        """
        newest = newest_number(connection)
        if newest <= self._indexed_to:
            return
        standing = self._index.standing()
        if not standing:
            raise StoreAwayError(f"登记库的检索索引尚未建立：{self._index.place}", cure="运行 wangjian registry index")
        mark = self._index.mark(standing)
        with self._database.read() as now:  # the index may be ahead of the moment of the question
            if not _of_this(now, mark):
                raise StoreAwayError(
                    f"检索索引属于另一个登记库，或属于恢复备份之前的本库：{self._index.place}",
                    cure="检查 register_index_url；确为此处则运行 wangjian registry index",
                )
        waiting = _waiting(connection, mark.number)
        if waiting > self._batch_rows:
            raise StoreAwayError(
                f"登记库的检索索引还差 {waiting} 户未写入，此时比对会漏掉主体：{self._index.place}",
                cure="运行 wangjian registry index，从断处续写",
            )
        self._fill(standing, None)
        self._indexed_to = max(self._indexed_to, newest)


def _of_this(connection: Connection, mark: Mark) -> bool:
    """Whether an index was written from this register, as it is or as it was before: numbers only grow, and the one it
    was written to is its entity's, or nobody's any more."""
    if mark.origin != register_origin(connection) or mark.number > newest_number(connection):
        return False
    return code_of_number(connection, mark.number) in ("", mark.code)


def _waiting(connection: Connection, number: int) -> int:
    table = tables.register_entities
    counted = select(func.count()).select_from(table).where(table.c.entity_no > number)
    return connection.execute(counted).scalar() or 0
