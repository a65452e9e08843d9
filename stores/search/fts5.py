"""The embedded search index: SQLite FTS5 over pairs of characters, and bit sets for everything that is not text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from stores.search import facet_bits
from stores.search.bits import bits_of, numbers_in
from stores.search.facet_bits import KIND, REGION, FacetChanges, marks_of, sets_of, sets_under
from stores.search.fold import FOLD_VERSION, phrase, tokens
from stores.search.highlight import highlights
from stores.search.query import MOST_FACET_VALUES, check_documents, check_query, words_of
from stores.sql.database import Database
from stores.sql.rows import chunks
from stores.sql.sqlite import open_sqlite

__all__ = ["Fts5Index"]

_SCHEMA_VERSION = 100 * FOLD_VERSION + 1
_REBUILD = "运行 wangjian index rebuild"
_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS documents (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, doc_id TEXT NOT NULL, version INTEGER NOT NULL,
        priority_score REAL NOT NULL, at_epoch INTEGER NOT NULL, region_code TEXT NOT NULL, facets TEXT NOT NULL,
        title TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (kind, doc_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS documents_by_priority ON documents (kind, priority_score DESC, doc_id)",
    "CREATE INDEX IF NOT EXISTS documents_by_time ON documents (kind, at_epoch DESC, doc_id)",
    # Contentless: the text stands in `documents`. The ascii tokenizer splits at blanks and keeps base-36 digits.
    "CREATE VIRTUAL TABLE IF NOT EXISTS pairs USING fts5(tokens, content='', columnsize=0, tokenize='ascii')",
    facet_bits.SCHEMA,
)
_TABLES = ("pairs", "documents", "facet_bits")
_ORDER = {SearchSort.PRIORITY: "priority_score", SearchSort.NEWEST: "at_epoch"}
_FEW = 2_000
_STEP = 4_000


class Fts5Index:
    """See `records.ports.SearchIndex`. One file; several processes may read while one writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._database = open_sqlite(path, cure_corrupt=f"删除该文件后{_REBUILD}", cure_missing=_REBUILD)
        self._ready = False

    def index(self, documents: Sequence[SearchDocument]) -> None:
        check_documents(documents)
        for some in chunks(list(documents)):
            with self._prepared().write() as connection:
                _write(connection, some)

    def search(self, query: SearchQuery) -> SearchResult:
        check_query(query)
        words = words_of(query.text)
        with self._prepared().read() as connection:
            sets = _Sets.of(connection, query, words)
            found = sets.matching()
            hits = _hits(connection, query, found, words)
            counted = {facet: _counts(connection, facet, sets) for facet in query.count_facets}
        return SearchResult(total=found.bit_count(), hits=hits, facets=counted)

    def clear(self) -> None:
        with self._database.write() as connection:
            for table in _TABLES:
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")
            _create(connection)
        self._ready = True

    def count(self, kind: SearchKind) -> int:
        with self._prepared().read() as connection:
            statement = "SELECT count(*) FROM documents WHERE kind = ?"
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
            if version not in (0, _SCHEMA_VERSION):
                raise StoreAwayError(f"检索库版本 {version} 与本程序不符：{self._path}", cure=_REBUILD, version=version)
            if version == 0:
                with self._database.write() as connection:
                    _create(connection)
            self._ready = True
        return self._database


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sets:
    """The documents of the words, kind and region, and those of each filter."""

    base: int
    filters: dict[Facet, int]

    @classmethod
    def of(cls, connection: Connection, query: SearchQuery, words: Sequence[str]) -> _Sets:
        base = sets_of(connection, KIND, (query.kind.value,)).get(query.kind.value, 0)
        if query.region_scope:
            base &= sets_under(connection, REGION, query.region_scope)
        if words:
            base &= bits_of(_numbers_with(connection, words))
        filters = {facet: 0 for facet in query.filters}
        for facet, values in query.filters.items():
            for bits in sets_of(connection, facet.value, values).values():
                filters[facet] |= bits
        return cls(base=base, filters=filters)

    def matching(self, *, leaving_out: Facet | None = None) -> int:
        """What all filters let through, but for the one on this facet."""
        found = self.base
        for facet, bits in self.filters.items():
            if facet != leaving_out:
                found &= bits
        return found


def _numbers_with(connection: Connection, words: Sequence[str]) -> Iterable[int]:
    """Documents in which every word occurs. Elements are base-36 digits only: nothing in them is syntax."""
    asked = " AND ".join(_match(phrase(word)) for word in words)
    return connection.exec_driver_sql("SELECT rowid FROM pairs WHERE pairs MATCH ?", (asked,)).scalars().all()


def _match(elements: tuple[str, ...]) -> str:
    """A phrase of pairs, or for one character every token that begins with it."""
    prefix = " *" if len(elements) == 1 and len(elements[0]) < len(phrase("  ")[0]) else ""
    return f'"{" ".join(elements)}"{prefix}'


