"""The register's candidate index on Elasticsearch: what it holds, how it is asked, how a new one takes over.

A document is an entity's number in the register, its exact keys and its character grams; no name, no row. It is routed
by province: an entity for which several provinces speak (moved, or named after another) stands once more in each, as a
copy that has grams only. Only what a bare server has is used: no scripts, no update or delete by query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from elasticsearch import BadRequestError

from records.errors import InvalidInputError, StoreAwayError
from stores.search.elastic_client import ElasticClient, Speech
from stores.search.elastic_shape import MOST_SHARDS, number_of_shards
from stores.sql.grams import posting
from stores.sql.register_feed import FeedRow
from stores.sql.rows import chunks

__all__ = ["ElasticRegisterIndex", "GramHit", "Mark"]

Json = dict[str, Any]

_MOST_HITS = 100_000  # of one key: a whole name may be everybody's

_VERSION = "1"
"""Of the documents; in the name of the index. Raise it when they are made otherwise."""

_CURE = "运行 wangjian registry index"
_SPEECH = Speech(
    setting="register_index_url",
    when_away=f"启动 Elasticsearch 后{_CURE}；登记库本身未受影响，已比对的结果不会丢失",
    when_gone=_CURE,
)
_BULK_DOCUMENTS = 2_000
_MOST_KEYS = 200
_MOST_GRAMS = 400  # a name is cut at 200 characters; the engine refuses more than 1,024 clauses
_NO_PROVINCE = "00"
_CONFLICT = 409
_KEYWORD: Json = {"type": "keyword", "doc_values": False}
_MAPPINGS: Json = {
    "dynamic": "strict",
    "_source": {"enabled": False},
    "properties": {
        "number": {"type": "long", "index": False},
        "code": {"type": "keyword"},
        "keys": _KEYWORD,
        "grams": {**_KEYWORD, "similarity": "boolean"},  # what a gram is worth comes with the question
        "turn": {"type": "long", "index": False},  # of equals the lowest first, as in the embedded register
        "provinces": _KEYWORD,
        "copy": {"type": "boolean"},
    },
}


class Mark(NamedTuple):
    """How far an index was written: every entity of register `origin` up to this number, which is of this code."""

    origin: str
    number: int
    code: str


class GramHit(NamedTuple):
    """An entity's number, and what the grams it shares with the question are worth."""

    number: int
    shared: float


