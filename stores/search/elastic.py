"""The Elasticsearch index: the same tokens as the embedded one, asked of an engine that scales.

It needs no module beyond the server: no scripts, no delete by query, no analyzer but `whitespace`, no `GET /`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from elasticsearch import BadRequestError

from records.errors import InvalidInputError, StoreAwayError
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
from stores.search.elastic_client import ElasticClient, Speech
from stores.search.fold import FOLD_VERSION, phrase, tokens
from stores.search.highlight import highlights
from stores.search.query import MOST_FACET_VALUES, check_documents, check_query, words_of
from stores.sql.rows import chunks

__all__ = ["ElasticIndex"]

Json = dict[str, Any]

_REBUILD = "运行 wangjian index rebuild"
_SPEECH = Speech(setting="index_url", when_away="启动 Elasticsearch 后会自动补上未写入的索引", when_gone=_REBUILD)
_BULK_DOCUMENTS = 500
_CONFLICT = 409
_ORDER = {SearchSort.PRIORITY: "priority_score", SearchSort.NEWEST: "at_epoch"}
_SETTINGS: Json = {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "30s"}
_KEYWORD: Json = {"type": "keyword"}
_STORED: Json = {"type": "text", "index": False}
_MAPPINGS: Json = {
    "dynamic": "strict",
    "_source": {"excludes": ["pairs"]},
    "properties": {
        "kind": _KEYWORD,
        "doc_id": _KEYWORD,
        "title": _STORED,
        "text": _STORED,
        "pairs": {"type": "text", "analyzer": "whitespace", "norms": False},
        "facets": {"properties": {facet.value: _KEYWORD for facet in Facet}},
        "region_code": _KEYWORD,
        "priority_score": {"type": "double"},
        "at_epoch": {"type": "long"},
    },
}


class ElasticIndex:
    """See `records.ports.SearchIndex`. The alias is the prefix; the index behind it is named for the version of the
    fold and the generation of the rebuild, so that a rebuild takes the place of the old index in one step."""

    def __init__(self, elastic: ElasticClient) -> None:
        self._elastic = elastic
        self._client = elastic.client
        self._alias = elastic.prefix
        self._seen = False

    @classmethod
    def at(cls, url: str) -> ElasticIndex:
        """Over `elasticsearch://HOST:PORT/PREFIX` (HTTP) or `elasticsearch+https://…`. Nothing is reached yet.

        Raises:
            InvalidInputError: No host, port or prefix, or a prefix Elasticsearch refuses as a name.
        """
        return cls(ElasticClient.at(url, _SPEECH))

    def index(self, documents: Sequence[SearchDocument]) -> None:
        if not documents:
            return
        check_documents(documents)
        with self._elastic.named():
            self._ensure()
            for some in chunks(documents, _BULK_DOCUMENTS):
                answer = self._client.bulk(operations=list(_operations(some)), index=self._alias, require_alias=True)
                if answer["errors"]:
                    self._check_items(answer["items"])
            self._client.indices.refresh(index=self._alias)

    def search(self, query: SearchQuery) -> SearchResult:
        check_query(query)
        words = words_of(query.text)
        with self._elastic.named():
            self._ensure()
            answer = self._client.search(index=self._alias, **_request(query, words))
        hits = answer["hits"]
        return SearchResult(
            total=hits["total"]["value"],
            hits=tuple(_hit(hit["_source"], words) for hit in hits["hits"]),
            facets={facet: _counts(answer["aggregations"][facet.value]) for facet in query.count_facets},
        )

    def clear(self) -> None:
        with self._elastic.named():
            old = self._elastic.indices(self._alias)
            generation = max((int(name.rsplit("-", 1)[1]) for name in old), default=0) + 1
            name = f"{self._alias}-{FOLD_VERSION}-{generation:06}"
            self._client.indices.create(index=name, settings=_SETTINGS, mappings=_MAPPINGS)
            swap: list[Json] = [{"remove_index": {"index": index}} for index in old]
            self._client.indices.update_aliases(
                actions=[{"add": {"index": name, "alias": self._alias, "is_write_index": True}}, *swap]
            )
        self._elastic.ready = self._seen = True

    def count(self, kind: SearchKind) -> int:
        with self._elastic.named():
            self._ensure()
            answer = self._client.count(index=self._alias, query={"term": {"kind": kind.value}})
        found: int = answer["count"]
        return found

    def _ensure(self) -> None:
        """Make the index when there is none and wait until its shard serves: once, and again after the engine was away.
        An index that was here and is gone is missed, never silently made anew and empty."""
        if self._elastic.ready:
            return
        found = self._elastic.indices(self._alias)
        if not found and self._seen:
            raise self._elastic.gone()
        if not found:
            self._create_first()
        elif not any(name.startswith(f"{self._alias}-{FOLD_VERSION}-") for name in found):
            raise StoreAwayError(f"索引 {found[0]} 的切分方式与本程序不符", cure=_REBUILD, index=found[0])
        self._elastic.wait_for(self._alias)
        self._elastic.ready = self._seen = True

    def _create_first(self) -> None:
        name = f"{self._alias}-{FOLD_VERSION}-000001"
        alias: Json = {self._alias: {"is_write_index": True}}
        try:
            self._client.indices.create(index=name, settings=_SETTINGS, mappings=_MAPPINGS, aliases=alias)
        except BadRequestError as exc:
            if exc.error != "resource_already_exists_exception":  # another process was first: that is as good
                raise

    def _check_items(self, items: Sequence[Mapping[str, Any]]) -> None:
        """A newer version in the index is as it should be; anything else was not written."""
        for item in items:
            result = item["index"]
            if "error" in result and result["status"] != _CONFLICT:
                if result["error"]["type"] == "index_not_found_exception":
                    raise self._elastic.gone()
                reason = result["error"].get("reason", "")
                if result["status"] >= 429:
                    raise StoreAwayError(f"检索引擎未接受写入：{reason[:200]}", cure="稍后重试，记录仍在待索引队列中")
                raise InvalidInputError(f"检索引擎拒收文档 {result['_id']}：{reason[:200]}", doc_id=result["_id"])


def _operations(documents: Sequence[SearchDocument]) -> Iterator[Json]:
    for document in documents:
        identifier = f"{document.kind.value}:{document.doc_id}"
        yield {"index": {"_id": identifier, "version": document.version, "version_type": "external_gte"}}
        yield {
            "kind": document.kind.value,
            "doc_id": document.doc_id,
            "title": document.title,
            "text": document.text,
            "pairs": tokens((document.title, document.text)),
            "facets": {facet.value: list(values) for facet, values in document.facets.items()},
            "region_code": document.region_code,
            "priority_score": document.priority_score,
            "at_epoch": document.at_epoch,
        }


def _request(query: SearchQuery, words: Sequence[str]) -> Json:
    """Filters on facets that are counted apply after the counting, each count leaving out its own facet's filter."""
    filters = {facet: {"terms": {f"facets.{facet.value}": list(values)}} for facet, values in query.filters.items()}
    late = {facet: clause for facet, clause in filters.items() if facet in query.count_facets}
    early = [clause for facet, clause in filters.items() if facet not in late]
    return {
        "query": _all_of([{"term": {"kind": query.kind.value}}, *_scope(query), *map(_word, words), *early]),
        "post_filter": _all_of(list(late.values())),
        "aggs": {facet.value: _counting(facet, late) for facet in query.count_facets},
        "sort": [{_ORDER[query.sort]: "desc"}, {"doc_id": "asc"}],
        "from_": query.offset,
        "size": query.limit,
        "source": ["doc_id", "title", "text"],
        "track_total_hits": True,
    }


def _all_of(clauses: Sequence[Json]) -> Json:
    return {"bool": {"filter": list(clauses)}}


def _scope(query: SearchQuery) -> list[Json]:
    return [{"prefix": {"region_code": {"value": query.region_scope}}}] if query.region_scope else []


def _word(word: str) -> Json:
    elements = phrase(word)
    if len(elements) == 1 and len(elements[0]) < len(phrase("  ")[0]):
        return {"prefix": {"pairs": {"value": elements[0]}}}
    return {"match_phrase": {"pairs": " ".join(elements)}}


def _counting(facet: Facet, late: Mapping[Facet, Json]) -> Json:
    others = [clause for name, clause in late.items() if name != facet]
    terms: Json = {
        "field": f"facets.{facet.value}",
        "size": MOST_FACET_VALUES,
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }
    return {"filter": _all_of(others), "aggs": {"values": {"terms": terms}}}


def _counts(answer: Mapping[str, Any]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(value=found["key"], count=found["doc_count"]) for found in answer["values"]["buckets"])


def _hit(source: Mapping[str, Any], words: Sequence[str]) -> SearchHit:
    title, text = source["title"], source["text"]
    return SearchHit(doc_id=source["doc_id"], title=title, highlights=highlights(title, text, words))
