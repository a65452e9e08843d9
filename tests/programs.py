"""Programs in processes of their own that need not load everything again: forked from one process that has, and holds
nothing open.

    python -m tests.programs FD        the process that waits, asked over the socket FD
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from pathlib import Path

__all__ = ["Nursery", "Program"]

_LOADED = ("stores.backends", "stores.sql.postgres", "stores.sql.sqlite", "records.schedules", "records.market")
_ANSWER_BYTES = 32


class Program:
    """A program that runs, as `subprocess.Popen` with its output in a pipe is handled."""

    def __init__(self, process_id: int, reading: int, ending: int) -> None:
        self.process_id = process_id
        self.stdout = os.fdopen(reading)
        self.returncode: int | None = None
        self._ending = ending

    def send_signal(self, number: int) -> None:
        """Does nothing once it has been waited for."""
        if self.returncode is None:
            os.kill(self.process_id, number)

    def kill(self) -> None:
        """Once it has been waited for, nothing."""
        if self.returncode is None:
            try:
                os.kill(self.process_id, signal.SIGKILL)
            except ProcessLookupError:  # it ended by itself
                return

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; that of a kill where it could not say one."""
        if self.returncode is None:
            said = os.read(self._ending, 1)  # ends with the process, however that ends
            os.close(self._ending)
            self.returncode = said[0] if said else -signal.SIGKILL
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        """All it said until its end."""
        said = self.stdout.read()
        self.wait(timeout)
        return said, None


class Nursery:
    """Starts programs; its own process is started with the first."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None

    def start(self, path: Path, *arguments: str) -> Program:
        """Run a file as `python FILE ARGUMENTS…` would."""
        if self._asking is None:
            self._asking, answering = socket.socketpair()
            command = [sys.executable, "-m", "tests.programs", str(answering.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[answering.fileno()], cwd=Path(__file__).parents[1])
            answering.close()
        reading, writing = os.pipe()
        ending, saying = os.pipe()
        asked = json.dumps([str(path), *arguments]).encode()
        socket.send_fds(self._asking, [asked], [writing, saying])
        os.close(writing)
        os.close(saying)
        return Program(int(self._asking.recv(_ANSWER_BYTES)), reading, ending)

    def close(self) -> None:
        """End the process that waits."""
        if self._asking is not None and self._process is not None:
            self._asking.close()
            self._process.wait()


def _wait(asked: socket.socket) -> None:
    for name in _LOADED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks us how they end
    while True:
        words, descriptors, _flags, _address = socket.recv_fds(asked, 65_536, 2)
        if not words:
            return
        process_id = os.fork()
        if process_id == 0:
            asked.close()
            _run(json.loads(words), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        asked.send(str(process_id).encode())


def _run(command: list[str], output: int, saying: int) -> None:
    ended = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.close(output)
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
        sys.stdout.flush()
        ended = 0
    except BaseException:  # noqa: BLE001  # whatever it was, this process ends here
        traceback.print_exc()
    finally:
        os.close(1)
        os.write(saying, bytes([ended]))
        os._exit(ended)


if __name__ == "__main__":
    _wait(socket.socket(fileno=int(sys.argv[1])))
