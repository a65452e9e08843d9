"""A worker that captures one page again and again: `worker.py DATA ROOT_PEM URL`, one line on stdin a capture.

Answers each with one JSON line: wall and processor seconds (this process; the browsers' are in `tree`), memory, state.
It is what `wangjian serve` holds: the services, the browsers, and the papers sealed with each capture.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

from evidence.capturing.processes import _parents
from evidence.preserving import CaptureRequest, preserve
from wangjian.settings import load_settings
from wangjian.wiring import open_services

__all__: list[str] = []


def main(data: Path, roots: str, url: str) -> None:
    """Serve until stdin closes."""
    with open_services(load_settings(data_dir=data, allow_private=True)) as services:
        means = replace(services.preserver._means(), tls_roots_pem=roots)  # type: ignore[attr-defined]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for _ in sys.stdin:
            peak = _Peak()
            before, began = _tree_cpu(), time.perf_counter()
            capture = preserve(CaptureRequest(url=url, operator="基准"), means)
            seconds = time.perf_counter() - began
            assert capture.package is not None, capture.reason
            line = {
                "seconds": seconds,
                "cpu_seconds": _tree_cpu() - before,
                "memory_mb": peak.stop() / 1024,
                "state": capture.state.value,
                "missing": list(capture.missing),
                "size_bytes": capture.package.size_bytes,
                "package": capture.package.sha256,
            }
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()


class _Peak:
    """The most memory the process tree held (proportional set size), looked at while it runs."""

    def __init__(self) -> None:
        self._most = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._end.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._end.wait(0.25):
            self._most = max(self._most, sum(_pss_kb(pid) for pid in _tree()))


def _tree() -> set[int]:
    parents = _parents(Path("/proc"))
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return mine


def _pss_kb(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        return 0
    return 0


def _tree_cpu() -> float:
    """Processor seconds of the tree: what lives now, and what it has waited for."""
    ticks = 0
    for pid in _tree():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(fields[at]) for at in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).read_text(), sys.argv[3])
