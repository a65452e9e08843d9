"""The tables of the embedded index, one set a generation: the live one, and while it is rebuilt the one to follow.

What is written during a rebuild goes into both sets; the swap is one transaction: readers see it whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from records.errors import StoreAwayError
from records.search import Facet, SearchDocument, SearchKind
from stores.search.facet_bits import FacetChanges, marks_of
from stores.search.facet_columns import ColumnChanges
from stores.search.fold import FOLD_VERSION, tokens
from stores.search.kept import WORDS, count_changes
from stores.search.number_columns import NUMBERS, NumberChanges

__all__ = [
    "SCHEMA_VERSION",
    "Tables",
    "begin_building",
    "create_first",
    "drop_all",
    "live_tables",
    "make_live",
    "remove",
    "write",
]

SCHEMA_VERSION = 100 * FOLD_VERSION + 3
_LIVE, _BUILDING = "live", "building"


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of one generation."""

    generation: int

    @property
    def documents(self) -> str:
        """One row a document."""
        return f"documents_{self.generation}"

    @property
    def pairs(self) -> str:
        """Its tokens."""
        return f"pairs_{self.generation}"

    @property
    def bits(self) -> str:
        """Sets of documents by facet value."""
        return f"facet_bits_{self.generation}"

    @property
    def columns(self) -> str:
        """Facet values by document, and the numbers of ranges."""
        return f"facet_columns_{self.generation}"

    @property
    def entries(self) -> str:
        """What stands in the columns."""
        return f"facet_entries_{self.generation}"

    def create(self, connection: Connection) -> None:
        """Make them, empty."""
        name = self.documents
        for statement in (
            f"""CREATE TABLE {name} (
                number INTEGER PRIMARY KEY, kind TEXT NOT NULL, doc_id TEXT NOT NULL, version INTEGER NOT NULL,
                priority_score REAL NOT NULL, at_epoch INTEGER NOT NULL, region_code TEXT NOT NULL,
                facets TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, UNIQUE (kind, doc_id)
            )""",
            f"CREATE INDEX {name}_by_priority ON {name} (kind, priority_score DESC, doc_id)",
            f"CREATE INDEX {name}_by_time ON {name} (kind, at_epoch DESC, doc_id)",
            # Contentless: the text stands in `documents`. The ascii tokenizer splits at blanks, keeps base-36 digits.
            f"CREATE VIRTUAL TABLE {self.pairs} USING fts5(title, text, content='', columnsize=0, tokenize='ascii')",
            f"""CREATE TABLE {self.bits} (
                name TEXT NOT NULL, value TEXT NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
                PRIMARY KEY (name, value, chunk)) WITHOUT ROWID""",
            f"""CREATE TABLE {self.columns} (
                name TEXT NOT NULL, chunk INTEGER NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (name, chunk))""",
            f"""CREATE TABLE {self.entries} (
                entry INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (name, value))""",
        ):
            connection.exec_driver_sql(statement)

    def drop(self, connection: Connection) -> None:
        """Forget them."""
        for table in (self.documents, self.pairs, self.bits, self.columns, self.entries):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}")


def create_first(connection: Connection) -> None:
    """An empty index, unless another process made one meanwhile."""
    connection.exec_driver_sql(
        "CREATE TABLE IF NOT EXISTS generations (role TEXT PRIMARY KEY, number INTEGER NOT NULL)"
    )
    if _generation(connection, _LIVE) is None:
        Tables(1).create(connection)
        _set(connection, _LIVE, 1)
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def drop_all(connection: Connection) -> None:
    """Forget everything in the file, of whatever version it is."""
    statement = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
    for _kind in ("virtual tables, which take their own tables with them", "the others"):
        for name in connection.exec_driver_sql(statement).scalars().all():
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        statement = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def live_tables(connection: Connection) -> Tables:
    """Those that answer."""
    found = _generation(connection, _LIVE)
    if found is None:
        raise StoreAwayError("检索库没有可用的索引", cure="运行 wangjian index rebuild")
    return Tables(found)


