"""Small sites on loopback that remember what they were asked, and surveys of them in a process of their own."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from records.digests import digests_of
from records.survey import Outcome, Page, PageKind, Run, Target, TargetKind
from stores.backends import Records, open_blobs, open_records
from wangjian.nursery import Nursery, Nursling

NURSERY = Nursery([sys.executable, str(Path(__file__).with_name("survey_child.py"))])
NUMBERS = itertools.count()
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass
class Answer:
    """What a site answers at a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    stream: Callable[[Any], None] | None = None


class Site:
    """A site on a free port of loopback: `pages` by path with query, `asked` in order with seconds."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[int], Answer]] = {}
        self.asked: list[tuple[float, str]] = []
        self._lock = threading.Condition()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = site._answer(self.path)
                if answer.stream is not None:
                    answer.stream(self)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                pass  # a client that goes away early is what some tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its origin with a slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [path for _, path in self.asked if path != "/robots.txt"]

    answer = Answer

    def put(self, path: str, html: str, **more: Any) -> None:
        """Serve a page at a path."""
        self.pages[path] = Answer(body=html.encode(), **more)

    def wait_for_pages(self, count: int, *, seconds: float = 240) -> None:
        """Return once so many pages were asked for."""
        with self._lock:
            self._lock.wait_for(lambda: len(self.paths) >= count, timeout=seconds)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, path: str) -> Answer:
        with self._lock:
            times = sum(asked == path for _, asked in self.asked)
            self.asked.append((time.monotonic(), path))
            self._lock.notify_all()
        found = self.pages.get(path, Answer(body=b"<h1>404 Not Found</h1>", status=404))
        return found(times) if callable(found) else found


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty site."""
    made = Site()
    yield made
    made.close()


@pytest.fixture
def other_site() -> Iterator[Site]:
    """One more, on a port of its own."""
    made = Site()
    yield made
    made.close()


@dataclass
class Begun:
    """A survey process, with what tests do to one."""

    process: Nursling
    answer: Path
    log: Path

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        """None while it lives."""
        return self.process.returncode

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        self.process.wait(0)
        return self.process.returncode

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.terminate()

    def communicate(self, timeout: float = 240) -> tuple[str, str]:
        """What it answered and its log, once it has ended."""
        if not self.process.wait(timeout):
            raise subprocess.TimeoutExpired("survey", timeout, output=self.log.read_bytes())
        self.process.let_go()
        return self.answer.read_text() if self.answer.exists() else "", self.log.read_text()


@dataclass
class Survey:
    """A survey of a site: start it, kill it, take it up, look at what it left."""

    place: Path
    records: Records
    run_id: str = "run-1"

    def target(self, site_url: str, **more: Any) -> Target:
        """A target that asks as fast as it may."""
        fields = {"kind": TargetKind.SITE, "delay_seconds": 0.0, "concurrency": 2, **more}
        made = Target(target_id="t1", name="测试站点", seeds=(site_url,), created_at=NOW, **fields)
        self.records.survey.save_target(made)
        return made

    def begin(self, target: Target, **options: Any) -> Begun:
        """The child process, running."""
        number = next(NUMBERS)
        answer, path = self.place / f"answer-{number}.json", self.place / f"survey-{number}.log"
        task = {
            "place": str(self.place),
            "answer": str(answer),
            "target": target.model_dump(mode="json"),
            "run_id": self.run_id,
            "options": {"allow_private": True, "timeout_seconds": 60, **options},
        }
        with path.open("wb") as log:
            child = NURSERY.start(log)
        child.tell(json.dumps(task).encode())
        return Begun(process=child, answer=answer, log=path)

    def run(self, target: Target, **options: Any) -> Run:
        """To its end."""
        said, log = self.begin(target, **options).communicate(timeout=600)
        lines = said.strip().splitlines()
        assert lines, log[-3000:]
        assert "Traceback" not in log, log[-3000:]
        return Run.model_validate_json(lines[-1])

    def pages(self) -> dict[str, Page]:
        """Pages of the run by path."""
        return {"/" + page.url.split("/", 3)[3]: page for page in self.records.survey.pages(self.run_id)}


@pytest.fixture
def survey(tmp_path: Path, new_database: Callable[[Path], Path]) -> Iterator[Survey]:
    """Records in a directory of the test's own."""
    new_database(tmp_path / "records.db")
    records = open_records(f"sqlite:///{tmp_path}/records.db")
    records.migrate()
    open_blobs(f"file:///{tmp_path}/blobs")
    yield Survey(place=tmp_path, records=records)
    records.close()


@pytest.fixture
def target() -> Target:
    """An independent site."""
    return Target(target_id="t1", name="测试站点", kind=TargetKind.SITE, seeds=("http://shop.cn/",), created_at=NOW)


@pytest.fixture
def page_of() -> Callable[..., tuple[Page, bytes]]:
    """A page as the survey would have stored it, with its bytes."""

    def make(
        html: str | bytes, *, url: str = "http://shop.cn/goods/1.html", kind: PageKind = PageKind.OTHER, **more: Any
    ) -> tuple[Page, bytes]:
        body = html.encode() if isinstance(html, str) else html
        fields = {"status": 200, "headers": (("Content-Type", "text/html"),), **more}
        page = Page(
            page_id="page_1", run_id="run-1", target_id="t1", url=url, final_url=url, kind=kind, outcome=Outcome.READ,
            fetched_at=NOW, body=digests_of(body), **fields,
        )  # fmt: skip
        return page, body

    return make


@pytest.fixture(scope="session")
def survey_class() -> type[Survey]:
    """For tests that keep several surveys in one place."""
    return Survey
