"""What a survey's archive asks of the place its files lie in: this machine's disk, or a store that machines share.

A file is written on the disk of the machine that surveys, and belongs to it while it grows. Where machines share a
store, it is closed after a while and brought there; from then on it lies there alone, and all of them read it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

__all__ = ["ArchiveFiles"]


class ArchiveFiles(Protocol):
    """WARC files by name, `MONTH/RUN-NNNN….warc.gz`."""

    @property
    def root(self) -> Path:
        """The folder this machine's runs write in."""
        ...

    @property
    def file_seconds(self) -> float | None:
        """After how long a file that grows is closed, so that others can read it; None: there are no others."""
        ...

    def ready(self) -> None:
        """Whether the place answers. Raises StoreAwayError."""
        ...

    def read(self, name: str, offset: int, length: int) -> bytes:
        """So many bytes from a place on, fewer where the file ends before. Raises NotFoundError where there is no such
        file, or it is still with the machine that writes it; StoreAwayError."""
        ...

    def size_bytes(self, name: str) -> int:
        """Raises as `read`."""
        ...

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """The file as a stream that can be sought in. Raises as `read`."""
        ...

    def names_of(self, run_id: str) -> tuple[str, ...]:
        """The files of a run that can be read from here, in order. Raises StoreAwayError."""
        ...

    def closed(self, name: str) -> None:
        """A file of this machine grows no more: it may be brought to the others, now or later. Returns at once."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """Files of this machine that are not with the others yet, those that still grow among them."""
        ...

    def hand_over(self, run_id: str = "") -> int:
        """Bring what waits and grows no more (of one run when named) to the others; how many files came there. Raises
        StoreAwayError, StorageFullError."""
        ...

    def remove(self, name: str) -> None:
        """Take a file away for ever; one that is gone is no error. Raises StoreAwayError."""
        ...
