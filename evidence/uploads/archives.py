"""What an archive holds, listed and never unpacked: names, sizes, digests where they are cheap, what is encrypted.

Everything is read as a stream and thrown away; how much is read, inflated and listed is limited, and reaching a limit
is said, never taken for the end.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from evidence.uploads.intake import name_of
from records.uploads import ListedEntry

__all__ = ["Listing", "list_archive"]

MOST_ENTRIES = 500
_MOST_INFLATED = 64 << 20
_MOST_DIRECTORY = 16 << 20
_MOST_READ = 4 << 20
_CHUNK = 1 << 18
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    *(NotImplementedError, RuntimeError, struct.error, OverflowError, LookupError),
)
_STREAMED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNLISTED = {
    "application/x-7z-compressed": "7z",
    "application/vnd.rar": "RAR",
    "application/x-bzip2": "BZIP2",
    "application/x-xz": "XZ",
    "application/zstd": "Zstandard",
}


@dataclass(slots=True)
class Listing:
    """What was found; `note` says what was not listed or not digested, and why."""

    entries: list[ListedEntry] = field(default_factory=list)
    note: str = ""
    total: int = 0
    encrypted: int = 0


class _FullError(ValueError):
    """The limit of what is inflated was reached."""


def list_archive(path: Path, media_type: str) -> Listing | None:
    """The entries of an archive; None when it is none."""
    if media_type in _UNLISTED:
        return Listing(note=f"未列清单：{_UNLISTED[media_type]} 格式不在本系统内展开，原件完整保存")
    reader = _READERS.get(media_type)
    if reader is None and "officedocument" in media_type:
        reader = _of_zip
    if reader is None:
        return None
    listing = Listing()
    try:
        reader(path, listing)
    except _FullError as exc:
        listing.note = str(exc)
    except _BROKEN as exc:
        listing.note = f"清单不全：压缩包损坏或不规范（{type(exc).__name__}），原件完整保存"
    if listing.total > len(listing.entries) and not listing.note:
        listing.note = f"共 {listing.total} 项，只列出前 {len(listing.entries)} 项"
    return listing


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Budget:
    """How much may still be inflated."""

    def __init__(self) -> None:
        self.left = _MOST_INFLATED

    def digest(self, source: _Readable) -> str:
        """The SHA-256 of a stream, or "" when it is longer than what is left."""
        digest = hashlib.sha256()
        while chunk := source.read(min(_CHUNK, self.left + 1)):
            self.left -= len(chunk)
            if self.left < 0:
                self.left = 0
                return ""
            digest.update(chunk)
        return digest.hexdigest()


def _of_zip(path: Path, listing: Listing) -> None:
    if _directory_bytes(path) > _MOST_DIRECTORY:
        listing.note = "未列清单：压缩包目录过大（疑为压缩炸弹），原件完整保存"
        return
    budget = _Budget()
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        listing.total = len(infos)
        listing.encrypted = sum(bool(info.flag_bits & 1) for info in infos)
        whole = True
        for info in infos[:MOST_ENTRIES]:
            sha256 = _zip_digest(archive, info, budget)
            whole = whole and bool(sha256 or info.flag_bits & 1)
            listing.entries.append(
                ListedEntry(
                    name=_zip_name(info),
                    size_bytes=info.file_size,
                    sha256=sha256,
                    encrypted=bool(info.flag_bits & 1),
                )
            )
    if not whole:
        listing.note = "部分项只列名称与大小：解压量超过限度，或压缩方式不支持逐项计算"


def _zip_digest(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> str:
    if info.flag_bits & 1 or info.compress_type not in _STREAMED or info.file_size > budget.left:
        return ""
    try:
        with archive.open(info) as source:
            return budget.digest(source)
    except _BROKEN:
        return ""


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Names not marked as UTF-8 were written in the maker's own encoding, which for Chinese systems is GB18030."""
    if info.flag_bits & 0x800:
        return _shown(info.orig_filename)
    try:
        return _shown(info.orig_filename.encode("cp437").decode("utf-8"))
    except UnicodeError:
        return _shown(info.orig_filename.encode("cp437", "replace").decode("gb18030", "replace"))


def _directory_bytes(path: Path) -> int:
    """The size of the central directory as the end of the file tells it; it is read whole by the library."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    found = tail[at : at + 22] if at >= 0 else b""
    return int(struct.unpack("<I", found[12:16])[0]) if len(found) == 22 else 0


class _Inflated:
    """A stream that ends with an error at the limit, and hands out no more than so much at once."""

    def __init__(self, source: _Readable, most: int) -> None:
        self._source = source
        self._left = most

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _MOST_READ:
            raise _FullError("清单不全：归档中有过大的头部（疑为压缩炸弹），原件完整保存")
        piece = self._source.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise _FullError(f"清单不全：解压量超过 {_MOST_INFLATED >> 20} MB 的限度，其后各项未列，原件完整保存")
        return piece


def _of_tar(path: Path, listing: Listing) -> None:
    with path.open("rb") as file:
        _walk_tar(file, listing)


def _of_gzip(path: Path, listing: Listing) -> None:
    """A .tar.gz is listed; anything else is one file."""
    with gzip.open(path) as inner:
        is_tar = inner.read(512)[257:262] == b"ustar"
    with gzip.open(path) as inner:
        if is_tar:
            _walk_tar(_Inflated(inner, _MOST_INFLATED), listing)  # type: ignore[arg-type]  # reads; no more is asked
            return
        budget = _Budget()
        listing.total = 1
        sha256 = budget.digest(inner)
        size = _MOST_INFLATED - budget.left
    listing.entries.append(ListedEntry(name=_gzip_name(path), size_bytes=size, sha256=sha256))
    if not sha256:
        listing.note = f"解压量超过 {_MOST_INFLATED >> 20} MB 的限度，未计算内含文件的校验值；所列大小是已读部分"


def _walk_tar(source: BinaryIO, listing: Listing) -> None:
    budget = _Budget()
    with tarfile.open(fileobj=source, mode="r|", errorlevel=0) as archive:
        for member in _members(archive):
            if not member.isfile():
                continue
            listing.total += 1
            if len(listing.entries) >= MOST_ENTRIES:
                listing.note = f"只列出前 {MOST_ENTRIES} 项，其后未列"
                return
            sha256 = ""
            if 0 <= member.size <= budget.left and not member.issparse():
                inner = archive.extractfile(member)
                sha256 = budget.digest(inner) if inner is not None else ""
            listing.entries.append(ListedEntry(name=_shown(member.name), size_bytes=member.size, sha256=sha256))


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := archive.next()) is not None:
        archive.members = []  # type: ignore[attr-defined]  # the library keeps every header otherwise
        yield member


def _gzip_name(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(512)
    if len(head) > 10 and head[3] & 8 and not head[3] & 4:
        return name_of(head[10:].split(b"\0", 1)[0]).shown
    return "（未记名称）"


def _shown(name: str) -> str:
    """The whole path inside the archive, fit to be shown and not too long."""
    visible = "".join(char if char.isprintable() else f"〔U+{ord(char):04X}〕" for char in name)
    return visible if len(visible) <= 200 else visible[:180] + "…" + visible[-19:]


_READERS = {
    "application/zip": _of_zip,
    "application/vnd.android.package-archive": _of_zip,
    "application/vnd.oasis.opendocument.text": _of_zip,
    "application/x-tar": _of_tar,
    "application/gzip": _of_gzip,
}
