"""A market of n texts or leads: judged, indexed, searched, and looked at in the console."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import quote
from urllib.request import Request, urlopen

from spending import Stock, spent, tree_seconds

from leads.catalogue import load_rules
from leads.judging import Judge
from records.leads import ScanInput
from records.ports import SearchIndex
from stores.backends import open_index

__all__ = ["console_pages", "elastic_search", "embedded_search", "judging"]

_BENCHMARKS = Path(__file__).resolve().parents[1]
_TEXT_BYTES = 500
_QUERIES = 60
_VISITS = 8
_PAGES = {
    "leads page of a word [CPU ms]": f"/leads?q={quote('玛咖')}",
    "leads page of all [CPU ms]": "/leads",
    "today page [CPU ms]": "/",
}


def judging(_folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of judging that many page texts by all rules, as if each had 500 bytes: their lengths vary."""
    judge, told = _judge(), _Told()
    texts = Stock(told.counted(itertools.islice(_texts(), size)))
    took = spent(lambda: sum(1 for _ in judge.judge_all(texts))) - texts.seconds
    return {"texts of 500 bytes judged [CPU s]": took * _TEXT_BYTES * size / told.size_bytes}


def embedded_search(folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of indexing that many leads, milliseconds of a page of 50 with six facets, embedded."""
    index = open_index(f"fts5://{folder}/search.db")
    return {f"embedded: {name}": cost for name, cost in _searched(index, size).items()}


def elastic_search(folder: Path, size: int) -> Mapping[str, float]:
    """The same by Elasticsearch, the server's CPU with the client's."""
    searching = _module("search", "bench")
    with searching._node(folder / "node") as (url, address, process_id):
        found = _searched(open_index(address), size, process_id=process_id)
        searching._wait_for_merges(url)
    return {f"Elasticsearch: {name}": cost for name, cost in found.items()}


def console_pages(folder: Path, size: int) -> Mapping[str, float]:
    """CPU milliseconds of the serving processes for a page of the console over that many leads."""
    filling, serving = _module("console", "filling"), _module("console", "serving")
    filling.fill(folder, size)
    cookie = {"Cookie": f"wangjian_session={filling.tokens()[0]}"}
    found = {}
    with serving.served(folder) as (address, process_id):
        for name, path in _PAGES.items():
            _get(address + path, cookie)
            before = tree_seconds(process_id)
            for _ in range(_VISITS):
                _get(address + path, cookie)
            found[name] = 1000 * (tree_seconds(process_id) - before) / _VISITS
    return found


def _get(address: str, headers: Mapping[str, str]) -> None:
    with urlopen(Request(address, headers=dict(headers))) as answer:
        body = answer.read()
    assert b"login" not in answer.url.encode(), "the session of the filled folder was refused"
    assert body


def _searched(index: SearchIndex, size: int, *, process_id: int | None = None) -> Mapping[str, float]:
    market = _module("search", "market")

    def server() -> float:
        return tree_seconds(process_id) if process_id else 0.0

    documents = Stock(market.leads(size))
    before = server()
    indexed = spent(lambda: index.rebuild(iter(documents))) - documents.seconds + server() - before
    for query in market.queries(_QUERIES, seed=8):
        index.search(query.model_copy(update={"region_scope": "3"}))
    queries = market.queries(_QUERIES)
    before = server()
    asked = spent(lambda: [index.search(query) for query in queries]) + server() - before
    return {"leads indexed [CPU s]": indexed, "page of 50 with facets [CPU ms]": 1000 * asked / _QUERIES}


@cache
def _judge() -> Judge:
    judge = Judge(load_rules(), on=date(2026, 11, 20))
    judge.make_ready()  # else the smallest size compiles the patterns for all
    return judge


@dataclass(slots=True)
class _Told:
    """How many bytes of text went by."""

    size_bytes: int = 0

    def counted(self, texts: Iterable[ScanInput]) -> Iterator[ScanInput]:
        for scan in texts:
            self.size_bytes += len(scan.text.encode())
            yield scan


@cache
def _texts() -> Iterator[ScanInput]:
    """Page texts of which none stands twice in the whole run: a size goes on where the last one ended."""
    return _distinct(_module("rules", "texts")._mixed())


def _distinct(texts: Iterable[ScanInput]) -> Iterator[ScanInput]:
    known: set[int] = set()
    for scan in texts:
        mark = hash(scan.text)  # of 64 bits: among millions of texts one is left out for another's sake at most
        if mark not in known:
            known.add(mark)
            yield scan


@contextmanager
def _importable(folder: str) -> Iterator[None]:
    sys.path.insert(0, str(_BENCHMARKS / folder))
    try:
        yield
    finally:
        sys.path.remove(str(_BENCHMARKS / folder))


@cache
def _module(folder: str, name: str) -> ModuleType:
    """Another benchmark's module, under a name of its own: several are called bench."""
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", _BENCHMARKS / folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    with _importable(folder):
        spec.loader.exec_module(module)
    return module
