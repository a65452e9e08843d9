"""The command line as a person runs it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.wangjian.prepared import PreparedCommand


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)

    def assert_one_message(self, *, code: int, says: str) -> None:
        assert self.code == code, (self.code, self.out, self.err)
        assert "Traceback" not in self.err, self.err
        assert says in self.err, self.err
        assert self.err.count("错误：") == 1, self.err


@pytest.fixture(scope="session")
def prepared() -> Iterator[PreparedCommand]:
    program = PreparedCommand()
    yield program
    program.close()


@pytest.fixture
def command(tmp_path: Path, prepared: PreparedCommand) -> Callable[..., Answer]:
    """`wangjian WORDS…` over a data directory of the test's own."""
    said = tmp_path / "said"
    said.mkdir()

    def run(*words: str, data_dir: Path | str | None = None, env: dict[str, str] | None = None) -> Answer:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
        environment["WANGJIAN_DATA_DIR"] = str(data_dir or tmp_path / "data")
        environment.update(env or {})
        code = prepared.run(words, env=environment, folder=tmp_path, said=said / "last")
        return Answer(code, *((said / f"last.{name}").read_text(encoding="utf-8") for name in ("out", "err")))

    return run


@pytest.fixture
def page_of() -> Iterator[Callable[[Callable[[], str]], str]]:
    """Serve what a function says as a page on loopback, anything else as not found; gives its address."""
    servers = []

    def serve(said: Callable[[], str]) -> str:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                body = said() if self.path == "/" else "没有"
                content = f"<!doctype html><meta charset=utf-8>{body}".encode()
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
