"""An office of several processes, over one data directory or each on a machine of its own: crawl workers, job workers,
a scheduler and the app."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.scaleout.machines import Machine

__all__ = ["OFFICE", "PROCESSES", "Plant"]

TREE = Path(__file__).resolve().parents[2]
_COMMON = {
    "WANGJIAN_NETWORK__ALLOW_PRIVATE": "true",
    "WANGJIAN_SCHEDULE__TICK_SECONDS": "0.5",
    "WANGJIAN_SCHEDULE__LEASE_SECONDS": "10",
    "WANGJIAN_SCHEDULE__MAX_ATTEMPTS": "20",
    "WANGJIAN_EVIDENCE__RERENDER": "false",
}
_NONE = {"WANGJIAN_SCHEDULE__WORKERS": "0", "WANGJIAN_EVIDENCE__CAPTURES_AT_ONCE": "0"}
_CRAWLS = {**_NONE, "WANGJIAN_SCHEDULE__WORKERS": "1"}
_CAPTURES = {**_NONE, "WANGJIAN_EVIDENCE__CAPTURES_AT_ONCE": "1"}
_WORK = ("schedule", "work", "--allow-private")
PROCESSES: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "app": (("serve", "--allow-private"), _NONE),
    "scheduler": (_WORK, _NONE),
    "crawl-1": (_WORK, _CRAWLS),
    "crawl-2": (_WORK, _CRAWLS),
    "jobs-1": (_WORK, _CAPTURES),
    "jobs-2": (_WORK, _CAPTURES),
    "alone": (_WORK, {"WANGJIAN_SCHEDULE__WORKERS": "2", "WANGJIAN_EVIDENCE__CAPTURES_AT_ONCE": "2"}),
}
"""What each process runs: the same commands the compose file names (docker-compose.yml, profile full); `alone` does it all, as a small office does."""
OFFICE = ("app", "scheduler", "crawl-1", "crawl-2", "jobs-1", "jobs-2")


class Plant:
    """The processes. Each is the head of a session of its own: killed, its children are orphans as in life.

    Args:
        machines: The machine of each process, by its name; without them all share this one and `data_dir`.
    """

    def __init__(
        self, data_dir: Path, engines: Mapping[str, str], *, machines: Mapping[str, Machine] | None = None
    ) -> None:
        self._data_dir = data_dir
        self._machines = machines or {}
        self._environment = {**os.environ, **_COMMON, **engines, "WANGJIAN_DATA_DIR": str(data_dir)}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._port = _free_port()
        self.logs = data_dir.parent / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)

    @property
    def console(self) -> str:
        """Where the app answers."""
        app = self._machines.get("app")
        return f"http://{app.address if app else '127.0.0.1'}:{self._port}"

    def start(self, name: str) -> None:
        """Start one; again does nothing while it runs."""
        if self.alive(name):
            return
        words, own = PROCESSES[name]
        port = ("--port", str(self._port)) if name == "app" else ()
        machine = self._machines.get(name)
        command = [sys.executable, "-m", "wangjian", *words, *port]
        there = {**machine.environment, "WANGJIAN_CONSOLE__HOST": machine.address} if machine else {}
        with (self.logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                machine.command(command) if machine else command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._environment, **own, **there},
                start_new_session=True,
                cwd=TREE,
            )

    def alive(self, name: str) -> bool:
        """Whether it runs."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def ended(self) -> list[str]:
        """Which of those started do not run."""
        return [f"{name} (log: {self.logs / name}.log)" for name in self._running if not self.alive(name)]

    def refused(self, name: str, *, seconds: float = 60.0) -> str:
        """Start one that must not run: its last words when it ended by itself, refusing; empty when it did not."""
        self.start(name)
        process = self._running.pop(name)
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return ""
        return (self.logs / f"{name}.log").read_text(encoding="utf-8")[-600:].strip() if code == 2 else ""

    def kill(self, name: str) -> None:
        """kill -9."""
        process = self._running.get(name)
        if process is not None:
            process.kill()
            process.wait()

    def stop(self) -> None:
        """All of them in order; what does not end within a minute is killed."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command of the program over the same stores."""
        return subprocess.run(
            [sys.executable, "-m", "wangjian", *words, "--data-dir", str(self._data_dir)],
            capture_output=True,
            text=True,
            check=False,
            env=self._environment,
            cwd=TREE,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
