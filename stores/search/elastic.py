"""The Elasticsearch index: the same tokens as the embedded one, asked of an engine that scales."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from elasticsearch import ApiError, BadRequestError

from records.errors import InvalidInputError, StoreAwayError
from records.search import Facet, FacetCount, SearchDocument, SearchHit, SearchKind, SearchQuery, SearchResult
from stores.search.elastic_client import ElasticClient, Speech
from stores.search.elastic_facets import Combinations, count_results, tells_found
from stores.search.elastic_layout import LAYOUT, MAPPINGS, SETTINGS, WHILE_LOADING, bulk_body, index_name
from stores.search.elastic_loading import BULK_DOCUMENTS, load, send_bulk
from stores.search.elastic_query import (
    Clauses,
    Counting,
    count_request,
    hit_of,
    is_broad,
    landmark_requests,
    request_of,
    result_of,
    sort_key,
    suggestion_request,
    total_of,
    values_of,
)
from stores.search.query import Asked, check_documents, check_suggestion
from stores.sql.rows import chunks

__all__ = ["ElasticIndex"]

Json = dict[str, Any]
Answer = TypeVar("Answer")

_REBUILD = "运行 wangjian index rebuild"
_SPEECH = Speech(setting="index_url", when_away="启动 Elasticsearch 后会自动补上未写入的索引", when_gone=_REBUILD)
_CONFLICT = 409
_SWAPPED = (404, 503)
_ATTEMPTS = 2
_KEPT_OPEN = "5m"
_WALKED = 200
_PATIENCE_SECONDS = 600.0
_PIECES = 2


class ElasticIndex:
    """See `records.ports.SearchIndex`. The alias is the prefix; the index behind it is named for the version of the
    layout and the generation of the rebuild, so that a rebuild takes the place of the old index in one step. While one
    is being built it stands behind a second alias, and what is written meanwhile goes to both."""

    def __init__(self, elastic: ElasticClient) -> None:
        self._elastic = elastic
        self._client = elastic.client
        self._alias = elastic.prefix
        self._building = f"{elastic.prefix}.building"
        self._seen = False
        self._combinations = Combinations()

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
            if self._elastic.indices(self._building):  # first: when it ends meanwhile, the alias is already the new one
                self._write(self._building, documents)
            self._write(self._alias, documents)

    def search(self, query: SearchQuery) -> SearchResult:
        asked = Asked.read(query)
        with self._elastic.named():
            self._ensure()
            return self._asked(lambda: self._answer(asked))

    def _answer(self, asked: Asked) -> SearchResult:
        """The page and the counts at once, unless the page may tell how it is best counted: then it comes first."""
        clauses, pages = Clauses.of(asked), list[Mapping[str, Any]]()
        page_request = request_of(asked, clauses, total=not tells_found(clauses))

        def ask(requests: Sequence[Json]) -> list[Mapping[str, Any]]:
            first = [] if pages else [page_request]
            answers = self._several([*first, *requests])
            pages.extend(answers[: len(first)])
            return answers[len(first) :]

        landmarks = ask(requests) if (requests := landmark_requests(asked, clauses)) else []
        broad = bool(landmarks) and is_broad(asked, pages[0], landmarks[1])
        of = total_of(landmarks[0]) if broad else None
        counting = count_results(clauses, ask, self._combinations, of=of)
        return result_of(asked, pages[0], counting, found=self._found(asked, clauses, pages[0], counting))

    def _found(self, asked: Asked, clauses: Clauses, page: Mapping[str, Any], counting: Counting) -> int:
        """How many; where the page shows all of them, as many as it shows."""
        shown, query = len(page["hits"]["hits"]), asked.query
        if "total" in page["hits"]:
            return total_of(page)
        if asked.after is None and 0 < shown <= query.limit:
            return query.offset + shown
        if counting.found is not None:
            return counting.found
        return total_of(self._several([count_request(clauses.all)])[0])

    def _several(self, requests: Sequence[Json]) -> list[Mapping[str, Any]]:
        """Their answers, which the engine works out beside each other and keeps until the next change.

        Raises:
            ApiError: One of them failed.
        """
        header = {"request_cache": True}
        searches = [part for request in requests for part in (header, request)]
        answer = self._client.msearch(index=self._alias, searches=searches)
        for one in answer["responses"]:
            if "error" in one:
                raise ApiError(one["error"]["type"], replace(answer.meta, status=one["status"]), one)
        answers: list[Mapping[str, Any]] = answer["responses"]
        return answers

    def walk(self, query: SearchQuery) -> Iterator[SearchHit]:
        asked = Asked.read(query)
        request = {**request_of(asked, Clauses.of(asked), total=False), "size": _WALKED}
        with self._elastic.named():
            self._ensure()
            opened = self._asked(lambda: self._client.open_point_in_time(index=self._alias, keep_alive=_KEPT_OPEN))
            moment = opened["id"]
        try:
            while True:
                with self._elastic.named():
                    pit = {"id": moment, "keep_alive": _KEPT_OPEN}
                    answer = self._client.search(body={**request, "pit": pit})
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield hit_of(hit["_source"], asked.words)
                if len(hits) < _WALKED:
                    return
                moment, request["search_after"] = answer["pit_id"], list(sort_key(hits[-1]))
                request.pop("from", None)
        finally:
            with self._elastic.named():
                self._client.close_point_in_time(id=moment)

    def suggest(self, query: SearchQuery, facet: Facet, typed: str, *, limit: int) -> tuple[FacetCount, ...]:
        asked, typed = Asked.read(query), check_suggestion(facet, typed, limit)
        with self._elastic.named():
            self._ensure()
            request = suggestion_request(asked, facet, typed, limit)
            answer = self._asked(lambda: self._client.search(index=self._alias, **request))
        return values_of(facet, answer.body)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        patient = self._client.options(request_timeout=_PATIENCE_SECONDS)  # merging many documents takes its time
        with self._elastic.named():
            abandoned = self._elastic.indices(self._building)
            if abandoned:
                patient.indices.delete(index=",".join(abandoned))
            name = self._next_name()
            aliases: Json = {self._building: {"is_write_index": True}}
            patient.indices.create(index=name, settings=SETTINGS | WHILE_LOADING, mappings=MAPPINGS, aliases=aliases)
            taken = load(patient, name, documents)
            patient.indices.put_settings(index=name, settings={key: SETTINGS[key] for key in WHILE_LOADING})
            patient.indices.refresh(index=name)
            self._elastic.wait_for(name)
            self._swap(name)
            # Searches go over few pieces quicker than over many; the engine joins them by and by and answers meanwhile.
            self._client.indices.forcemerge(index=name, max_num_segments=_PIECES, wait_for_completion=False)
        return taken

    def clear(self) -> None:
        with self._elastic.named():
            name = self._next_name()
            self._client.indices.create(index=name, settings=SETTINGS, mappings=MAPPINGS)
            self._swap(name)

    def count(self, kind: SearchKind) -> int:
        with self._elastic.named():
            self._ensure()
            only: Json = {"term": {"kind": kind.value}}
            answer = self._asked(lambda: self._client.count(index=self._alias, query=only))
        found: int = answer["count"]
        return found

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again when the index was taken away under the question: a rebuild has put another in its place."""
        for _attempt in range(_ATTEMPTS):
            try:
                return ask()
            except ApiError as exc:
                if exc.status_code not in _SWAPPED or not self._elastic.indices(self._alias):
                    raise
        return ask()

    def _next_name(self) -> str:
        known = [*self._elastic.indices(self._alias), *self._elastic.indices(self._building)]
        generation = max((int(name.rsplit("-", 1)[1]) for name in known), default=0) + 1
        return index_name(self._alias, generation)

    def _swap(self, name: str) -> None:
        """In one step: nobody finds the alias without an index, or with two."""
        old = self._elastic.indices(self._alias)
        actions: list[Json] = [{"add": {"index": name, "alias": self._alias, "is_write_index": True}}]
        actions += [{"remove_index": {"index": index}} for index in old]
        if name in self._elastic.indices(self._building):
            actions.append({"remove": {"index": name, "alias": self._building}})
        self._client.indices.update_aliases(actions=actions)
        self._elastic.ready = self._seen = True

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
        elif not any(name.startswith(f"{self._alias}-{LAYOUT}-") for name in found):
            raise StoreAwayError(f"索引 {found[0]} 的切分方式与本程序不符", cure=_REBUILD, index=found[0])
        self._elastic.wait_for(self._alias)
        self._elastic.ready = self._seen = True

    def _create_first(self) -> None:
        alias: Json = {self._alias: {"is_write_index": True}}
        name = index_name(self._alias, 1)
        try:
            self._client.indices.create(index=name, settings=SETTINGS, mappings=MAPPINGS, aliases=alias)
        except BadRequestError as exc:
            if exc.error != "resource_already_exists_exception":  # another process was first: that is as good
                raise

    def _write(self, alias: str, documents: Sequence[SearchDocument]) -> None:
        for some in chunks(documents, BULK_DOCUMENTS):
            answer = send_bulk(self._client, bulk_body(some), index=alias, require_alias=True)
            if answer["errors"]:
                self._check_items(answer["items"], alias)
        if alias == self._alias:
            self._client.indices.refresh(index=alias)

    def _check_items(self, items: Sequence[Mapping[str, Any]], alias: str) -> None:
        """A newer version in the index is as it should be; anything else was not written."""
        for item in items:
            result = item["index"]
            if "error" in result and result["status"] != _CONFLICT:
                if result["error"]["type"] == "index_not_found_exception":
                    if alias == self._building:
                        return  # the rebuild ended meanwhile, or was given up
                    raise self._elastic.gone()
                reason = result["error"].get("reason", "")
                if result["status"] >= 429:
                    raise StoreAwayError(f"检索引擎未接受写入：{reason[:200]}", cure="稍后重试，记录仍在待索引队列中")
                raise InvalidInputError(f"检索引擎拒收文档 {result['_id']}：{reason[:200]}", doc_id=result["_id"])
