"""What one at a time holds, of all threads and processes: a file the system lets go when its holder dies, even by
kill -9.

Beside the words, since rooms that do not know each other ask by it who lives: captures, the console's processes.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from records.errors import StorageFullError

__all__ = ["HeldFile"]


class HeldFile:
    """Held by one at a time; the holder may write in it what it says to the others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def hold(self, said: str = "held", *, wait: bool = False) -> bool:
        """Take it; False when somebody holds it. With `wait` it is taken as soon as nobody does.

        Raises:
            StorageFullError: The file cannot be made.
        """
        while True:
            file = self._opened()
            if not _locked(file, wait=wait):
                file.close()
                return False
            if os.fstat(file.fileno()).st_nlink:
                break
            file.close()  # whoever held it until now removed it: what is held must be what others find
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
        """As `release`; the file goes."""
        self._path.unlink(missing_ok=True)
        self.release()

    def forget(self) -> None:
        """Remove what a killed holder left. A file nobody has written in yet is a new one's."""
        with suppress(FileNotFoundError), self._path.open("r+b", buffering=0) as file:
            if file.read() and _locked(file):
                self._path.unlink()

    def said(self) -> str | None:
        """What its holder says; None when nobody holds it. A file is locked to look at it only where it tells
        something, as a living or a killed holder's does."""
        try:
            with self._path.open("r+b", buffering=0) as file:
                said = file.read()
                return said.decode(errors="replace") if said and not _locked(file) else None
        except FileNotFoundError:
            return None

    def _opened(self) -> BinaryIO:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as exc:
            raise StorageFullError(
                f"目录不可写：{self._path.parent}（{exc.strerror}）", cure="检查权限与剩余空间"
            ) from exc
        return os.fdopen(handle, "r+b", buffering=0)


def _locked(file: BinaryIO, *, wait: bool = False) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