def begin_building(connection: Connection) -> Tables:
    """A new set beside the live one; one that was given up is forgotten."""
    abandoned = _generation(connection, _BUILDING)
    if abandoned is not None:
        Tables(abandoned).drop(connection)
    tables = Tables(max(live_tables(connection).generation, abandoned or 0) + 1)
    tables.create(connection)
    _set(connection, _BUILDING, tables.generation)
    return tables


def make_live(connection: Connection, tables: Tables) -> None:
    """The set takes the place of the live one.

    Raises:
        StoreAwayError: Another rebuild began meanwhile and has taken over.
    """
    if _generation(connection, _BUILDING) != tables.generation:
        raise StoreAwayError("另一次重建已经开始，本次作罢", cure="等另一次重建完成")
    old = live_tables(connection)
    _set(connection, _LIVE, tables.generation)
    connection.exec_driver_sql("DELETE FROM generations WHERE role = ?", (_BUILDING,))
    old.drop(connection)


def write(connection: Connection, documents: Sequence[SearchDocument], *, only: Tables | None = None) -> None:
    """Into the live set and the one being built, or into one alone."""
    if only is not None:
        if _generation(connection, _BUILDING) != only.generation:
            raise StoreAwayError("另一次重建已经开始，本次作罢", cure="等另一次重建完成")
        _write(connection, only, documents)
        return
    count_changes(connection, _write(connection, live_tables(connection), documents))
    building = _generation(connection, _BUILDING)
    if building is not None:
        _write(connection, Tables(building), documents)


def remove(connection: Connection, kind: SearchKind, doc_ids: Sequence[str]) -> None:
    """Out of the live set and the one being built."""
    count_changes(connection, _remove(connection, live_tables(connection), kind, doc_ids))
    building = _generation(connection, _BUILDING)
    if building is not None:
        _remove(connection, Tables(building), kind, doc_ids)


def _generation(connection: Connection, role: str) -> int | None:
    found: int | None = connection.exec_driver_sql("SELECT number FROM generations WHERE role = ?", (role,)).scalar()
    return found


def _set(connection: Connection, role: str, number: int) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO generations VALUES (?, ?)", (role, number))


def _write(connection: Connection, tables: Tables, documents: Sequence[SearchDocument]) -> set[str]:
    """Names of what was changed: most often a state, and no word at all."""
    batch = _Batch()
    latest = f"SELECT max(number) FROM {tables.documents}"  # noqa: S608  # our names
    number = (connection.exec_driver_sql(latest).scalar() or 0) + 1
    for document in _latest(documents):
        known = _known(connection, tables, document.kind.value, document.doc_id)
        if known is None:
            batch.add(number, document)
            number += 1
        elif known.version <= document.version:
            batch.change(known, document)
    batch.write(connection, tables)
    return batch.changed


def _remove(connection: Connection, tables: Tables, kind: SearchKind, doc_ids: Sequence[str]) -> set[str]:
    batch = _Batch()
    for doc_id in dict.fromkeys(doc_ids):
        known = _known(connection, tables, kind.value, doc_id)
        if known is not None:
            batch.forget(known)
    batch.write(connection, tables)
    return batch.changed


