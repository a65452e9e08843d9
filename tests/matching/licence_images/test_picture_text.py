"""All lines of pictures drawn here: sharp, tilted, long, small, and what is no picture at all."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageDraw, ImageFont

from matching.licence_images.engine import TextLine
from matching.licence_images.picture_text import read_picture_text
from records.digests import digests_of
from records.errors import InvalidInputError
from records.image_texts import ImageTextOutcome
from wangjian.sample.pictures import find_font

NOW = datetime(2026, 11, 20, tzinfo=UTC)
RED = (160, 20, 30)


def drawn(size: tuple[int, int], *lines: tuple[int, str], tilt: float = 0.0) -> bytes:
    """Light words on red, as shops have them."""
    image = Image.new("RGB", size, RED)
    pen = ImageDraw.Draw(image)
    for top, text in lines:
        pen.text((40, top), text, font=ImageFont.truetype(str(find_font()), 44, index=2), fill=(255, 240, 220))
    out = io.BytesIO()
    turned = image.rotate(tilt, expand=True, fillcolor=RED, resample=Image.Resampling.BICUBIC) if tilt else image
    turned.save(out, "JPEG", quality=85)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 60,000 by 60,000 pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


class NoEngine:
    """Gives lines told to it."""

    name, version, models = "none", "1", ()

    def __init__(self, *lines: TextLine) -> None:
        self.given = lines
        self.asked = 0

    def lines(self, image: Image.Image) -> tuple[TextLine, ...]:
        self.asked += 1
        return self.given


def read(content: bytes, engine):
    return read_picture_text(content, engine=engine, clock=lambda: NOW)


def said(text) -> list[str]:
    return ["".join(line.text.split()) for line in text.lines]


def test_tilted_words_are_read_in_order_with_their_boxes(engine) -> None:
    content = drawn((480, 300), (40, "全国销量第一品牌"), (140, "产地浙江杭州"), tilt=3.0)
    text = read(content, engine)
    assert (text.outcome, text.image) == (ImageTextOutcome.READ, digests_of(content))
    assert said(text) == ["全国销量第一品牌", "产地浙江杭州"]
    first, second = text.lines
    assert first.confidence > 0.9
    assert first.box.top < 100 < first.box.bottom < second.box.bottom < text.height


def test_long_picture_is_read_to_its_end_each_line_once(engine) -> None:
    lines = ((100, "明前龙井春茶上市"), (1090, "国家级产品值得信赖"), (3850, "根治糖尿病"))
    text = read(drawn((750, 4000), *lines), engine)
    assert text.outcome is ImageTextOutcome.READ
    assert said(text) == [words for _, words in lines]
    for line, (top, _) in zip(text.lines, lines, strict=True):
        assert top <= (line.box.top + line.box.bottom) / 2 <= top + 70


def test_icon_is_not_read_and_endless_one_says_it_was_read_in_part() -> None:
    engine = NoEngine()
    small = read(drawn((160, 160)), engine)
    assert (small.outcome, engine.asked) == (ImageTextOutcome.SMALL, 0)
    assert "160×160" in small.note
    assert read(drawn((400, 400)), engine).outcome is ImageTextOutcome.NO_TEXT
    endless = read(drawn((200, 12_000)), engine)
    assert (endless.outcome, endless.lines) == (ImageTextOutcome.PARTIAL, ())
    assert "只读了前 16 段" in endless.note


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "空的"), (b"garbage" * 99, "不是 JPEG"), (bomb(), "像素超过"), (drawn((400, 400))[:300], "损坏|不是 JPEG")],
    ids=["empty", "garbage", "bomb", "torn"],
)
def test_what_is_no_picture_is_refused(content, says) -> None:
    engine = NoEngine()
    with pytest.raises(InvalidInputError, match=says):
        read(content, engine)
    assert not engine.asked
