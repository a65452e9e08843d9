"""待入库: what cannot be brought to an S3 store that is away waits in a folder of this machine, and is brought later.

A capture cannot be taken again when its page is gone; so what is put is on a disk before anything is said of it. It is
write-once files as in `stores/blobs/files.py`, under no lock: `waiting` names them, and whoever looks (doctor, status,
audit) sees how many there are. Nothing leaves the room before its bytes were read back from their place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import structlog

from records.backups import ObjectVersion, VersionedBlobs
from records.digests import Digests, digests_of_chunks
from records.errors import AwayError, InvalidInputError, NotFoundError
from records.ports import BlobStore
from stores.blobs.files import FileBlobs

__all__ = ["WaitingBlobs"]

_log = structlog.get_logger(__name__)
_REST_SECONDS = 30.0
_CHUNK_BYTES = 1 << 20


class WaitingBlobs:
    """`place` with a waiting room before it. After it was found away it is not asked for `rest_seconds`, so that a
    survey does not wait for it at every page."""

    def __init__(self, place: BlobStore, room: Path, *, rest_seconds: float = _REST_SECONDS) -> None:
        self._place = place
        self._room = _Room(room)
        self._rest_seconds = rest_seconds
        self._resting_until = 0.0

    def ready(self) -> None:
        self._place.ready()

    def put(self, content: bytes) -> Digests:
        return self._keep(lambda blobs: blobs.put(content))

    def put_file(self, path: Path) -> Digests:
        return self._keep(lambda blobs: blobs.put_file(path))

    def get(self, sha256: str) -> bytes:
        try:
            return self._room.get(sha256)
        except NotFoundError:
            return self._place.get(sha256)

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(self._room.open(sha256))
            except NotFoundError:
                stream = stack.enter_context(self._place.open(sha256))
            yield stream

    def holds(self, sha256: str) -> bool:
        return self._room.holds(sha256) or self._place.holds(sha256)

    def digests(self) -> Iterator[str]:
        return (sha256 for sha256, _ in groupby(merge(self._place.digests(), self._room.digests())))

    def versions(self) -> Iterator[ObjectVersion]:
        return self._place.versions() if isinstance(self._place, VersionedBlobs) else iter(())

    def waiting(self) -> tuple[str, ...]:
        return tuple(self._room.digests())

    def settle(self) -> int:
        return sum(self._bring(sha256) for sha256 in self.waiting())

    def locked_until(self, sha256: str) -> datetime | None:
        return self._place.locked_until(sha256)

    def hold(self, sha256: str, *, held: bool) -> None:
        self._bring(sha256)
        self._place.hold(sha256, held=held)

    def flaws(self, *, full: bool = False) -> Iterator[str]:
        yield from (f"待入库，尚在本机而未受对象锁定：{sha256}" for sha256 in self.waiting())
        yield from self._place.flaws(full=full)

    def destroy(self, sha256: str, *, certificate_sha256: str) -> None:
        for waiting in (certificate_sha256, sha256):
            self._bring(waiting)
        self._place.destroy(sha256, certificate_sha256=certificate_sha256)

    def _keep(self, put: Callable[[BlobStore], Digests]) -> Digests:
        if time.monotonic() >= self._resting_until:
            try:
                return put(self._place)
            except AwayError as exc:
                self._resting_until = time.monotonic() + self._rest_seconds
                _log.warning("blob_store_away_kept_here", reason=exc.message)
        return put(self._room)

    def _bring(self, sha256: str) -> bool:
        """Whether it was waiting and now is in its place. What was altered here stays here, for the audit to find."""
        if not self._room.holds(sha256):
            return False
        if not self._room.whole(sha256):
            _log.error("waiting_blob_altered", sha256=sha256)
            return False
        try:
            self._place.put_file(self._room.path(sha256))  # read back from there when it returns
        except InvalidInputError:
            if self._room.holds(sha256):
                raise
            return False  # another process brought it meanwhile
        self._room.leave(sha256)
        return True


class _Room(FileBlobs):
    """The only files of the product that are taken away without a certificate, once they are in their place."""

    def path(self, sha256: str) -> Path:
        return self._path(sha256)

    def whole(self, sha256: str) -> bool:
        try:
            with self.open(sha256) as stream:
                return digests_of_chunks(iter(lambda: stream.read(_CHUNK_BYTES), b"")).sha256 == sha256
        except NotFoundError:
            return True  # another process brought it

    def leave(self, sha256: str) -> None:
        with self._named():
            self._path(sha256).unlink(missing_ok=True)
