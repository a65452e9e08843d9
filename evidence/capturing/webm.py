"""A film of still pictures: WebM written by hand, so that each picture stands alone and has its own moment.

A lossy WebP picture is a VP8 key frame in another wrapping. The frames of the film are such key frames, unwrapped: no
encoder beside Pillow's is needed, no frame leans on another, and each can be taken out of the film and shown by itself.
Standard: RFC 9559 (Matroska), WebM container guidelines, RFC 6386 (VP8), RFC 9649 (WebP).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Frame", "key_frame", "webm"]

_EBML, _SEGMENT, _INFO, _TRACKS, _CUES, _CLUSTER = (
    0x1A45DFA3,
    0x18538067,
    0x1549A966,
    0x1654AE6B,
    0x1C53BB6B,
    0x1F43B675,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A VP8 key frame, shown from `at_ms` after the film's beginning until the next."""

    at_ms: int
    vp8: bytes


def key_frame(webp: bytes) -> bytes:
    """The VP8 key frame inside a simple lossy WebP file.

    Raises:
        ValueError: Not such a file.
    """
    if webp[:4] != b"RIFF" or webp[8:16] != b"WEBPVP8 ":
        raise ValueError("not a simple lossy WebP file")
    (size,) = struct.unpack("<I", webp[16:20])
    return webp[20 : 20 + size]


def webm(frames: Sequence[Frame], *, width: int, height: int, duration_ms: int) -> bytes:
    """The whole file: one cluster and one cue a frame, every size declared, so that any player can seek in it."""
    head = _element(
        _EBML,
        _number(0x4286, 1) + _number(0x42F7, 1) + _number(0x42F2, 4) + _number(0x42F3, 8),
        _element(0x4282, b"webm") + _number(0x4287, 4) + _number(0x4285, 2),
    )
    info = _element(
        _INFO,
        _number(0x2AD7B1, 1_000_000) + _element(0x4489, struct.pack(">d", float(duration_ms))),
        _element(0x4D80, b"wangjian") + _element(0x5741, b"wangjian"),
    )
    video = _element(0xE0, _number(0xB0, width) + _number(0xBA, height))
    track = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x83, 1) + _number(0x9C, 0) + _element(0x86, b"V_VP8")
    tracks = _element(_TRACKS, _element(0xAE, track + video))
    clusters = [_cluster(frame) for frame in frames]
    # Cues hold positions in eight bytes each, so their own length is known before the positions are.
    before = len(info) + len(tracks) + len(_cues(frames, [0] * len(frames)))
    places = []
    for cluster in clusters:
        places.append(before)
        before += len(cluster)
    return head + _element(_SEGMENT, info + tracks + _cues(frames, places), *clusters)


def _cluster(frame: Frame) -> bytes:
    block = b"\x81" + struct.pack(">hB", 0, 0x80) + frame.vp8
    return _element(_CLUSTER, _number(0xE7, frame.at_ms) + _element(0xA3, block))


def _cues(frames: Sequence[Frame], places: Sequence[int]) -> bytes:
    points = b""
    for frame, place in zip(frames, places, strict=True):
        position = _number(0xF7, 1) + _element(0xF1, struct.pack(">Q", place))
        points += _element(0xBB, _number(0xB3, frame.at_ms) + _element(0xB7, position))
    return _element(_CUES, points)


def _element(code: int, *content: bytes) -> bytes:
    size = sum(len(part) for part in content)
    return b"".join((code.to_bytes((code.bit_length() + 7) // 8, "big"), struct.pack(">Q", size | 1 << 56), *content))


def _number(code: int, value: int) -> bytes:
    return _element(code, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))