def _counts(connection: Connection, facet: Facet, sets: _Sets) -> tuple[FacetCount, ...]:
    among = sets.matching(leaving_out=facet)
    counted = ((value, (bits & among).bit_count()) for value, bits in sets_of(connection, facet.value).items())
    ranked = sorted((found for found in counted if found[1]), key=lambda found: (-found[1], found[0]))
    return tuple(FacetCount(value=value, count=count) for value, count in ranked[:MOST_FACET_VALUES])


def _hits(connection: Connection, query: SearchQuery, found: int, words: Sequence[str]) -> tuple[SearchHit, ...]:
    few = found.bit_count() <= _FEW
    numbers = _sorted_few(connection, query, found) if few else _walked(connection, query, found)
    page = numbers[query.offset : query.offset + query.limit]
    rows: dict[int, Row[tuple[int, str, str, str]]] = {}
    for some in chunks(page):
        statement = f"SELECT number, doc_id, title, text FROM documents WHERE number IN ({_marks(some)})"  # noqa: S608  # only "?"
        rows.update((row.number, row) for row in connection.exec_driver_sql(statement, tuple(some)))
    return tuple(
        SearchHit(doc_id=row.doc_id, title=row.title, highlights=highlights(row.title, row.text, words))
        for row in (rows[number] for number in page)
    )


def _sorted_few(connection: Connection, query: SearchQuery, found: int) -> list[int]:
    rows: list[tuple[float, str, int]] = []
    for some in chunks(list(numbers_in(found))):
        statement = f"SELECT -{_ORDER[query.sort]}, doc_id, number FROM documents WHERE number IN ({_marks(some)})"  # noqa: S608  # "?"
        rows.extend(connection.exec_driver_sql(statement, tuple(some)))
    return [number for _key, _doc_id, number in sorted(rows)]


def _walked(connection: Connection, query: SearchQuery, found: int) -> list[int]:
    """Down the index of the order, until the page is full: where much was found, little need be read."""
    wanted = query.offset + query.limit
    blob = found.to_bytes((found.bit_length() + 7) // 8, "little")
    statement = f"SELECT number FROM documents WHERE kind = ? ORDER BY {_ORDER[query.sort]} DESC, doc_id"  # noqa: S608  # a fixed name
    cursor = connection.exec_driver_sql(statement, (query.kind.value,))
    numbers: list[int] = []
    for step in cursor.scalars().partitions(_STEP):
        numbers += [number for number in step if number >> 3 < len(blob) and blob[number >> 3] >> (number & 7) & 1]
        if len(numbers) >= wanted:
            break
    cursor.close()
    return numbers


def _marks(items: Sequence[int]) -> str:
    return ",".join("?" * len(items))


def _create(connection: Connection) -> None:
    for statement in _SCHEMA:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version = {_SCHEMA_VERSION}")


def _write(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    changes = FacetChanges()
    number = (connection.exec_driver_sql("SELECT max(number) FROM documents").scalar() or 0) + 1
    latest = _latest(documents)
    for document in latest:
        known = _known(connection, document)
        if known is not None and known.version > document.version:
            continue
        place = number if known is None else known.number
        number += known is None
        if known is not None:
            _forget_tokens(connection, known)
        changes.move(place, before=marks_of(known.document) if known else (), after=marks_of(document))
        _put(connection, place, document)
    changes.write(connection)


def _latest(documents: Sequence[SearchDocument]) -> Iterator[SearchDocument]:
    """Of one document given several times, the highest version; of equal ones the last."""
    best: dict[tuple[str, str], SearchDocument] = {}
    for document in documents:
        key = (document.kind.value, document.doc_id)
        if key not in best or best[key].version <= document.version:
            best[key] = document
    return iter(best.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    number: int
    version: int
    document: SearchDocument


def _known(connection: Connection, document: SearchDocument) -> _Known | None:
    statement = "SELECT * FROM documents WHERE kind = ? AND doc_id = ?"
    row = connection.exec_driver_sql(statement, (document.kind.value, document.doc_id)).first()
    if row is None:
        return None
    stored = SearchDocument(
        doc_id=row.doc_id,
        kind=SearchKind(row.kind),
        title=row.title,
        text=row.text,
        facets=json.loads(row.facets),
        region_code=row.region_code,
        version=row.version,
    )
    return _Known(number=row.number, version=row.version, document=stored)


def _forget_tokens(connection: Connection, known: _Known) -> None:
    """A contentless table must be told what it is to forget."""
    old = tokens((known.document.title, known.document.text))
    connection.exec_driver_sql("INSERT INTO pairs (pairs, rowid, tokens) VALUES ('delete', ?, ?)", (known.number, old))


def _put(connection: Connection, number: int, document: SearchDocument) -> None:
    row = (
        number,
        document.kind.value,
        document.doc_id,
        document.version,
        document.priority_score,
        document.at_epoch,
        document.region_code,
        json.dumps({facet.value: values for facet, values in document.facets.items()}, ensure_ascii=False),
        document.title,
        document.text,
    )
    connection.exec_driver_sql("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.exec_driver_sql(
        "INSERT INTO pairs (rowid, tokens) VALUES (?, ?)", (number, tokens((document.title, document.text)))
    )
