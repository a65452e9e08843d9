"""A query as sets of documents of the embedded index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from records.search import Facet, FacetCount, SearchHit, SearchInterval, SearchSort
from records.search_fields import Between, HasValue, Identified, InCounties, InRegion, RangeField
from records.search_syntax import AllOf, AnyOf, NoneOf, Phrase, Tree
from stores.search.bits import bits_of
from stores.search.driver_rows import matching_set, rows_of
from stores.search.facet_bits import KIND, REGION, sets_of, sets_under
from stores.search.facet_columns import EntryNames
from stores.search.fold import phrase
from stores.search.fts5_tables import Tables
from stores.search.kept import WORDS, IndexState, KeptUntilChange, state_of
from stores.search.number_columns import NUMBERS, column_of
from stores.search.query import Asked, Key

if TYPE_CHECKING:
    from stores.search.counting import FacetColumn, FacetTally, Measures, Members

__all__ = ["Kept", "PageKey", "PageOfHits", "Sets"]

_PAIR_LENGTH = len(phrase("  ")[0])
_EPOCH = date(1970, 1, 1)
_MOST_WORDS = 256
"""Sets of words kept while no word changes, each a bit a document."""
_MOST_SETS = 256
_MOST_PAGES = 256
_MOST_TALLIES = 1_024
_MOST_KEPT_VALUES = 100
"""A tally of more than these is made for one answer alone."""

PageOfHits = tuple[tuple[SearchHit, ...], str]
"""With the cursor of the next page."""

PageKey = tuple[tuple[str, ...], SearchSort, int, int, Key | None]
"""What tells pages of one set of documents apart: words, order, limit, offset, and what they come after."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an opened index keeps between searches."""

    names: EntryNames = field(default_factory=EntryNames)
    columns: KeptUntilChange[str, FacetColumn] = field(default_factory=lambda: KeptUntilChange(most=len(Facet)))
    measures: KeptUntilChange[RangeField, Measures] = field(
        default_factory=lambda: KeptUntilChange(most=len(RangeField))
    )
    sets: KeptUntilChange[tuple[str, str], int] = field(default_factory=lambda: KeptUntilChange(most=_MOST_SETS))
    words: KeptUntilChange[str, int] = field(default_factory=lambda: KeptUntilChange(most=_MOST_WORDS))
    pages: KeptUntilChange[tuple[int, PageKey], PageOfHits] = field(
        default_factory=lambda: KeptUntilChange(most=_MOST_PAGES)
    )
    tallies: KeptUntilChange[tuple[int, Facet, int, tuple[str, ...]], FacetTally] = field(
        default_factory=lambda: KeptUntilChange(most=_MOST_TALLIES)
    )
    columns_of_time: KeptUntilChange[tuple[int, SearchInterval], tuple[FacetCount, ...]] = field(
        default_factory=lambda: KeptUntilChange(most=_MOST_PAGES)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The documents of the words, conditions and region; and those of each filter."""

    connection: Connection
    tables: Tables
    base: int
    filters: dict[Facet, int]
    kept: Kept
    state: IndexState
    known_members: dict[int, Members] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, tables: Tables, asked: Asked, kept: Kept) -> Sets:
        query = asked.query
        reading = _Reading(connection, tables, query.kind.value, kept, state_of(connection))
        base = reading.valued(KIND, query.kind.value)
        if query.region_scope:
            base &= reading.under(query.region_scope)
        if asked.tree != AllOf():
            base = reading.bits(asked.tree, base)
        return cls(
            connection=connection,
            tables=tables,
            base=base,
            filters={
                facet: _any(reading.valued(facet.value, value) for value in dict.fromkeys(values))
                for facet, values in query.filters.items()
            },
            kept=kept,
            state=reading.state,
        )

    def matching(self, *, leaving_out: Facet | None = None) -> int:
        """What all filters let through, but for the one on this facet."""
        found = self.base
        for facet, bits in self.filters.items():
            if facet != leaving_out:
                found &= bits
        return found

    def tally(self, facet: Facet, *, most: int, chosen: Collection[str] = ()) -> FacetTally:
        """How many documents each value has, the filter on this facet left aside: the largest counts and the chosen."""
        among, state = self.matching(leaving_out=facet), self.state.of(facet.value)

        def made() -> FacetTally:
            column = self.kept.columns.of(state, facet.value, lambda: self._column(facet))
            return column.tally(self.members(among), most=most, chosen=chosen)

        if most > _MOST_KEPT_VALUES:
            return made()
        return self.kept.tallies.of(state, (among, facet, most, tuple(chosen)), made)

    def columns(self, interval: SearchInterval) -> tuple[FacetCount, ...]:
        """How many results begin each day, week, month or year."""
        found = self.matching()
        return self.kept.columns_of_time.of(
            self.state.of(NUMBERS), (found, interval), lambda: self._columns(found, interval)
        )

    def page(self, found: int, key: PageKey, make: Callable[[], PageOfHits]) -> PageOfHits:
        """The hits of a page, which stand until a word, an address, a priority or a time changes."""
        return self.kept.pages.of(self.state.of(WORDS, NUMBERS), (found, key), make)

    def _columns(self, found: int, interval: SearchInterval) -> tuple[FacetCount, ...]:
        from stores.search.counting import days_counted

        counted = dict[str, int]()
        for number, count in days_counted(self.measures(RangeField.TIME), self.members(found)).items():
            first = _first_day(_EPOCH + timedelta(days=number), interval).isoformat()
            counted[first] = counted.get(first, 0) + count
        return tuple(FacetCount(value=day, count=count) for day, count in counted.items())

    def members(self, bits: int) -> Members:
        """The same as numbers, worked out once."""
        from stores.search.counting import Members  # numpy is slow to load, and only searches need it

        return self.known_members.setdefault(bits, Members(bits))

    def measures(self, field: RangeField) -> Measures:
        """Priorities or times by document."""
        return _measures(self.connection, self.tables, field, kept=self.kept, state=self.state)

    def _column(self, facet: Facet) -> FacetColumn:
        from stores.search.counting import FacetColumn, read_entries

        names = self.kept.names.of(self.connection, self.tables.entries, facet)
        return FacetColumn(read_entries(self.connection, self.tables.columns, facet.value), names)


def _first_day(day: date, interval: SearchInterval) -> date:
    match interval:
        case SearchInterval.DAY:
            return day
        case SearchInterval.WEEK:
            return day - timedelta(days=day.weekday())
        case SearchInterval.MONTH:
            return day.replace(day=1)
        case SearchInterval.YEAR:
            return day.replace(month=1, day=1)


def _measures(connection: Connection, tables: Tables, field: RangeField, *, kept: Kept, state: IndexState) -> Measures:
    from stores.search.counting import read_numbers

    return kept.measures.of(
        state.of(NUMBERS), field, lambda: read_numbers(connection, tables.columns, column_of(field))
    )


def _any(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Walks a tree; what is asked of words alone is asked of FTS5 in one go."""

    connection: Connection
    tables: Tables
    kind: str
    kept: Kept
    state: IndexState

    def valued(self, name: str, value: str) -> int:
        """Those under one value of a name."""
        return self.kept.sets.of(
            self.state.of(name),
            (name, value),
            lambda: sets_of(self.connection, self.tables.bits, name, (value,)).get(value, 0),
        )

    def under(self, prefix: str) -> int:
        """Those of the regions that begin so."""
        return self.kept.sets.of(
            self.state.of(REGION),
            (f"{REGION}~", prefix),
            lambda: sets_under(self.connection, self.tables.bits, REGION, prefix),
        )

    def bits(self, tree: Tree, among: int) -> int:
        """Those of the documents the tree holds for."""
        words = _match(tree)
        if words is not None:
            return among & self._worded(words)
        if isinstance(tree, AllOf):
            worded, others = _worded_and_others(tree.parts)
            if worded:
                among &= self._worded(" AND ".join(worded))
            return reduce(lambda found, part: self.bits(part, found), others, among)
        if isinstance(tree, AnyOf):
            worded, others = _worded_and_others(tree.parts)
            found = among & self._worded(" OR ".join(worded)) if worded else 0
            return reduce(lambda found, part: found | self.bits(part, among), others, found)
        if isinstance(tree, NoneOf):
            return among & ~self.bits(tree.part, among)
        return among & self._condition(tree)

    def _worded(self, match: str) -> int:
        return self.kept.words.of(
            self.state.of(WORDS), match, lambda: matching_set(self.connection, self.tables.pairs, match)
        )

    def _condition(self, tree: Tree) -> int:
        if isinstance(tree, HasValue):
            return _any(self.valued(tree.facet.value, value) for value in dict.fromkeys(tree.values))
        if isinstance(tree, InRegion):
            return _any(self.under(prefix) for prefix in dict.fromkeys(tree.prefixes))
        if isinstance(tree, InCounties):
            return _any(sets_of(self.connection, self.tables.bits, REGION, tree.codes).values())
        if isinstance(tree, Identified):
            marks = ",".join("?" * len(tree.doc_ids))
            statement = f"SELECT number FROM {self.tables.documents} WHERE kind = ? AND doc_id IN ({marks})"  # noqa: S608
            return bits_of([number for (number,) in rows_of(self.connection, statement, (self.kind, *tree.doc_ids))])
        assert isinstance(tree, Between)
        from stores.search.counting import within

        measures = _measures(self.connection, self.tables, tree.field, kept=self.kept, state=self.state)
        return within(measures, least=tree.least, most=tree.most)


def _worded_and_others(parts: Iterable[Tree]) -> tuple[list[str], list[Tree]]:
    """What FTS5 is asked in one go, and what is asked of the sets."""
    worded, others = list[str](), list[Tree]()
    for part in parts:
        match = _match(part)
        if match is None:
            others.append(part)
        else:
            worded.append(match)
    return worded, others


def _match(tree: Tree) -> str | None:
    """In FTS5's words; None when it is not of words alone. Elements are base-36 digits: nothing in them is syntax."""
    if isinstance(tree, Phrase):
        elements = phrase(tree.word)
        prefix = " *" if len(elements) == 1 and len(elements[0]) < _PAIR_LENGTH else ""
        column = "title : " if tree.title_only else ""
        return f'({column}"{" ".join(elements)}"{prefix})'
    if isinstance(tree, AllOf | AnyOf) and tree.parts:
        parts = [_match(part) for part in tree.parts]
        if None not in parts:
            joined = " AND " if isinstance(tree, AllOf) else " OR "
            return f"({joined.join(part for part in parts if part)})"
    return None
