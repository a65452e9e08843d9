"""One version of an object as a file that can be sought in; read in pieces, so that a package of gigabytes needs none
of it on this side."""

from __future__ import annotations

import io
from collections.abc import Callable

__all__ = ["PIECE_BYTES", "ObjectFile"]

PIECE_BYTES = 1 << 20


class ObjectFile(io.RawIOBase):
    """Use in a `BufferedReader` of PIECE_BYTES. `fetch` gives the bytes from a place on, as many as asked for."""

    def __init__(self, size_bytes: int, fetch: Callable[[int, int], bytes]) -> None:
        self._size = size_bytes
        self._fetch = fetch
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("sought before the beginning")
        self._place = start + offset
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, typed as what we use
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        piece = self._fetch(self._place, wanted)
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)
