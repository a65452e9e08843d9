"""Evidence copied from the store in use to another: every object, read and checked here, read back there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from evidence.retention import reflect_holds
from evidence.transparency import log_means_of
from records.base import Record
from records.digests import digests_of_chunks
from records.errors import IntegrityError, InvalidInputError, NotFoundError
from records.ports import BlobStore, Services

__all__ = ["CopyReport", "copy_evidence"]

_CHUNK_BYTES = 1 << 20
_TELL_EVERY = 500


class CopyReport(Record):
    """`altered` could not be copied as what their name says and lie in the old store only; nothing was deleted."""

    copied: int = 0
    there_already: int = 0
    size_bytes: int = 0
    altered: tuple[str, ...] = ()


def copy_evidence(services: Services, target: BlobStore, *, tell: Callable[[int], None] = lambda _: None) -> CopyReport:
    """Copy everything that is not there yet; again, it goes on where it was. Legal holds are set there too.

    Args:
        tell: Called every 500 objects with how many were looked at.

    Raises:
        InvalidInputError: The target is no place for evidence.
        StoreAwayError: One of the stores is away; what was copied is there.
        StorageFullError: The target is full.
    """
    target.ready()
    copied = there = size = 0
    altered: list[str] = []
    for number, sha256 in enumerate(services.blobs.digests(), 1):
        if number % _TELL_EVERY == 0:
            tell(number)
        try:
            content = _copied(services.blobs, target, sha256)
        except (IntegrityError, NotFoundError):
            altered.append(sha256)
            continue
        there += content is None
        copied += content is not None
        size += content or 0
    if copied + there == 0 and not altered:
        raise InvalidInputError("存储中没有任何内容可复制", cure="检查 --data-dir 与 stores.blobs_url")
    reflect_holds(replace(log_means_of(services), blobs=target))
    return CopyReport(copied=copied, there_already=there, size_bytes=size, altered=tuple(altered))


def _copied(source: BlobStore, target: BlobStore, sha256: str) -> int | None:
    """Its size; None when it was there already, with the right bytes."""
    there = target.holds(sha256)
    with tempfile.TemporaryDirectory(prefix="wangjian-copy-") as folder:
        path = Path(folder) / sha256
        with source.open(sha256) as stream, path.open("wb") as written:
            while chunk := stream.read(_CHUNK_BYTES):
                written.write(chunk)
        with path.open("rb") as stream:
            read = digests_of_chunks(iter(lambda: stream.read(_CHUNK_BYTES), b""))
        if read.sha256 != sha256:
            raise IntegrityError(f"存储的内容与其 SHA-256 不符：{sha256}", sha256=sha256)
        target.put_file(path)  # what is there is checked and its lock prolonged, what is not is put and read back
        return None if there else read.size_bytes
