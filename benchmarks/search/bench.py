"""Searching many leads: a page of 50 highlighted rows with six facets, on both engines; loading beside parallel_bulk.

    python benchmarks/search/bench.py [--leads 1000000] [--embedded 200000] [--queries 200] [--no-loading] [--keep DIR]

Without arguments the small sizes of `make bench`. The node is the test node with 1 GiB of heap; both run one after the
other on this machine, the client beside the server. With --keep both indexes stay in the folder, and the next run of
the same sizes asks them without loading them again (delete the folder when the layout changed).
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

from records.ports import SearchIndex
from records.search import SearchDocument, SearchKind, SearchQuery
from stores.backends import open_index
from stores.search.elastic_layout import MAPPINGS, SETTINGS, WHILE_LOADING, body_of

__all__ = ["measure"]

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
_LOADED = 20_000
_TURNS = 5
_NEW_OBJECTS = 50_000
_WARMING = 300
# The collector of Elasticsearch's own jvm.options. With the serial one the heap stays full of garbage while the engine
# refuses requests for being full (429), and nothing ever collects it.
_COLLECTOR = (
    "-XX:+UseG1GC",
    "-XX:G1HeapRegionSize=4m",
    "-XX:InitiatingHeapOccupancyPercent=30",
    "-XX:G1ReservePercent=15",
)
_JAVA = ("-Xms1g", "-Xmx1g", *_COLLECTOR, "-Djava.awt.headless=true", "-Dlog4j2.formatMsgNoLookups=true")


def measure(
    leads: int = 20_000, embedded: int = 20_000, queries: int = 100, *, loading: bool = True, keep: Path | None = None
) -> dict[str, float]:
    """Milliseconds of a search on both engines, documents a second of loading."""
    with tempfile.TemporaryDirectory() as folder:
        return _measure(keep or Path(folder), (leads, embedded, queries), loading=loading)


def _measure(folder: Path, sizes: tuple[int, int, int], *, loading: bool) -> dict[str, float]:
    leads, embedded, queries = sizes
    market = _module("market", _HERE / "market.py")
    asked, warming = market.queries(queries), market.queries(_WARMING, seed=8)
    figures: dict[str, float] = {}
    if embedded:
        index = open_index(f"fts5://{folder}/search.db")
        figures |= _filled("embedded", index, market.leads(embedded), embedded)
        figures |= _asked("embedded", index, asked, warming=warming)
        figures["embedded: index MB"] = sum(path.stat().st_size for path in folder.glob("search.db*")) / 1e6
    if leads:
        with _node(folder / "node") as (url, prefix, process_id):
            if loading:
                figures |= _loading(url, list(market.leads(_LOADED)))
            index = open_index(prefix)
            figures |= _filled("Elasticsearch", index, market.leads(leads), leads)
            _wait_for_merges(url)
            figures |= _asked("Elasticsearch", index, asked, warming=warming, process_id=process_id)
            with urlopen(f"{url}/bench/_stats/store") as answer:
                figures["Elasticsearch: index MB"] = json.load(answer)["_all"]["total"]["store"]["size_in_bytes"] / 1e6
    return figures


def _filled(name: str, index: SearchIndex, documents: Iterator[SearchDocument], count: int) -> dict[str, float]:
    if index.count(SearchKind.LEAD) == count:
        return {f"{name}: leads": count}
    began = time.perf_counter()
    index.rebuild(_told(name, documents, count, began))
    return {f"{name}: leads": count, f"{name}: rebuild leads/s": count / (time.perf_counter() - began)}


def _told(name: str, documents: Iterator[SearchDocument], count: int, began: float) -> Iterator[SearchDocument]:
    for number, document in enumerate(documents):
        if number and number % 50_000 == 0:
            _say(f"{name}: {number} of {count}, {number / (time.perf_counter() - began):.0f}/s")
        yield document


def _asked(
    name: str,
    index: SearchIndex,
    queries: Sequence[SearchQuery],
    *,
    warming: Sequence[SearchQuery],
    process_id: int | None = None,
) -> dict[str, float]:
    """Each query is asked once; 300 others of the same kind in one region, whose answers help none of them, warm the
    engine up, which compiles what it does often. CPU is that of client and server together: what the search would take
    on a machine that does nothing else."""
    gc.collect()
    gc.freeze()  # as the program does: it does not look through all that is loaded again and again
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
    for query in warming:
        index.search(query.model_copy(update={"region_scope": "3"}))
    walls, cpus, shown, slowest = [], [], 0, []
    for query in queries:
        wall, cpu = time.perf_counter(), time.process_time() + _server_seconds(process_id)
        result = index.search(query)
        walls.append((time.perf_counter() - wall) * 1e3)
        cpus.append((time.process_time() + _server_seconds(process_id) - cpu) * 1e3)
        shown += len(result.hits)
        slowest.append((walls[-1], result.total, query.text, {facet.value: v for facet, v in query.filters.items()}))
    for wall, total, text, filters in sorted(slowest, key=lambda one: -one[0])[:8]:
        _say(f"{name}: {wall:.0f} ms, {total} found: {text!r} {filters}")
    return {
        f"{name}: search p50 ms": _at(walls, 0.5),
        f"{name}: search p95 ms": _at(walls, 0.95),
        f"{name}: search max ms": max(walls),
        f"{name}: CPU mean ms": sum(cpus) / len(cpus),
        f"{name}: CPU p95 ms": _at(cpus, 0.95),
        f"{name}: rows a query": shown / len(queries),
    }


def _loading(url: str, documents: list[SearchDocument]) -> dict[str, float]:
    """The same documents by the client's parallel_bulk, made ready beforehand, and by a rebuild, which makes them
    ready itself: one after the other in turn, each turn the other one first. What counts is the median of the shares
    of the turns, in which whatever else the machine does falls on both. Both unrefreshed while loading, no replica."""
    client = Elasticsearch(url, request_timeout=120)
    ready = [
        {"_index": "raw", "_id": f"lead:{one.doc_id}", "version": one.version, "version_type": "external_gte"}
        | {"_source": body_of(one)}
        for one in documents
    ]
    index = open_index(f"elasticsearch://{url.removeprefix('http://')}/loaded")

    def raw() -> float:
        client.indices.create(index="raw", settings=SETTINGS | WHILE_LOADING, mappings=MAPPINGS)
        began = time.perf_counter()
        taken = sum(1 for ok, _item in parallel_bulk(client, ready) if ok)
        client.indices.refresh(index="raw")
        seconds = time.perf_counter() - began
        client.indices.delete(index="raw")
        return taken / seconds

    def ours() -> float:
        began = time.perf_counter()
        index.rebuild(documents)
        seconds = time.perf_counter() - began
        _wait_for_merges(url)  # a rebuild has the engine join the pieces afterwards: not while the next is measured
        return len(documents) / seconds

    raw()  # the engine and the client meet the documents for the first time
    ours()
    turns = [(raw(), ours()) if turn % 2 else (ours(), raw())[::-1] for turn in range(_TURNS)]
    for by_raw, by_ours in turns:
        _say(f"loading: parallel_bulk {by_raw:.0f}/s, rebuild {by_ours:.0f}/s, share {by_ours / by_raw:.2f}")
    client.indices.delete(index=",".join(client.indices.get_alias(name="loaded").body))
    return {
        "loading: parallel_bulk leads/s": statistics.median(by_raw for by_raw, _ours in turns),
        "loading: rebuild leads/s": statistics.median(by_ours for _raw, by_ours in turns),
        "loading: share of parallel_bulk": statistics.median(by_ours / by_raw for by_raw, by_ours in turns),
        "loading: least share of a turn": min(by_ours / by_raw for by_raw, by_ours in turns),
    }


def _wait_for_merges(url: str) -> None:
    """Until the engine has joined the pieces of an index, which it does while it answers."""
    while True:
        with urlopen(f"{url}/_tasks?actions=*forcemerge*") as answer:
            if not json.load(answer)["nodes"]:
                return
        time.sleep(1)


def _server_seconds(process_id: int | None) -> float:
    """CPU seconds of the server so far, in hundredths; 0 where there is none or the system does not tell."""
    stat = Path(f"/proc/{process_id}/stat")
    if process_id is None or not stat.is_file():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


@contextmanager
def _node(data: Path) -> Iterator[tuple[str, str, int]]:
    program = _module("testnode_node", _ROOT / "deploy" / "testnode" / "node.py")
    cache = _ROOT / ".cache" / "testnode"
    program.prepare(cache)
    with program.start(cache, data, java_options=_JAVA) as node:
        yield node.url, f"elasticsearch://{node.url.removeprefix('http://')}/bench", node.process_id


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Search of many leads on both engines.")
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--embedded", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--no-loading", action="store_true", help="without the comparison with parallel_bulk")
    parser.add_argument("--keep", type=Path, help="a folder in which the indexes stay for the next run")
    options = parser.parse_args()
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    told = measure(options.leads, options.embedded, options.queries, loading=not options.no_loading, keep=options.keep)
    for measured, value in told.items():
        print(f"{measured:<40} {value:>12,.2f}")
