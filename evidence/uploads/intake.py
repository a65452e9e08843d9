"""One file taken in: digested while it is copied, before anything else is done with it; what it is called, made safe.

Nothing is believed of where it comes from: a folder, a device, a file that grows while it is read are each refused by
name, and no part of the file's own path is kept.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evidence.standalone.verify import MAX_BOX_BYTES
from records.digests import Digests
from records.errors import ConflictError, InvalidInputError, NotFoundError, StorageFullError
from records.uploads import Incoming

__all__ = ["MOST_BYTES", "Name", "Taken", "file_at", "name_of", "take_in"]

MOST_BYTES = MAX_BOX_BYTES - (64 << 20)
"""One package holds so much, with room for what is sealed beside the files."""
_CHUNK = 1 << 20
_MOST_NAME_CHARS = 200
_MOST_NAME_BYTES = 1024
_CURE_SIZE = "压缩软件可分卷；或请对方分成几份，分次接收"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A file's name without any path, fit to be shown; `raw_hex` are its bytes when showing changed them."""

    shown: str
    raw_hex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file as it was received: a copy of our own, its name, digests of the bytes as they were read."""

    path: Path
    name: Name
    digests: Digests
    modified_at: datetime | None


def file_at(path: Path) -> Incoming:
    """A file of this machine; what is wrong with it is said when it is opened."""
    return Incoming(name=os.fsencode(path.name), open=lambda: _opened(path))


def name_of(raw: bytes) -> Name:
    """The last part of whatever path came with it, in the encoding it can be read in (UTF-8, else GB18030).

    >>> name_of(b"C:\\\\fakepath\\\\..\\\\a.jpg").shown
    'a.jpg'
    >>> name_of("聊天记录.zip".encode("gb18030")).shown
    '聊天记录.zip'
    """
    last = re.split(rb"[/\\]", raw.rstrip(b"/\\"))[-1]
    try:
        text = last.decode("utf-8")
    except UnicodeDecodeError:
        # GB18030 letters may hold a backslash as their second byte: cut paths only after decoding
        text = raw.decode("gb18030", "replace").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    visible = "".join(char if char.isprintable() else f"〔U+{ord(char):04X}〕" for char in text)
    shown = visible if len(visible) <= _MOST_NAME_CHARS else visible[: _MOST_NAME_CHARS - 20] + "…" + visible[-19:]
    if shown in ("", ".", ".."):
        shown = "未命名"
    return Name(shown=shown, raw_hex="" if shown.encode() == last else last[:_MOST_NAME_BYTES].hex())


def take_in(incoming: Incoming, copy: Path) -> Taken:
    """Copy it to `copy`, making both digests of the bytes on their way.

    Raises:
        NotFoundError: It is not there, or went away while it was read.
        InvalidInputError: Empty, too large, a folder or device, or it cannot be read.
        ConflictError: It changed while it was read.
        StorageFullError: No room for the copy.
    """
    name = name_of(incoming.name)
    with _reading(name), incoming.open() as stream:
        before = _state(stream, name)
        if before is not None:
            _check_room(copy, before.st_size, name)
        digests = _copied(stream, copy, name)
        after = _state(stream, name)
    if before is not None and after is not None:
        _check_unchanged(before, after, digests, name)
    if not digests.size_bytes:
        raise InvalidInputError(f"空文件，没有内容可以接收：{name.shown}", cure="核对原件，重新导出后再接收")
    modified = None if before is None else datetime.fromtimestamp(before.st_mtime, UTC)
    return Taken(path=copy, name=name, digests=digests, modified_at=modified)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    name = name_of(os.fsencode(path.name))
    with _reading(name):
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe without a writer must not hang
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        what = "文件夹" if stat.S_ISDIR(mode) else "设备、管道等特殊文件"
        raise InvalidInputError(f"不是普通文件，而是{what}：{name.shown}", cure="逐个给出文件，或先打包成 zip")
    with open(handle, "rb", buffering=0) as file:
        yield file
        if os.fstat(handle).st_nlink == 0 or not path.exists():
            raise NotFoundError(f"读取过程中文件被删除：{name.shown}", cure="请对方重新提供")


@contextmanager
def _reading(name: Name) -> Iterator[None]:
    """What the system says of a file that cannot be read, in our words; what `_copied` says of its own passes."""
    try:
        yield
    except FileNotFoundError as exc:
        raise NotFoundError(f"没有这个文件：{name.shown}", cure="检查路径") from exc
    except OSError as exc:
        raise InvalidInputError(f"文件无法读取：{name.shown}（{exc.strerror or exc}）", cure="检查权限与介质") from exc


def _state(stream: BinaryIO, name: Name) -> os.stat_result | None:
    """What the file system says of it now; None for a stream that is no file of its own (an upload by browser)."""
    try:
        state = os.fstat(stream.fileno())
    except (OSError, AttributeError, ValueError):
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    if state.st_size > MOST_BYTES:
        raise InvalidInputError(f"文件超过单次接收的 {MOST_BYTES >> 20} MB：{name.shown}", cure=_CURE_SIZE)
    return state


def _check_room(copy: Path, size: int, name: Name) -> None:
    free = shutil.disk_usage(copy.parent).free
    if size > free:
        raise StorageFullError(
            f"临时目录空间不足，未接收：{name.shown} 需要 {size} 字节，只剩 {free} 字节",
            cure="腾出空间，或用 TMPDIR 换一个临时目录",
        )


def _copied(stream: BinaryIO, copy: Path, name: Name) -> Digests:
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    with _writing(name):
        out = copy.open("xb")
    with out:
        while chunk := stream.read(_CHUNK):
            sha256.update(chunk)
            sm3.update(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                raise InvalidInputError(f"文件超过单次接收的 {MOST_BYTES >> 20} MB：{name.shown}", cure=_CURE_SIZE)
            with _writing(name):
                out.write(chunk)
    return Digests(size_bytes=size, sha256=sha256.hexdigest(), sm3=sm3.hexdigest())


@contextmanager
def _writing(name: Name) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        full = exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "磁盘空间不足" if full else f"临时目录不可写（{exc.strerror or exc}）"
        raise StorageFullError(f"{why}，未接收：{name.shown}", cure="腾出空间后重试，未写完的内容已丢弃") from exc


def _check_unchanged(before: os.stat_result, after: os.stat_result, digests: Digests, name: Name) -> None:
    told = (before.st_size, before.st_mtime_ns)
    if told != (after.st_size, after.st_mtime_ns) or digests.size_bytes != before.st_size:
        raise ConflictError(
            f"读取过程中文件发生变化，未接收：{name.shown}",
            cure="关闭正在写它的程序（如录音、下载、聊天软件），再接收一次",
        )
