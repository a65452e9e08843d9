"""What is read from a received file without running any of it: photos' own notes, macros, scripts, encryption."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from evidence.uploads.archives import Listing, list_archive
from evidence.uploads.kinds import KIND_NAMES

__all__ = ["Inspection", "inspect_file"]

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/tiff": "TIFF", "image/webp": "WEBP", "image/gif": "GIF"}
_CHUNK = 1 << 20
_OVERLAP = 64
_MOST_SCANNED = 256 << 20
_NOTE_CHARS = 120
_IMAGE_BROKEN = (OSError, ValueError, SyntaxError, KeyError, TypeError, struct.error, ArithmeticError, IndexError)
_GPS, _PHOTO = 0x8825, 0x8769
_NOTES = {
    "设备厂商": 0x010F,
    "设备型号": 0x0110,
    "处理软件": 0x0131,
    "文件记录的修改时间": 0x0132,
}
_PHOTO_NOTES = {"拍摄时间（照片自带）": 0x9003, "拍摄时区": 0x9011, "镜头": 0xA434}
_SERIALS = {"机身编号": 0xA431, "机主": 0xA430}
_PDF_MARKS = {
    rb"/JavaScript\b|/JS\b": "PDF 含有脚本，未运行",
    rb"/Launch\b": "PDF 含有启动程序的动作，未运行",
    rb"/EmbeddedFile\b": "PDF 内嵌有其他文件",
    rb"/Encrypt\b": "PDF 已加密",
}
_OLE_MARKS = {
    re.escape("_VBA_PROJECT".encode("utf-16-le")): "含有宏（VBA），未运行",
    re.escape("EncryptedPackage".encode("utf-16-le")): "文档已加密",
    re.escape("Ole10Native".encode("utf-16-le")): "内嵌有其他文件或程序",
}
_RTF_MARKS = {rb"\\objdata\b": "RTF 内嵌有对象，未运行"}
_ACTIVE = {
    "text/html": "可含脚本：不在控制台内打开，只供下载",
    "image/svg+xml": "可含脚本：不在控制台内打开，只供下载",
    "application/x-dosexec": "可执行程序：未运行，请勿在办公电脑上打开",
    "application/x-elf": "可执行程序：未运行，请勿在办公电脑上打开",
    "application/vnd.android.package-archive": "安卓安装包：未运行，请勿在办公手机上安装",
}


@dataclass(slots=True)
class Inspection:
    """Facts for everybody, personal facts, what an archive lists, and what to beware of."""

    facts: dict[str, str] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    listing: Listing | None = None
    warnings: list[str] = field(default_factory=list)


def inspect_file(path: Path, media_type: str) -> Inspection:
    """Read what it says of itself; a file that cannot be read is kept all the same, and that is said."""
    found = Inspection(facts={"种类": KIND_NAMES.get(media_type, media_type)})
    if media_type in _PICTURES:
        _read_picture(path, media_type, found)
    if media_type in _ACTIVE:
        found.warnings.append(_ACTIVE[media_type])
    marks = {"application/pdf": _PDF_MARKS, "application/x-ole-storage": _OLE_MARKS, "application/rtf": _RTF_MARKS}
    if media_type in marks:
        found.warnings += _marked(path, marks[media_type])
    found.listing = list_archive(path, media_type)
    if found.listing is not None:
        _read_listing(found, found.listing, media_type)
    return found


def _read_listing(found: Inspection, listing: Listing, media_type: str) -> None:
    if listing.encrypted:
        found.warnings.append(f"压缩包内有 {listing.encrypted} 项加密")
    names = [entry.name.lower() for entry in listing.entries]
    if any(name.endswith("vbaproject.bin") for name in names):
        found.warnings.append("含有宏（VBA），未运行")
    if "officedocument" in media_type or "opendocument" in media_type:
        if any("/embeddings/" in name for name in names):
            found.warnings.append("内嵌有其他文件或程序")
        if any(name.startswith("basic/") for name in names):
            found.warnings.append("含有宏（Basic），未运行")
        found.facts["内部部件"] = f"{listing.total} 个"
        found.listing = None if not listing.note else Listing(note=listing.note)
    elif listing.total:
        found.facts["压缩包内文件"] = f"{listing.total} 项"
    programs = sum(name.endswith((".exe", ".scr", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".lnk")) for name in names)
    if programs:
        found.warnings.append(f"压缩包内有 {programs} 个可执行或脚本文件，未解压、未运行")


def _read_picture(path: Path, media_type: str, found: Inspection) -> None:
    """Size and the camera's own notes; the picture itself is not decoded, so that none can be a bomb."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=(_PICTURES[media_type],)) as picture:
                found.facts["图像尺寸"] = f"{picture.width}×{picture.height}"
                exif = picture.getexif()
                photo, gps = exif.get_ifd(_PHOTO), exif.get_ifd(_GPS)
    except Image.DecompressionBombError:
        found.warnings.append("图像尺寸异常巨大（疑为图像炸弹），未解码")
        return
    except _IMAGE_BROKEN:
        found.warnings.append("图像的内部信息无法读取，原件完整保存")
        return
    for label, tag in _NOTES.items():
        _put(found.facts, label, exif.get(tag))
    for label, tag in _PHOTO_NOTES.items():
        _put(found.facts, label, photo.get(tag))
    for label, tag in _SERIALS.items():
        _put(found.personal, label, photo.get(tag))
    place = _place(gps)
    if place:
        found.personal["拍摄位置（照片自带）"] = place


def _put(into: dict[str, str], label: str, value: Any) -> None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return
    shown = "".join(char if char.isprintable() else " " for char in value.replace("\0", "")).strip()
    if shown:
        into[label] = shown[:_NOTE_CHARS]


def _place(gps: Any) -> str:
    try:
        north, east = (
            _degrees(gps[place], str(gps[letter]).strip("\0 ").upper()) for letter, place in ((1, 2), (3, 4))
        )
    except _IMAGE_BROKEN:
        return ""
    return f"{north:.6f}, {east:.6f}" if abs(north) <= 90 and abs(east) <= 180 else ""


def _degrees(parts: Any, letter: str) -> float:
    degrees: float = sum(float(part) / 60**place for place, part in enumerate(parts))
    return -degrees if letter in ("S", "W") else degrees


def _marked(path: Path, marks: dict[bytes, str]) -> list[str]:
    """Which of these stand anywhere in the file as it lies there; what is compressed inside is not looked into."""
    left = {re.compile(mark): said for mark, said in marks.items()}
    found: list[str] = []
    for window in _windows(path):
        for mark in [one for one in left if one.search(window)]:
            found.append(left.pop(mark))
    return list(dict.fromkeys(found))


def _windows(path: Path) -> Iterator[bytes]:
    before, done = b"", 0
    with path.open("rb") as file:
        while done < _MOST_SCANNED and (chunk := file.read(_CHUNK)):
            done += len(chunk)
            yield before + chunk
            before = chunk[-_OVERLAP:]
