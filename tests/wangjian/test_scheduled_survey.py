"""The worker: children that die, leases that are lost, targets that are gone. Stopping and kill -9: tests/journeys."""

import os
import signal
import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from records.schedules import OccurrenceState
from records.survey import Target, TargetKind, TargetState
from wangjian.scheduled_survey import SurveyWorker, is_dead, this_machine
from wangjian.scheduling.targeting import schedule_target
from wangjian.settings import ScheduleSettings, load_settings
from wangjian.wiring import open_services, utc_now

pytestmark = pytest.mark.timeout(1200)

DUE, RUNNING, DONE, FAILED = (OccurrenceState(name) for name in ("due", "running", "done", "failed"))
LISTINGS = 12
PATIENCE_SECONDS = 240


@pytest.fixture
def site():
    """A shop of twelve listings; its address, and what it was asked for."""
    asked = []

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            links = "".join(f'<li><a href="/item/{number}">绿茶{number}号</a></li>' for number in range(LISTINGS))
            body = f"<ul>{links}</ul>" if self.path == "/" else f"<h1>绿茶</h1><p>¥{len(self.path)}.00</p>"
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>茶</title>{body}".encode())

        def log_message(self, *_):
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


@pytest.fixture
def settings(tmp_path):
    chosen = load_settings(data_dir=tmp_path / "data", allow_private=True)
    quick = ScheduleSettings(workers=2, tick_seconds=0.1, lease_seconds=15)
    return chosen.model_copy(update={"schedule": quick})


@pytest.fixture
def services(settings):
    with open_services(settings) as opened:
        yield opened


def _asked_for(services, address, **fields):
    """The occurrence of a visit asked for now."""
    target = Target(
        **{"target_id": "t1", "name": "茶", "kind": TargetKind.SITE, "seeds": (address,), "created_at": services.clock(), **fields}
    )  # fmt: skip
    services.survey.save_target(target)
    schedule = schedule_target(services, target.target_id, cron="0 0 1 1 *")
    return services.timetable.run_now(schedule.schedule_id, reason="立即采集").occurrence_id


def _wait_until(holds, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        threading.Event().wait(0.05)


def _children():
    """Survey processes of this process: forks of its nursery."""
    ours = _processes_of("self")
    return [child for pid in ours if b"survey_nursery" in _command(pid) for child in _processes_of(str(pid))]


def _processes_of(pid):
    return [int(found) for path in Path(f"/proc/{pid}/task").glob("*/children") for found in path.read_text().split()]


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_dead_child_is_tried_again_and_lost_lease_ends_the_child(services, settings, site):
    address, asked = site
    occurrence_id = _asked_for(services, address, delay_seconds=0.4)

    def now():
        return services.schedules.occurrence(occurrence_id)

    worker = SurveyWorker(services, settings)
    worker.start()
    try:
        _wait_until(lambda: len(asked) >= 3, "the first pages")
        (child,) = _children()
        os.kill(child, signal.SIGKILL)
        _wait_until(lambda: now().state is DUE, "the visit given back")
        assert now().attempts == 1 and "中断" in now().reason
        assert now().not_before > services.clock() + timedelta(seconds=20), (
            "not at once: what killed it may still be there"
        )
        _retake_now(services, now())
        _wait_until(lambda: len(asked) >= 6 and now().state is RUNNING, "the second attempt")
        services.schedules.expire(now=services.clock(), max_attempts=9, dead={now().worker})
        _wait_until(lambda: now().state is DONE, "the third attempt")
    finally:
        worker.stop()
    assert now().attempts == 3 and len(services.survey.runs()) == 1
    assert len({path for path in asked if path.startswith("/item/")}) == LISTINGS
    assert _children() == []


def _retake_now(services, waiting):
    """As if the minute had passed."""
    (taken,) = services.schedules.lease("hand", now=waiting.not_before, until=waiting.not_before)
    services.schedules.put_off(taken, not_before=services.clock(), reason="")


def test_paused_target_is_not_visited_by_itself_and_the_ledger_says_why(services, settings, site):
    address, asked = site
    target = Target(
        target_id="t1", name="茶", kind=TargetKind.SITE, seeds=(address,), state=TargetState.PAUSED, state_reason="停业整顿", created_at=services.clock()
    )  # fmt: skip
    services.survey.save_target(target)
    yesterday = replace(services, clock=lambda: utc_now() - timedelta(days=1))
    schedule_target(yesterday, "t1", cron="0 * * * *")
    worker = SurveyWorker(services, settings)
    worker.start()
    try:
        _wait_until(lambda: bool(services.schedules.occurrences(states={FAILED})), "the visit refused")
    finally:
        worker.stop()
    (refused,) = services.schedules.occurrences(states={FAILED})
    assert refused.reason == "监测对象已暂停：停业整顿"
    assert asked == [] and services.survey.runs() == ()


def test_only_a_worker_of_this_machine_is_known_dead():
    here = f"host:{os.getpid()}:aa"
    assert not is_dead(f"{here}:1", here=here)
    assert is_dead(f"host:{os.getpid()}:bb:1", here=here), "an earlier process of the same number"
    assert is_dead("host:4194399:cc:1", here=here)
    assert not is_dead("other:4194399:cc:1", here=here)
    assert not is_dead("host:1:cc:1", here=here)
    assert not is_dead("w1", here=here)


def test_machines_made_from_one_image_are_told_apart_though_they_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = this_machine()
    monkeypatch.setattr(Path, "read_text", lambda *_args, **_kw: "0badcafe-another-start")
    theirs = this_machine()
    assert ours != theirs
    assert {ours.rsplit("-", 2)[0], theirs.rsplit("-", 2)[0]} == {socket.gethostname()}
    assert not is_dead(f"{theirs}:4194399:cc:1", here=f"{ours}:1:aa")
