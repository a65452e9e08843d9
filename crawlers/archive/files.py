"""The archive of one machine: WARC files in a folder, which nobody else reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from records.archive_ports import ArchiveFiles
from records.errors import NotFoundError
from records.survey import Page

__all__ = ["COMES_WITHIN", "FolderFiles", "may_still_come"]

COMES_WITHIN = timedelta(hours=1)
"""Of a page: by then its machine has handed over the file, or it is missing."""


class FolderFiles:
    """Implements records.archive_ports.ArchiveFiles over a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        return self._root

    @property
    def file_seconds(self) -> float | None:
        return None

    def ready(self) -> None:
        pass

    def read(self, name: str, offset: int, length: int) -> bytes:
        try:
            handle = os.open(self._path(name), os.O_RDONLY)
        except OSError as exc:
            raise _not_there(name, exc) from exc
        try:
            return os.pread(handle, length, offset)
        finally:
            os.close(handle)

    def size_bytes(self, name: str) -> int:
        with self.open(name) as file:
            return os.fstat(file.fileno()).st_size

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        try:
            file = self._path(name).open("rb")
        except OSError as exc:
            raise _not_there(name, exc) from exc
        with file:
            yield file

    def names_of(self, run_id: str) -> tuple[str, ...]:
        found = self._root.glob(f"[0-9]*/{run_id}-[0-9][0-9][0-9][0-9]*.warc.gz")
        return tuple(sorted(f"{path.parent.name}/{path.name}" for path in found))

    def closed(self, name: str) -> None:
        pass

    def waiting(self) -> tuple[str, ...]:
        return ()

    def hand_over(self, run_id: str = "") -> int:
        return 0

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        path = self._root / name
        if not path.resolve().is_relative_to(self._root.resolve()):  # a name from outside must not lead out of it
            raise NotFoundError(f"存档位置不在存档目录内：{name[:200]}")
        return path


def may_still_come(files: ArchiveFiles, page: Page, now: datetime) -> bool:
    """Whether a page that cannot be read yet may still be with the machine that surveyed it: where several share an
    archive, each hands its files over within minutes. After an hour it is missing."""
    return files.file_seconds is not None and page.fetched_at > now - COMES_WITHIN


def _not_there(name: str, exc: OSError) -> NotFoundError:
    return NotFoundError(f"存档文件无法打开：{name[:200]}（{exc.strerror}）", file=name)
