"""A wall met by a survey is not climbed: it is handed over with a sealed capture, and counts as could not read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from records.evidence import CaptureState
from wangjian.settings import load_settings
from wangjian.wiring import open_services

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

_FRONT = (
    "<html><head><title>茗香茶庄</title></head><body><h1>茗香茶庄</h1><p>本店主营各种茶叶，自产自销，欢迎选购。</p>"
    + "".join(f'<a href="/goods/{n}.html">龙井 {n} 号</a>' for n in range(1, 4))
    + "</body></html>"
)
_GOODS = "<html><body><h1>龙井 {n} 号</h1><p class=price>¥99.00</p><button>加入购物车</button></body></html>"
_WALL = (
    "<html><head><title>访问验证</title></head><body><h1>请完成人机验证</h1><p>请输入验证码后继续访问</p></body></html>"
)


class _Shop(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        body = {"/": _FRONT, "/goods/1.html": _GOODS.format(n=1)}.get(self.path, _WALL)
        status = 404 if self.path == "/robots.txt" else 200
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.asked.append("POST " + self.path)
        self.send_error(405)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test reads what was asked."""


@pytest.fixture
def shop() -> Iterator[str]:
    _Shop.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Shop) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_wall_is_handed_over_with_one_sealed_capture(command, shop: str, tmp_path: Path) -> None:
    done = command("survey", "run", shop, "--allow-private", "--delay", "0", "--json", data_dir=tmp_path / "data")
    assert done.code == 4, done.err
    run = done.document["runs"][0]
    assert run["outcomes"]["captcha"] == 2
    assert any("验证码" in reason for reason in run["missing"])
    told = command("survey", "alarms", "--json", data_dir=tmp_path / "data").document
    walls = [alarm for alarm in told if alarm["kind"] == "wall"]
    assert len(walls) == 1
    with open_services(load_settings(data_dir=tmp_path / "data", allow_private=True)) as services:
        capture = services.evidence.capture(walls[0]["capture_id"])
        assert capture.state is CaptureState.COMPLETE, (capture.missing, capture.reason)
        assert capture.url in (f"{shop}goods/2.html", f"{shop}goods/3.html")
        assert {listing.title for listing in services.survey.listings() if listing.complete} == {"龙井 1 号"}
    assert not [asked for asked in _Shop.asked if asked.startswith("POST")]
