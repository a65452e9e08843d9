"""Counting on Elasticsearch: as few passes over as few documents as the question allows.

A pass costs finding the documents once more and then as much as there are. Facets of one group are counted in one
(`elastic_layout.GROUPS`), all groups in one request; what nearly all documents have is counted by those that do not
have it and the counts over all, which the engine keeps until the next change, as it keeps the list everybody begins
with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from records.search import Facet, FacetCount
from stores.search.elastic_layout import GROUPS, facet_parts, part_values
from stores.search.elastic_query import Clauses, Counting, Json, all_of, none_of, total_of
from stores.search.query import facets_of

__all__ = ["Combinations", "count_results", "tells_found"]

Ask = Callable[[Sequence[Json]], list[Mapping[str, Any]]]

_COLUMNS = "#histogram"
_MOST_VALUES = 10_000
_MOST_READ = 50_000


class Combinations(dict[str, tuple[list[str], ...]]):
    """What a combination of a group says of each of its facets, read once: a search is told thousands, mostly the same
    ones as the search before."""

    def __missing__(self, combination: str) -> tuple[list[str], ...]:
        if len(self) >= _MOST_READ:
            self.clear()
        read = self[combination] = tuple(map(part_values, facet_parts(combination)))
        return read


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


@dataclass(frozen=True, slots=True)
class _Among:
    """A request: passes among the documents of some filters, and others among those of them that some more hold for."""

    held: tuple[Facet, ...]
    passes: list[_Pass] = field(default_factory=list)
    within: list[_Among] = field(default_factory=list)


def tells_found(clauses: Clauses) -> bool:
    """Whether what is counted tells how many were found: groups and columns of time take in every document once."""
    return any(one.name in GROUPS or one.name == _COLUMNS for one in _passes(clauses))


def count_results(clauses: Clauses, ask: Ask, combinations: Combinations, *, of: int | None = None) -> Counting:
    """Ask what is to be counted.

    Args:
        clauses: The query.
        ask: Puts several requests to the engine at once.
        combinations: Those read so far.
        of: How many there are in all, where most of them seem to be found and no filter is left aside for any facet.
    """
    passes = _passes(clauses)
    told = (_by_what_lacks(clauses, ask, passes, of) if of is not None else None) or _tell(clauses, ask, passes)
    cut_off = [one for one in told if one.name in GROUPS and not told[one].whole]
    if cut_off:  # more combinations than the engine gives: each facet by itself
        alone = [_alone(facet, clauses) for one in cut_off for facet in one.facets]
        told = {one: said for one, said in told.items() if one not in cut_off} | _tell(clauses, ask, alone)
    counted: dict[Facet, Mapping[str, int]] = {}
    columns, found = Counter[str](), None
    for one, said in told.items():
        if one.name == _COLUMNS:
            columns, found = said.tally, said.tally.total()
        elif one.name in GROUPS:
            apart, found = _apart(one, said.tally, clauses, combinations)
            counted |= apart
        else:
            counted[one.facets[0]] = said.tally
    return Counting(
        **facets_of(clauses.query, counted),
        columns=tuple(FacetCount(value=day, count=count) for day, count in sorted(columns.items())),
        found=found,
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


def _by_what_lacks(clauses: Clauses, ask: Ask, passes: Sequence[_Pass], of: int) -> dict[_Pass, _Told] | None:
    """The counts over all, each pass a request that the engine keeps, without those of what was not found; None when
    the index changed meanwhile, or there are more values than the engine tells."""
    lacking = _request(none_of(clauses.universe, clauses.narrowing), _aggregations(passes, clauses))
    (others,) = ask([lacking])
    everything = ask([_over_all(one, clauses) for one in passes])
    told = {
        one: _said(one, answer["aggregations"]).without(_said(one, others["aggregations"]))
        for one, answer in zip(passes, everything, strict=True)
    }
    unchanged = all(total_of(answer) == of for answer in everything)
    return told if unchanged and all(said.whole for said in told.values()) else None


def _tell(clauses: Clauses, ask: Ask, passes: Sequence[_Pass]) -> dict[_Pass, _Told]:
    """What each pass says. Those over everything are requests of their own: the engine keeps each for every question
    that has a use for it."""
    over_all = [one for one in passes if not one.held and not clauses.narrowing]
    plans = _plans([one for one in passes if one not in over_all], clauses)
    answers = ask([*(_over_all(one, clauses) for one in over_all), *(_counting(plan, clauses) for plan in plans)])
    told = {one: _said(one, answer["aggregations"]) for one, answer in zip(over_all, answers, strict=False)}
    for plan, answer in zip(plans, answers[len(over_all) :], strict=True):
        told |= {one: _said(one, answer["aggregations"]) for one in plan.passes}
        for number, more in enumerate(plan.within):
            told |= {one: _said(one, answer["aggregations"][_within(number)]) for one in more.passes}
    return told


def _plans(passes: Sequence[_Pass], clauses: Clauses) -> list[_Among]:
    """What is found is found once for all passes among it, if it takes finding: those that more filters hold for are
    counted within those that fewer hold for. Filters alone cost nothing, and the fewer they leave the better."""
    by_held: dict[tuple[Facet, ...], _Among] = {}
    for one in sorted(passes, key=lambda one: len(one.held)):
        by_held.setdefault(one.held, _Among(one.held)).passes.append(one)
    plans: list[_Among] = []
    for among in by_held.values():
        around = [plan for plan in plans if set(plan.held) <= set(among.held)] if clauses.narrowing else []
        (around[0].within if around else plans).append(among)
    return plans


def _counting(plan: _Among, clauses: Clauses) -> Json:
    held = [clauses.late[facet] for facet in plan.held]
    aggregations = _aggregations(plan.passes, clauses)
    for number, more in enumerate(plan.within):
        beyond = all_of([clauses.late[facet] for facet in more.held if facet not in plan.held])
        aggregations[_within(number)] = {"filter": beyond, "aggs": _aggregations(more.passes, clauses)}
    return _request(all_of([*clauses.universe, *clauses.narrowing, *held]), aggregations)


def _over_all(one: _Pass, clauses: Clauses) -> Json:
    return {**_request(all_of(clauses.universe), _aggregations([one], clauses)), "track_total_hits": True}


def _request(query: Json, aggregations: Json) -> Json:
    return {"query": query, "aggs": aggregations, "size": 0, "track_total_hits": False}


def _within(number: int) -> str:
    return f"#within{number}"


def _aggregations(passes: Sequence[_Pass], clauses: Clauses) -> Json:
    return {one.name: _aggregation(one, clauses) for one in passes}


def _aggregation(one: _Pass, clauses: Clauses) -> Json:
    if one.name == _COLUMNS:
        assert clauses.query.histogram is not None
        columns = {"field": "at", "calendar_interval": clauses.query.histogram.value, "time_zone": "+08:00"}
        return {"date_histogram": {**columns, "format": "yyyy-MM-dd", "min_doc_count": 1}}
    by_value: Json = {"_key": "asc"}
    if one.name in GROUPS:  # all of them are wanted, and read from the engine's list of values in its own order
        return {"terms": {"field": f"groups.{one.name}", "size": _MOST_VALUES, "order": by_value}}
    return {"terms": {"field": f"facets.{one.name}", "size": _MOST_VALUES, "order": [{"_count": "desc"}, by_value]}}


def _said(one: _Pass, aggregations: Mapping[str, Any]) -> _Told:
    found = aggregations[one.name]
    if one.name == _COLUMNS:
        days = {date.fromisoformat(bucket["key_as_string"]): bucket["doc_count"] for bucket in found["buckets"]}
        return _Told(tally=Counter({day.isoformat(): count for day, count in days.items()}), whole=True)
    tally = Counter[str]({bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]})
    return _Told(tally=tally, whole=not found["sum_other_doc_count"])


def _apart(
    one: _Pass, tally: Mapping[str, int], clauses: Clauses, combinations: Combinations
) -> tuple[dict[Facet, Mapping[str, int]], int]:
    """Each facet of a group by itself, among the combinations that the filters on the others let through; and how many
    documents all of them let through."""
    members, found = GROUPS[one.name], 0
    filters = [(place, set(clauses.query.filters[members[place]])) for place in _filtered(one, clauses)]
    if not filters:
        read, counts = [combinations[combination] for combination in tally], list(tally.values())
        return {facet: _by_value(read, members.index(facet), counts) for facet in one.facets}, sum(counts)
    counted: list[dict[str, int]] = [defaultdict(int) for _facet in members]
    for combination, count in tally.items():
        values = combinations[combination]
        refused = [place for place, wanted in filters if wanted.isdisjoint(values[place])]
        if not refused:
            found += count
            for tallied, some in zip(counted, values, strict=True):
                for value in some:
                    tallied[value] += count
        elif len(refused) == 1:
            for value in values[refused[0]]:
                counted[refused[0]][value] += count
    return {facet: counted[members.index(facet)] for facet in one.facets}, found


def _by_value(read: Sequence[tuple[list[str], ...]], place: int, counts: Sequence[int]) -> Mapping[str, int]:
    """The counts of one facet; put together at once where each combination has a value of its own (offices)."""
    values = [parts[place] for parts in read]
    tallied = dict.fromkeys([value for some in values for value in some], 0)
    if len(tallied) == len(values) and set(map(len, values)) == {1}:
        return dict(zip(tallied, counts, strict=True))
    for some, count in zip(values, counts, strict=True):
        for value in some:
            tallied[value] += count
    return tallied


def _filtered(one: _Pass, clauses: Clauses) -> list[int]:
    return [GROUPS[one.name].index(facet) for facet in one.facets if facet in clauses.late]
