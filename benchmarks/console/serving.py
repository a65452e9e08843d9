"""`wangjian serve` over a filled data directory, as its own process, for as long as a block runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

__all__ = ["processor_seconds", "served"]

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 120


@contextmanager
def served(folder: Path, *, processes: int = 0) -> Iterator[tuple[str, int]]:
    """The console's address and its first process; so many answer (0: as `serve` itself chooses)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
    environment |= {"WANGJIAN_SCHEDULE__WORKERS": "0", "WANGJIAN_EVIDENCE__RERENDER": "false", "PYTHONPATH": str(_ROOT)}
    environment["WANGJIAN_CONSOLE__PROCESSES"] = str(processes)
    words = [sys.executable, "-m", "wangjian", "serve", "--port", str(port), "--data-dir", str(folder)]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def processor_seconds(first: int) -> dict[str, float]:
    """What a console's processes have used so far, by number and place: the first, then those it began."""
    begun = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    ticks = os.sysconf("SC_CLK_TCK")
    found = {}
    for place, pid in enumerate([str(first), *begun]):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found[f"process {place}"] = (int(fields[11]) + int(fields[12])) / ticks
    return found


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/login").read()
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the console does not answer; see serve.log in its data directory")
