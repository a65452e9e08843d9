"""Survey processes are forked from one that has loaded already what they need, not started from nothing each.

Loading Scrapy, the page readers and the stores takes a process about a second, reading a small shop not much more. The
nursery is a process of ours that loads them once, on the first survey, and waits; each survey is a fork of it, told by
open files over a socket (`wangjian/survey_nursery.py` is its other end). It has a session of its own, ends when its
socket does, which is when we end however that is, and leaves its children to their lifelines.

See docs/decisions/0010-survey-children-are-forked.md.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, BinaryIO

__all__ = ["LOST_CODE", "Nursery", "Nursling", "start_survey_process"]

LOST_CODE = 255
"""Exit code of a child nobody saw the end of: the nursery itself died before it."""

_BYTES = 256
_GONE_SECONDS = 10


class Nursling:
    """A child, as far as we deal with one; `returncode` is None while it lives, negative when a signal ended it."""

    def __init__(self, lifeline: BinaryIO, status: int) -> None:
        self.returncode: int | None = None
        self._lifeline = lifeline
        self._status = status
        self._told = b""

    @property
    def pid(self) -> int:
        """Its process number, once it is born."""
        return int(self._told.split(b"\n")[0])

    def born(self) -> bool:
        """Wait until it is there; False when it will not be."""
        while self.returncode is None and b"\n" not in self._told:
            self._listen(None)
        return b"\n" in self._told

    def tell(self, line: bytes) -> None:
        """Write a line to its standard input, which stays open: its end tells the child that we are gone."""
        with suppress(BrokenPipeError):  # it died first; `wait` says how
            self._lifeline.write(line + b"\n")
            self._lifeline.flush()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within these seconds."""
        deadline = time.monotonic() + seconds
        while self.returncode is None:
            if not self._listen(max(0.0, deadline - time.monotonic())):
                return False
        return True

    def terminate(self) -> None:
        """Ask it to end in order."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def let_go(self) -> None:
        """Close what we hold of it; a child that still lives ends as if killed."""
        with suppress(BrokenPipeError):  # what it did not read it needs no more
            self._lifeline.close()
        os.close(self._status)

    def _signal(self, number: int) -> None:
        if self.born() and not self.wait(0):  # a process number is ours no longer once its end was told
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _listen(self, seconds: float | None) -> bool:
        """Hear what the nursery tells: two lines, the process number and how it ended."""
        listening = select.poll()
        listening.register(self._status, select.POLLIN)
        if not listening.poll(None if seconds is None else seconds * 1000):
            return False
        said = os.read(self._status, _BYTES)
        self._told += said
        lines = self._told.split(b"\n")
        if len(lines) > 2:
            self.returncode = int(lines[1])
        elif not said:
            self.returncode = LOST_CODE
        return True


class Nursery:
    """Forks of one program, which the first of them starts (`wangjian.survey_nursery.serve`); from any thread."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._lock = threading.Lock()
        self._started: _Started | None = None

    def start(self, log: IO[bytes]) -> Nursling:
        """A child that reads what it is told on standard input and writes to `log`; with our environment and working
        directory as they are now, and a session of its own."""
        started = self._now(log)
        child = started.bear(log)
        if not child.born():  # the nursery was dying, or had just died
            child.let_go()
            child = self._now(log, failed=started).bear(log)
        child.tell(json.dumps(dict(os.environ)).encode())
        return child

    def close(self) -> None:
        """End the program and see it gone; a child that lives lives on."""
        if self._started is not None:
            self._started.close()

    def _now(self, log: IO[bytes], failed: _Started | None = None) -> _Started:
        with self._lock:
            found = self._started
            if found is not None and found is not failed and found.alive():
                return found
            if found is None:
                atexit.register(self.close)
            else:
                found.close()
            self._started = _Started(self._command, log)
            return self._started


def start_survey_process(log: IO[bytes]) -> Nursling:
    """The process of one survey, which reads its task on standard input; see `Nursery.start`."""
    return _nursery.start(log)


class _Started:
    """One that was started; it is ready when its first child is born."""

    def __init__(self, command: Sequence[str], log: IO[bytes]) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and program, no shell
                command,
                stdin=theirs.fileno(),
                stdout=log,  # until it has loaded: what keeps it from that belongs to the log of who asked
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for us to hear, and to pass on once we know what it ends
            )
        self._owner = os.getpid()

    def bear(self, log: IO[bytes]) -> Nursling:
        task, lifeline = os.pipe()
        status, told = os.pipe()
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        with suppress(OSError):  # it died: the child's end is told at once, as nobody holds the other end of its status
            socket.send_fds(self._socket, [b"+"], [task, log.fileno(), told, here])
        for handed_over in (task, told, here):
            os.close(handed_over)
        return Nursling(os.fdopen(lifeline, "wb"), status)

    def alive(self) -> bool:
        """Whether it is still ours: a fork of this process has none yet."""
        return self._owner == os.getpid() and self._process.poll() is None

    def close(self) -> None:
        """Let it go, and see it gone."""
        self._socket.close()
        if self._owner != os.getpid():
            return
        try:
            self._process.wait(_GONE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


# One a process, whoever surveys: loading once is what it is for. The first survey starts it.
_nursery = Nursery([sys.executable, "-m", "wangjian.survey_nursery"])
