"""The picture as it is laid before the engine: the right way up, level enough, and cut to where the licence is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from matching.licence_images.engine import TextEngine, TextLine
from matching.licence_images.images import strips_of
from matching.licence_images.labels import label_at_head
from matching.licence_images.layout import find_fields
from matching.licence_images.placing import PlacedLine, placed_lines, slope_of, stands_on_its_side
from matching.licence_images.preparing import WAYS, Way, prepared

__all__ = ["Sheet", "focused", "lines_of", "turned_upright"]

_LEVEL_ENOUGH = 7.0
"""Degrees the engine reads without loss; steeper pictures are turned first."""

_PAPER = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A part of the picture; `left` and `top` are where it begins in the whole. `lines` is what `WAYS[0]` already
    gave of it."""

    image: Image.Image
    left: int = 0
    top: int = 0
    lines: tuple[TextLine, ...] | None = None


def lines_of(sheet: Sheet, way: Way, engine: TextEngine) -> tuple[TextLine, ...]:
    """The lines of a sheet in pixels of the whole picture; of a long one piece by piece, each line once."""
    if way is WAYS[0] and sheet.lines is not None:
        return sheet.lines
    pieces = (
        _moved(engine.lines(prepared(piece, way)), sheet.left + left, sheet.top + top)
        for left, top, piece in strips_of(sheet.image)
    )
    return tuple(_each_once(pieces))


def turned_upright(sheet: Sheet, engine: TextEngine) -> tuple[Sheet, float]:
    """The sheet the right way up with its first lines, and how far it was turned counter-clockwise.

    A picture whose lines run up or down is tried both ways; one whose fields are not found though labels are is tried
    upside down: the engine reads upside-down lines, but values then stand left of their labels.
    """
    first = _with_lines(sheet, engine)
    lines = first.lines or ()
    tries: tuple[float, ...] = ()
    if stands_on_its_side(lines):
        tries = (90, 270)
    elif abs(slope_of(lines)) > _LEVEL_ENOUGH:
        tries = (slope_of(lines),)
    elif _fields(first) < 2 and any(label_at_head("".join(line.text.split())) for line in lines):
        tries = (180,)
    best, turned = first, 0.0
    for degrees in tries:
        tried = _with_lines(Sheet(image=_turned(sheet.image, degrees)), engine)
        if _fields(tried) >= _fields(best):
            best, turned = tried, degrees
    return best, turned


def focused(sheet: Sheet, lines: Sequence[PlacedLine], tilt: float) -> Sheet:
    """Of a picture read in pieces, the part about the labels of the licence; any other sheet as it is."""
    if len(list(strips_of(sheet.image))) == 1:
        return sheet
    points = [point for one in lines if label_at_head(one.text) for point in one.line.corners]
    if not points:
        return sheet
    side = min(sheet.image.size)
    spare = round(side * (0.15 + abs(tilt) / 90))
    left, right = min(x for x, _ in points) - spare, max(x for x, _ in points) + side
    top, bottom = min(y for _, y in points) - spare, max(y for _, y in points) + spare * 2
    width, height = sheet.image.size
    box = (max(0, round(left)), max(0, round(top)), min(width, round(right)), min(height, round(bottom)))
    return Sheet(image=sheet.image.crop(box), left=box[0], top=box[1])


def _with_lines(sheet: Sheet, engine: TextEngine) -> Sheet:
    return replace(sheet, lines=lines_of(sheet, WAYS[0], engine))


def _fields(sheet: Sheet) -> int:
    lines = sheet.lines or ()
    return len(find_fields(placed_lines(lines, slope_of(lines))))


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, expand=True, fillcolor=_PAPER, resample=Image.Resampling.BICUBIC)


def _moved(lines: Iterable[TextLine], left: int, top: int) -> list[TextLine]:
    if not left and not top:
        return list(lines)
    return [_shifted(line, left, top) for line in lines]


def _shifted(line: TextLine, left: int, top: int) -> TextLine:
    one, two, three, four = ((x + left, y + top) for x, y in line.corners)
    return replace(line, corners=(one, two, three, four))


def _each_once(pieces: Iterator[list[TextLine]]) -> list[TextLine]:
    """Lines of overlapping pieces: of two in one place the longer, then the surer."""
    kept: list[TextLine] = []
    for piece in pieces:
        for line in piece:
            twin = next((at for at, other in enumerate(kept) if _same_place(line, other)), None)
            if twin is None:
                kept.append(line)
            elif (len(line.text), line.confidence) > (len(kept[twin].text), kept[twin].confidence):
                kept[twin] = line
    return kept


def _same_place(one: TextLine, two: TextLine) -> bool:
    left, top = max(one.corners[0][0], two.corners[0][0]), max(one.corners[0][1], two.corners[0][1])
    right, bottom = min(one.corners[2][0], two.corners[2][0]), min(one.corners[2][1], two.corners[2][1])
    shared = max(0.0, right - left) * max(0.0, bottom - top)
    return shared > 0.5 * min(_area(one), _area(two)) > 0


def _area(line: TextLine) -> float:
    return max(0.0, line.corners[2][0] - line.corners[0][0]) * max(0.0, line.corners[2][1] - line.corners[0][1])
