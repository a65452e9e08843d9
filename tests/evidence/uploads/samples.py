"""Files as people bring them, made here so that nobody's own are needed."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, datetime

from PIL import Image
from PIL.TiffImagePlugin import IFDRational


def utc_now() -> datetime:
    return datetime.now(UTC)


def photo(*, with_place: bool = True) -> bytes:
    """A JPEG as a phone takes it: device, time, place, body number."""
    picture, exif = Image.new("RGB", (32, 24), "grey"), Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "HUAWEI", "P60\x07<b>", "x" * 500
    exif.get_ifd(0x8769).update({0x9003: "2026:11:20 15:30:00", 0x9011: "+08:00", 0xA431: "SN123456"})
    if with_place:
        parts = lambda *each: tuple(IFDRational(n) for n in each)  # noqa: E731
        exif.get_ifd(0x8825).update({1: "N", 2: parts(30, 15, 0), 3: "E", 4: parts(120, 9, 36)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def encrypted_zip() -> bytes:
    """The flag of encryption on its one entry, as an archiver sets it (the library cannot write one)."""
    content = bytearray(zipped({"机密.txt": b"secret"}, method=zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def word(*, macro: bool) -> bytes:
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return zipped(members | ({"word/vbaProject.bin": b"\xd0\xcf"} if macro else {}), method=zipfile.ZIP_STORED)


def tarred(members: dict[str, bytes], *, packed: bool = False) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0) if packed else out.getvalue()