class ElasticRegisterIndex:
    """One index under the alias `PREFIX-register`. An alias is moved only to an index that is written to its end."""

    def __init__(self, elastic: ElasticClient, *, shards: int) -> None:
        self._elastic = elastic
        self._client = elastic.client
        self._shards = shards
        self.alias = f"{elastic.prefix}-register"
        self._series = f"{self.alias}-{_VERSION}s{shards}-"

    @classmethod
    def at(cls, url: str) -> ElasticRegisterIndex:
        """Over `elasticsearch://HOST:PORT/PREFIX[?shards=N]`, or `elasticsearch+https://…`. Nothing is reached yet.

        Raises:
            InvalidInputError: As `ElasticClient.at`; or `shards` is no number of 1 to MOST_SHARDS.
        """
        return cls(ElasticClient.at(url, _SPEECH), shards=_shards(url))

    @property
    def place(self) -> str:
        """Address and alias, without login."""
        return f"{self._elastic.place}/{self.alias}"

    @property
    def routed(self) -> bool:
        """Whether provinces stand apart: with one shard there is nothing to leave out."""
        return self._shards > 1

    def standing(self) -> str:
        """The index that answers; empty when there is none of this version and number of shards."""
        with self._elastic.named():
            found = self._elastic.indices(self.alias)
        return next((name for name in found if name.startswith(self._series)), "")

    def unfinished(self) -> list[str]:
        """Indices like `standing` that were begun and did not take over, the oldest first."""
        with self._elastic.named():
            answer = self._client.indices.get(index=f"{self._series}*", features=["aliases"])
        return sorted(name for name, about in answer.items() if not about["aliases"])

    def begin(self) -> str:
        """A new, empty index that does not answer yet.

        Raises:
            StoreAwayError, StorageFullError: As the engine said.
        """
        with self._elastic.named():
            names = list(self._client.indices.get(index=f"{self.alias}-*", features=["aliases"]))
            generation = max((int(name.rsplit("-", 1)[1]) for name in names), default=0) + 1
            name = f"{self._series}{generation:06}"
            settings: Json = {
                "number_of_shards": self._shards,
                "auto_expand_replicas": "0-1",
                "refresh_interval": "-1",
                "max_result_window": _MOST_HITS,
            }
            try:
                self._client.indices.create(index=name, settings=settings, mappings=_MAPPINGS)
            except BadRequestError as exc:
                if exc.error != "resource_already_exists_exception":  # another process began it: we write the same
                    raise
            self._elastic.wait_for(name)
        return name

    def take_over(self, name: str) -> None:
        """Let a written index answer from now on and remove every other, in one step."""
        with self._elastic.named():
            others = [other for other in self._client.indices.get(index=f"{self.alias}-*") if other != name]
            removed: list[Json] = [{"remove_index": {"index": other}} for other in others]
            self._client.indices.update_aliases(actions=[{"add": {"index": name, "alias": self.alias}}, *removed])

    def mark(self, name: str) -> Mark:
        """How far an index was written."""
        with self._elastic.named():
            answer = self._client.indices.get_mapping(index=name)
        meta = answer[name]["mappings"].get("_meta", {})
        return Mark(origin=meta.get("origin", ""), number=int(meta.get("number", 0)), code=meta.get("code", ""))

    def write(self, name: str, rows: Sequence[FeedRow], mark: Mark) -> None:
        """Put entities into an index, found by the next question, and note how far it now is. Written again they change
        nothing; an older state of an entity never replaces a newer.

        Raises:
            StoreAwayError, StorageFullError: Not all was taken; the mark stays where it was.
        """
        with self._elastic.named():
            for some in chunks(rows, _BULK_DOCUMENTS):
                self._bulk(name, list(self._operations(some)))
                if self.routed:
                    self._bulk(name, [{"delete": where} for where in self._left_behind(name, some)])
            self._client.indices.refresh(index=name)
            self._client.indices.put_mapping(index=name, meta=mark._asdict())

    def refresh(self, name: str) -> None:
        """Let what a killed writer left be seen."""
        with self._elastic.named():
            self._client.indices.refresh(index=name)

    def count(self, name: str) -> int:
        """How many entities an index holds."""
        with self._elastic.named():
            answer = self._client.count(index=name, query={"term": {"copy": False}})
        found: int = answer["count"]
        return found

    def by_keys(self, asked: Mapping[str, int]) -> dict[str, tuple[int, tuple[int, ...]]]:
        """How many entities have each key, and the numbers of at most so many of them, by code; one request for all."""
        found: dict[str, tuple[int, tuple[int, ...]]] = {}
        for some in chunks(list(asked), _MOST_KEYS):
            answers = self._ask([({}, _key_search(key, min(asked[key], _MOST_HITS))) for key in some])
            for key, answer in zip(some, answers, strict=True):
                found[key] = (answer["hits"]["total"]["value"], tuple(_numbers(answer)))
        return found

    def by_grams(self, worth: Mapping[str, float], *, limit: int, provinces: Iterable[str] = ()) -> list[GramHit]:
        """Entities by the weight of the grams they share, best first; of equals those of the lowest postings. With
        provinces only what stands there is asked, and only there."""
        if not worth or limit < 1:
            return []
        rarest = sorted(worth, key=lambda gram: (-worth[gram], gram))[:_MOST_GRAMS]
        there = sorted({*provinces, _NO_PROVINCE}) if self.routed and provinces else []
        header: Json = {"routing": ",".join(there)} if there else {}
        (answer,) = self._ask([(header, _gram_search({gram: worth[gram] for gram in rarest}, limit, there))])
        hits = answer.get("hits", {}).get("hits", ())
        shared = {number: hit["sort"][0] for number, hit in zip(_numbers(answer), hits, strict=True)}
        # fewer than were asked for: an entity may stand in several of the provinces
        return [GramHit(number, weight) for number, weight in shared.items()][:limit]

    def _ask(self, searches: Sequence[tuple[Json, Json]]) -> list[Any]:
        lines = [part for header, body in searches for part in ({**header, "index": self.alias}, body)]
        with self._elastic.named():
            answers = self._client.msearch(searches=lines, filter_path=_WANTED)["responses"]
            for answer in answers:
                self._check_answer(answer)
        return list(answers)

    def _check_answer(self, answer: Mapping[str, Any]) -> None:
        """A part of the shards is no answer: somebody would be called unregistered."""
        if "error" in answer:
            if answer["error"]["type"] == "index_not_found_exception":
                raise self._elastic.gone()
            raise StoreAwayError(
                f"检索引擎未能作答：{self.place}（{answer.get('status')} {answer['error']['type']}）", cure="稍后重试"
            )
        if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
            raise StoreAwayError(f"检索引擎只答了一部分：{self.place}", cure="待其分片全部就绪后重试")

    def _operations(self, rows: Iterable[FeedRow]) -> Iterator[Json]:
        for row in rows:
            provinces = row.provinces or (_NO_PROVINCE,)
            for place in provinces if self.routed else provinces[:1]:
                copy = place != provinces[0]
                yield {
                    "index": {
                        "_id": _identifier(row.code, place),
                        "routing": place,
                        "version": row.number,
                        "version_type": "external_gte",
                    }
                }
                yield {
                    "number": row.number,
                    "code": row.code,
                    "keys": [] if copy else row.keys,
                    "grams": row.grams,
                    "turn": posting(row.code, len(row.grams), row.number),
                    "provinces": provinces,
                    "copy": copy,
                }

    def _left_behind(self, name: str, rows: Sequence[FeedRow]) -> Iterator[Json]:
        """Documents of these entities in provinces that no longer speak for them."""
        wanted = {_identifier(row.code, place) for row in rows for place in row.provinces or (_NO_PROVINCE,)}
        answer = self._client.search(
            index=name,
            query={"terms": {"code": [row.code for row in rows]}},
            size=10_000,
            filter_path=["hits.hits._id", "hits.hits._routing"],
        )
        for hit in answer.get("hits", {}).get("hits", ()):
            if hit["_id"] not in wanted:
                yield {"_id": hit["_id"], "routing": hit["_routing"]}

    def _bulk(self, name: str, operations: Sequence[Json]) -> None:
        if not operations:
            return
        answer = self._client.bulk(
            operations=operations, index=name, filter_path=["errors", "items.*.error", "items.*.status"]
        )
        for item in answer.get("items", ()) if answer["errors"] else ():
            (result,) = item.values()
            if "error" in result and result["status"] != _CONFLICT:  # a newer state being there is as it should be
                if result["error"]["type"] == "index_not_found_exception":
                    raise self._elastic.gone()
                reason = str(result["error"].get("reason", ""))[:200]
                raise StoreAwayError(f"检索引擎未接受写入：{reason}", cure=f"稍后{_CURE}，从断处续写")


