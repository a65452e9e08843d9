"""Another process that has loaded everything already: a fork, which tells lines and may end as if killed.

Whatever holds a connection is closed before: what two processes hold of one connection neither may use.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import NoReturn, TextIO

__all__ = ["Forked", "Gate", "die"]


class Forked:
    """A process that does `work`, which is handed what `end` gives the lines of."""

    def __init__(self, work: Callable[[TextIO], None]) -> None:
        self._reading, writing = os.pipe()
        self._process_id = os.fork()
        if self._process_id == 0:
            ended = 1
            try:
                with os.fdopen(writing, "w", buffering=1) as told:
                    work(told)
                ended = 0
            except BaseException:  # noqa: BLE001  # nothing of the parent's may run here
                traceback.print_exc()
            finally:
                os._exit(ended)
        os.close(writing)

    def end(self) -> tuple[int, list[str]]:
        """Wait for its end: what it ends with (negative: the signal), and all it told."""
        with os.fdopen(self._reading) as lines:
            told = lines.read().splitlines()
        return os.waitstatus_to_exitcode(os.waitpid(self._process_id, 0)[1]), told


class Gate:
    """Where processes forked since wait until it is opened."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def wait(self) -> None:
        os.close(self._writing)
        os.read(self._reading, 1)

    def open(self) -> None:
        os.close(self._writing)
        os.close(self._reading)


def die() -> NoReturn:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still there")
