"""A register file read and made ready by another process while this one writes: the same batches in the same order.

Only for a long file into an empty register (else rows ask what the register has of them, which changes as batches are
written), and where there is a core for it. Whatever becomes of the other process, this one goes on from the batch it
has: a file is read the same way twice.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

import structlog

from matching.helpers import Helpers
from matching.profiles import ColumnProfile
from matching.register_reading import Counted, Findings, Known, RegisterReading, RowReport
from matching.tables import TableFile
from records.errors import WangJianError
from records.register_batches import BATCH_ROWS, RegisterBatch, batches_of

__all__ = ["TableReading"]

_LONG_BYTES = 1_000_000
"""A shorter file is read before another process has begun."""

_TOLD_AT_ONCE = 1_000
_log = structlog.get_logger(__name__)

_Message = RegisterBatch | list[RowReport] | Counted
"""A batch; bad rows met; or, as the last, all that were counted."""


class TableReading:
    """The batches of a table. The other process, where there is one, works from `with` on.

    Args:
        columns: Heading by field.
        findings: Told of bad rows.
        known: What the register has; None for an empty one.
    """

    def __init__(
        self,
        table: TableFile,
        columns: dict[str, str],
        profile: ColumnProfile,
        *,
        source: str,
        findings: Findings,
        known: Known | None = None,
    ) -> None:
        self._opened = partial(_reading, table, columns, profile, source)
        self._findings = findings
        self._known = known
        self._batch_rows = BATCH_ROWS
        self._alone = known is not None or table.path.stat().st_size < _LONG_BYTES or not _room_beside()
        self.counted = Counted()

    def __enter__(self) -> Self:
        work = partial(_serve, self._opened, self._batch_rows)
        self._helpers: Helpers[None, _Message] = Helpers(work, 0 if self._alone else 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._helpers.stop()

    def batches(self, snapshot_id: str) -> Iterator[RegisterBatch]:
        """Every batch; `counted` is whole after the last."""
        done = 0
        for message in self._messages():
            if isinstance(message, RegisterBatch):
                done += 1
                yield message
            elif isinstance(message, Counted):
                self.counted = message
                return
            else:
                for report in message:
                    self._findings.tell(report)
            del message  # or two batches would be held while the next is received
        self._findings.restart()
        reading = self._opened(self._findings.tell, self._known, snapshot_id)
        self.counted = reading.counted
        rows = reading.rows()
        deque(islice(rows, done * self._batch_rows), maxlen=0)
        yield from batches_of(rows, self._batch_rows)

    def _messages(self) -> Iterator[_Message]:
        for helper in self._helpers.all():
            while (message := helper.take()) is not None:
                yield message
                del message
            _log.info("register_reader_lost")


def _room_beside() -> bool:
    """Whether there is a core for another process, and this one may start any."""
    return len(os.sched_getaffinity(0)) > 1 and not multiprocessing.current_process().daemon


def _reading(  # noqa: PLR0913 - called with the last three where the others are known
    table: TableFile,
    columns: dict[str, str],
    profile: ColumnProfile,
    source: str,
    tell: Callable[[RowReport], None],
    known: Known | None = None,
    snapshot_id: str = "",
) -> RegisterReading:
    return RegisterReading(
        items=table.rows(),
        columns=columns,
        profile=profile,
        source=source,
        snapshot_id=snapshot_id,
        tell=tell,
        known=known,
    )


def _serve(opened: Callable[[Callable[[RowReport], None]], RegisterReading], batch_rows: int, pipe: Connection) -> None:
    """What the other process does: send everything. A fault ends it: then the caller reads, and meets the fault."""
    gc.disable()  # rows hold no circles
    waiting: list[RowReport] = []

    def tell(report: RowReport) -> None:
        waiting.append(report)
        if len(waiting) >= _TOLD_AT_ONCE:
            pipe.send(waiting)
            waiting.clear()

    try:
        reading = opened(tell)
        for batch in batches_of(reading.rows(), batch_rows):
            pipe.send(waiting)
            waiting.clear()
            pipe.send(batch)
            del batch  # or it would be held while the next is made
        pipe.send(waiting)
        pipe.send(reading.counted)
    except (WangJianError, OSError):  # an OSError also when nobody is there to take it
        return
