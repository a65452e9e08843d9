"""Blobs as files: `ab/cd/abcd…`, named by their SHA-256, written once and read-only from then on."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from records.digests import Digests, digests_of_chunks
from records.errors import (
    IntegrityError,
    InvalidInputError,
    NotFoundError,
    StorageFullError,
    StoreAwayError,
)
from stores.blobs.certificates import check_certificate

__all__ = ["FileBlobs"]

_CHUNK_BYTES = 1 << 20
_INCOMING = "incoming"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class FileBlobs:
    """See `records.ports.BlobStore`. A blob is whole and on the disk before it has its name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> Digests:
        return self._keep((content,))

    def put_file(self, path: Path) -> Digests:
        try:
            source = path.open("rb")
        except OSError as exc:
            raise InvalidInputError(f"文件无法读取：{path}（{exc.strerror}）", cure="检查路径与权限") from exc
        with source as stream:
            return self._keep(iter(lambda: stream.read(_CHUNK_BYTES), b""))

    def get(self, sha256: str) -> bytes:
        with self.open(sha256) as stream, self._named():
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise IntegrityError(
                f"存储的内容与其 SHA-256 不符，可能被改动：{sha256}",
                cure="停止使用该件，运行 wangjian evidence audit 查明范围并上报",
                sha256=sha256,
            )
        return content

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        with self._named():
            try:
                stream = self._path(sha256).open("rb")
            except FileNotFoundError as exc:
                raise NotFoundError(f"没有这份内容：{sha256}", sha256=sha256) from exc
        with stream:
            yield stream

    def holds(self, sha256: str) -> bool:
        return _DIGEST.fullmatch(sha256) is not None and self._path(sha256).is_file()

    def digests(self) -> Iterator[str]:
        for first in _listed(self._root, 2):
            for second in _listed(self._root / first, 2):
                yield from _listed(self._root / first / second, 64)

    def ready(self) -> None:
        pass

    def waiting(self) -> tuple[str, ...]:
        return ()

    def settle(self) -> int:
        return 0

    def locked_until(self, sha256: str) -> datetime | None:
        return None

    def hold(self, sha256: str, *, held: bool) -> None:
        pass

    def flaws(self, *, full: bool = False) -> Iterator[str]:
        return iter(())

    def destroy(self, sha256: str, *, certificate_sha256: str) -> None:
        check_certificate(self, sha256, certificate_sha256=certificate_sha256)
        path = self._path(sha256)
        with self._named():
            try:
                path.unlink()
            except FileNotFoundError as exc:
                raise NotFoundError(f"没有这份内容：{sha256}", sha256=sha256) from exc
            _sync_folder(path.parent)

    def _path(self, sha256: str) -> Path:
        if _DIGEST.fullmatch(sha256) is None:  # a name from outside must not lead out of the folder
            raise NotFoundError(f"不是 SHA-256：{sha256[:80]}")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _keep(self, content: Iterable[bytes]) -> Digests:
        with self._named():
            incoming = self._root / _INCOMING / uuid.uuid4().hex
            incoming.parent.mkdir(parents=True, exist_ok=True)
            try:
                digests = _write(incoming, content)
                self._name(incoming, digests)
            finally:
                incoming.unlink(missing_ok=True)
        return digests

    def _name(self, incoming: Path, digests: Digests) -> None:
        """Give the bytes their name. A link is made whole or not at all, and never over another file."""
        final = self._path(digests.sha256)
        _make_folders(final.parent)
        try:
            os.link(incoming, final)
        except FileExistsError:
            if final.stat().st_size != digests.size_bytes:
                raise IntegrityError(
                    f"已存的同名内容大小不符，可能被改动：{digests.sha256}", cure="运行 wangjian evidence audit"
                ) from None
        _sync_folder(final.parent)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            if exc.errno in _FULL:
                raise StorageFullError(
                    f"磁盘空间不足，未能存入：{self._root}", cure="清出空间后重试，未写完的内容已丢弃"
                ) from exc
            if exc.errno in _CLOSED:
                raise StorageFullError(f"存储目录不可写：{self._root}", cure="检查目录权限与挂载方式") from exc
            raise StoreAwayError(f"存储目录不可用：{self._root}（{exc.strerror}）", cure="检查路径与磁盘") from exc


def _write(path: Path, content: Iterable[bytes]) -> Digests:
    with path.open("xb") as stream:

        def written() -> Iterator[bytes]:
            for chunk in content:
                stream.write(chunk)
                yield chunk

        digests = digests_of_chunks(written())
        stream.flush()
        os.fchmod(stream.fileno(), 0o444)
        os.fsync(stream.fileno())
    return digests


def _make_folders(folder: Path) -> None:
    """Both levels, each with its own entry on the disk."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    _sync_folder(folder.parent)
    _sync_folder(folder.parent.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _listed(folder: Path, length: int) -> list[str]:
    """Names of that many hexadecimal digits in a folder, in order; none when it is not there."""
    try:
        return sorted(
            entry for entry in os.listdir(folder) if re.fullmatch(r"[0-9a-f]*", entry) and len(entry) == length
        )
    except FileNotFoundError:
        return []
