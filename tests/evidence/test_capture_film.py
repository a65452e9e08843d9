"""The film of a visit: still frames, each with its moment, that any player can open and each of which stands alone."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from evidence.capturing.filming import Camera
from evidence.capturing.webm import Frame, key_frame, webm

BEGAN = datetime(2026, 11, 21, 4, 0, 0, tzinfo=UTC)


def picture(colour: str, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1366, 900), colour).save(out, kind)
    return out.getvalue()


def elements(content: bytes) -> list[tuple[int, bytes]]:
    """(code, content) of the EBML elements side by side in these bytes, read by the rules and not by our writer."""
    found, at = [], 0
    while at < len(content):
        code_length = 9 - content[at].bit_length()
        code = int.from_bytes(content[at : at + code_length], "big")
        at += code_length
        size_length = 9 - content[at].bit_length()
        size = int.from_bytes(content[at : at + size_length], "big") & ((1 << 7 * size_length) - 1)
        at += size_length
        found.append((code, content[at : at + size]))
        at += size
    assert at == len(content)
    return found


def frames_of(film: bytes) -> list[tuple[int, bytes]]:
    """(moment in milliseconds, VP8 frame) of each block."""
    (_, segment) = elements(film)[1]
    made = []
    for code, cluster in elements(segment):
        if code == 0x1F43B675:
            inside = dict(elements(cluster))
            assert inside[0xA3][:4] == b"\x81\0\0\x80"
            made.append((int.from_bytes(inside[0xE7], "big"), inside[0xA3][4:]))
    return made


def as_webp(vp8: bytes) -> Image.Image:
    body = b"WEBPVP8 " + struct.pack("<I", len(vp8)) + vp8 + b"\0" * (len(vp8) % 2)
    return Image.open(io.BytesIO(b"RIFF" + struct.pack("<I", len(body)) + body))


def filmed(camera: Camera) -> list[tuple[int, Image.Image]]:
    return [(at, as_webp(vp8).convert("RGB")) for at, vp8 in frames_of(camera.film())]


def test_each_frame_comes_back_alone_at_its_moment() -> None:
    moment = [BEGAN]
    camera = Camera(lambda: moment[0])
    for colour in ("red", "blue"):
        camera.mark("打开页面", "https://shop.cn/")
        camera.add(picture(colour))
        moment[0] += timedelta(seconds=1.5)
    (first, red), (second, blue) = filmed(camera)
    assert (first, second) == (0, 1500)
    assert red.size == blue.size == (1024, 720)
    assert [max(range(3), key=image.getpixel((500, 400)).__getitem__) for image in (red, blue)] == [0, 2]
    assert camera.ms_of(BEGAN + timedelta(seconds=1)) == 1000


def test_time_step_and_address_are_in_the_picture() -> None:
    bars = []
    for label, url, seconds in (("甲", "https://a.cn/", 0), ("乙", "https://a.cn/", 0), ("甲", "https://b.cn/", 0)) + (
        ("甲", "https://a.cn/", 1),
    ):
        camera = Camera(lambda at=seconds: BEGAN + timedelta(seconds=at))  # type: ignore[misc]
        camera.mark(label, url)
        camera.add(picture("white"))
        ((_, image),) = filmed(camera)
        bars.append(image.crop((0, 0, 1024, 44)).tobytes())
        assert max(image.getpixel((1000, 5)) + image.getpixel((1000, 40))) < 8
        assert max(image.crop((0, 0, 400, 22)).convert("L").tobytes()) > 200
    assert len(set(bars)) == 4


def test_an_address_that_changed_stands_in_the_pictures_from_then_on() -> None:
    camera = Camera(lambda: BEGAN)
    camera.mark("甲", "https://a.cn/")
    camera.moved("https://b.cn/")
    camera.add(picture("white"))
    ((_, moved),) = filmed(camera)
    camera = Camera(lambda: BEGAN)
    camera.mark("甲", "https://b.cn/")
    camera.add(picture("white"))
    ((_, there),) = filmed(camera)
    assert moved.tobytes() == there.tobytes()


def test_a_picture_that_came_late_shows_the_step_of_its_own_moment() -> None:
    moment = [BEGAN]
    camera = Camera(lambda: moment[0])
    camera.mark("甲", "https://a.cn/")
    moment[0] += timedelta(seconds=5)
    camera.mark("乙", "https://b.cn/")
    event = {"data": _base64(picture("white", "JPEG")), "metadata": {"timestamp": BEGAN.timestamp() + 1}}
    camera.take(event)
    ((_, late),) = filmed(camera)
    camera = Camera(lambda: BEGAN + timedelta(seconds=1))
    camera.mark("甲", "https://a.cn/")
    camera.add(picture("white"))
    ((_, prompt),) = filmed(camera)
    assert late.crop((0, 0, 1024, 44)).tobytes() == prompt.crop((0, 0, 1024, 44)).tobytes()


def test_of_pictures_close_together_the_last_is_kept() -> None:
    camera = Camera(lambda: BEGAN + timedelta(seconds=2))
    for colour, ms in (("red", 0), ("lime", 100), ("blue", 200), ("white", 5000)):
        told = {"timestamp": BEGAN.timestamp() + ms / 1000}
        camera.take({"data": _base64(picture(colour, "JPEG")), "metadata": told})
    assert [at for at, _ in filmed(camera)] == [0, 200, 5000]


def _base64(content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()


def test_a_browser_that_gave_no_picture_leaves_no_film() -> None:
    assert Camera(lambda: BEGAN).film() == b""
    camera = Camera(lambda: BEGAN)
    camera.add(b"not a picture")
    assert camera.film() == b""
    assert camera.problem


def test_every_size_is_declared_and_cues_lead_to_the_frames() -> None:
    frames = [Frame(at_ms=n * 40_000, vp8=bytes([n]) * (n + 1)) for n in range(3)]
    film = webm(frames, width=1024, height=720, duration_ms=120_000)
    (head_code, _), (_, segment) = elements(film)
    assert head_code == 0x1A45DFA3
    cues = next(content for code, content in elements(segment) if code == 0x1C53BB6B)
    for (_, point), frame in zip(elements(cues), frames, strict=True):
        inside = dict(elements(point))
        place = int.from_bytes(dict(elements(inside[0xB7]))[0xF1], "big")
        assert int.from_bytes(inside[0xB3], "big") == frame.at_ms
        assert segment[place : place + 4] == b"\x1f\x43\xb6\x75"
    assert frames_of(film) == [(frame.at_ms, frame.vp8) for frame in frames]


def test_only_a_lossy_webp_is_a_key_frame() -> None:
    with pytest.raises(ValueError, match="WebP"):
        key_frame(picture("red"))
