"""What a person sees while the set-up works: one line a step with its seconds, and a sign of life while it lasts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = ["StepError", "Steps", "run"]

_SIGN_OF_LIFE_SECONDS = 15.0
_LAST_LINES = 12


class StepError(Exception):
    """A step that could not be done: what is missing, and the command that cures it."""

    def __init__(self, message: str, *, cure: str) -> None:
        super().__init__(message)
        self.cure = cure


class Steps:
    """Runs steps one after the other and remembers what could not be had."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._done = 0
        self.failed: list[StepError] = []

    def do(self, title: str, step: Callable[[], str]) -> bool:
        """Run one step and print how it went; a failed one is remembered and the next may follow."""
        self._done += 1
        begun = time.monotonic()
        _say(f"[{self._done}/{self._count}] {title} …\n")
        try:
            outcome = step()
        except StepError as error:
            self.failed.append(error)
            _say(f"      缺：{error}（{time.monotonic() - begun:.1f} 秒）\n      解决：{error.cure}\n")
            return False
        _say(f"      {outcome}（{time.monotonic() - begun:.1f} 秒）\n")
        return True


def run(
    command: Sequence[str], *, log: Path, failure: str, cure: str, environment: Mapping[str, str] | None = None
) -> None:
    """Run a program with its output in a file, showing its newest line now and then.

    Raises:
        StepError: It is not there or ended badly; its last lines are shown.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(  # noqa: S603  fixed programs with arguments of our own
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )
        except OSError as exc:
            raise StepError(f"{failure}：{command[0]} 无法启动（{exc.strerror}）", cure=cure) from exc
        _watch(process, log)
    if process.returncode:
        for line in _lines(log)[-_LAST_LINES:]:
            _say(f"      | {line[:200]}\n")
        raise StepError(f"{failure}（退出码 {process.returncode}，全部输出：{log}）", cure=cure)


def _watch(process: subprocess.Popen[bytes], log: Path) -> None:
    begun = time.monotonic()
    while True:
        try:
            process.wait(timeout=_SIGN_OF_LIFE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            newest = ([line.strip() for line in _lines(log) if "━" not in line] or ["…"])[-1]
            _say(f"      … {time.monotonic() - begun:.0f} 秒：{newest[:100]}\n")
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise


def _lines(log: Path) -> list[str]:
    text = log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
    return [line for line in text.splitlines() if line.strip()]


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
