"""A query in Elasticsearch's words, and its answer in ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.search import Facet, FacetCount, SearchHit, SearchQuery, SearchResult, SearchSort
from records.search_fields import Between, HasValue, Identified, InCounties, InRegion
from records.search_fold import fold
from records.search_syntax import AllOf, AnyOf, Phrase, Tree
from stores.search.grams import ANYTHING, grams_of_word
from stores.search.highlight import highlights
from stores.search.query import DEEPEST, Asked, Key, cursor_at

__all__ = [
    "Clauses",
    "Counting",
    "Json",
    "all_of",
    "count_request",
    "hit_of",
    "is_broad",
    "landmark_requests",
    "none_of",
    "request_of",
    "result_of",
    "sort_key",
    "sorting",
    "suggestion_request",
    "total_of",
    "values_of",
]

Json = dict[str, Any]

_ORDER = {SearchSort.PRIORITY: "priority_score", SearchSort.NEWEST: "at_epoch"}
_PAIR = 2
_SPACED = "stop"
_SOURCE = ["doc_id", "title", "text", "url"]
_LETTERS = range(0x20, 0x7F)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """A query in clauses that all must hold. `universe`: what the person asking may see of a kind; `narrowing`: what
    was typed, and filters on facets that are not counted; `late`: filters on counted ones, which the count of their own
    facet leaves aside."""

    query: SearchQuery
    universe: tuple[Json, ...]
    narrowing: tuple[Json, ...]
    late: Mapping[Facet, Json]

    @classmethod
    def of(cls, asked: Asked) -> Clauses:
        query = asked.query
        late, early = _filters(query)
        typed = () if asked.tree == AllOf() else (_clause(asked.tree),)
        return cls(query=query, universe=tuple(_scope(query)), narrowing=(*typed, *early), late=late)

    @property
    def all(self) -> tuple[Json, ...]:
        """Of what is found."""
        return (*self.universe, *self.narrowing, *self.late.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The counts of each facet, its own filter left aside, of the columns of time, and of all that was found where the
    facets tell it."""

    facets: dict[Facet, tuple[FacetCount, ...]]
    facet_sizes: dict[Facet, int] = field(default_factory=dict)
    columns: tuple[FacetCount, ...] = ()
    found: int | None = None


def all_of(clauses: Sequence[Json]) -> Json:
    """Every clause holds."""
    return {"bool": {"filter": list(clauses)}}


def none_of(clauses: Sequence[Json], others: Sequence[Json]) -> Json:
    """Every clause holds, but not all of the others."""
    return {"bool": {"filter": list(clauses), "must_not": [all_of(others)]}}


def request_of(asked: Asked, clauses: Clauses, *, total: bool) -> Json:
    """One page of what holds. For the total the engine goes over all that is found; without it, it passes over whatever
    cannot be among the first."""
    query = asked.query
    request: Json = {
        "query": all_of(clauses.all),
        **sorting(query.sort),
        "size": min(query.limit + 1, DEEPEST - query.offset),  # the engine refuses to go deeper, even for one more
        "track_total_hits": total,
    }
    if asked.after is not None:
        request["search_after"] = list(asked.after)
    elif query.offset:
        request["from"] = query.offset
    return request


def total_of(answer: Mapping[str, Any]) -> int:
    """How many were found."""
    total: int = answer["hits"]["total"]["value"]
    return total


def count_request(clauses: Sequence[Json]) -> Json:
    """How many there are of which every clause holds."""
    return {"query": all_of(clauses), "size": 0, "track_total_hits": True}


def landmark_requests(asked: Asked, clauses: Clauses) -> list[Json]:
    """What tells, together with the page, whether most of what there is was found: how many there are in all, and where
    among all of them the page would end if one in two was found. The engine keeps both until the next change."""
    query = asked.query
    last = query.offset + query.limit + 1
    counted = bool(query.count_facets) or query.histogram is not None
    if not counted or not clauses.narrowing or clauses.late or asked.after is not None or 2 * last > DEEPEST:
        return []
    place: Json = {"from": 2 * last - 1, "size": 1, "track_total_hits": False, "_source": False}
    return [count_request(clauses.universe), {"query": all_of(clauses.universe), **sorting(query.sort), **place}]


def is_broad(asked: Asked, page: Mapping[str, Any], landmark: Mapping[str, Any]) -> bool:
    """Whether the page ends before the landmark. It looks then as if more than half of all were found; it need not be
    so, and nothing but the way of counting depends on it."""
    hits, marks = page["hits"]["hits"], landmark["hits"]["hits"]
    if len(hits) <= asked.query.limit or not marks:
        return False
    value, doc_id = sort_key(hits[-1])
    mark, mark_id = sort_key(marks[0])
    return (-value, doc_id) <= (-mark, mark_id)


def sorting(sort: SearchSort) -> Json:
    """The total order of the results and what is read of each."""
    return {"sort": [{_ORDER[sort]: "desc"}, {"doc_id": "asc"}], "_source": _SOURCE}


