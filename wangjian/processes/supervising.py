"""Processes forked from one that does nothing else: begun again when they die, ended with it in order, and never left
behind.

The first process opens no database and starts no thread, so that it can fork at any time: what a forked process needs
it opens itself.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType

import structlog

__all__ = ["Ending", "Supervisor"]

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 0.2
_LIVED_SECONDS = 10.0
"""Who lived so long is begun again at once; who died sooner waits, each time longer."""
_MOST_WAIT_SECONDS = 30.0
_KILLED_AFTER_SECONDS = 75.0
"""Longer than a survey may take to be given back."""


class Ending:
    """Whether this process was asked to end, by SIGTERM (and SIGINT, with `also_interrupt`). What it is doing goes on
    until it looks; asked a second time it ends at once. A process that is forked is asked apart."""

    def __init__(self, *, also_interrupt: bool = False) -> None:
        self._asked = 0
        self._patient = False
        for number in (signal.SIGTERM, signal.SIGINT) if also_interrupt else (signal.SIGTERM,):
            signal.signal(number, self._ask)

    @property
    def asked(self) -> bool:
        """Whether somebody has."""
        return self._asked > 0

    def be_patient(self) -> None:
        """End in order however often it is asked: of a terminal or a service manager the first process and those it
        began each hear it, and these hear it from the first one again. Who cannot wait asks that one twice."""
        self._patient = True

    def wait(self, seconds: float = math.inf) -> None:
        """Until somebody does, or for so long. Signals come between two steps of any lock, so there is none here."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_SECONDS))

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        if self._asked > 1 and not self._patient:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


@dataclass(slots=True, kw_only=True)
class _Child:
    name: str
    work: Callable[[Ending], None]
    pid: int = 0
    began: float = 0.0
    wait_seconds: float = 0.0
    again_at: float = 0.0


class Supervisor:
    """Runs each of `works` in a process of its own, in their order.

    Args:
        works: What each does until it is asked to end, by a name for the log.
    """

    def __init__(self, works: Mapping[str, Callable[[Ending], None]]) -> None:
        self._children = [_Child(name=name, work=work) for name, work in works.items()]
        self._alive, self._life = os.pipe()  # nobody writes: it closes with this process, however that ends

    def run(self, before_end: Callable[[], None] = lambda: None) -> None:
        """Until SIGINT or SIGTERM; `before_end` is called then, before the others are told."""
        ending = Ending(also_interrupt=True)
        try:
            while not ending.asked:
                self._begin_due(ending)
                ending.wait(_LOOK_SECONDS)
                self._bury()
        finally:
            before_end()
            self._end_all()

    def _begin_due(self, ending: Ending) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.pid and now >= child.again_at:
                self._begin(child, ending)

    def _begin(self, child: _Child, ending: Ending) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        child.began = time.monotonic()
        child.pid = os.fork()
        if child.pid:
            _log.info("process_begun", name=child.name, pid=child.pid)
            return
        code = 1
        ending.be_patient()
        try:
            os.close(self._life)
            threading.Thread(target=self._die_with_parent, name="parent", daemon=True).start()
            child.work(ending)
            code = 0
        except BaseException:  # noqa: BLE001  # the outermost of a process: it is told, and the process ends
            _log.exception("process_failed", name=child.name)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _die_with_parent(self) -> None:
        """A first process that was killed cannot end the others in order: everything is kept so that they may end at
        any moment, and their ports must be free for the next start."""
        os.read(self._alive, 1)
        os._exit(1)

    def _bury(self) -> None:
        for child in self._children:
            if child.pid and _has_ended(child):
                lived = time.monotonic() - child.began
                child.wait_seconds = (
                    0 if lived > _LIVED_SECONDS else min(_MOST_WAIT_SECONDS, child.wait_seconds * 2 + 1)
                )
                child.again_at = time.monotonic() + (child.wait_seconds if child.wait_seconds > 1 else 0)
                child.pid = 0

    def _end_all(self) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        until = time.monotonic() + _KILLED_AFTER_SECONDS
        while any(child.pid for child in self._children):
            for child in self._children:
                if child.pid and _has_ended(child, asked=True):
                    child.pid = 0
                elif child.pid and time.monotonic() >= until:
                    os.kill(child.pid, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS / 10)


def _has_ended(child: _Child, *, asked: bool = False) -> bool:
    """Whether it has, which is told where nobody had asked it to."""
    pid, status = os.waitpid(child.pid, os.WNOHANG)
    if not pid:
        return False
    code = os.waitstatus_to_exitcode(status)
    if not asked:
        _log.error("process_ended", name=child.name, pid=pid, code=code, killed=code < 0)
    elif code:
        _log.warning("process_ended_badly", name=child.name, pid=pid, code=code)
    return True
