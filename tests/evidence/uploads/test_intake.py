"""Files on their way in: what is wrong with them is said in words, and what they are called leads nowhere."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from pathlib import Path, PosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.uploads import intake
from evidence.uploads.intake import file_at, name_of, take_in
from records.digests import digests_of
from records.errors import ConflictError, InvalidInputError, NotFoundError, StorageFullError
from records.uploads import Incoming


def test_digests_are_those_of_the_bytes_as_they_lie_there(tmp_path):
    content = os.urandom(3 << 20)
    (tmp_path / "录音.m4a").write_bytes(content)
    taken = take_in(file_at(tmp_path / "录音.m4a"), tmp_path / "copy")
    assert taken.digests == digests_of(content) and taken.path.read_bytes() == content
    assert taken.name.shown == "录音.m4a" and taken.name.raw_hex == "" and taken.modified_at is not None


@pytest.mark.parametrize(
    "make, error, words",
    [
        (lambda path: None, NotFoundError, "没有这个文件"),
        (lambda path: path.write_bytes(b""), InvalidInputError, "空文件"),
        (lambda path: path.mkdir(), InvalidInputError, "文件夹"),
        (os.mkfifo, InvalidInputError, "特殊文件"),
        (lambda path: path.symlink_to("/dev/zero"), InvalidInputError, "特殊文件"),
        (lambda path: path.symlink_to("nowhere"), NotFoundError, "没有这个文件"),
    ],
    ids=["absent", "empty", "folder", "pipe", "device", "dangling"],
)
def test_what_is_no_file_is_refused_by_name(tmp_path, make, error, words):
    make(tmp_path / "来件")
    with pytest.raises(error, match=words) as told:
        take_in(file_at(tmp_path / "来件"), tmp_path / "copy")
    assert "来件" in told.value.message and told.value.cure


class _Meddling(io.FileIO):
    """A file that something happens to after its first piece was read."""

    def __init__(self, path: Path, happens) -> None:
        super().__init__(path)
        self._happens = happens

    def read(self, size: int = -1) -> bytes:
        piece = super().read(size)
        if self._happens:
            self._happens()
            self._happens = None
        return piece


def _meddled(path: Path, happens) -> Incoming:
    @contextmanager
    def opened():
        with _Meddling(path, happens) as file:
            yield file

    return Incoming(name=path.name.encode(), open=opened)


def test_file_that_grows_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "正在录.mp3"
    path.write_bytes(b"1" * 100)
    with pytest.raises(ConflictError, match="发生变化"):
        take_in(_meddled(path, lambda: path.write_bytes(b"2" * 200)), tmp_path / "copy")


def test_file_rewritten_in_place_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1" * 100)
    with pytest.raises(ConflictError, match="发生变化"):
        take_in(_meddled(path, lambda: os.utime(path, (1, 1))), tmp_path / "copy")


def test_file_that_disappears_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1" * 100)
    incoming = file_at(path)

    @contextmanager
    def opened():
        with incoming.open() as stream:
            path.unlink()
            yield stream

    with pytest.raises(NotFoundError, match="被删除"):
        take_in(Incoming(name=b"a", open=opened), tmp_path / "copy")


def test_no_room_is_said_before_anything_is_copied(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"1" * 100)
    usage = intake.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(intake.shutil, "disk_usage", lambda _: usage._replace(free=10))
    with pytest.raises(StorageFullError, match="空间不足"):
        take_in(file_at(tmp_path / "a"), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_full_disk_in_the_middle_is_said(tmp_path):
    (tmp_path / "a").write_bytes(b"1" * 100)
    with pytest.raises(StorageFullError, match="磁盘空间不足"):
        take_in(file_at(tmp_path / "a"), _Full(tmp_path / "copy"))


class _Full(PosixPath):
    """A place on a disk without room."""

    def open(self, *args, **kwargs):
        return open("/dev/full", "wb", buffering=0)


def test_too_large_is_said_from_its_size_alone(tmp_path):
    with (tmp_path / "大").open("wb") as file:
        file.truncate(intake.MOST_BYTES + 1)
    with pytest.raises(InvalidInputError, match="超过单次接收"):
        take_in(file_at(tmp_path / "大"), tmp_path / "copy")


@pytest.mark.parametrize(
    "raw, shown",
    [
        (b"../../etc/passwd", "passwd"),
        (b"C:\\Users\\x\\a.jpg", "a.jpg"),
        ("微信\\聊天.txt".encode("gb18030"), "聊天.txt"),
        (b"..", "未命名"),
        (b"", "未命名"),
        ("a\u202egpj.exe".encode(), "a〔U+202E〕gpj.exe"),
        (b"a\nb\x1b[31m", "a〔U+000A〕b〔U+001B〕[31m"),
    ],
)
def test_names_lead_nowhere_and_hide_nothing(raw, shown):
    assert name_of(raw).shown == shown


@given(st.binary(max_size=2000))
def test_any_name_can_be_shown_and_sealed(raw):
    name = name_of(raw)
    assert name.shown.isprintable() and "/" not in name.shown and 0 < len(name.shown) <= 200
    assert (
        name.raw_hex
        or name.shown == "未命名"
        or name.shown.encode() == raw.replace(b"\\", b"/").rstrip(b"/").split(b"/")[-1]
    )
