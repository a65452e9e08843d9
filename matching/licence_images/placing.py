"""Lines of text set straight: where each stands once the slope of the page is taken out."""

from __future__ import annotations

import math
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from matching.licence_images.engine import Point, TextLine
from records.licences_read import Box

__all__ = ["PlacedLine", "box_around", "placed_lines", "slope_of", "stands_on_its_side"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLine:
    """A line as it would stand on a level page. `line` keeps its own corners."""

    line: TextLine
    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    def beside(self, other: PlacedLine) -> bool:
        """Whether both stand on one row."""
        return abs(self.middle - other.middle) < 0.55 * max(self.height, other.height)


def slope_of(lines: Sequence[TextLine]) -> float:
    """Degrees the lines fall to the right (clockwise positive): the median over lines clearly longer than high."""
    found = [_angle(line) for line in lines if _length(line) > 2.5 * _thickness(line)]
    return statistics.median(found) if found else 0.0


def stands_on_its_side(lines: Sequence[TextLine]) -> bool:
    """Whether most lines run up or down: the picture was taken a quarter turn off."""
    long = [line for line in lines if max(_extent(line)) > 2 * min(_extent(line))]
    upright = sum(_extent(line)[1] > _extent(line)[0] for line in long)
    return len(long) >= 3 and upright * 2 > len(long)


def placed_lines(lines: Sequence[TextLine], slope: float) -> tuple[PlacedLine, ...]:
    """The lines turned back by `slope`, from top to bottom; white space is dropped and width folded in letters."""
    turned = [_placed(line, math.radians(slope)) for line in lines]
    return tuple(sorted((one for one in turned if one.text), key=lambda one: (one.middle, one.left)))


def box_around(lines: Sequence[PlacedLine], scale: float) -> Box:
    """The rectangle about lines, in pixels before `scale` was applied."""
    points = [point for one in lines for point in one.line.corners]
    return Box(
        left=max(0, math.floor(min(x for x, _ in points) / scale)),
        top=max(0, math.floor(min(y for _, y in points) / scale)),
        right=math.ceil(max(x for x, _ in points) / scale),
        bottom=math.ceil(max(y for _, y in points) / scale),
    )


def _placed(line: TextLine, angle: float) -> PlacedLine:
    cosine, sine = math.cos(-angle), math.sin(-angle)
    one, two, three, four = ((x * cosine - y * sine, x * sine + y * cosine) for x, y in line.corners)
    return PlacedLine(
        line=line,
        text="".join(_folded(line.text).split()),
        left=(one[0] + four[0]) / 2,
        right=(two[0] + three[0]) / 2,
        top=(one[1] + two[1]) / 2,
        bottom=(three[1] + four[1]) / 2,
    )


def _folded(text: str) -> str:
    """Full-width letters and digits to ASCII; Chinese brackets and stops stay as printed."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "０" <= sign <= "ｚ" and sign.isalnum() else sign for sign in text
    )


def _angle(line: TextLine) -> float:
    (left, top), (right, down) = line.corners[0], line.corners[1]
    return math.degrees(math.atan2(down - top, right - left))


def _length(line: TextLine) -> float:
    return _distance(line.corners[0], line.corners[1])


def _thickness(line: TextLine) -> float:
    return _distance(line.corners[0], line.corners[3])


def _distance(one: Point, two: Point) -> float:
    return math.hypot(one[0] - two[0], one[1] - two[1])


def _extent(line: TextLine) -> tuple[float, float]:
    xs, ys = [x for x, _ in line.corners], [y for _, y in line.corners]
    return max(xs) - min(xs), max(ys) - min(ys)