def suggestion_request(asked: Asked, facet: Facet, typed: str, limit: int) -> Json:
    """Values of a facet in which what was typed occurs, its own filter left aside."""
    late, early = _filters(asked.query.model_copy(update={"count_facets": tuple(asked.query.filters)}))
    others = [clause for name, clause in late.items() if name != facet]
    terms = _terms(facet, limit)
    if typed:
        terms["include"] = f".*{''.join(map(_any_case, typed))}.*"
    clauses = [*_scope(asked.query), _clause(asked.tree), *early, *others]
    return {"query": all_of(clauses), "aggs": {facet.value: {"terms": terms}}, "size": 0, "track_total_hits": False}


def result_of(asked: Asked, answer: Mapping[str, Any], counting: Counting, *, found: int) -> SearchResult:
    """One more hit than the page holds was asked for: it tells whether another page follows. On the deepest page the
    total does."""
    query, hits = asked.query, answer["hits"]["hits"]
    page = hits[: query.limit]
    follows = len(hits) > len(page) or (query.offset + len(page) == DEEPEST and found > DEEPEST)
    return SearchResult(
        total=found,
        hits=tuple(hit_of(hit["_source"], asked.words) for hit in page),
        facets=counting.facets,
        facet_sizes=counting.facet_sizes,
        histogram=counting.columns,
        next_cursor=cursor_at(query.sort, sort_key(page[-1])) if follows else "",
    )


def sort_key(hit: Mapping[str, Any]) -> Key:
    """Where a hit stands in the order; of several shards the engine adds a place of its own."""
    value, doc_id = hit["sort"][:2]
    return value, doc_id


def hit_of(source: Mapping[str, Any], words: Sequence[str]) -> SearchHit:
    """A hit with its highlights, made by our own code as on every engine."""
    title, text = source["title"], source["text"]
    return SearchHit(doc_id=source["doc_id"], title=title, url=source["url"], highlights=highlights(title, text, words))


def values_of(facet: Facet, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    """The counted values of a facet."""
    buckets = answer["aggregations"][facet.value]["buckets"]
    return tuple(FacetCount(value=bucket["key"], count=bucket["doc_count"]) for bucket in buckets)


def _filters(query: SearchQuery) -> tuple[dict[Facet, Json], list[Json]]:
    clauses = {facet: {"terms": {f"facets.{facet.value}": list(values)}} for facet, values in query.filters.items()}
    late = {facet: clause for facet, clause in clauses.items() if facet in query.count_facets}
    return late, [clause for facet, clause in clauses.items() if facet not in late]


def _scope(query: SearchQuery) -> list[Json]:
    kind = {
        "prefix": {"kind": {"value": query.kind.value}}
    }  # no kind begins another; of a prefix the engine keeps bits
    return [kind, _under(query.region_scope)] if query.region_scope else [kind]


def _under(prefix: str) -> Json:
    return {"prefix": {"region_code": {"value": prefix}}}


def _clause(tree: Tree) -> Json:
    if isinstance(tree, AllOf):
        return all_of([_clause(part) for part in tree.parts]) if tree.parts else {"match_all": {}}
    if isinstance(tree, AnyOf):
        return {"bool": {"should": [_clause(part) for part in tree.parts], "minimum_should_match": 1}}
    if isinstance(tree, Phrase):
        return _phrase(tree)
    if isinstance(tree, HasValue):
        return {"terms": {f"facets.{tree.facet.value}": list(tree.values)}}
    if isinstance(tree, InRegion):
        return {"bool": {"should": [_under(prefix) for prefix in tree.prefixes], "minimum_should_match": 1}}
    if isinstance(tree, InCounties):
        return {"terms": {"region_code": list(tree.codes)}}
    if isinstance(tree, Identified):
        return {"terms": {"doc_id": list(tree.doc_ids)}}
    if isinstance(tree, Between):
        bounds = {"gte": tree.least, "lte": tree.most}
        return {"range": {tree.field.value: {name: bound for name, bound in bounds.items() if bound is not None}}}
    return {"bool": {"must_not": [_clause(tree.part)]}}


def _phrase(tree: Phrase) -> Json:
    field = "title_" if tree.title_only else ""
    grams = grams_of_word(tree.word)
    if len(grams) > 1:
        reading = {"analyzer": _SPACED} if ANYTHING in grams else {}
        return {"match_phrase": {f"{field}triples": {"query": " ".join(grams), **reading}}}
    length = len(grams[0])
    if length < _PAIR:
        return {"prefix": {f"{field}pairs": {"value": grams[0]}}}
    return {"term": {f"{field}{'pairs' if length == _PAIR else 'triples'}": grams[0]}}


def _terms(facet: Facet, size: int) -> Json:
    return {"field": f"facets.{facet.value}", "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}


def _any_case(character: str) -> str:
    """Every character that folds to this one, for the engine's regular expressions."""
    forms = {character}
    if ord(character) in _LETTERS and character != " ":
        forms |= {character.upper(), chr(ord(character) + 0xFEE0), chr(ord(character.upper()) + 0xFEE0)}
    elif character == " ":
        forms |= {" ", "\u3000", "\t"}
    kept = sorted(form for form in forms if fold(form) == character)
    return "(" + "|".join(form if form.isalnum() else f"\\{form}" for form in kept) + ")"
