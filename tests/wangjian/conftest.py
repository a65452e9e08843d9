"""The command line as a person runs it: a process, its output, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


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


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Answer]:
    """`wangjian WORDS…` over a data directory of the test's own."""

    def run(
        *words: str, data_dir: Path | str | None = None, env: dict[str, str] | None = None, timeout: float = 120
    ) -> Answer:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WANGJIAN_")}
        environment["WANGJIAN_DATA_DIR"] = str(data_dir or tmp_path / "data")
        environment.update(env or {})
        done = subprocess.run(
            [sys.executable, "-m", "wangjian", *words],
            capture_output=True,
            text=True,
            env=environment,
            timeout=timeout,
            cwd=tmp_path,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run
