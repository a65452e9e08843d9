"""回放: an archived page lives on an origin of its own and reads nothing of the console, however hostile it is."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from offices.sessions import cookie_name
from records.errors import InvalidInputError
from records.evidence import CaptureState
from ui.door import open_door
from ui.pages import include_pages
from ui.pages import install as install_console
from ui.replay.addresses import ReplayDoor
from ui.replay.app import ByPort, create_replay_app
from wangjian.serving import build_app
from wangjian.settings import Settings
from wangjian.workbench import ConsoleWorkbench

SCREENS = Path(__file__).parents[2] / "test-results" / "screens" / "office"
_HOSTILE = """<!doctype html><html lang=zh><meta charset=utf-8><title>青石商店</title><h1>全网销量第一</h1><p id=ran></p>
<script>document.getElementById('ran').textContent = '脚本执行过';</script>"""


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = _HOSTILE.encode() if self.path == "/item/1" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def _served(services):
    """Console and replay on two ports of one server, as `wangjian serve` joins them."""
    sockets = [socket.socket(), socket.socket()]
    for listening in sockets:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
    console, replaying = (listening.getsockname()[1] for listening in sockets)
    door = ReplayDoor(port=replaying)
    bench = ConsoleWorkbench(services, Settings(data_dir=services.data_dir))
    console_app = build_app(services, session_hours=10, workbench=bench, replay=door)
    app = ByPort(console_app, {replaying: create_replay_app(door, services.blobs)})
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": sockets}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{console}", replaying
    server.should_exit = True
    thread.join(timeout=10)
    for listening in sockets:
        listening.close()


def _as_the_pages_own_script(page, address: str) -> list[tuple[str, str, str]]:
    """Origin, cookies and what came of fetching `address`, for each frame of the archived page, asked in a world the
    replaying library has not wrapped: what a script that got around it would meet."""
    devtools = page.context.new_cdp_session(page)
    asking = (
        f"(async () => [location.origin, document.cookie, await fetch({address!r}, {{credentials: 'include'}})"
        ".then(() => 'read', () => 'refused')])()"
    )
    found, waiting = [], [devtools.send("Page.getFrameTree")["frameTree"]]
    while waiting:
        tree = waiting.pop()
        waiting += tree.get("childFrames", [])
        if "/item/1" in tree["frame"]["url"]:
            world = devtools.send("Page.createIsolatedWorld", {"frameId": tree["frame"]["id"]})["executionContextId"]
            wish = {"expression": asking, "contextId": world, "awaitPromise": True, "returnByValue": True}
            found.append(tuple(devtools.send("Runtime.evaluate", wish)["result"]["value"]))
    return found


@pytest.fixture
def captured(capturing_office):
    """A hostile page, really captured."""
    shop = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    thread = threading.Thread(target=shop.serve_forever, daemon=True)
    thread.start()
    services = capturing_office.services
    begun = services.preserver.begin(f"http://127.0.0.1:{shop.server_address[1]}/item/1", lead_id="", operator="banan")
    until = time.monotonic() + 120
    while (capture := services.evidence.capture(begun.capture_id)).state is CaptureState.RUNNING:
        assert time.monotonic() < until, "the capture does not end"
        time.sleep(0.2)
    shop.shutdown()
    shop.server_close()
    thread.join()
    assert capture.state is CaptureState.COMPLETE, (capture.missing, capture.reason)
    return capture


@pytest.mark.browser
@pytest.mark.timeout(900)
def test_hostile_page_is_replayed_and_reads_nothing_of_the_console(capturing_office, captured, chromium, seeding):
    services = capturing_office.services
    with _served(services) as (console, replaying):
        context = chromium.new_context(locale="zh-CN")
        token, _ = seeding.enter(services, "banan")
        context.add_cookies(
            [
                {
                    "name": cookie_name(secure=False),
                    "value": token,
                    "url": console,
                    "sameSite": "Strict",
                    "httpOnly": True,
                },
                {"name": "sid", "value": "SECRET", "url": console},
            ]
        )
        asked: list[str] = []
        context.on("request", lambda sent: asked.append(sent.url))
        page = context.new_page()
        page.goto(f"{console}/evidence/{captured.capture_id}")
        with context.expect_page() as opening:
            page.get_by_role("link", name="回放", exact=True).click()
        replay = opening.value
        inner = replay.locator("replay-web-page iframe").content_frame.locator("iframe").content_frame
        inner.get_by_text("脚本执行过").wait_for()
        assert replay.get_by_text("归档页面的回放，不是原件").is_visible()
        reached = _as_the_pages_own_script(replay, f"{console}/leads")
        assert reached, [frame.url for frame in replay.frames]
        for place, cookie, told in reached:
            assert re.fullmatch(rf"http://r[0-9a-f]{{16}}\.localhost:{replaying}", place)
            assert cookie == "" and told == "refused"
        assert replay.evaluate("[document.cookie, window.opener]") == ["", None]
        SCREENS.mkdir(parents=True, exist_ok=True)
        replay.screenshot(path=SCREENS / "replay.png")
        own = (f"{console}/", f"http://{replay.url.split('/')[2]}/", "data:", "blob:")
        assert [url for url in asked if not url.startswith(own)] == []
        context.close()
    looks = [event.reason for event in services.evidence.custody(captured.capture_id)]
    assert "控制台回放" in looks


@pytest.fixture
def replaying(quiet_office):
    """The replay's own application, and the address it gave for a stored package."""
    services = quiet_office.services
    kept = services.blobs.put(b"0123456789" * 10)
    door = ReplayDoor(port=8641)

    def at(host: str) -> TestClient:
        app = create_replay_app(door, services.blobs)
        return TestClient(app, base_url=f"http://{host}", raise_server_exceptions=False)

    address = door.address(host="127.0.0.1", capture_id="capture_x", package_sha256=kept.sha256, url="http://a.cn/")
    return at, address


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("", 200, b"0123456789" * 10),
        ("bytes=3-5", 206, b"345"),
        ("bytes=95-", 206, b"56789"),
        ("bytes=-4", 206, b"6789"),
        ("bytes=0-999", 206, b"0123456789" * 10),
        ("bytes=100-", 416, b""),
        ("bytes=9-3", 416, b""),
        ("bytes=-", 200, b"0123456789" * 10),
        ("words=1-2", 200, b"0123456789" * 10),
    ],
)
def test_package_is_read_in_ranges(replaying, asked, status, body):
    at, address = replaying
    _, _, host, _, ticket = address.split("/")
    answer = at(host).get(f"/package/{ticket}/archive.wacz", headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer.content) == (status, body)


