"""The embedded search index: SQLite FTS5 over pairs of characters, and bit sets for everything that is not text."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from records.errors import StoreAwayError
from records.search import (
    Facet,
    FacetCount,
    SearchDocument,
    SearchHit,
    SearchKind,
    SearchQuery,
    SearchResult,
    SearchSort,
)
from records.search_fields import RangeField
from records.search_fold import fold
from stores.search.driver_rows import rows_of
from stores.search.fts5_query import Kept, PageOfHits, Sets
from stores.search.fts5_tables import (
    SCHEMA_VERSION,
    Tables,
    begin_building,
    create_first,
    drop_all,
    live_tables,
    make_live,
    remove,
    write,
)
from stores.search.highlight import highlights
from stores.search.query import (
    MOST_FACET_VALUES,
    Asked,
    Key,
    check_documents,
    check_suggestion,
    cursor_at,
    facets_of,
    ranked,
)
from stores.sql.database import Database
from stores.sql.rows import chunks
from stores.sql.sqlite import open_sqlite

__all__ = ["Fts5Index"]

_REBUILD = "运行 wangjian index rebuild"
_ORDER = {SearchSort.PRIORITY: "priority_score", SearchSort.NEWEST: "at_epoch"}
_MEASURE = {SearchSort.PRIORITY: RangeField.PRIORITY, SearchSort.NEWEST: RangeField.TIME}
_ROW_TO_ENTRY = 25  # a row costs as much as so many entries of the index
_MOST_WALKED = 400
_MOST_SORTED = 400
_STEP = 4_000
_BATCH = 2_000

_Found = Row[tuple[object, ...]]


class Fts5Index:
    """See `records.ports.SearchIndex`. One file; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = open_sqlite(path, cure_corrupt=f"删除该文件后{_REBUILD}", cure_missing=_REBUILD)
        self._ready = False
        self._kept = Kept()

    def index(self, documents: Sequence[SearchDocument]) -> None:
        check_documents(documents)
        for some in chunks(list(documents)):
            with self._prepared().write() as connection:
                write(connection, some)

    def search(self, query: SearchQuery) -> SearchResult:
        asked = Asked.read(query)
        with self._prepared().read() as connection:
            sets = Sets.of(connection, live_tables(connection), asked, self._kept)
            found = sets.matching()
            hits, next_cursor = _page(sets, asked, found)
            most = query.most_values or MOST_FACET_VALUES
            counted = {
                facet: sets.tally(facet, most=most, chosen=query.filters.get(facet, ())) for facet in query.count_facets
            }
            columns = sets.columns(query.histogram) if query.histogram is not None else ()
        return SearchResult(
            total=found.bit_count(),
            hits=hits,
            **facets_of(
                query,
                {facet: tally.counts for facet, tally in counted.items()},
                sizes={facet: tally.size for facet, tally in counted.items()},
            ),
            histogram=columns,
            next_cursor=next_cursor,
        )

    def walk(self, query: SearchQuery) -> Iterator[SearchHit]:
        asked = Asked.read(query)
        with self._prepared().read() as connection:
            sets = Sets.of(connection, live_tables(connection), asked, self._kept)
            found = sets.matching()
            for some in chunks(_in_order(sets, asked, found, wanted=found.bit_count())):
                for row in _rows(connection, sets.tables, some):
                    yield _hit(row, asked.words)

    def suggest(self, query: SearchQuery, facet: Facet, typed: str, *, limit: int) -> tuple[FacetCount, ...]:
        asked, typed = Asked.read(query), check_suggestion(facet, typed, limit)
        with self._prepared().read() as connection:
            tally = Sets.of(connection, live_tables(connection), asked, self._kept).tally(facet, most=sys.maxsize)
        return ranked({value: count for value, count in tally.counts.items() if typed in fold(value)}, limit)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        try:
            database = self._prepared()
        except StoreAwayError:  # of another version: there is nothing that could answer meanwhile
            self.clear()
            database = self._prepared()
        with database.write() as connection:
            tables = begin_building(connection)
        taken, everything = 0, iter(documents)
        while batch := list(islice(everything, _BATCH)):
            check_documents(batch)
            with database.write() as connection:
                write(connection, batch, only=tables)
            taken += len(batch)
        with database.write() as connection:
            make_live(connection, tables)
        return taken

    def remove(self, kind: SearchKind, doc_ids: Sequence[str]) -> None:
        for some in chunks(list(doc_ids)):
            with self._prepared().write() as connection:
                remove(connection, kind, some)

    def clear(self) -> None:
        with self._database.write() as connection:
            drop_all(connection)
            create_first(connection)
        self._ready = True

    def count(self, kind: SearchKind) -> int:
        with self._prepared().read() as connection:
            statement = f"SELECT count(*) FROM {live_tables(connection).documents} WHERE kind = ?"  # noqa: S608  # our names
            found: int = connection.exec_driver_sql(statement, (kind.value,)).scalar_one()
        return found

    def _prepared(self) -> Database:
        """The database with its tables.

        Raises:
            StoreAwayError: The file was written with other tokens or tables; `clear` and a rebuild make it anew.
        """
        if not self._ready:
            with self._database.read() as connection:
                version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version not in (0, SCHEMA_VERSION):
                raise StoreAwayError(f"检索库版本 {version} 与本程序不符：{self._path}", cure=_REBUILD, version=version)
            if version == 0:
                with self._database.write() as connection:
                    create_first(connection)
            self._ready = True
        return self._database


