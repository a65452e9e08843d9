"""Fixtures of the console's tests: a seeded office, a client, a browser on a served console."""

from __future__ import annotations

import importlib.util
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.trust import load_anchors
from offices.sessions import cookie_name
from records.exchange import (
    Bundle,
    BundleState,
    BundleWay,
    Direction,
    ItemKind,
    Peer,
    Refusal,
    RefusalReason,
    Relation,
    Zone,
)
from records.exchange_matters import Matter, MatterKind, MatterState, MatterWay
from records.ports import Services
from wangjian.preserver import FlowPreserver
from wangjian.settings import NetworkSettings, Settings
from wangjian.wiring import utc_now

PATIENCE_MS = 120_000
"""What a page must show may take this long on a busy machine; what it must not show is asked once and at once."""
expect.set_options(timeout=PATIENCE_MS)

with warnings.catch_warnings():  # starlette's client asks for a successor of httpx that is not needed here
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient


def load_seeding() -> ModuleType:
    """tests/ui/seeding.py, whichever way pytest was started."""
    name = "tests_ui_seeding"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("seeding.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def seeding() -> ModuleType:
    return load_seeding()


@pytest.fixture(scope="session")
def template(seeding, tmp_path_factory) -> Path:
    """A seeded office, copied for each test that changes one."""
    return seeding.seed_office(tmp_path_factory.mktemp("template") / "office", extra_leads=60)


@pytest.fixture
def office(seeding, template, tmp_path) -> Iterator:
    """An office of the test's own, to be changed at will."""
    opened = seeding.open_office(tmp_path / "office", template, with_api=False)
    yield opened
    opened.records.close()


@pytest.fixture(scope="module")
def quiet_office(seeding, template, tmp_path_factory) -> Iterator:
    """One office a module, for tests that only look."""
    opened = seeding.open_office(tmp_path_factory.mktemp("quiet") / "office", template, with_api=False)
    yield opened
    opened.records.close()


@pytest.fixture
def client_of(seeding) -> Callable[..., TestClient]:
    """A client of the console signed in as somebody (nobody for "")."""

    def connect(office, login: str = "banan") -> TestClient:
        client = TestClient(
            office.app,
            base_url="http://127.0.0.1",
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        if login:
            token, _ = seeding.enter(office.services, login)
            client.cookies.set(cookie_name(secure=False), token)
        return client

    return connect


@pytest.fixture
def csrf() -> Callable[[TestClient], str]:
    """A token for changes, read from a page."""

    def read(client: TestClient) -> str:
        return re.search(r'name="csrf_token" value="([0-9a-f]+)"', client.get("/runs").text)[1]

    return read


@pytest.fixture(scope="session")
def chromium(browser_executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, seeding) -> Iterator[Callable[..., Page]]:
    """Open the console of an office in a browser, signed in; the page notes requests off the machine and errors."""
    stack = []

    def open_page(office, login: str = "banan", *, width: int = 1366, height: int = 768, **options) -> Page:
        server = seeding.served(office.app)
        address = server.__enter__()
        stack.append(server)
        context = chromium.new_context(
            viewport={"width": width, "height": height}, base_url=address, locale="zh-CN", **options
        )
        stack.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.outside, page.complaints = [], []
        page.on(
            "request",
            lambda sent: page.outside.append(sent.url) if not sent.url.startswith((address, "data:")) else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        token, _ = seeding.enter(office.services, login)
        cookie = {"name": cookie_name(secure=False), "value": token, "url": address, "sameSite": "Strict"}
        context.add_cookies([cookie])
        return page

    yield open_page
    for opened in reversed(stack):
        if hasattr(opened, "close"):
            opened.close()
        else:
            opened.__exit__(None, None, None)


@pytest.fixture
def sign_in(seeding) -> Callable[..., None]:
    """Make an open page somebody else's."""

    def enter(office, page: Page, login: str) -> None:
        token, _ = seeding.enter(office.services, login)
        origin = "/".join(page.url.split("/")[:3])
        page.context.add_cookies(
            [{"name": cookie_name(secure=False), "value": token, "url": origin, "sameSite": "Strict"}]
        )

    return enter


@pytest.fixture
def capturing_office(office):
    """The office with stage 6 as `wangjian/wiring.py` joins it."""
    folder = office.services.data_dir
    keys = folder / "real-keys"
    preserver = FlowPreserver(Settings(data_dir=folder, network=NetworkSettings(allow_private=True)))
    signer = open_signer(keys, organisation="网鉴测试单位", clock=utc_now)
    authority = LocalTimestampAuthority(keys, clock=utc_now)
    services = replace(
        office.services,
        clock=utc_now,
        signer=signer,
        timestamp_authorities=(authority,),
        trust_anchors_pem=load_anchors(keys),
        preserver=preserver,
    )
    preserver.bind(services)
    yield replace(office, services=services)
    preserver.close()


@pytest.fixture
def page_shop() -> Iterator[str]:
    """A page of goods on loopback; gives its address."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = "<!doctype html><html lang=zh><meta charset=utf-8><title>蜂胶软胶囊</title><h1>全网销量第一</h1>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/item/1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def add_exchange() -> Callable[[Services], None]:
    """Adds a peer, a bundle nobody acknowledged, a refusal, and a request that came."""

    def add(services: Services) -> None:
        now = services.clock()
        store = services.exchange
        store.save_peer(
            Peer(
                code="330000", name="省局<b>", relation=Relation.UPPER, zone=Zone.WHOLE, trust_pem="", root_sha256="a" * 64,
                made_at=now, added_by="guanli", added_at=now,
            )
        )  # fmt: skip
        sent = Bundle(
            bundle_id="b" * 64, peer="330000", way=BundleWay.SENT, sequence=1, direction=Direction.UPWARD,
            state=BundleState.HANDED_OUT, counts={ItemKind.TRANSFER: 1}, size_bytes=10, file="x.wjx", made_at=now,
            expires_at=now + timedelta(days=30),
        )  # fmt: skip
        store.record_sent((sent,), ())
        store.note_refusal(
            Refusal(
                refusal_id="r1", peer="330000", sequence=3, file_sha256="c" * 64, reason=RefusalReason.GAP,
                detail="缺少第 2 号包，第 3 号暂不能收录", at=now,
            )
        )  # fmt: skip
        asked = Matter(
            matter_id="matter_1", kind=MatterKind.ASSISTANCE, way=MatterWay.THEIRS, peer="330000", title="请核实<i>",
            reason="实际经营地", paper_no="协1号", state=MatterState.ARRIVED, by="李四", opened_at=now,
            due_on=(now - timedelta(days=30)).date(),
        )  # fmt: skip
        store.save_matter(asked, expected_version=0)

    return add
