"""What one process at a time holds, and who lives: files the system lets go when their holder dies, even by kill -9."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from records.errors import StorageFullError

__all__ = ["HELD_FOLDER", "HeldFile", "forget_dead", "held_process"]

HELD_FOLDER = "serving"
"""Under the data directory; may be removed while nothing serves."""


class HeldFile:
    """Held by one at a time, of all threads and processes; the holder may write in it what it says to the others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def hold(self, said: str = "held") -> bool:
        """Take it; False when somebody holds it.

        Raises:
            StorageFullError: The file cannot be made.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as exc:
            raise StorageFullError(
                f"数据目录不可写：{self._path.parent}（{exc.strerror}）", cure="检查权限与剩余空间"
            ) from exc
        file = os.fdopen(handle, "r+b", buffering=0)
        if not _locked(file):
            file.close()
            return False
        file.truncate(0)
        file.write(said.encode())
        self._file = file
        return True

    def release(self) -> None:
        """Nobody holds it any more."""
        file, self._file = self._file, None
        if file is not None:
            file.truncate(0)
            file.close()

    def remove(self) -> None:
        """As `release`; the file, which nobody is to hold again, goes."""
        self._path.unlink(missing_ok=True)
        self.release()

    def said(self) -> str | None:
        """What its holder says; None when nobody holds it. A file is locked to look at it only where it tells
        something, as a living or a killed holder's does."""
        try:
            with self._path.open("r+b", buffering=0) as file:
                said = file.read()
                return said.decode(errors="replace") if said and not _locked(file) else None
        except FileNotFoundError:
            return None


def held_process(data_dir: Path, process: str) -> HeldFile:
    """Held by a process that serves, for as long as it lives."""
    return HeldFile(data_dir / HELD_FOLDER / f"{process}.process")


def forget_dead(data_dir: Path) -> None:
    """Remove what killed processes left. A file nobody has written in yet is a new one's."""
    for path in (data_dir / HELD_FOLDER).glob("*.process"):
        with suppress(FileNotFoundError), path.open("r+b", buffering=0) as file:
            if file.read() and _locked(file):
                path.unlink()


def _locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
