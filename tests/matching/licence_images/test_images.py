"""Picture files of strangers: limits before pixels, one answer for any damage, upright by EXIF, long ones in pieces."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from matching.licence_images.images import MAX_IMAGE_BYTES, open_image, strips_of
from records.errors import InvalidInputError


def picture(width: int = 300, height: int = 200, kind: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (250, 250, 250)).save(out, kind, **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 70 bytes that says it is 50,000 pixels square."""
    body = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(body)) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (b"\0" * (MAX_IMAGE_BYTES + 1), "超过"),
        (b"<svg onload=alert(1)>", "不是 JPEG"),
        (b"GIF89a" + b"\0" * 40, "不是 JPEG"),
        (picture()[:90], "损坏"),
        (picture(kind="JPEG")[:500], "损坏"),
        (picture(kind="WEBP")[:60], "解不开|不是 JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "不是 JPEG|损坏"),
        (picture(40, 40), "太小"),
        (bomb(), "没有解开"),
    ],
    ids=["empty", "huge", "svg", "gif", "png cut", "jpeg cut", "webp cut", "png noise", "tiny", "bomb"],
)
def test_file_that_cannot_be_read_is_answered(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        open_image(content)


def test_bytes_damaged_anywhere_never_bring_the_reader_down() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture(kind=kind)
        for at in range(8, len(whole), max(1, len(whole) // 40)):
            broken = whole[:at] + bytes((whole[at] ^ 0xFF,)) + whole[at + 1 :]
            try:
                open_image(broken)
            except InvalidInputError:
                continue


def test_picture_is_turned_as_the_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_image(picture(300, 200, "JPEG", exif=exif))
    assert (opened.width, opened.height) == (200, 300)


def test_what_is_transparent_is_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(out, "PNG")
    assert open_image(out.getvalue()).image.getpixel((100, 100)) == (255, 255, 255)


def test_long_page_is_turned_by_its_own_size_and_cut() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_image(picture(15_000, 1_500, "JPEG", exif=exif))
    assert (opened.width, opened.height) == (1_500, 15_000)
    assert opened.image.size == (1_091, 10_909)
    assert len(list(strips_of(opened.image))) == 9


def test_large_photograph_is_brought_down_and_says_its_own_size() -> None:
    opened = open_image(picture(6_000, 4_000, "JPEG"))
    assert (opened.width, opened.height) == (6_000, 4_000)
    assert opened.image.width == round(6_000 * opened.scale) == 2_400


@pytest.mark.parametrize(("width", "height"), [(800, 600), (800, 6_000), (9_000, 700), (300, 60_000)])
def test_pieces_of_a_long_picture_cover_it_and_overlap(width: int, height: int) -> None:
    pieces = list(strips_of(Image.new("RGB", (width, height))))
    assert all(max(piece.size) <= 1.6 * min(width, height) or len(pieces) == 1 for _, _, piece in pieces)
    along = [(left + top, left + top + max(piece.size)) for left, top, piece in pieces]
    assert along[0][0] == 0
    assert all(later[0] < earlier[1] for earlier, later in zip(along, along[1:], strict=False))
    assert len(pieces) == 16 or along[-1][1] >= max(width, height) or len(pieces) == 1


def test_nothing_of_the_file_is_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_image(picture())
    assert list(tmp_path.iterdir()) == []
