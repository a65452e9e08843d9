"""Fixtures of the API's tests: the console's seeded office behind a client signed in through the API."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from offices.sessions import cookie_name, masked_csrf

with warnings.catch_warnings():  # starlette's client asks for a successor of httpx that is not needed here
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


@pytest.fixture(scope="session")
def seeding() -> ModuleType:
    """tests/ui/seeding.py, whichever way pytest was started."""
    name = "tests_ui_seeding"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / "ui" / "seeding.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def template(seeding, tmp_path_factory) -> Path:
    """A seeded office, copied for each test that changes one."""
    return seeding.seed_office(tmp_path_factory.mktemp("template") / "office", extra_leads=12)


@pytest.fixture
def office(seeding, template, tmp_path) -> Iterator:
    """An office of the test's own, to be changed at will."""
    opened = seeding.open_office(tmp_path / "office", template)
    yield opened
    opened.records.close()


@pytest.fixture(scope="module")
def quiet_office(seeding, template, tmp_path_factory) -> Iterator:
    """One office a module, for tests that only look."""
    opened = seeding.open_office(tmp_path_factory.mktemp("quiet") / "office", template)
    yield opened
    opened.records.close()


@pytest.fixture
def client_of(seeding) -> Callable[..., TestClient]:
    """A client signed in as somebody (nobody for ""), its token for changes already in its headers."""

    def connect(office, login: str = "banan") -> TestClient:
        client = TestClient(office.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        if login:
            token, session = seeding.enter(office.services, login)
            client.cookies.set(cookie_name(secure=False), token)
            client.headers["X-CSRF-Token"] = masked_csrf(session)
        return client

    return connect
