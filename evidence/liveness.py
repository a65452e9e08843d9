"""Which captures are being made: each holds a file of its own for as long as its process lives.

The files are this machine's: of a capture that another machine makes there is no trace here.
"""

from __future__ import annotations

import os
import tempfile
from enum import Enum
from pathlib import Path

from records.holding import HeldFile

__all__ = ["Alive", "Trace", "scratch_root", "trace_of"]


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
    """Held while a capture runs; `folder` is its scratch folder. A second of the same capture waits for the first."""

    def __init__(self, capture_id: str) -> None:
        self._held = HeldFile(_lock_of(capture_id))
        self._held.hold(wait=True)
        self.folder = scratch_root() / capture_id
        self.folder.mkdir(mode=0o700, exist_ok=True)  # only now: whoever was before removes it when it ends

    def release(self) -> None:
        """The capture has ended, well or not: remove what it left."""
        _remove(self.folder)
        self._held.remove()


def trace_of(capture_id: str) -> Trace:
    """What is seen here of a capture; what a dead process left is removed, and seen this once."""
    path = _lock_of(capture_id)
    if not path.exists():
        return Trace.NONE
    held = HeldFile(path)
    if not held.hold():
        return Trace.HELD
    _remove(scratch_root() / capture_id)
    held.remove()
    return Trace.LEFT


def _lock_of(capture_id: str) -> Path:
    return scratch_root() / f"{capture_id}.lock"


def _remove(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
    folder.rmdir()
