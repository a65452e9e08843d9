"""Words in pictures of a listing: ImageText, the lines read on one picture with their boxes; ImageTextStore keeps them
by the digest of the picture, so that it is read once however many listings show it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime
from records.digests import Digests
from records.licences_read import Box, OcrModel

__all__ = ["ImageLine", "ImageText", "ImageTextStore", "ImageTextOutcome"]


class ImageTextOutcome(StrEnum):
    """read: lines are there; partial: only the upper part of an endless picture was read; no_text: nothing is written
    on it; small: an icon or a thumbnail, not read; unreadable: which says nothing of its words."""

    READ = "已读出"
    PARTIAL = "部分读出"
    NO_TEXT = "没有文字"
    SMALL = "图标或缩略图"
    UNREADABLE = "不能辨认"


class ImageLine(Record):
    """A line of text as the engine gave it, its own confidence (0.0-1.0), and its box in pixels of the picture upright
    by its EXIF orientation."""

    text: str
    confidence: float
    box: Box


class ImageText(Record):
    """What one picture gave, and with what it was read; `lines` from top to bottom. `note` is why it is not `read`, one
    Chinese sentence; empty otherwise."""

    text_id: str
    image: Digests
    media_type: str
    width: int
    height: int
    outcome: ImageTextOutcome
    note: str = ""
    lines: tuple[ImageLine, ...] = ()
    engine: str
    engine_version: str
    reader_version: str
    models: tuple[OcrModel, ...] = ()
    read_at: UtcDatetime


class ImageTextStore(Protocol):
    """Words read on pictures. Promises as in `records/ports.py`."""

    def save_text(self, text: ImageText) -> None:
        """Keep a reading, by `text_id`; the same again changes nothing."""
        ...

    def text_of(self, image_sha256: str) -> ImageText | None:
        """The newest reading of a picture by the digest of its bytes; None when it has not been read."""
        ...

    def has_any(self) -> bool:
        """Whether any picture was ever read."""
        ...