def _page(sets: Sets, asked: Asked, found: int) -> PageOfHits:
    """The hits of the page, and where the next begins."""
    query = asked.query
    return sets.page(
        found, (asked.words, query.sort, query.limit, query.offset, asked.after), lambda: _read_page(sets, asked, found)
    )


def _read_page(sets: Sets, asked: Asked, found: int) -> PageOfHits:
    query = asked.query
    wanted = query.offset + query.limit + 1  # one more, which tells whether another page follows
    numbers = _in_order(sets, asked, found, wanted=wanted)[query.offset : wanted]
    rows = _rows(sets.connection, sets.tables, numbers)
    page = rows[: query.limit]
    next_cursor = cursor_at(query.sort, _key(page[-1], query.sort)) if len(rows) > len(page) else ""
    return tuple(_hit(row, asked.words) for row in page), next_cursor


def _rows(connection: Connection, tables: Tables, numbers: Sequence[int]) -> list[_Found]:
    rows: dict[int, _Found] = {}
    for some in chunks(numbers):
        statement = (
            "SELECT number, doc_id, title, text, url, priority_score, at_epoch "  # noqa: S608  # our names and "?"
            f"FROM {tables.documents} WHERE number IN ({_marks(some)})"
        )
        rows.update((row.number, row) for row in connection.exec_driver_sql(statement, tuple(some)))
    return [rows[number] for number in numbers]


def _hit(row: _Found, words: Sequence[str]) -> SearchHit:
    found = highlights(row.title, row.text, words)
    return SearchHit(doc_id=row.doc_id, title=row.title, url=row.url, highlights=found)


def _key(row: _Found, sort: SearchSort) -> Key:
    return getattr(row, _ORDER[sort]), row.doc_id


def _in_order(sets: Sets, asked: Asked, found: int, *, wanted: int) -> list[int]:
    """At least the first `wanted` numbers after where the page begins: where much was found, from the index of the
    order until there are enough; else of those that can be among the first, read and sorted."""
    from stores.search.counting import largest  # numpy is slow to load, and only searches need it

    if not found:
        return []
    measures = sets.measures(_MEASURE[asked.query.sort])
    if wanted * len(measures) > _MOST_WALKED * found.bit_count():
        most = asked.after[0] if asked.after is not None else None
        first = largest(measures, sets.members(found), wanted=wanted, most=most)
        if len(first) <= max(_MOST_SORTED, len(measures) // _ROW_TO_ENTRY):
            return _sorted(sets, asked, first, wanted=wanted)
    return _walked(sets, asked, found, wanted=wanted)


def _sorted(sets: Sets, asked: Asked, numbers: Sequence[int], *, wanted: int) -> list[int]:
    rows: list[tuple[Any, ...]] = []
    for some in chunks(numbers):
        statement = (
            f"SELECT -{_ORDER[asked.query.sort]}, doc_id, number "  # noqa: S608  # our names and "?"
            f"FROM {sets.tables.documents} WHERE number IN ({_marks(some)})"
        )
        rows.extend(rows_of(sets.connection, statement, some))
    after = (-asked.after[0], asked.after[1]) if asked.after is not None else None
    return [number for key, doc_id, number in sorted(rows) if after is None or (key, doc_id) > after][:wanted]


def _walked(sets: Sets, asked: Asked, found: int, *, wanted: int) -> list[int]:
    from stores.search.counting import flags_of

    flags, order = flags_of(found).tobytes(), _ORDER[asked.query.sort]
    where, parameters = "kind = ?", list[object]([asked.query.kind.value])
    if asked.after is not None:
        key, doc_id = asked.after
        where += f" AND {order} <= ? AND ({order} < ? OR doc_id > ?)"
        parameters += [key, key, doc_id]
    statement = f"SELECT number FROM {sets.tables.documents} WHERE {where} ORDER BY {order} DESC, doc_id"  # noqa: S608
    driver = sets.connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    with closing(driver.execute(statement, parameters)) as cursor:
        numbers: list[int] = []
        step_rows = min(wanted * len(flags) // max(found.bit_count(), 1) + wanted, _STEP)
        while len(numbers) < wanted and (step := cursor.fetchmany(step_rows)):
            numbers += [number for (number,) in step if number < len(flags) and flags[number]]
    return numbers


def _marks(items: Sequence[int]) -> str:
    return ",".join("?" * len(items))
