"""Which file beside the database may be read (`stores.sql.lookaside_file`), and the making of one.

The file holds the register up to a number; what has a higher one is asked of the database. It belongs to the state of
the database that has its token: a database restored from a backup, or one that no file was made for, has another or
none, and is asked for everything. Numbers that are no longer anybody's are written down (`register_retired`) in the
transaction that takes them away. So a file is never wrong, only absent or behind.
"""

from __future__ import annotations

import glob
import secrets
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection, delete, func, select, update

from stores.sql.database import BESIDE, Database
from stores.sql.grams import GRAM_SEPARATOR, NUMBER_MASK, merge_blocks, posting
from stores.sql.lookaside_file import Lookaside, LookasideWriter
from stores.sql.register_index_tables import (
    register_lookasides,
    register_outlines,
    register_postings,
    register_retired,
)
from stores.sql.register_questions import questions_of
from stores.sql.rows import chunks, insert_new

__all__ = [
    "Lookasides",
    "Standing",
    "covered",
    "keep_up",
    "make",
    "retire",
]

_LEAST_BEHIND = 10_000
_SHARE_BEHIND = 0.05
_TOKEN_BYTES = 16
_NOBODY = 0xFFFFFFFF
_log = structlog.get_logger(__name__)


class Standing(NamedTuple):
    """A file, and which of its numbers are no longer anybody's."""

    file: Lookaside
    gone: frozenset[int]

    def entities(self, numbers: Iterable[int]) -> dict[int, Sequence[str]]:
        """What it has of those that are somebody's, as `stores.sql.lookaside_file.Aside`; the database has the rest."""
        covers, gone = self.file.covers, self.gone
        return self.file.entities([number for number in numbers if number <= covers and number not in gone])


class Lookasides:
    """The file as one state of the register may read it. Threads may share it: a state is replaced whole."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._retired = questions_of(database.dialect).retired
        self._known: tuple[tuple[int, bytes], Standing | None] = ((0, b""), None)

    def of(self, newest_no: int, token: bytes | None, run: Callable[..., Any]) -> Standing | None:
        """The file for the moment whose newest number and token these are; None when the database must be asked.

        Args:
            run: Asks the database at that moment.
        """
        if not token:
            return None
        state, standing = self._known
        if state != (newest_no, token):
            file = standing.file if standing is not None and state[1] == token else self._opened(token)
            gone = () if file is None else run(self._retired, (file.covers,)).fetchall()
            standing = None if file is None else Standing(file, frozenset([number for (number,) in gone]))
            self._known = (newest_no, token), standing
        return standing

    def _opened(self, token: bytes) -> Lookaside | None:
        path = _path(self._database, token)
        try:
            return Lookaside(path, token) if path is not None else None
        except (OSError, ValueError) as exc:
            _log.info("register_lookaside_unread", path=str(path), reason=str(exc))
            return None


def covered(connection: Connection) -> int:
    """Up to which number the file that may be read holds the register; 0 without one."""
    return connection.execute(select(register_lookasides.c.covers_no)).scalar() or 0


def retire(connection: Connection, entity_nos: Sequence[int]) -> None:
    """Write down numbers that are no longer anybody's."""
    insert_new(connection, register_retired, [{"entity_no": number} for number in entity_nos])


def forget(connection: Connection) -> None:
    """No file may be read from now on, nor one that is being made: what it holds was changed."""
    table = register_lookasides
    connection.execute(update(table).values(token=None, covers_no=0, forgotten=table.c.forgotten + 1))


def keep_up(database: Database) -> None:
    """Make a file where there is none or it lacks too much; meanwhile the database is asked. Beside a server there is
    none."""
    if database.path is None:
        return
    with database.read() as connection:
        if not _is_behind(connection, database):
            return
    with database.write() as connection:
        behind = _is_behind(connection, database)
        if behind:
            forget(connection)
            merge_blocks(connection)
    if behind:
        make(database)


