"""A query as sets of documents of the embedded index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_

from sqlalchemy import Connection

from records.search import Facet, SearchInterval, SearchKind
from records.search_fields import Between, HasValue, Identified, InRegion
from records.search_syntax import AllOf, AnyOf, NoneOf, Phrase, Tree
from stores.search.driver_rows import set_of
from stores.search.facet_bits import DAY, KIND, REGION, sets_of, sets_under
from stores.search.facet_columns import EntryNames, Members, count_column
from stores.search.facet_totals import IndexState, Totals, counts_but_for, state_of
from stores.search.fold import phrase
from stores.search.fts5_tables import Tables
from stores.search.query import Asked

__all__ = ["Kept", "Sets"]

_PAIR_LENGTH = len(phrase("  ")[0])
_FEW_VALUES = 24
"""Up to so many values a facet is counted by their sets, beyond it document by document."""

_MOST = 4
"""What leaves out less than one in so many is counted by what it leaves out."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an opened index keeps between searches."""

    names: EntryNames = field(default_factory=EntryNames)
    totals: Totals = field(default_factory=Totals)


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
        universe = sets_of(connection, tables.bits, KIND, (query.kind.value,)).get(query.kind.value, 0)
        base = universe
        if query.region_scope:
            base &= sets_under(connection, tables.bits, REGION, query.region_scope)
        if asked.tree != AllOf():
            base &= _Reading(connection, tables, base, query.kind.value).bits(asked.tree)
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
            state=state_of(connection),
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
            totals = self.kept.totals.of(
                self.state,
                (self.kind, facet),
                lambda: self._counted(facet, self.universe),
                make=left_out * _MOST < self.universe.bit_count(),
            )
            if totals is not None:
                return counts_but_for(totals, self._counted(facet, others))
        return self._counted(facet, bits)

    def _counted(self, facet: Facet, bits: int) -> dict[str, int]:
        if not bits:
            return {}
        names = self.kept.names.of(self.connection, self.tables.entries, facet)
        if len(names) > _FEW_VALUES:
            among = self.members.setdefault(bits, Members(bits))
            return count_column(self.connection, self.tables.columns, names, facet=facet, among=among)
        sets = sets_of(self.connection, self.tables.bits, facet.value)
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
    universe: int
    kind: str

    def bits(self, tree: Tree) -> int:
        words = _match(tree)
        if words is not None:
            return self._worded(words)
        if isinstance(tree, AllOf):
            return reduce(and_, self._parts(tree.parts, " AND "), self.universe)
        if isinstance(tree, AnyOf):
            return _any(self._parts(tree.parts, " OR "))
        if isinstance(tree, NoneOf):
            return self.universe & ~self.bits(tree.part)
        return self._condition(tree)

    def _parts(self, parts: Iterable[Tree], joined: str) -> list[int]:
        listed = list(parts)
        words = [match for part in listed if (match := _match(part)) is not None]
        sets = [self._worded(joined.join(words))] if words else []
        return [*sets, *(self.bits(part) for part in listed if _match(part) is None)]

    def _worded(self, match: str) -> int:
        pairs = self.tables.pairs
        return set_of(self.connection, "rowid", f"{pairs} WHERE {pairs} MATCH ?", (match,))

    def _condition(self, tree: Tree) -> int:
        if isinstance(tree, HasValue):
            return _any(sets_of(self.connection, self.tables.bits, tree.facet.value, tree.values).values())
        if isinstance(tree, InRegion):
            return _any(
                sets_under(self.connection, self.tables.bits, REGION, prefix) for prefix in dict.fromkeys(tree.prefixes)
            )
        if isinstance(tree, Identified):
            marks = ",".join("?" * len(tree.doc_ids))
            return self._where(f"doc_id IN ({marks})", tree.doc_ids)
        assert isinstance(tree, Between)
        bounds = [(">=", tree.least), ("<=", tree.most)]
        where = " AND ".join(f"{tree.field.value} {sign} ?" for sign, bound in bounds if bound is not None)
        return self._where(where, [bound for _sign, bound in bounds if bound is not None])

    def _where(self, where: str, parameters: Iterable[object]) -> int:
        source = f"{self.tables.documents} WHERE kind = ? AND {where}"
        return set_of(self.connection, "number", source, (self.kind, *parameters))


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
