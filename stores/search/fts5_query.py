"""A query as sets of documents of the embedded index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from sqlalchemy import Connection

from records.search import Facet, SearchInterval, SearchKind
from records.search_fields import Between, HasValue, Identified, InRegion
from records.search_syntax import AllOf, AnyOf, NoneOf, Phrase, Tree
from stores.search.bits import bits_of
from stores.search.driver_rows import matching_set, rows_of
from stores.search.facet_bits import DAY, KIND, REGION, sets_of, sets_under
from stores.search.facet_columns import EntryNames, Members, count_column
from stores.search.fold import phrase
from stores.search.fts5_tables import Tables
from stores.search.kept import IndexState, KeptUntilChange, counts_but_for, state_of
from stores.search.number_columns import within
from stores.search.query import Asked

__all__ = ["Kept", "Sets"]

_PAIR_LENGTH = len(phrase("  ")[0])
_FEW_VALUES = 128
"""Up to so many values a facet is counted by their sets, beyond it document by document."""

_MOST_WORDS = 256
"""Sets of words kept while the index stays as it is, each a bit a document."""
_MOST = 4
"""What leaves out less than one in so many is counted by what it leaves out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an opened index keeps between searches."""

    names: EntryNames = field(default_factory=EntryNames)
    totals: KeptUntilChange[tuple[SearchKind, Facet], dict[str, int]] = field(default_factory=KeptUntilChange)
    sets: KeptUntilChange[Facet, dict[str, int]] = field(default_factory=KeptUntilChange)
    words: KeptUntilChange[str, int] = field(default_factory=lambda: KeptUntilChange(most=_MOST_WORDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The documents of a kind; of them those of the words, conditions and region; and those of each filter."""

    connection: Connection
    tables: Tables
    kind: SearchKind
    universe: int
    base: int
    filters: dict[Facet, int]
    kept: Kept
    state: IndexState
    members: dict[int, Members] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, tables: Tables, asked: Asked, kept: Kept) -> Sets:
        query = asked.query
        state = state_of(connection)
        universe = sets_of(connection, tables.bits, KIND, (query.kind.value,)).get(query.kind.value, 0)
        base = universe
        if query.region_scope:
            base &= sets_under(connection, tables.bits, REGION, query.region_scope)
        if asked.tree != AllOf():
            reading = _Reading(connection, tables, query.kind.value, kept.words, state)
            base = reading.bits(asked.tree, base)
        filters = {
            facet: _any(sets_of(connection, tables.bits, facet.value, values).values())
            for facet, values in query.filters.items()
        }
        return cls(
            connection=connection,
            tables=tables,
            kind=query.kind,
            universe=universe,
            base=base,
            filters=filters,
            kept=kept,
            state=state,
        )

    def matching(self, *, leaving_out: Facet | None = None) -> int:
        """What all filters let through, but for the one on this facet."""
        found = self.base
        for facet, bits in self.filters.items():
            if facet != leaving_out:
                found &= bits
        return found

    def counts(self, facet: Facet) -> dict[str, int]:
        """How many documents each value has, the filter on this facet left aside."""
        bits = self.matching(leaving_out=facet)
        others = self.universe & ~bits
        left_out = others.bit_count()
        if left_out * 2 < self.universe.bit_count():
            totals, key = self.kept.totals, (self.kind, facet)
            if left_out * _MOST < self.universe.bit_count():
                totals.of(self.state, key, lambda: self._counted(facet, self.universe))
            if (whole := totals.known(self.state, key)) is not None:
                return counts_but_for(whole, self._counted(facet, others))
        return self._counted(facet, bits)

    def _counted(self, facet: Facet, bits: int) -> dict[str, int]:
        if not bits:
            return {}
        names = self.kept.names.of(self.connection, self.tables.entries, facet)
        if len({value for values in names.values() for value in values}) > _FEW_VALUES:
            among = self.members.setdefault(bits, Members(bits))
            return count_column(self.connection, self.tables.columns, names, facet=facet, among=among)
        sets = self.kept.sets.of(
            self.state,
            facet,
            lambda: sets_of(self.connection, self.tables.bits, facet.value),
        )
        counted = {value: (found & bits).bit_count() for value, found in sets.items()}
        return {value: count for value, count in counted.items() if count}

    def columns(self, interval: SearchInterval) -> dict[str, int]:
        """How many results begin each day, week, month or year."""
        among, counted = self.matching(), dict[str, int]()
        if among:
            for day, bits in sets_of(self.connection, self.tables.bits, DAY).items():
                count = (bits & among).bit_count()
                if count:
                    first = _first_day(day, interval)
                    counted[first] = counted.get(first, 0) + count
        return dict(sorted(counted.items()))


def _first_day(day: str, interval: SearchInterval) -> str:
    if interval is SearchInterval.WEEK:
        from datetime import date, timedelta

        found = date.fromisoformat(day)
        return (found - timedelta(days=found.weekday())).isoformat()
    return {SearchInterval.DAY: day, SearchInterval.MONTH: f"{day[:7]}-01"}.get(interval, f"{day[:4]}-01-01")


def _any(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Walks a tree; what is asked of words alone is asked of FTS5 in one go."""

    connection: Connection
    tables: Tables
    kind: str
    words: KeptUntilChange[str, int]
    state: IndexState

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
        return among & self._condition(tree, among)

    def _worded(self, match: str) -> int:
        return self.words.of(self.state, match, lambda: matching_set(self.connection, self.tables.pairs, match))

    def _condition(self, tree: Tree, among: int) -> int:
        if isinstance(tree, HasValue):
            return _any(sets_of(self.connection, self.tables.bits, tree.facet.value, tree.values).values())
        if isinstance(tree, InRegion):
            return _any(
                sets_under(self.connection, self.tables.bits, REGION, prefix) for prefix in dict.fromkeys(tree.prefixes)
            )
        if isinstance(tree, Identified):
            marks = ",".join("?" * len(tree.doc_ids))
            statement = f"SELECT number FROM {self.tables.documents} WHERE kind = ? AND doc_id IN ({marks})"  # noqa: S608
            return bits_of([number for (number,) in rows_of(self.connection, statement, (self.kind, *tree.doc_ids))])
        assert isinstance(tree, Between)
        return within(self.connection, self.tables.columns, tree, among=among)


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
