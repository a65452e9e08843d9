"""Every backend a promise is tried on, and makers of records. `WANGJIAN_TEST_REQUIRE=all` (set by CI) forbids skipping."""

from __future__ import annotations

import importlib.util
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from records.ports import BlobStore, SearchIndex
from stores.backends import BlobAccess, Records, open_blobs, open_index, open_records, open_register_index
from tests.node_programs import load_node_program
from tests.programs import Nursery, Program
from tests.s3_server import S3Server

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / ".cache" / "testnode"
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


RECORDS_BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=RECORDS_BACKENDS)
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the records are; on a server with tables and nothing in them."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres").empty())
    return _sqlite_in(tmp_path)


def _sqlite_in(folder: Path) -> str:
    return f"sqlite://{folder}/data/wangjian.db"


@pytest.fixture
def unmade_url(request: pytest.FixtureRequest, records_url: str) -> str:
    """Where records may be and no table is yet."""
    on_server = records_url.startswith("postgresql")
    return str(request.getfixturevalue("postgres").bare) if on_server else records_url


@pytest.fixture
def open_again(records_url: str, clock: HandClock) -> Iterator[Callable[[], Records]]:
    """Opens the same database once more, as another process or a restart would."""
    opened: list[Records] = []

    def again() -> Records:
        records = open_records(records_url, clock=clock)
        opened.append(records)
        return records

    yield again
    for records in opened:
        records.close()


@pytest.fixture
def open_elsewhere(
    request: pytest.FixtureRequest, records_url: str, clock: HandClock, tmp_path: Path
) -> Iterator[Callable[[], Records]]:
    """Opens another database of the same kind, with nothing in it."""
    if records_url.startswith("postgresql"):
        url = request.getfixturevalue("postgres").empty("elsewhere")
    else:
        url = f"sqlite://{tmp_path}/elsewhere/wangjian.db"
    opened = open_records(url, clock=clock)
    yield lambda: opened
    opened.close()


@pytest.fixture
def records(
    open_again: Callable[[], Records], tmp_path: Path, records_url: str, new_database: Callable[[Path], Path]
) -> Records:
    if records_url == _sqlite_in(tmp_path):
        new_database(tmp_path / "data/wangjian.db")
    found = open_again()
    found.migrate()
    return found


BLOB_BACKENDS = [
    "file",
    pytest.param("moto", marks=pytest.mark.xdist_group("s3")),
    pytest.param("minio", marks=[pytest.mark.s3, pytest.mark.xdist_group("s3")]),
]


@pytest.fixture(params=BLOB_BACKENDS)
def s3(request: pytest.FixtureRequest) -> S3Server | None:
    """The server behind the blob store that is tried; None where it is files."""
    return None if request.param == "file" else request.getfixturevalue(request.param)


@pytest.fixture
def blobs_url(s3: S3Server | None, tmp_path: Path) -> str:
    return f"file://{tmp_path}/blobs" if s3 is None else s3.new_bucket()


@pytest.fixture
def open_blobs_again(s3: S3Server | None, blobs_url: str) -> Callable[[], BlobStore]:
    """Opens the same store once more, as another process or a restart would."""
    return lambda: open_blobs(blobs_url, access=BlobAccess() if s3 is None else s3.access)


@pytest.fixture
def blobs(open_blobs_again: Callable[[], BlobStore]) -> BlobStore:
    return open_blobs_again()


INDEX_BACKENDS = [
    "fts5",
    pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]),
]


@pytest.fixture(params=INDEX_BACKENDS)
def index_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "fts5":
        return f"fts5://{tmp_path}/search.db"
    return elastic_url(request)


@pytest.fixture
def index(index_url: str) -> SearchIndex:
    return open_index(index_url)


@pytest.fixture
def both_indexes(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[SearchIndex, SearchIndex]:
    """The embedded index and Elasticsearch, both empty."""
    return open_index(f"fts5://{tmp_path}/search.db"), open_index(elastic_url(request))


REGISTER_BACKENDS = [
    "embedded",
    pytest.param("elasticsearch", marks=[pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]),
]


@pytest.fixture(params=REGISTER_BACKENDS)
def register_records(request: pytest.FixtureRequest, records: Records, clock: HandClock) -> Records:
    """Records whose register finds candidates in its own tables, or in Elasticsearch beside them."""
    if request.param == "embedded":
        return records
    return replace(records, register=open_register_index(elastic_url(request), records, clock=clock))


@pytest.fixture
def new_elastic_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """A prefix of its own on the test node, each time it is called."""
    return lambda: elastic_url(request)


def elastic_url(request: pytest.FixtureRequest) -> str:
    node = request.getfixturevalue("elasticsearch_node")
    return f"elasticsearch://{node.url.removeprefix('http://')}/test-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def node_program() -> ModuleType:
    """deploy/testnode/node.py."""
    return load_node_program("testnode")


@pytest.fixture(scope="session")
def elasticsearch_node(node_program: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A real node, one a session (with xdist all its tests go to one worker: `--dist loadgroup`)."""
    required = os.environ.get("WANGJIAN_TEST_REQUIRE") == "all"
    try:
        if required:
            node_program.prepare(CACHE)
        node = node_program.start(CACHE, tmp_path_factory.mktemp("elasticsearch"))
    except node_program.NodeError as exc:
        if required:
            pytest.fail(f"the Elasticsearch test node is required and cannot be had: {exc}")
        pytest.skip(f"no Elasticsearch test node: {exc}")
    with node:
        yield node


class MortalNode:
    """A node beside the shared one that a test may stop and start again, with its data and on its port."""

    def __init__(self, program: ModuleType, data_dir: Path) -> None:
        self._program, self._data_dir = program, data_dir
        self._node = program.start(CACHE, data_dir)
        self.url = self._node.url
        self.place = self.url.removeprefix("http://")

    def stop(self) -> None:
        self._node.stop()

    def kill(self) -> None:
        """As when its machine fails: nothing is written out, nobody is told."""
        os.kill(self._node.process_id, signal.SIGKILL)
        self._node.stop()

    def start(self) -> None:
        """As good as new; does nothing when it runs."""
        if self._node.stopped:
            self._node = self._program.start(CACHE, self._data_dir, int(self.url.rsplit(":", 1)[1]))


@pytest.fixture(scope="session")
def one_mortal_node(
    node_program: ModuleType, elasticsearch_node: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MortalNode]:
    node = MortalNode(node_program, tmp_path_factory.mktemp("mortal"))
    yield node
    node.stop()


@pytest.fixture
def mortal_node(one_mortal_node: MortalNode) -> Iterator[MortalNode]:
    """It runs when a test begins, whatever another did to it."""
    one_mortal_node.start()
    yield one_mortal_node


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"contracts_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def make() -> ModuleType:
    """The makers of records (makers.py)."""
    return _load("makers")


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Programs start from it in a tenth of the time a new interpreter takes."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def run_program(nursery: Nursery) -> Iterator[Callable[..., Program]]:
    """Starts one of tests/contracts/programs in another Python process, with its output in a pipe."""
    started: list[Program] = []

    def start(name: str, *arguments: str) -> Program:
        program = nursery.start(Path(__file__).parent / "programs" / name, *arguments)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
        program.wait()
        program.stdout.close()
