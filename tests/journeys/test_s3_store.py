"""A capture's whole life on a real S3 server, which goes away in the middle: survey, capture, package, verify, audit."""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import s3_server
from tests.journeys.conftest import environment, wangjian
from tests.s3_server import Bucket

pytestmark = [
    pytest.mark.timeout(1500),
    pytest.mark.s3,
    pytest.mark.journey,
    pytest.mark.browser,
    pytest.mark.xdist_group("s3"),
]

PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>真品茶行</title></head>
<body><h1>真品茶行</h1><p>全国销量第一，最便宜</p><p>统一社会信用代码 91330000712559654U</p></body></html>"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/"
        body = PAGE.encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """One `wangjian` command over the data directory, with evidence in the bucket at `url`."""
    keys = tmp_path / "keys.toml"
    program = s3_server.node_program()
    keys.write_text(f'access_key = "{program.ACCESS_KEY}"\nsecret_key = "{program.SECRET_KEY}"\n')
    settings = {
        "WANGJIAN_S3__CREDENTIALS_FILE": str(keys),
        "WANGJIAN_S3__TRIES": "1",
        "WANGJIAN_NETWORK__ALLOW_PRIVATE": "true",
        "WANGJIAN_DATA_DIR": str(tmp_path / "data"),
    }

    def command(url: str, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        chosen = environment(WANGJIAN_STORES__BLOBS_URL=url, **settings)
        done = subprocess.run(wangjian(*words), capture_output=True, text=True, env=chosen, timeout=240)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
        return done

    return command


def test_evidence_lives_on_s3_and_none_is_lost_while_it_is_away(
    minio: object, browser_executable: str, run: Run, shop: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    program, data = s3_server.node_program(), tmp_path / "s3"
    node = program.start(s3_server.CACHE, data)
    request.addfinalizer(node.stop)
    port = int(node.place.rpartition(":")[2])
    mine = s3_server.minio_at(node.place)
    url, other = mine.new_bucket(), mine.new_bucket()

    assert "对象锁定" in run(url, "evidence", "store", "status").stdout
    run(url, "survey", "run", shop, "--max-pages", "3")
    first = tmp_path / "first.wacz"
    run(url, "evidence", "capture", shop, "-o", str(first))
    run(url, "evidence", "verify", str(first))
    report = json.loads(run(url, "evidence", "audit", "--full", "--json").stdout)
    assert report["problems"] == []
    assert report["packages"] == 1
    assert not (tmp_path / "data" / "blobs").exists()

    node.kill()
    second = tmp_path / "second.wacz"
    done = run(url, "evidence", "capture", shop, "-o", str(second))
    assert "待入库" in done.stderr
    run(url, "evidence", "verify", str(second))
    status = json.loads(run(url, "evidence", "store", "status", "--json", code=3).stdout)
    assert len(status["waiting"]) >= 2
    assert "没有应答" in run(url, "evidence", "store", "settle", code=3).stderr

    with program.start(s3_server.CACHE, data, port):
        before = json.loads(run(url, "evidence", "audit", "--full", "--json", code=1).stdout)
        assert before["problems"]
        assert all(problem.startswith("待入库") for problem in before["problems"])
        run(url, "evidence", "store", "settle")
        run(url, "evidence", "store", "status")
        assert json.loads(run(url, "evidence", "audit", "--full", "--json").stdout)["packages"] == 2
        bucket = Bucket(mine, url)
        for sha256 in status["waiting"]:
            head = bucket.client.head_object(**bucket.of(sha256))
            assert head["ObjectLockMode"] == "COMPLIANCE"

        copied = json.loads(run(url, "evidence", "store", "copy", "--to", other, "--json").stdout)
        assert copied["copied"] >= 4
        assert json.loads(run(url, "evidence", "store", "copy", "--to", other, "--json").stdout)["copied"] == 0
        assert json.loads(run(other, "evidence", "audit", "--full", "--json").stdout)["problems"] == []

        bucket.client.delete_object(**bucket.of(status["waiting"][0]))
        hidden = json.loads(run(url, "evidence", "audit", "--json", code=1).stdout)["problems"]
        assert hidden == [f"存储桶中的对象被加了删除标记，原版本仍在：{status['waiting'][0]}"]
        unlocked = mine.new_bucket(lock=False)
        assert "不能存放证据" in run(unlocked, "evidence", "capture", shop, "-o", "x.wacz", code=2).stderr
