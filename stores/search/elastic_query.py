"""A query in Elasticsearch's words, and its answer in ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from records.search import Facet, FacetCount, SearchHit, SearchQuery, SearchResult, SearchSort
from records.search_fields import Between, HasValue, Identified, InRegion
from records.search_fold import fold
from records.search_syntax import AllOf, AnyOf, Phrase, Tree
from stores.search.fold import phrase
from stores.search.highlight import highlights
from stores.search.query import MOST_FACET_VALUES, Asked, Key, cursor_at

__all__ = ["hit_of", "request_of", "result_of", "sort_key", "sorting", "suggestion_request", "values_of"]

Json = dict[str, Any]

_ORDER = {SearchSort.PRIORITY: "priority_score", SearchSort.NEWEST: "at_epoch"}
_PAIR_LENGTH = len(phrase("  ")[0])
_COLUMNS = "#histogram"
_SOURCE = ["doc_id", "title", "text", "url"]
_LETTERS = range(0x20, 0x7F)


def request_of(asked: Asked) -> Json:
    """Filters on facets that are counted apply after the counting, each count leaving out its own facet's filter."""
    query = asked.query
    late, early = _filters(query)
    request: Json = {
        "query": _all_of([*_scope(query), _clause(asked.tree), *early]),
        "aggs": {facet.value: _counting(facet, late) for facet in query.count_facets},
        **sorting(query.sort),
        "size": query.limit + 1,
        "track_total_hits": True,
    }
    if late:
        request["post_filter"] = _all_of(list(late.values()))
    if query.histogram is not None:
        columns: Json = {
            "field": "at",
            "calendar_interval": query.histogram.value,
            "time_zone": "+08:00",
            "format": "yyyy-MM-dd",
            "min_doc_count": 1,
        }
        request["aggs"][_COLUMNS] = _among(list(late.values()), {"date_histogram": columns})
    if asked.after is not None:
        request["search_after"] = list(asked.after)
    elif query.offset:
        request["from_"] = query.offset
    return request


def sorting(sort: SearchSort) -> Json:
    """The total order of the results and what is read of each."""
    return {"sort": [{_ORDER[sort]: "desc"}, {"doc_id": "asc"}], "source": _SOURCE}


def suggestion_request(asked: Asked, facet: Facet, typed: str, limit: int) -> Json:
    """Values of a facet in which what was typed occurs, its own filter left aside."""
    late, early = _filters(asked.query.model_copy(update={"count_facets": tuple(asked.query.filters)}))
    others = [clause for name, clause in late.items() if name != facet]
    terms = _terms(facet, limit)
    if typed:
        terms["include"] = f".*{''.join(map(_any_case, typed))}.*"
    clauses = [*_scope(asked.query), _clause(asked.tree), *early, *others]
    return {"query": _all_of(clauses), "aggs": {facet.value: {"terms": terms}}, "size": 0, "track_total_hits": False}


def result_of(asked: Asked, answer: Mapping[str, Any]) -> SearchResult:
    """One more hit than the page holds was asked for: it tells whether another page follows."""
    query, hits = asked.query, answer["hits"]["hits"]
    page = hits[: query.limit]
    return SearchResult(
        total=answer["hits"]["total"]["value"],
        hits=tuple(hit_of(hit["_source"], asked.words) for hit in page),
        facets={facet: values_of(facet, answer) for facet in query.count_facets},
        histogram=_columns(answer) if query.histogram is not None else (),
        next_cursor=cursor_at(query.sort, sort_key(page[-1])) if len(hits) > len(page) else "",
    )


def sort_key(hit: Mapping[str, Any]) -> Key:
    """Where a hit stands in the order."""
    value, doc_id = hit["sort"]
    return value, doc_id


def hit_of(source: Mapping[str, Any], words: Sequence[str]) -> SearchHit:
    """A hit with its highlights, made by our own code as on every engine."""
    title, text = source["title"], source["text"]
    return SearchHit(doc_id=source["doc_id"], title=title, url=source["url"], highlights=highlights(title, text, words))


def values_of(facet: Facet, answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    """The counted values of a facet."""
    found = answer["aggregations"][facet.value]
    buckets = found.get("values", found)["buckets"]
    return tuple(FacetCount(value=bucket["key"], count=bucket["doc_count"]) for bucket in buckets)


def _columns(answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    found = answer["aggregations"][_COLUMNS]
    buckets = found.get("values", found)["buckets"]
    return tuple(
        FacetCount(value=date.fromisoformat(bucket["key_as_string"]).isoformat(), count=bucket["doc_count"])
        for bucket in buckets
    )


def _filters(query: SearchQuery) -> tuple[dict[Facet, Json], list[Json]]:
    clauses = {facet: {"terms": {f"facets.{facet.value}": list(values)}} for facet, values in query.filters.items()}
    late = {facet: clause for facet, clause in clauses.items() if facet in query.count_facets}
    return late, [clause for facet, clause in clauses.items() if facet not in late]


def _all_of(clauses: Sequence[Json]) -> Json:
    return {"bool": {"filter": list(clauses)}}


def _scope(query: SearchQuery) -> list[Json]:
    kind: Json = {"term": {"kind": query.kind.value}}
    return [kind, _under(query.region_scope)] if query.region_scope else [kind]


def _under(prefix: str) -> Json:
    return {"prefix": {"region_code": {"value": prefix}}}


def _clause(tree: Tree) -> Json:
    if isinstance(tree, AllOf):
        return _all_of([_clause(part) for part in tree.parts]) if tree.parts else {"match_all": {}}
    if isinstance(tree, AnyOf):
        return {"bool": {"should": [_clause(part) for part in tree.parts], "minimum_should_match": 1}}
    if isinstance(tree, Phrase):
        return _phrase(tree)
    if isinstance(tree, HasValue):
        return {"terms": {f"facets.{tree.facet.value}": list(tree.values)}}
    if isinstance(tree, InRegion):
        return {"bool": {"should": [_under(prefix) for prefix in tree.prefixes], "minimum_should_match": 1}}
    if isinstance(tree, Identified):
        return {"terms": {"doc_id": list(tree.doc_ids)}}
    if isinstance(tree, Between):
        bounds = {"gte": tree.least, "lte": tree.most}
        return {"range": {tree.field.value: {name: bound for name, bound in bounds.items() if bound is not None}}}
    return {"bool": {"must_not": [_clause(tree.part)]}}


def _phrase(tree: Phrase) -> Json:
    field = "title_pairs" if tree.title_only else "pairs"
    elements = phrase(tree.word)
    if len(elements) > 1:
        return {"match_phrase": {field: " ".join(elements)}}
    if len(elements[0]) < _PAIR_LENGTH:
        return {"prefix": {field: {"value": elements[0]}}}
    return {"term": {field: elements[0]}}


def _counting(facet: Facet, late: Mapping[Facet, Json]) -> Json:
    others = [clause for name, clause in late.items() if name != facet]
    return _among(others, {"terms": _terms(facet, MOST_FACET_VALUES)})


def _among(clauses: Sequence[Json], counting: Json) -> Json:
    """Counted where the clauses hold; without any, counted at once, for which the engine has quicker ways."""
    return {"filter": _all_of(clauses), "aggs": {"values": counting}} if clauses else counting


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
