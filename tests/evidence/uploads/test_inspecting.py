"""What files are, by content: nothing is run or unpacked, limits are said, broken ones are kept all the same."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from evidence.standalone.verify import media_type_of
from evidence.uploads import archives
from evidence.uploads.inspecting import inspect_file
from evidence.uploads.kinds import KIND_NAMES, mismatch_of, suffix_of
from records.digests import digests_of
from tests.evidence.uploads.samples import encrypted_zip, photo, tarred, word, zipped

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture
def inspect(tmp_path):
    def inspect(content: bytes):
        (tmp_path / "one").write_bytes(content)
        return inspect_file(tmp_path / "one", media_type_of(content[:4096]))

    return inspect


@pytest.mark.parametrize(
    "content, kind",
    [
        (photo(), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"xxxxxxxxWEBP\0", "application/octet-stream"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypheic", "image/heic"),
        (b"#!AMR\n", "audio/amr"),
        (b"\x02#!SILK_V3", "audio/silk"),
        (b"%PDF-1.7\n", "application/pdf"),
        (_OLE, "application/x-ole-storage"),
        (b"SQLite format 3\0", "application/vnd.sqlite3"),
        (zipped({"a": b""}), "application/zip"),
        (zipped({}), "application/zip"),
        (word(macro=False), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (tarred({"a": b"1"}), "application/x-tar"),
        (gzip.compress(b"1"), "application/gzip"),
        (b"MZ\x90\0", "application/x-dosexec"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "text/html"),
        (b"<!-- x --><html>", "text/html"),
        (b"<?xml version='1.0'?><svg onload=alert(1)>", "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", "text/xml"),
        ("聊天记录 2026".encode(), "text/plain"),
        ("聊天记录 2026".encode("gb18030"), "text/plain"),
        ("界".encode() * 4000, "text/plain"),
        (b"\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_kind_is_told_by_content(content, kind):
    assert media_type_of(content[:4096]) == kind
    assert kind in KIND_NAMES


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("发票.JPG", zipped({"a": b""}), "名为 .jpg，内容是 ZIP 压缩包"),
        ("合同.pdf", b"MZ\x90\0", "名为 .pdf，内容是 Windows 程序"),
        ("图.png", b"<html>", "名为 .png，内容是 网页（可含脚本）"),
        ("图.jpg", photo(), ""),
        ("无扩展名", photo(), ""),
        ("什么.xyz", photo(), ""),
    ],
)
def test_name_against_content(name, content, words):
    told = mismatch_of(name, media_type_of(content[:4096]))
    assert told == (f"扩展名与内容不符：{words}" if words else "")


def test_what_may_act_gets_no_ending_to_act_by():
    for kind in ("text/html", "image/svg+xml", "application/x-dosexec", "application/x-ole-storage"):
        assert suffix_of(kind) == ""


def test_photo_tells_time_and_device_and_its_place_apart(inspect):
    found = inspect(photo())
    assert found.facts["拍摄时间（照片自带）"] == "2026:11:20 15:30:00" and found.facts["设备型号"] == "P60 <b>"
    assert len(found.facts["处理软件"]) == 120
    assert found.personal == {"机身编号": "SN123456", "拍摄位置（照片自带）": "30.250000, 120.160000"}
    assert "拍摄位置（照片自带）" not in inspect(photo(with_place=False)).personal


def test_broken_photo_is_kept_and_said(inspect):
    assert inspect(photo()[:40]).warnings == ["图像的内部信息无法读取，原件完整保存"]


def test_picture_of_absurd_size_is_not_decoded(inspect):
    head = struct.pack(">II", 2**31 - 1, 2**31 - 1)
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\x08\x02\0\0\0" + bytes(4)
    assert "原件完整保存" in inspect(png).warnings[0] or "图像炸弹" in inspect(png).warnings[0]


def test_archive_is_listed_with_digests(inspect):
    listing = inspect(zipped({"聊天/1.txt": b"one", "2.txt": b""})).listing
    assert [(e.name, e.size_bytes, e.sha256) for e in listing.entries] == [
        ("聊天/1.txt", 3, digests_of(b"one").sha256),
        ("2.txt", 0, digests_of(b"").sha256),
    ]
    for content in (tarred({"a/../b": b"one"}), tarred({"a/../b": b"one"}, packed=True)):
        (entry,) = inspect(content).listing.entries
        assert (entry.name, entry.sha256) == ("a/../b", digests_of(b"one").sha256)


def test_names_of_a_chinese_archiver_are_read(inspect):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        info = zipfile.ZipInfo("x" * 4)
        made.writestr(info, b"1")
    content = out.getvalue().replace(b"xxxx", "合同".encode("gb18030"))
    assert [entry.name for entry in inspect(content).listing.entries] == ["合同"]


def test_encrypted_entries_are_told_and_not_digested(inspect):
    found = inspect(encrypted_zip())
    assert found.listing.entries[0].encrypted and not found.listing.entries[0].sha256
    assert "压缩包内有 1 项加密" in found.warnings


def test_bombs_are_limited_and_said(inspect, monkeypatch):
    monkeypatch.setattr(archives, "_MOST_INFLATED", 1 << 20)
    zeros = bytes(3 << 20)
    assert "超过限度" in inspect(zipped({"z": zeros})).listing.note
    packed = inspect(tarred({"a": b"1", "z": zeros, "b": b"2"}, packed=True)).listing
    assert "解压量超过" in packed.note and [entry.name for entry in packed.entries] == ["a"] or packed.entries
    assert "解压量超过" in inspect(gzip.compress(zeros)).listing.note


def test_more_entries_than_are_listed_are_counted(inspect, monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 3)
    members = {f"{n}": b"1" for n in range(9)}
    assert inspect(zipped(members)).listing.note == "共 9 项，只列出前 3 项"
    assert "只列出前 3 项" in inspect(tarred(members)).listing.note


def test_directory_of_a_bomb_is_not_read(inspect):
    content = bytearray(zipped({"a": b"1"}))
    content[-10:-6] = struct.pack("<I", 1 << 30)
    assert "压缩炸弹" in inspect(bytes(content)).listing.note


@pytest.mark.parametrize("mark, name", [(b"7z\xbc\xaf'\x1c", "7z"), (b"Rar!\x1a\7\0", "RAR"), (b"\xfd7zXZ\0", "XZ")])
def test_archives_we_do_not_open_are_said_not_to_be_listed(inspect, mark, name):
    listing = inspect(mark + bytes(50)).listing
    assert listing.note.startswith("未列清单") and name in listing.note and not listing.entries


@pytest.mark.parametrize(
    "content",
    [
        zipped({"a": b"1" * 999})[:60],
        tarred({"a": b"1" * 999})[:700],
        gzip.compress(b"1" * 99)[:12],
        b"PK\x03\x04" + b"\xff" * 80,
        b"\x1f\x8b" + b"\xff" * 80,
    ],
)
def test_broken_archive_is_kept_and_said(inspect, content):
    assert "原件完整保存" in inspect(content).listing.note


@pytest.mark.parametrize(
    "content, words",
    [
        (word(macro=True), "含有宏（VBA），未运行"),
        (_OLE + "_VBA_PROJECT".encode("utf-16-le"), "含有宏（VBA），未运行"),
        (_OLE + bytes(1 << 20) + "EncryptedPackage".encode("utf-16-le"), "文档已加密"),
        (b"%PDF-1.7\n/OpenAction << /S /JavaScript /JS (x) >>", "PDF 含有脚本，未运行"),
        (b"%PDF-1.7\n/Encrypt 5 0 R", "PDF 已加密"),
        (b"{\\rtf1 {\\object\\objdata 01}}", "RTF 内嵌有对象，未运行"),
        (b"<html>", "可含脚本：不在控制台内打开，只供下载"),
        (zipped({"setup.exe": b"MZ"}), "压缩包内有 1 个可执行或脚本文件，未解压、未运行"),
    ],
)
def test_what_the_reader_must_know_first_is_told(inspect, content, words):
    assert words in inspect(content).warnings


def test_document_without_macros_has_no_warning(inspect):
    assert inspect(word(macro=False)).warnings == [] and inspect(b"%PDF-1.7\nplain").warnings == []