_WANTED = [
    "responses.error.type",
    "responses.status",
    "responses.timed_out",
    "responses._shards.failed",
    "responses.hits.total",
    "responses.hits.hits.fields",
    "responses.hits.hits.sort",
]


def _numbers(answer: Mapping[str, Any]) -> list[int]:
    return [hit["fields"]["number"][0] for hit in answer.get("hits", {}).get("hits", ())]


def _identifier(code: str, province: str) -> str:
    return f"{code}:{province}"


def _key_search(key: str, most: int) -> Json:
    return {
        "query": {"bool": {"filter": [{"term": {"keys": key}}]}},
        "size": most,
        "track_total_hits": True,
        "stored_fields": "_none_",
        "docvalue_fields": ["number"],
        "sort": [{"code": "asc"}],
    }


def _gram_search(worth: Mapping[str, float], limit: int, provinces: Sequence[str]) -> Json:
    only: Json = {"terms": {"provinces": list(provinces)}} if provinces else {"term": {"copy": False}}
    shared = [{"term": {"grams": {"value": gram, "boost": weight}}} for gram, weight in worth.items()]
    return {
        "query": {"bool": {"should": shared, "minimum_should_match": 1, "filter": [only]}},
        "size": limit * max(len(provinces), 1),
        "track_total_hits": False,
        "stored_fields": "_none_",
        "docvalue_fields": ["number"],
        "sort": [{"_score": "desc"}, {"turn": "asc"}],
    }


def _shards(url: str) -> int:
    asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
    unknown = sorted(set(asked) - {"shards"})
    number = number_of_shards(asked.get("shards", ["1"])[-1])
    if unknown or not number:
        raise InvalidInputError(
            f"register_index_url 的参数有误：{urlsplit(url).query[:60]}", cure=f"只认 ?shards=1 至 {MOST_SHARDS}"
        )
    return number
