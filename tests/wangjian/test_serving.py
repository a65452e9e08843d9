"""One console of two processes: the address that is told is one that answers; what is counted, judged and begun in one
holds in the other; who is killed is replaced and takes nobody with it."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from offices.accounts import NewAccount, create_account
from offices.sessions import secret_sha256
from records.people import Role, Session
from stores.backends import open_records
from wangjian.wiring import utc_now

pytestmark = pytest.mark.timeout(900)

PASSWORD = "Shuang-Sui-2026"
PATIENCE_SECONDS = 240
ASKS_A_MINUTE = 40


class Console:
    """A console of two processes, of which one may be spoken to alone."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        one_request = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(limits=one_request, timeout=PATIENCE_SECONDS, trust_env=False, verify=False)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
        asked = {
            "WANGJIAN_CONSOLE__PROCESSES": "2",
            "WANGJIAN_SCHEDULE__WORKERS": "0",
            "WANGJIAN_API__REQUESTS_A_MINUTE": str(ASKS_A_MINUTE),
        }
        self._log = folder / "serve.log"
        with self._log.open("w") as log:
            self.program = subprocess.Popen(
                [sys.executable, "-m", "wangjian", "serve", "--port", str(self.port), "--data-dir", str(folder)],
                stderr=log, env=clean | asked,
            )  # fmt: skip

    def told(self, event: str) -> list[dict]:
        lines = [json.loads(line) for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def said(self) -> str:
        return self._log.read_text()

    @property
    def processes(self) -> dict[str, int]:
        return {line["name"]: line["pid"] for line in self.told("process_begun")}

    def ask(self, method: str, path: str, *, token: str = "", **more) -> httpx.Response:
        """Over a connection of its own: whoever is free takes it."""
        headers = {"Cookie": f"wangjian_session={token}", "X-CSRF-Token": "00" * 32 + "5c" * 32}
        return self._client.request(method, f"http://127.0.0.1:{self.port}{path}", headers=headers, **more)

    @contextmanager
    def only(self, name: str) -> Iterator[None]:
        """The other one stands still, so that this one answers."""
        other = self.processes["serving-1" if name == "serving-2" else "serving-2"]
        os.kill(other, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(other, signal.SIGCONT)


def wait_until(holds: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, f"waited in vain for: {what}"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def console(tmp_path: Path, new_database) -> Iterator[Console]:
    new_database(tmp_path / "wangjian.db")
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    records.migrate()
    for login, role in (("guanli", Role.ADMIN), ("banan", Role.OFFICER)):
        account = create_account(
            records.accounts, NewAccount(login=login, name=login, roles=(role,), password=PASSWORD, region_code="")
        )
        session = Session(
            token_sha256=secret_sha256(login), account_id=account.account_id, csrf_token="5c" * 32,
            created_at=utc_now(), expires_at=utc_now() + timedelta(hours=1),
        )  # fmt: skip
        records.accounts.save_session(session)
    records.close()
    made = Console(tmp_path)
    try:
        yield made
    finally:
        made.program.kill()
        made.program.wait(timeout=240)


def test_two_processes_are_one_console_to_whoever_asks_it(console: Console, tmp_path: Path):
    told_address_takes_connections_at_once(console)
    wait_until(lambda: len(console.processes) == 3, "three processes")
    limit_is_counted_over_both(console)
    five_wrong_passwords_lock_whichever_judged_them(console)
    killed_one_ends_its_job_alone_and_is_replaced(console, tmp_path)
    killed_first_process_leaves_nobody(console)


def told_address_takes_connections_at_once(console: Console) -> None:
    wait_until(lambda: "控制台" in console.said() or console.program.poll() is not None, "the address")
    console.program.send_signal(signal.SIGSTOP)  # whatever is still to be built is not built now
    with socket.create_connection(("127.0.0.1", console.port), timeout=60):
        console.program.send_signal(signal.SIGCONT)


def limit_is_counted_over_both(console: Console) -> None:
    def left() -> list[int]:
        answers = []
        for name in ("serving-1", "serving-2", "serving-1"):
            with console.only(name):
                answers.append(console.ask("GET", "/api/v1/me", token="banan"))
        assert {answer.status_code for answer in answers} == {200}, answers
        return [int(answer.headers["ratelimit-remaining"]) for answer in answers]

    found = left()
    if found != sorted(found, reverse=True):  # the minute ended
        found = left()
    assert found[0] - found[1] == found[1] - found[2] == 1


def five_wrong_passwords_lock_whichever_judged_them(console: Console) -> None:
    for name, tries in (("serving-1", 3), ("serving-2", 2)):
        with console.only(name):
            for _ in range(tries):
                refused = console.ask("POST", "/api/v1/session", json={"login": "banan", "password": "Wrong-1"})
                assert "不正确" in refused.json()["detail"]
    with console.only("serving-1"):
        answer = console.ask("POST", "/login", data={"login": "banan", "password": PASSWORD})
    assert answer.status_code == 401
    assert "锁定" in answer.text


def killed_one_ends_its_job_alone_and_is_replaced(console: Console, folder: Path) -> None:
    """Both are at a job that waits for the search index, which somebody else writes."""
    jobs: dict[str, str] = {}

    def state(name: str) -> str:
        return console.ask("GET", f"/api/v1/jobs/{jobs[name]}", token="guanli").json()["state"]

    with sqlite3.connect(folder / "search.db", isolation_level=None) as writing:
        writing.execute("begin immediate")
        for name in ("serving-1", "serving-2"):
            with console.only(name):
                begun = console.ask("POST", "/api/v1/jobs", token="guanli", json={"kind": "index_rebuild"})
                assert begun.status_code == 202, begun.text
                jobs[name] = begun.json()["job_id"]
                wait_until(lambda here=name: state(here) == "running", "its begin")  # not stopped in a transaction
        old = console.processes["serving-1"]
        with console.only("serving-2"):
            assert state("serving-1") == "running"
        os.kill(old, signal.SIGKILL)
        assert console.ask("GET", "/login").status_code == 200  # by the other one
        wait_until(lambda: console.processes["serving-1"] != old, "another in its place")
        assert console.told("process_ended")[0]["pid"] == old
        events = console.ask("GET", f"/api/v1/jobs/{jobs['serving-1']}/events", token="guanli").text
        assert "服务在任务完成前停止" in events
        writing.execute("rollback")
    ends = console.ask("GET", f"/api/v1/jobs/{jobs['serving-2']}/events", token="guanli").text
    assert '"state":"done"' in ends


def killed_first_process_leaves_nobody(console: Console) -> None:
    pids = [*console.processes.values()]
    assert any(map(lives, pids))
    console.program.kill()
    console.program.wait(timeout=240)
    wait_until(lambda: not any(map(lives, pids)), "their end")
