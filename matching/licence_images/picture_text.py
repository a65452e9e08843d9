"""All lines of text on a picture of a listing: slices of a long one read apart, each line once, with its box.

Shops put their claims into long pictures (750 by 4,000 and more); what the engine gives is kept as it is, with its
confidence, and judged elsewhere.
"""

from __future__ import annotations

from itertools import islice

from matching.licence_images.engine import TextEngine, TextLine
from matching.licence_images.images import MAX_STRIPS, OpenedImage, open_image, strips_of
from matching.licence_images.placing import PlacedLine, box_around, placed_lines, slope_of
from matching.licence_images.preparing import Way
from matching.licence_images.sheets import Sheet, lines_of
from records.base import stable_id
from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.ports import Clock

__all__ = ["LEAST_SIDES", "TEXT_READER_VERSION", "read_picture_text"]

TEXT_READER_VERSION = "picture-text-1"
"""Changes whenever the same picture and engine may give another reading."""

LEAST_SIDES = (200, 300)
"""Pixels of the shorter and of the longer side; less is an icon or a thumbnail and is not read."""

_AS_IT_IS = Way(name="原图", clip=0.0)
"""Claims stand light on dark as often as dark on light: nothing may be made paper."""

_MOST_LINES = 600


def read_picture_text(content: bytes, *, engine: TextEngine, clock: Clock) -> ImageText:
    """Read one picture file.

    Raises:
        InvalidInputError: It is no picture that can be decoded within the limits.
    """
    opened = open_image(content)
    short, long = sorted((opened.width, opened.height))
    small = short < LEAST_SIDES[0] or long < LEAST_SIDES[1]
    found = () if small else lines_of(Sheet(image=opened.image), _AS_IT_IS, engine)
    outcome, note = _outcome(opened, found, small=small)
    image = digests_of(content)
    return ImageText(
        text_id=stable_id("image_text", image.sha256, engine.name, engine.version, TEXT_READER_VERSION),
        image=image,
        media_type=opened.media_type,
        width=opened.width,
        height=opened.height,
        outcome=outcome,
        note=note,
        lines=tuple(
            ImageLine(text=one.line.text, confidence=one.line.confidence, box=box_around([one], opened.scale))
            for one in _in_order(found)
        ),
        engine=engine.name,
        engine_version=engine.version,
        reader_version=TEXT_READER_VERSION,
        models=engine.models,
        read_at=clock(),
    )


def _outcome(opened: OpenedImage, found: tuple[TextLine, ...], *, small: bool) -> tuple[ImageTextOutcome, str]:
    if small:
        return ImageTextOutcome.SMALL, f"图片只有 {opened.width}×{opened.height} 像素，按图标或缩略图不读"
    if not _reaches_the_end(opened):
        return ImageTextOutcome.PARTIAL, f"图片过长（{opened.width}×{opened.height}），只读了前 {MAX_STRIPS} 段"
    if len(found) > _MOST_LINES:
        return ImageTextOutcome.PARTIAL, f"图上文字 {len(found)} 行，只保留前 {_MOST_LINES} 行"
    if not found:
        return ImageTextOutcome.NO_TEXT, "图上没有读出文字"
    return ImageTextOutcome.READ, ""


def _reaches_the_end(opened: OpenedImage) -> bool:
    """Whether the pieces cover the whole picture; an endless one is read in its first pieces only."""
    *_, (left, top, piece) = strips_of(opened.image)
    return (left + piece.width, top + piece.height) == opened.image.size


def _in_order(found: tuple[TextLine, ...]) -> tuple[PlacedLine, ...]:
    """From top to bottom, lines of one row from left to right."""
    rows: list[list[PlacedLine]] = []
    for one in placed_lines(found, slope_of(found)):
        if rows and one.beside(rows[-1][-1]):
            rows[-1].append(one)
        else:
            rows.append([one])
    ordered = (one for row in rows for one in sorted(row, key=lambda line: line.left))
    return tuple(islice(ordered, _MOST_LINES))
