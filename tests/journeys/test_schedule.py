"""A night without anybody: what was due is surveyed by `serve` itself, stopped and killed on the way, and done once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from records.schedules import OccurrenceState
from records.survey import RunState, Target, TargetKind
from tests.journeys.conftest import environment, wangjian
from wangjian.scheduling.targeting import schedule_target
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1200), pytest.mark.xdist_group("schedule")]

LISTINGS = 14
PATIENCE_SECONDS = 240


class TinyShop(BaseHTTPRequestHandler):
    """A shop that shows no licence, every listing with words no advertisement may use."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/":
            body = "".join(f'<li><a href="/item/{number}">特级茶叶{number}号</a></li>' for number in range(LISTINGS))
            self._answer(f"<h1>南山茶叶店</h1><ul>{body}</ul>")
        elif self.path.startswith("/item/"):
            self._answer(
                f'<h1>特级茶叶{self.path[6:]}号</h1><p class="price">¥98.00</p>'
                "<p>国家级品质，全国第一，最佳口感，可治疗高血压、糖尿病</p><button>加入购物车</button>"
            )
        else:
            self.send_error(404)

    def _answer(self, body: str) -> None:
        content = (
            f"<!doctype html><html><head><meta charset=utf-8><title>南山茶叶店</title></head><body>{body}</body></html>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def shop() -> Iterator[tuple[str, list[str]]]:
    """The shop's address, and what it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (TinyShop,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@contextmanager
def serving(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = wangjian("serve", "--port", str(port), "--allow-private", "--data-dir", str(data_dir))
    child = subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env=environment(WANGJIAN_SCHEDULE__TICK_SECONDS="0.2", WANGJIAN_EVIDENCE__PRESERVE_FIRST="false"), start_new_session=True
    )  # fmt: skip
    try:
        for line in child.stderr:
            if "控制台" in line:
                break
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait(timeout=PATIENCE_SECONDS)
        child.stderr.close()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        threading.Event().wait(0.1)


def test_due_visit_survives_a_stop_and_a_kill_and_is_done_once(shop, tmp_path: Path):
    address, asked = shop
    settings = load_settings(data_dir=tmp_path / "data", allow_private=True)
    with open_services(settings, clock=lambda: utc_now() - timedelta(days=2, hours=1)) as services:
        target = Target(
            target_id="t1", name="南山茶叶店", kind=TargetKind.SITE, seeds=(address,), delay_seconds=0.3, created_at=services.clock()
        )  # fmt: skip
        services.survey.save_target(target)
        schedule_target(services, "t1", cron="0 */12 * * *")
    with open_services(settings) as services:

        def running() -> bool:
            return bool(services.schedules.occurrences(states={OccurrenceState.RUNNING}))

        with serving(settings.data_dir) as child:
            wait_until(lambda: len(asked) >= 4, "the first pages")
            child.send_signal(signal.SIGINT)
            child.wait(timeout=PATIENCE_SECONDS)
        (waiting,) = services.schedules.occurrences(states={OccurrenceState.DUE})
        assert waiting.attempts == 0 and "停止" in waiting.reason
        seen = len(asked)
        assert seen < LISTINGS
        with serving(settings.data_dir) as child:
            wait_until(lambda: len(asked) >= seen + 3, "the pages after the stop")
            os.kill(child.pid, signal.SIGKILL)
        assert running() and len(asked) < LISTINGS
        with serving(settings.data_dir) as child:
            wait_until(
                lambda: not running() and bool(services.schedules.occurrences(states={OccurrenceState.DONE})), "the end"
            )
            child.send_signal(signal.SIGINT)
            child.wait(timeout=PATIENCE_SECONDS)
        _looks_right(services, asked)


def _looks_right(services, asked: list[str]) -> None:
    ledger = services.schedules.occurrences()
    states = Counter(item.state for item in ledger)
    assert states == {OccurrenceState.DONE: 1, OccurrenceState.MISSED: len(ledger) - 1}
    assert len(ledger) >= 4, "two days, twice a day"
    (done,) = services.schedules.occurrences(states={OccurrenceState.DONE})
    assert done.attempts == 2 and {item.covered_by for item in ledger} == {"", done.occurrence_id}
    (run,) = services.survey.runs()
    assert (run.run_id, run.state) == (done.run_id, RunState.COMPLETE)
    times = Counter(path for path in asked if path.startswith("/item/"))
    assert len(times) == LISTINGS and max(times.values()) <= 2 and sum(times.values()) <= LISTINGS + 2
    assert list(services.leads.leads()), "leads are there without anybody having asked"
