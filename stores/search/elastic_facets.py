"""Counting on Elasticsearch: as few passes over as few documents as the question allows.

A pass costs as much as the documents it goes over. Facets of one group are counted in one (`elastic_layout.GROUPS`);
what nearly all documents have is counted by those that do not have it and the counts over all, which the engine keeps
until the next change, as it keeps the list everybody begins with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records.search import Facet, FacetCount
from stores.search.elastic_layout import GROUPS, facet_parts, part_values
from stores.search.elastic_query import Clauses, Counting, Json, all_of, none_of, total_of
from stores.search.query import MOST_FACET_VALUES

__all__ = ["Totals", "count_results"]

Ask = Callable[[Sequence[Json]], list[Mapping[str, Any]]]

_COLUMNS = "#histogram"
_MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many were found, and among how many."""

    found: int
    universe: int


@dataclass(frozen=True, slots=True)
class _Pass:
    """One aggregation: its name, the facets it tells of, and the filters that hold for it. (A group holds the filters
    on its own facets against each other when it is read.)"""

    name: str
    facets: tuple[Facet, ...]
    held: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an aggregation said; `whole` unless there were more values than it names."""

    tally: Counter[str]
    whole: bool

    def without(self, other: _Told) -> _Told:
        """The counts of what is in this and not in the other."""
        return _Told(tally=self.tally - other.tally, whole=self.whole and other.whole)


def count_results(clauses: Clauses, ask: Ask, totals: Totals | None) -> Counting:
    """Ask what is to be counted.

    Args:
        clauses: The query.
        ask: Puts several requests to the engine at once.
        totals: Where no filter is left aside for any facet; otherwise they say nothing of what is counted.
    """
    told = _tell(clauses, ask, _passes(clauses), totals)
    cut_off = [one for one in told if one.name in GROUPS and not told[one].whole]
    if cut_off:  # more combinations than the engine gives: each facet by itself
        alone = [_alone(facet, clauses) for one in cut_off for facet in one.facets]
        told = {one: said for one, said in told.items() if one not in cut_off} | _tell(clauses, ask, alone, None)
    counted: dict[Facet, Counter[str]] = {}
    columns = Counter[str]()
    for one, said in told.items():
        if one.name == _COLUMNS:
            columns = said.tally
        elif one.name in GROUPS:
            counted |= _apart(one, said.tally, clauses)
        else:
            counted[one.facets[0]] = said.tally
    return Counting(
        facets={facet: _ranked(counted[facet]) for facet in clauses.query.count_facets},
        columns=tuple(FacetCount(value=day, count=count) for day, count in sorted(columns.items())),
    )


def _passes(clauses: Clauses) -> list[_Pass]:
    wanted, passes = dict.fromkeys(clauses.query.count_facets), []
    for name, members in GROUPS.items():
        together = tuple(facet for facet in members if facet in wanted)
        if len(together) > 1:
            passes.append(_Pass(name, together, tuple(facet for facet in clauses.late if facet not in together)))
            for facet in together:
                del wanted[facet]
    passes += [_alone(facet, clauses) for facet in wanted]
    if clauses.query.histogram is not None:
        passes.append(_Pass(_COLUMNS, (), tuple(clauses.late)))
    return passes


def _alone(facet: Facet, clauses: Clauses) -> _Pass:
    return _Pass(facet.value, (facet,), tuple(other for other in clauses.late if other != facet))


def _tell(clauses: Clauses, ask: Ask, passes: Sequence[_Pass], totals: Totals | None) -> dict[_Pass, _Told]:
    """What each pass says; passes among the same documents are one request, but for those over everything: each of
    these the engine keeps for every question that has a use for it."""
    by_held: dict[tuple[Facet, ...], list[_Pass]] = {}
    for one in passes:
        by_held.setdefault(one.held, []).append(one)
    plans = [(some, *_requests(clauses, some, totals)) for some in by_held.values()]
    answers = iter(ask([request for _some, added, taken in plans for request in (*added, *taken)]))
    told: dict[_Pass, _Told] = {}
    for some, added, taken in plans:
        counted = [next(answers) for _request in added]
        said = {one: _said(one, answer) for answer in counted for one in some if one.name in answer["aggregations"]}
        for others in [next(answers) for _request in taken]:
            assert totals is not None
            said = {one: told_of.without(_said(one, others)) for one, told_of in said.items()}
            agree = all(total_of(answer) == totals.found + total_of(others) for answer in counted)
            if not agree or not all(one.whole for one in said.values()):  # changed meanwhile, or too many values
                said = _tell(clauses, ask, some, None)
        told |= said
    return told


def _requests(clauses: Clauses, passes: Sequence[_Pass], totals: Totals | None) -> tuple[list[Json], list[Json]]:
    """Those whose counts are added up, and those whose counts are taken away."""

    def among(query: Json, some: Sequence[_Pass], *, total: bool) -> Json:
        aggregations = {one.name: _aggregation(one, clauses) for one in some}
        return {"query": query, "aggs": aggregations, "size": 0, "track_total_hits": total}

    held = passes[0].held
    everything = [among(all_of(clauses.universe), [one], total=True) for one in passes]
    if (totals is not None and totals.found == totals.universe) or not (held or clauses.narrowing):
        return everything, []
    if totals is not None and totals.found * 2 > totals.universe:
        lacking = none_of(clauses.universe, [*clauses.narrowing, *clauses.late.values()])
        return everything, [among(lacking, passes, total=True)]
    found = all_of([*clauses.universe, *clauses.narrowing, *(clauses.late[facet] for facet in held)])
    return [among(found, passes, total=False)], []


def _aggregation(one: _Pass, clauses: Clauses) -> Json:
    if one.name == _COLUMNS:
        assert clauses.query.histogram is not None
        columns = {"field": "at", "calendar_interval": clauses.query.histogram.value, "time_zone": "+08:00"}
        return {"date_histogram": {**columns, "format": "yyyy-MM-dd", "min_doc_count": 1}}
    field = f"groups.{one.name}" if one.name in GROUPS else f"facets.{one.name}"
    return {"terms": {"field": field, "size": _MOST_VALUES, "order": [{"_count": "desc"}, {"_key": "asc"}]}}


def _said(one: _Pass, answer: Mapping[str, Any]) -> _Told:
    found = answer["aggregations"][one.name]
    if one.name == _COLUMNS:
        days = {date.fromisoformat(bucket["key_as_string"]): bucket["doc_count"] for bucket in found["buckets"]}
        return _Told(tally=Counter({day.isoformat(): count for day, count in days.items()}), whole=True)
    tally = Counter[str]({bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]})
    return _Told(tally=tally, whole=not found["sum_other_doc_count"])


def _apart(one: _Pass, tally: Mapping[str, int], clauses: Clauses) -> dict[Facet, Counter[str]]:
    """Each facet of a group by itself, among the combinations that the filters on the others let through."""
    members = GROUPS[one.name]
    filters = {place: _LetThrough(clauses.query.filters[members[place]]) for place in _filtered(one, clauses)}
    counted: list[dict[str, int]] = [defaultdict(int) for _facet in members]
    for combination, count in tally.items():  # many: what a part means is asked once a part, not once a combination
        parts = facet_parts(combination)
        refused = [place for place, let_through in filters.items() if not let_through[parts[place]]]
        if not refused:
            for counts, part in zip(counted, parts, strict=True):
                counts[part] += count
        elif len(refused) == 1:
            counted[refused[0]][parts[refused[0]]] += count
    return {facet: _by_value(counted[members.index(facet)]) for facet in one.facets}


def _filtered(one: _Pass, clauses: Clauses) -> list[int]:
    return [GROUPS[one.name].index(facet) for facet in one.facets if facet in clauses.late]


class _LetThrough(dict[str, bool]):
    """Whether a filter lets a part of a combination through, found out once a part."""

    def __init__(self, values: Sequence[str]) -> None:
        super().__init__()
        self._values = set(values)

    def __missing__(self, part: str) -> bool:
        found = self[part] = not self._values.isdisjoint(part_values(part))
        return found


def _by_value(counted: Mapping[str, int]) -> Counter[str]:
    values = Counter[str]()
    for part, count in counted.items():
        for value in part_values(part):
            values[value] += count
    return values


def _ranked(counted: Mapping[str, int]) -> tuple[FacetCount, ...]:
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_FACET_VALUES]
    return tuple(FacetCount(value=value, count=count) for value, count in ranked)
