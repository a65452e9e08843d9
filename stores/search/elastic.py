"""The Elasticsearch index: the same tokens as the embedded one, asked of an engine that scales."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from elasticsearch import ApiError, BadRequestError

from records.errors import InvalidInputError, StoreAwayError
from records.search import Facet, FacetCount, SearchDocument, SearchHit, SearchKind, SearchQuery, SearchResult
from stores.search.elastic_client import ElasticClient, Speech
from stores.search.elastic_facets import Combinations, count_results, tells_found
from stores.search.elastic_layout import MAPPINGS, WHILE_LOADING, bulk_body, index_name
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
    suggestion_request,
    total_of,
    values_of,
)
from stores.search.elastic_shape import Shape, dated
from stores.search.query import Asked, check_documents, check_suggestion
from stores.sql.rows import chunks

__all__ = ["ElasticIndex"]

Json = dict[str, Any]
Answer = TypeVar("Answer")

_REBUILD = "运行 wangjian index rebuild"
_SPEECH = Speech(setting="index_url", when_away="启动 Elasticsearch 后会自动补上未写入的索引", when_gone=_REBUILD)
_CONFLICT = 409
_NO_INDEX = "index_not_found_exception"
_SWAPPED = (404, 503)
_PAUSES_SECONDS = (0.0, 0.05, 0.2, 0.5)
_KEPT_OPEN = "5m"
_WALKED = 200
_PATIENCE_SECONDS = 600.0
_PIECES = 2
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class ElasticIndex:
    """See `records.ports.SearchIndex`. The alias is the prefix; the index behind it is named for the version of the
    layout and the generation of the rebuild, so that a rebuild takes the place of the old index in one step. While one
    is being built it stands behind a second alias, and what is written meanwhile goes to both. With a `shape` by month
    there are several behind the alias, each written under an alias of its own."""

    def __init__(self, elastic: ElasticClient, shape: Shape) -> None:
        self._elastic = elastic
        self._client = elastic.client
        self._alias = elastic.prefix
        self._building = f"{elastic.prefix}.building"
        self._shape = shape
        self._months: set[str] = set()  # the aliases of months known to be there
        self._seen = False
        self._combinations = Combinations()

    @classmethod
    def at(cls, url: str) -> ElasticIndex:
        """Over `elasticsearch://HOST:PORT[,HOST:PORT…]/PREFIX[?monthly=yes&shards=N]` (HTTP) or
        `elasticsearch+https://…`. Nothing is reached yet.

        Raises:
            InvalidInputError: As `ElasticClient.at` and `Shape.at`.
        """
        return cls(ElasticClient.at(url, _SPEECH), Shape.at(url))

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
            answers = self._several(asked, [*first, *requests])
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
        return total_of(self._several(asked, [count_request(clauses.all)])[0])

    def _several(self, asked: Asked, requests: Sequence[Json]) -> list[Mapping[str, Any]]:
        """Their answers, which the engine works out beside each other and keeps until the next change.

        Raises:
            ApiError: One of them failed, or a part of the index did not answer.
        """
        header = {"request_cache": True, "allow_partial_search_results": False}
        searches = [part for request in requests for part in (header, request)]
        answer = self._client.msearch(index=self._reads(asked.query.kind), searches=searches)
        for one in answer["responses"]:
            if "error" in one:
                raise ApiError(one["error"]["type"], replace(answer.meta, status=one["status"]), one)
        answers: list[Mapping[str, Any]] = answer["responses"]
        return answers

    def walk(self, query: SearchQuery) -> Iterator[SearchHit]:
        asked = Asked.read(query)
        request = {**request_of(asked, Clauses.of(asked), total=False), "size": _WALKED}
        request.pop("from", None)
        with self._elastic.named():
            self._ensure()
            where = self._reads(query.kind)
            opened = self._asked(lambda: self._client.open_point_in_time(index=where, keep_alive=_KEPT_OPEN))
            moment = opened["id"]
        try:
            while True:
                with self._elastic.named():
                    pit = {"id": moment, "keep_alive": _KEPT_OPEN}
                    answer = self._client.search(body={**request, "pit": pit}, allow_partial_search_results=False)
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield hit_of(hit["_source"], asked.words)
                if len(hits) < _WALKED:
                    return
                moment, request["search_after"] = answer["pit_id"], hits[-1]["sort"]
        finally:
            with self._elastic.named():
                self._client.close_point_in_time(id=moment)

    def suggest(self, query: SearchQuery, facet: Facet, typed: str, *, limit: int) -> tuple[FacetCount, ...]:
        asked, typed = Asked.read(query), check_suggestion(facet, typed, limit)
        with self._elastic.named():
            self._ensure()
            request = suggestion_request(asked, facet, typed, limit)
            where = self._reads(query.kind)
            answer = self._asked(
                lambda: self._client.search(index=where, allow_partial_search_results=False, **request)
            )
        return values_of(facet, answer.body)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        patient = self._client.options(request_timeout=_PATIENCE_SECONDS)  # merging many documents takes its time
        with self._elastic.named():
            abandoned = self._elastic.indices(self._building)
            if abandoned:
                patient.indices.delete(index=",".join(abandoned))
            generation = self._next_generation()
            self._create(self._building, generation, "", settings=WHILE_LOADING)
            taken = load(patient, self._building_into(generation), documents)
            names = self._elastic.indices(self._building)
            whole = self._shape.settings
            together = ",".join(names)
            patient.indices.put_settings(index=together, settings={key: whole[key] for key in WHILE_LOADING})
            patient.indices.refresh(index=together)
            self._elastic.wait_for(together)
            self._swap(names)
            # Searches go over few pieces quicker than over many; the engine joins them by and by and answers meanwhile.
            self._client.indices.forcemerge(index=together, max_num_segments=_PIECES, wait_for_completion=False)
        return taken

    def remove(self, kind: SearchKind, doc_ids: Sequence[str]) -> None:
        with self._elastic.named():
            self._ensure()
            for some in chunks([f"{kind.value}:{doc_id}" for doc_id in doc_ids], BULK_DOCUMENTS):
                for alias in (self._building, self._alias):  # in this order, as `index`
                    self._forget(alias, some)

    def _forget(self, alias: str, identifiers: Sequence[str]) -> None:
        """Each index of a month may hold them: where they stand is asked first."""
        if not self._elastic.indices(alias):
            return
        self._client.indices.refresh(index=alias)
        found = self._client.search(
            index=alias, query={"ids": {"values": list(identifiers)}}, size=len(identifiers), source=False, version=True
        )
        # Under its own version: as the engine remembers a deletion, the same could not come back for a minute.
        where = [
            {
                "delete": {
                    "_index": hit["_index"],
                    "_id": hit["_id"],
                    "version": hit["_version"],
                    "version_type": "external_gte",
                }
            }
            for hit in found["hits"]["hits"]
        ]
        if where:
            self._client.bulk(operations=where, refresh=True)

    def clear(self) -> None:
        with self._elastic.named():
            self._swap([self._create("", self._next_generation(), "")])

    def count(self, kind: SearchKind) -> int:
        with self._elastic.named():
            self._ensure()
            only: Json = {"term": {"kind": kind.value}}
            answer = self._asked(lambda: self._client.count(index=self._reads(kind), query=only))
        found: int = answer["count"]
        return found

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        """Ask again when the index was taken away under the question: a rebuild has put another in its place, which
        may need a moment to be found everywhere."""
        for pause in _PAUSES_SECONDS:
            try:
                return ask()
            except ApiError as exc:
                if exc.status_code not in _SWAPPED or not self._elastic.indices(self._alias):
                    raise
            time.sleep(pause)
        return ask()

    def _reads(self, kind: SearchKind) -> str:
        return self._shape.reads(self._alias, kind)

    def _next_generation(self) -> int:
        return self._newest([*self._elastic.indices(self._alias), *self._elastic.indices(self._building)]) + 1

    @staticmethod
    def _newest(names: Iterable[str]) -> int:
        return max((int(name.rsplit("-", 1)[1]) for name in names), default=0)

    def _create(self, alias: str, generation: int, month: str, *, settings: Mapping[str, Any] = _NOTHING) -> str:
        """An index behind `alias`, or behind none; one that another process made first is as good."""
        name = index_name(self._alias, generation, tag=self._shape.tag, month=month)
        aliases = self._shape.aliases(alias, month) if alias else {}
        held = {**self._shape.settings, **settings}
        try:
            self._client.indices.create(index=name, settings=held, mappings=MAPPINGS, aliases=aliases)
        except BadRequestError as exc:
            if exc.error != "resource_already_exists_exception":
                raise
        return name

    def _swap(self, names: Sequence[str]) -> None:
        """In one step: nobody finds the alias without an index, or with those of two generations."""
        old = self._elastic.indices(self._alias)
        actions: list[Json] = [{"remove_index": {"index": index}} for index in old]
        actions += [{"remove": {"index": name, "alias": f"{self._building}*", "must_exist": False}} for name in names]
        for name in names:
            for alias, about in self._shape.aliases(self._alias, self._month_in(name)).items():
                actions.append({"add": {"index": name, "alias": alias, **about}})
        self._client.indices.update_aliases(actions=actions)
        self._months.clear()
        self._elastic.ready = self._seen = True

    def _month_in(self, name: str) -> str:
        month, _, _generation = name.removeprefix(f"{self._alias}-{self._shape.tag}-").rpartition("-")
        return month

    def _ensure(self) -> None:
        """Make the index when there is none and wait until its shard serves: once, and again after the engine was away.
        An index that was here and is gone is missed, never silently made anew and empty."""
        if self._elastic.ready:
            return
        found = self._elastic.indices(self._alias)
        if not found and self._seen:
            raise self._elastic.gone()
        if not found:
            self._create(self._alias, 1, "")
        elif not any(name.startswith(f"{self._alias}-{self._shape.tag}-") for name in found):
            raise StoreAwayError(f"索引 {found[0]} 的切分方式与本程序不符", cure=_REBUILD, index=found[0])
        self._elastic.wait_for(self._alias)
        self._elastic.ready = self._seen = True

    def _write(self, alias: str, documents: Sequence[SearchDocument]) -> None:
        for some in chunks(documents, BULK_DOCUMENTS):
            answer = send_bulk(self._client, bulk_body(some, self._into(alias)))
            if self._shape.monthly and _found_no_index(answer):  # a rebuild has put others in the place of those known
                self._months.clear()
                answer = send_bulk(self._client, bulk_body(some, self._into(alias)))
            if answer["errors"]:
                self._check_items(answer["items"], alias)
        if alias == self._alias:
            self._client.indices.refresh(index=alias)

    def _into(self, alias: str) -> Callable[[SearchDocument], str]:
        """Where each document is written under `alias`; a month nobody wrote to yet is made then."""

        def into(document: SearchDocument) -> str:
            month = self._shape.month_of(document)
            where = dated(alias, month)
            if month and where not in self._months:
                if not self._elastic.indices(where) and (behind := self._elastic.indices(alias)):
                    self._create(alias, self._newest(behind), month)
                self._months.add(where)
            return where

        return into

    def _building_into(self, generation: int) -> Callable[[SearchDocument], str]:
        """Where a rebuild writes each document."""
        made = {""}

        def into(document: SearchDocument) -> str:
            month = self._shape.month_of(document)
            if month not in made:
                self._create(self._building, generation, month, settings=WHILE_LOADING)
                made.add(month)
            return dated(self._building, month)

        return into

    def _check_items(self, items: Sequence[Mapping[str, Any]], alias: str) -> None:
        """A newer version in the index is as it should be; anything else was not written."""
        for item in items:
            result = item["index"]
            if "error" in result and result["status"] != _CONFLICT:
                if result["error"]["type"] == _NO_INDEX:
                    if alias == self._building:
                        return  # the rebuild ended meanwhile, or was given up
                    raise self._elastic.gone()
                reason = result["error"].get("reason", "")
                if result["status"] >= 429:
                    raise StoreAwayError(f"检索引擎未接受写入：{reason[:200]}", cure="稍后重试，记录仍在待索引队列中")
                raise InvalidInputError(f"检索引擎拒收文档 {result['_id']}：{reason[:200]}", doc_id=result["_id"])


def _found_no_index(answer: Mapping[str, Any]) -> bool:
    return bool(answer["errors"]) and any(
        item["index"].get("error", {}).get("type") == _NO_INDEX for item in answer["items"]
    )
