"""Whole stories: the demo is run once as a person runs it, and what it left is looked at from all sides."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_MARKET_PORTS = 40


def environment(**extra: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
    return {**clean, **extra}


def wangjian(*words: str) -> list[str]:
    return [sys.executable, "-m", "wangjian", *words]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.fixture(scope="session")
def market_port() -> int:
    """The first of a row of free ports."""
    for _ in range(200):
        first = random.randrange(20_000, 31_000)
        if all(_free(first + step) for step in range(_MARKET_PORTS)):
            return first
    raise AssertionError("no row of free ports")


@dataclass(frozen=True)
class Demo:
    data_dir: Path
    document: dict
    market_port: int
    seconds: float  # of a processor


def run_demo(
    data_dir: Path, port: int, *extra: str, timeout: float = 1800
) -> tuple[subprocess.CompletedProcess[str], float]:
    before = _children_seconds()
    words = wangjian("demo", "--no-serve", "--json", "--data-dir", str(data_dir), "--market-port", str(port), *extra)
    done = subprocess.run(words, capture_output=True, text=True, env=environment(), timeout=timeout)
    return done, _children_seconds() - before


def _children_seconds() -> float:
    """Processor time of the processes that have ended: how long they took depends on who else was busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture(scope="session")
def demo(tmp_path_factory, market_port: int) -> Demo:
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    done, seconds = run_demo(data_dir, market_port)
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    return Demo(data_dir=data_dir, document=json.loads(done.stdout), market_port=market_port, seconds=seconds)


@contextmanager
def served(data_dir: Path):
    """`wangjian serve` on a free port until the end of the block; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        wangjian("serve", "--port", str(port), "--allow-private", "--data-dir", str(data_dir)),
        stderr=subprocess.PIPE, text=True, env=environment(), start_new_session=True,
    )  # fmt: skip
    try:
        for line in child.stderr:
            if "控制台" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(child.pid, signal.SIGINT)
        child.wait(timeout=240)
        child.stderr.close()