class _Batch:
    """What a few documents change in the tables of a generation."""

    def __init__(self) -> None:
        self.changed: set[str] = set()
        self._bits, self._columns, self._numbers = FacetChanges(), ColumnChanges(), NumberChanges()
        self._rows: list[tuple[object, ...]] = []
        self._words: list[tuple[int, str, str]] = []
        self._forgotten: list[tuple[int, str, str]] = []
        self._gone: list[tuple[int]] = []

    def add(self, place: int, document: SearchDocument) -> None:
        """One that was not there."""
        marks = marks_of(document)
        self._bits.move(place, before=(), after=marks)
        self._columns.put(place, document, facets=document.facets)
        self._numbers.put(place, document)
        self._rows.append(_row(place, document))
        self._words.append((place, tokens((document.title,)), tokens((document.text,))))
        self.changed |= {WORDS, NUMBERS, *(name for name, _ in marks)}

    def change(self, known: Row[tuple[object, ...]], document: SearchDocument) -> None:
        """One that was there, as an older version or the same."""
        before, after, place = marks_of(_stored_document(known)), marks_of(document), known.number
        changed = {name for name, _ in before ^ after}
        self._bits.move(place, before=before - after, after=after - before)
        self._columns.put(place, document, facets=[facet for facet in Facet if facet.value in changed])
        if (known.priority_score, known.at_epoch) != (document.priority_score, document.at_epoch):
            self._numbers.put(place, document)
            changed.add(NUMBERS)
        self._rows.append(_row(place, document))
        if (known.title, known.text) != (document.title, document.text):
            self._forgotten.append((place, tokens((known.title,)), tokens((known.text,))))
            self._words.append((place, tokens((document.title,)), tokens((document.text,))))
            changed.add(WORDS)
        elif known.url != document.url:  # it is shown with the words
            changed.add(WORDS)
        self.changed |= changed

    def forget(self, known: Row[tuple[object, ...]]) -> None:
        """One that was there and is to be no more; its place stays empty."""
        stored, place = _stored_document(known), known.number
        marks = marks_of(stored)
        self._bits.move(place, before=marks, after=())
        self._columns.put(place, stored.model_copy(update={"facets": {}}), facets=tuple(stored.facets))
        self._gone.append((place,))
        self._forgotten.append((place, tokens((known.title,)), tokens((known.text,))))
        self.changed |= {WORDS, NUMBERS, *(name for name, _ in marks)}

    def write(self, connection: Connection, tables: Tables) -> None:
        """Apply it."""
        pairs = tables.pairs
        if self._gone:
            connection.exec_driver_sql(f"DELETE FROM {tables.documents} WHERE number = ?", self._gone)  # noqa: S608
        if self._forgotten:  # a contentless table must be told what it is to forget
            statement = f"INSERT INTO {pairs} ({pairs}, rowid, title, text) VALUES ('delete', ?, ?, ?)"  # noqa: S608
            connection.exec_driver_sql(statement, self._forgotten)
        if self._rows:
            marks = ",".join("?" * len(self._rows[0]))
            statement = f"INSERT OR REPLACE INTO {tables.documents} VALUES ({marks})"  # noqa: S608  # our names and "?"
            connection.exec_driver_sql(statement, self._rows)
        if self._words:
            connection.exec_driver_sql(f"INSERT INTO {pairs} (rowid, title, text) VALUES (?, ?, ?)", self._words)  # noqa: S608
        self._bits.write(connection, tables.bits)
        self._columns.write(connection, tables.columns, tables.entries)
        self._numbers.write(connection, tables.columns)


def _latest(documents: Sequence[SearchDocument]) -> Iterator[SearchDocument]:
    """Of one document given several times, the highest version; of equal ones the last."""
    best: dict[tuple[str, str], SearchDocument] = {}
    for document in documents:
        key = (document.kind.value, document.doc_id)
        if key not in best or best[key].version <= document.version:
            best[key] = document
    return iter(best.values())


def _known(connection: Connection, tables: Tables, kind: str, doc_id: str) -> Row[tuple[object, ...]] | None:
    statement = f"SELECT * FROM {tables.documents} WHERE kind = ? AND doc_id = ?"  # noqa: S608  # our names
    return connection.exec_driver_sql(statement, (kind, doc_id)).first()


def _stored_document(row: Row[tuple[object, ...]]) -> SearchDocument:
    """As far as its marks go."""
    return SearchDocument(
        doc_id=row.doc_id,
        kind=SearchKind(row.kind),
        title="",
        text="",
        facets=json.loads(row.facets),
        region_code=row.region_code,
        at_epoch=row.at_epoch,
    )


def _row(number: int, document: SearchDocument) -> tuple[object, ...]:
    return (
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
        document.url,
    )
