"""Which captures are being made: each holds a lock that the system lets go when its process dies, even by kill -9.

The locks are this machine's: of a capture that another machine makes there is no trace here.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from enum import Enum
from pathlib import Path
from typing import BinaryIO

__all__ = ["Alive", "Trace", "is_alive", "scratch_root", "trace_of"]


class Trace(Enum):
    """What this machine shows of a capture: its process lives, its process died here, or nothing."""

    HELD = "held"
    LEFT = "left"
    NONE = "none"


def scratch_root() -> Path:
    """The folder of this user on this machine where captures keep their locks and unfinished files, mode 0700."""
    root = Path(tempfile.gettempdir()) / f"wangjian-captures-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


class Alive:
    """Held while a capture runs; `folder` is its scratch folder."""

    def __init__(self, capture_id: str) -> None:
        root = scratch_root()
        self.folder = root / capture_id
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._path = root / f"{capture_id}.lock"
        self._file: BinaryIO = self._path.open("wb")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def release(self) -> None:
        """The capture has ended, well or not: remove what it left."""
        _remove(self.folder)
        self._path.unlink(missing_ok=True)
        self._file.close()


def is_alive(capture_id: str) -> bool:
    """Whether a process of this machine is making this capture now; what a dead one left is removed."""
    return trace_of(capture_id) is Trace.HELD


def trace_of(capture_id: str) -> Trace:
    """What is seen here of a capture; what a dead process left is removed, and seen this once."""
    root = scratch_root()
    path = root / f"{capture_id}.lock"
    try:
        with path.open("rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return Trace.NONE
    except BlockingIOError:
        return Trace.HELD
    _remove(root / capture_id)
    path.unlink(missing_ok=True)
    return Trace.LEFT


def _remove(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    folder.rmdir()