def test_ticket_opens_nothing_elsewhere_and_nothing_when_altered(replaying):
    at, address = replaying
    _, _, host, _, ticket = address.split("/")
    assert at(host).get(f"/r/{ticket}").status_code == 200
    altered = ticket[:-2] + ("aa" if not ticket.endswith("aa") else "bb")
    for name, sent in ((host, altered), ("127.0.0.1:8641", ticket), ("rother.localhost:8641", ticket), (host, "x")):
        for path in (f"/r/{sent}", f"/package/{sent}/archive.wacz"):
            answer = at(name).get(path)
            assert answer.status_code == 404 and "回到证据页" in answer.text, (name, path)


@pytest.mark.parametrize(
    "path", ["/", "/leads", "/login", "/evidence/capture_hz", "/replay/../app.py", "/replay/app.py"]
)
def test_replay_has_nothing_of_the_console(replaying, path):
    at, address = replaying
    assert at(address.split("/")[2]).get(path).status_code == 404


def test_label_is_new_for_each_opening_and_follows_the_name_that_was_set():
    given = ReplayDoor(port=1, origin="https://*.replay.example.gov.cn")
    ours = [given.address(host="console.example.gov.cn", capture_id="c", package_sha256="0", url="") for _ in range(2)]
    assert all(address.startswith("https://r") and ".replay.example.gov.cn/r/" in address for address in ours)
    assert ours[0].split("/")[2] != ours[1].split("/")[2]
    plain = ReplayDoor(port=8641).address(host="10.1.2.3", capture_id="c", package_sha256="0", url="")
    assert plain.startswith("http://10.1.2.3:8641/r/")


@pytest.mark.parametrize("origin", ["replay.cn", "https://a/b", "javascript:x", "https://*.*.cn", "https://a b"])
def test_origin_that_is_none_is_refused(origin):
    with pytest.raises(InvalidInputError, match="回放来源写法不对"):
        ReplayDoor(port=1, origin=origin)


def test_console_says_where_there_is_no_replay(quiet_office, client_of):
    answer = client_of(quiet_office).get("/evidence/capture_hz/replay")
    assert answer.status_code == 404 and "没有接入回放" in answer.text


def test_frame_that_asks_before_the_worker_has_begun_is_told_to_ask_again(replaying):
    at, _ = replaying
    asked = at("127.0.0.1:8641").get("/replay/?source=x")
    assert (asked.status_code, "/replay/waiting.js" in asked.text) == (200, True)
    assert "frame-ancestors 'self'" in asked.headers["content-security-policy"]
    script = at("127.0.0.1:8641").get("/replay/waiting.js")
    assert "serviceWorker?.ready.then(() => location.reload())" in script.text


def test_other_regions_capture_is_not_replayed(quiet_office):
    from fastapi import FastAPI

    app = FastAPI()
    install_console(app)
    include_pages(app, open_door(quiet_office.services, replay=ReplayDoor(port=1)))
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False)
    assert client.get("/evidence/capture_hz/replay").status_code in (303, 401)
    assert client.get("/evidence/capture_hz/replay").headers["location"].startswith("/login")
