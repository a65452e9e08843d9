"""What every room's tests share: the rule about missing parts, Chromium, a frozen clock, a data directory."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import hypothesis
import pytest
import structlog

from records.errors import BrowserAwayError
from stores.backends import open_records
from tests import pg_server, s3_server
from tests.pg_server import PgServer
from tests.s3_server import S3Server
from wangjian.browser import find_browser
from wangjian.settings import BrowserSettings, Settings

# How long an example takes is no promise of ours: on a busy machine any test would break one now and then.
# CI tries the same examples every time, so that what it refuses is the change; `make fuzz` looks for new ones.
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=_SLOW)
hypothesis.settings.register_profile("ci", deadline=None, suppress_health_check=_SLOW, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, suppress_health_check=_SLOW, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("WANGJIAN_TEST_EXAMPLES", "suite"))

# What is collected stays to the end. Looking through all of it for circles every few hundred objects, and five times
# when a worker ends, took half of the time of collecting and a part of every test's.
gc.set_threshold(50_000, 20, 20)


def pytest_configure() -> None:
    """Scrapy looks through all loaded modules for each of its callers when it is imported: before they are many."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        scrapy = threading.Thread(target=importlib.import_module, args=("scrapy.core.downloader.contextfactory",))
        scrapy.start()  # a thread of its own has few callers
        scrapy.join()


def pytest_collection_finish() -> None:
    """Tests of circles left behind see those made from here on."""
    gc.freeze()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes do not name a test: an archive made at collection has the second in it, and workers that collect across a
    second would call one test by two names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def part_missing() -> Callable[[str, str], NoReturn]:
    """Call with a missing part and its cure: skips on a laptop, fails where WANGJIAN_TEST_REQUIRE=all (CI)."""

    def say(part: str, cure: str) -> NoReturn:
        if os.environ.get("WANGJIAN_TEST_REQUIRE") == "all":
            pytest.fail(f"缺 {part}，而 WANGJIAN_TEST_REQUIRE=all 要求齐全；解决：{cure}", pytrace=False)
        pytest.skip(f"缺 {part}；解决：{cure}")

    return say


@pytest.fixture(scope="session")
def browser_executable(part_missing: Callable[[str, str], NoReturn]) -> str:
    """The Chromium tests start."""
    try:
        return find_browser(Settings(browser=BrowserSettings()))
    except BrowserAwayError as exc:
        part_missing(exc.message, exc.cure)


@pytest.fixture(autouse=True)
def _logs_as_found() -> Iterator[None]:
    """A command run inside a test says its log to that test's own stderr, which is closed for the tests after it."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def frozen_now() -> datetime:
    """2026-11-20, 16:00 in Beijing."""
    return datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def frozen_clock(frozen_now: datetime) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: frozen_now


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data directory."""
    place = tmp_path / "data"
    place.mkdir()
    return place


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of this version, made by the migrations once a worker: they take a tenth of a second."""
    made = tmp_path_factory.mktemp("migrated") / "wangjian.db"
    records = open_records(f"sqlite://{made}")
    records.migrate()
    records.close()
    return made


@pytest.fixture
def new_database(migrated_database: Path) -> Callable[[Path], Path]:
    """Puts an empty database of this version at a path; opening finds it migrated."""

    def put(path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(migrated_database, path))

    return put


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, part_missing: Callable[[str, str], NoReturn]
) -> Iterator[PgServer]:
    """A real PostgreSQL server, one a test process; `make setup-test` installs it."""
    program = pg_server.node_program()
    try:
        node = program.start(pg_server.CACHE)
    except program.PgNodeError as exc:
        part_missing(f"PostgreSQL 测试服务器（{exc}）", "apt-get install -y postgresql-15")
    with node:
        yield PgServer(node)
    shutil.rmtree(node.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def minio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server; mark users `s3` and xdist_group("s3"). Its build takes minutes, so that only `make s3` insists."""
    program = s3_server.node_program()
    try:
        node = program.start(s3_server.CACHE, tmp_path_factory.mktemp("minio") / "data")
    except program.S3NodeError as exc:
        if os.environ.get("WANGJIAN_TEST_REQUIRE_S3"):
            pytest.fail(f"the S3 test server is required and cannot be had: {exc}")
        pytest.skip(f"no S3 test server: {exc}")
    with node:
        yield s3_server.minio_at(node.place)


@pytest.fixture(scope="session")
def moto() -> Iterator[S3Server]:
    """A stand-in that speaks S3, without locks that hold; mark users xdist_group("s3")."""
    server, found = s3_server.start_moto()
    yield found
    server.stop()


@pytest.fixture(scope="session")
def real_shop(part_missing: Callable[[str, str], NoReturn]) -> Iterator[object]:
    """Shop software nobody here wrote, running (tests/realshop/shop.py); mark users `realshop` and xdist_group."""
    place = Path(__file__).parent / "realshop/shop.py"
    spec = importlib.util.spec_from_file_location("realshop_shop", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    with contextlib.ExitStack() as stack:
        try:
            shop = stack.enter_context(module.started())
        except module.RealShopError as exc:
            part_missing(f"真实网店软件（{exc}）", module.CURE)
        yield shop
