"""Elasticsearch at size: pages lie in an index a month, all else in one, each cut into shards, several nodes asked.

The answers are those of the embedded index all the same, and a node that dies takes nothing with it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from elasticsearch import Elasticsearch

from records.errors import InvalidInputError, StoreAwayError
from records.ports import SearchIndex
from records.search import Facet, SearchDocument, SearchInterval, SearchKind, SearchQuery, SearchSort
from stores.backends import open_index
from tests.contracts.conftest import CACHE

SMALL_JAVA = ("-Xms96m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_PATIENCE = 600
PAGES = SearchQuery(kind=SearchKind.PAGE, text="祖传秘方", count_facets=(Facet.TARGET,), limit=200)


def _page(number: int, month: int = 11, *, text: str = "祖传秘方", year: int = 2026) -> SearchDocument:
    return SearchDocument(
        doc_id=f"page_{year}{month:02}_{number:05}",
        kind=SearchKind.PAGE,
        title=f"页面{number}",
        text=text,
        facets={Facet.TARGET: (f"target_{number % 3}",)},
        at_epoch=int(datetime(year, month, 1 + number % 28, tzinfo=UTC).timestamp()),
    )


def _lead(number: int) -> SearchDocument:
    facets = {Facet.STATE: ("待研判",)}
    return SearchDocument(doc_id=f"lead_{number}", kind=SearchKind.LEAD, title="线索", text="祖传秘方", facets=facets)


@pytest.fixture
def monthly_url(new_elastic_url: Callable[[], str]) -> str:
    return f"{new_elastic_url()}?monthly=yes&shards=2"


def _names(url: str) -> list[str]:
    place, _, prefix = url.removeprefix("elasticsearch://").partition("?")[0].partition("/")
    with Elasticsearch(f"http://{place}") as client:
        return sorted(name.removeprefix(prefix) for name in client.indices.get(index=f"{prefix}-*"))


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_months_answer_as_one_index_does(both_indexes: tuple[SearchIndex, SearchIndex], monthly_url: str) -> None:
    embedded, monthly = both_indexes[0], open_index(monthly_url)
    documents = [_page(number, month) for month in (9, 10, 11) for number in range(30)] + [_lead(1), _lead(2)]
    for index in (embedded, monthly):
        index.index(documents[::2])
        index.index(documents[1::2])
    queries = [
        PAGES,
        PAGES.model_copy(update={"histogram": SearchInterval.MONTH, "sort": SearchSort.NEWEST, "limit": 7}),
        PAGES.model_copy(update={"filters": {Facet.TARGET: ("target_1",)}, "limit": 5, "offset": 10}),
        PAGES.model_copy(update={"kind": SearchKind.LEAD, "count_facets": (Facet.STATE,)}),
    ]
    for query in queries:
        assert monthly.search(query) == embedded.search(query)
        assert list(monthly.walk(query)) == list(embedded.walk(query))
    assert monthly.suggest(PAGES, Facet.TARGET, "2", limit=5) == embedded.suggest(PAGES, Facet.TARGET, "2", limit=5)
    assert {kind: monthly.count(kind) for kind in SearchKind} == {kind: embedded.count(kind) for kind in SearchKind}
    assert [name.split("-")[2] for name in _names(monthly_url)] == ["000001", "202609", "202610", "202611"]


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_rebuild_swaps_all_months_in_one_step_and_others_write_on(monthly_url: str) -> None:
    """Another opening of the index knows the old months; what it writes meanwhile and afterwards is found."""
    index, other = open_index(monthly_url), open_index(monthly_url)
    other.index([_page(1, 10), _page(2, 11), _lead(1)])

    def meanwhile() -> Iterator[SearchDocument]:
        yield _page(1, 10)
        other.index([_page(3, 12)])
        assert other.search(PAGES).total == 3
        yield from (_page(2, 11), _lead(1))

    assert index.rebuild(meanwhile()) == 3
    assert other.search(PAGES).total == 3
    other.index([_page(4, 11), _page(5, 8)])
    assert index.search(PAGES).total == 5
    assert {name.rsplit("-", 1)[1] for name in _names(monthly_url)} == {"000002"}
    index.clear()
    other.index([_page(6, 11)])
    assert (index.count(SearchKind.PAGE), index.count(SearchKind.LEAD)) == (1, 0)


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_other_cutting_is_refused_until_it_is_rebuilt(monthly_url: str) -> None:
    open_index(monthly_url).index([_page(1)])
    plain = open_index(monthly_url.partition("?")[0])
    with pytest.raises(StoreAwayError, match="切分方式"):
        plain.search(PAGES)
    assert plain.rebuild([_page(1)]) == 1
    assert plain.search(PAGES).total == 1


@pytest.mark.parametrize(
    "rest",
    ["?shards=0", "?shards=257", "?shards=x", "?monthly=1", "?month=yes", "?shards=²", "?monthly="],
)
def test_unknown_words_of_the_address_are_named(rest: str) -> None:
    with pytest.raises(InvalidInputError, match="参数不认识"):
        open_index(f"elasticsearch://127.0.0.1:9200/test{rest}")


@pytest.mark.parametrize("hosts", ["", "a:9200,", ",a:9200", "a:x", "a:9200,b:99999"])
def test_incomplete_list_of_nodes_is_named(hosts: str) -> None:
    with pytest.raises(InvalidInputError, match="地址不完整"):
        open_index(f"elasticsearch://{hosts}/test")


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.skipif("WANGJIAN_TEST_CLUSTER" not in os.environ, reason="three engines take long to start: make full")
def test_node_killed_while_three_are_written_and_searched_loses_nothing(
    node_program: ModuleType, elasticsearch_node: object, tmp_path: Path
) -> None:
    """Three nodes form a cluster; one is killed in the middle. What was acknowledged is found, an answer is whole or
    refused, and the writing goes on over the two that are left."""
    nodes = node_program.start_cluster(CACHE, tmp_path, java_options=SMALL_JAVA)
    try:
        hosts = ",".join(node.url.removeprefix("http://") for node in nodes)
        index, asking = (open_index(f"elasticsearch://{hosts}/size?monthly=yes&shards=3") for _ in range(2))
        _write(index, [_page(number, month) for month in (10, 11) for number in range(20)])
        _wait_for_green(nodes[0].url)
        acknowledged, ended, wrong = [40], threading.Event(), list[str]()
        answers = list[int]()

        def ask() -> None:
            while not ended.is_set():
                least = acknowledged[0]
                try:
                    total = asking.search(PAGES).total
                except StoreAwayError:
                    continue
                answers.append(total)
                if total < least:
                    wrong.append(f"{total} found of at least {least}")

        thread = threading.Thread(target=ask)
        thread.start()
        for batch in range(14):
            if batch == 5:
                os.kill(nodes[1].process_id, signal.SIGKILL)
            _write(index, [_page(100 + 10 * batch + number, 10 + batch % 2) for number in range(10)])
            acknowledged[0] += 10
        ended.set()
        thread.join()
        assert not wrong
        assert len(answers) > 3
        assert index.count(SearchKind.PAGE) == 180
        found = {hit.doc_id for hit in index.walk(PAGES)}
        assert len(found) == 180
    finally:
        for node in nodes:
            node.stop()


def _write(index: SearchIndex, documents: list[SearchDocument]) -> None:
    """As the outbox does: what was not taken is written again."""
    for _attempt in range(_PATIENCE):
        try:
            return index.index(documents)
        except StoreAwayError:
            time.sleep(0.1)
    pytest.fail("two of three nodes do not take what is written")


def _wait_for_green(url: str) -> None:
    with Elasticsearch(url) as client:
        client.cluster.health(wait_for_status="green", timeout="240s")