def make(database: Database) -> bool:
    """Make the file of the register as it stands; whether one was made. Where it cannot be written, or what it holds
    was changed meanwhile, the database is asked as before."""
    token = secrets.token_bytes(_TOKEN_BYTES)
    path = _path(database, token)
    if path is None:
        return False
    partial = path.with_name(f"{path.name}.partial")
    try:
        with database.read() as connection, partial.open("wb") as file:
            forgotten = connection.execute(_FORGOTTEN).scalar()
            retired = [number for (number,) in connection.execute(select(register_retired.c.entity_no))]
            newest = _write(connection, LookasideWriter(file, token))
        partial.rename(path)
    except (OSError, ValueError) as exc:
        _log.warning("register_lookaside_not_made", path=str(path), reason=str(exc))
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        return False
    with database.write() as connection:
        unchanged = connection.execute(_FORGOTTEN).scalar() == forgotten
        if unchanged:
            connection.execute(update(register_lookasides).values(token=token, covers_no=newest))
        for some in chunks(retired) if unchanged else ():
            connection.execute(delete(register_retired).where(register_retired.c.entity_no.in_(some)))
    _remove(path, others=unchanged)
    _log.info("register_lookaside_made", read=unchanged, covers=newest)
    return unchanged


def _is_behind(connection: Connection, database: Database) -> bool:
    row = connection.execute(select(register_lookasides)).one()
    path = None if row.token is None else _path(database, row.token)
    covers = row.covers_no if path is not None and path.is_file() else 0
    newest = connection.execute(select(func.max(register_outlines.c.entity_no))).scalar() or 0
    return newest - covers >= max(_LEAST_BEHIND, covers * _SHARE_BEHIND)


def _write(connection: Connection, writer: LookasideWriter) -> int:
    """Write what the register holds at the connection's moment; the highest number."""
    table = register_outlines
    rows = select(table.c.entity_no, table.c.code, table.c.name, table.c.outline, table.c.grams)
    order, newest = array("Q"), 0
    for newest, code, name, outline, listed in connection.execute(rows.order_by(table.c.entity_no)):
        own = tuple(listed[1:-1].split(GRAM_SEPARATOR)) if len(listed) > 1 else ()
        writer.add(newest, code=code, name=name, outline=outline, grams=own)
        order.append(posting(code, len(own), newest))
    ranked = array("I", [entry & NUMBER_MASK for entry in sorted(order)])
    ranks = array("I", [_NOBODY]) * (newest + 1)
    for rank, number in enumerate(ranked):
        ranks[number] = rank
    writer.finish(ranked, _ranked_postings(connection, ranks))
    return newest


def _ranked_postings(connection: Connection, ranks: array[int]) -> Iterator[tuple[str, list[int]]]:
    table = register_postings
    blocks = select(table.c.gram, table.c.entries).order_by(table.c.gram, table.c.block_no)
    for gram, own in groupby(connection.execute(blocks), key=itemgetter(0)):
        halves = array("I", b"".join([entries for _gram, entries in own]))
        found = sorted(map(ranks.__getitem__, halves[::2]))  # the lower half of a posting is the number
        del found[bisect_left(found, _NOBODY) :]
        if found:
            yield gram, found


def _path(database: Database, token: bytes) -> Path | None:
    return None if database.path is None else database.path.with_name(f"{database.path.name}{BESIDE}{token.hex()}")


def _remove(made: Path, *, others: bool) -> None:
    """Remove a file that is not wanted, or all others beside it: older ones, and what killed processes left."""
    stem = made.name.rpartition("-")[0]
    for path in made.parent.glob(f"{glob.escape(stem)}-*") if others else (made,):
        if path != made or not others:
            with suppress(OSError):  # somebody reads it still, where the system minds
                path.unlink()


_FORGOTTEN = select(register_lookasides.c.forgotten)
