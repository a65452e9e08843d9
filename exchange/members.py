"""The zip of a bundle: how it is written, and how one from outside is opened without being harmed by it.

Names are `manifest.json`, `seals.json`, `items/KIND/NNNNNN.json` and `files/SHA256`, sorted, nothing else. Sizes are
those of the signed manifest: whatever unpacks to more is cut off there, so that no compression can make more of it.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from records.errors import BundleRefusedError, StorageFullError
from records.exchange import RefusalReason

__all__ = ["MANIFEST", "SEALS", "Limits", "Member", "opened_zip", "read_member", "stream_member", "write_zip"]

MANIFEST = "manifest.json"
SEALS = "seals.json"
_NAME = re.compile(r"^(manifest\.json|seals\.json|items/[a-z_]{1,20}/\d{6,9}\.json|files/[0-9a-f]{64})$")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK_BYTES = 1 << 20
_MOST_RATIO = 200
"""Records compress ten- to twentyfold; nothing honest comes near."""


class Limits:
    """What one bundle may be, whoever sends it."""

    BYTES = 2_000_000_000
    UNPACKED_BYTES = 4_000_000_000
    MEMBERS = 200_000
    ITEM_BYTES = 20_000_000
    MANIFEST_BYTES = 100_000_000


class Member:
    """A member to be written: its name and either its bytes or the stream they come from."""

    def __init__(self, name: str, content: bytes | None = None, chunks: Iterable[bytes] = ()) -> None:
        self.name = name
        self.content = content
        self.chunks = chunks

    @property
    def deflated(self) -> bool:
        """Records and manifests are; files (packages, pictures) are packed already."""
        return not self.name.startswith("files/")


def write_zip(path: Path, members: Iterable[Member]) -> int:
    """Write the members in the order of their names, under a name that nothing takes for a bundle, and put it in place
    whole; how many bytes it has. Without the last step there is no file of that name.

    Raises:
        StorageFullError: It could not be written.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for member in sorted(members, key=lambda one: one.name):
                    _write_member(archive, member)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _settle_folder(path.parent)
        return path.stat().st_size
    except OSError as exc:
        raise StorageFullError(
            f"摆渡包写不下：{path}（{exc.strerror or exc}）", cure="检查目录权限与剩余空间；未完成的不会被当作摆渡包"
        ) from exc


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip whose directory is sound: known names, none twice, no more and no larger than allowed.

    Raises:
        BundleRefusedError: NOT_A_BUNDLE or TOO_LARGE.
    """
    with _sound():
        if path.stat().st_size > Limits.BYTES:
            raise _too_large("文件过大")
        archive = zipfile.ZipFile(path)
    with archive:
        _check_directory(archive)
        yield archive


def read_member(archive: zipfile.ZipFile, name: str, *, at_most: int) -> bytes:
    """The bytes of a member; raises as `stream_member`."""
    return b"".join(stream_member(archive, name, at_most=at_most))


def stream_member(archive: zipfile.ZipFile, name: str, *, at_most: int) -> Iterator[bytes]:
    """The same a piece at a time; it stops at the limit, whatever the directory claims.

    Raises:
        BundleRefusedError: NOT_A_BUNDLE when it is not there or damaged, TOO_LARGE beyond the limit.
    """
    if name not in archive.NameToInfo:
        raise _none(f"摆渡包缺少 {name}")
    left = at_most
    with _sound():
        stream = archive.open(name)
    with stream:
        while True:
            with _sound():
                chunk = stream.read(min(_CHUNK_BYTES, left + 1))
            if not chunk:
                return
            left -= len(chunk)
            if left < 0:
                raise _too_large(f"{name} 展开后超出所述大小")
            yield chunk


@contextmanager
def _sound() -> Iterator[None]:
    """What a damaged zip makes `zipfile` raise, in our words."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError, RuntimeError) as exc:
        raise _none("文件不完整，或不是网鉴写出的") from exc


def _write_member(archive: zipfile.ZipFile, member: Member) -> None:
    info = zipfile.ZipInfo(member.name, _EPOCH)
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if member.deflated else zipfile.ZIP_STORED
    if member.content is not None:
        archive.writestr(info, member.content)
        return
    with archive.open(info, "w", force_zip64=True) as stream:
        for chunk in member.chunks:
            stream.write(chunk)


def _check_directory(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > Limits.MEMBERS:
        raise _too_large(f"成员超过 {Limits.MEMBERS} 个")
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise _none("摆渡包中有同名成员")
    for info in infos:
        if not _NAME.match(info.filename) or info.flag_bits & 1:
            raise BundleRefusedError(
                f"摆渡包中有不应有的成员：{info.filename[:80]!r}",
                cure="请发送单位重发",
                reason=RefusalReason.NOT_A_BUNDLE,
            )
        if info.file_size > max(info.compress_size, 1) * _MOST_RATIO + _CHUNK_BYTES:
            raise _too_large(f"{info.filename} 的压缩比异常")
    if sum(info.file_size for info in infos) > Limits.UNPACKED_BYTES:
        raise _too_large("展开后过大")


def _none(said: str) -> BundleRefusedError:
    return BundleRefusedError(said, cure="重新拷贝，或请发送单位重发", reason=RefusalReason.NOT_A_BUNDLE)


def _too_large(said: str) -> BundleRefusedError:
    return BundleRefusedError(f"{said}，未读取", cure="请发送单位分包重发", reason=RefusalReason.TOO_LARGE)


def _settle_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
