"""A map of figures by region: five shades of one hue, the number of each region written beside it in a table.

An area with nothing found and one that was not looked at are told apart: the latter is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from documents.charts.atlas import Atlas, Ring
from documents.charts.drawing import INK, LINE, SHADES, SOFT, element, number, svg, text
from documents.charts.drawing import clean as cleaned

__all__ = ["MapOf", "choropleth", "steps_of"]

_WIDTH, _MOST_HEIGHT, _LEGEND = 620, 640, 50
_PARALLELS = (25.0, 47.0)
_MERIDIAN = 105.0
_MARK = 1.6
_SOUTHERN = 17.8
_SOUTHERN_EAST = (111.5, 20.0)
_CORNER = 150
_SEEN = 3.0
_CLASSES = len(SHADES) - 1
_MOST_GROUNDS = 64

Project = Callable[[float, float], tuple[float, float]]


def steps_of(values: Sequence[int]) -> tuple[int, ...]:
    """The least value of each shade but the first, which is nothing at all: round numbers, at most five.

    >>> steps_of([0, 1, 2, 5]), steps_of([3, 90, 41, 800, 12])
    ((1, 2, 3, 4, 5), (1, 3, 12, 41, 90))
    """
    found = sorted({value for value in values if value > 0})
    if not found or found[-1] <= _CLASSES:
        return tuple(range(1, _CLASSES + 1))
    cuts = {1}
    for place in range(1, _CLASSES):
        cuts.add(found[min(len(found) - 1, max(0, round(len(found) * place / _CLASSES) - 1))])
    return tuple(sorted(cuts))


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """What a map shows.

    Attributes:
        values: By the keys of the map's parts.
        looked_at: Parts of which something was looked at; the others are hatched. None: not told.
        href: Where a part leads; None makes no links.
        name: What its parts are called on the page; maps of one page differ in it.
    """

    title: str
    values: Mapping[str, int]
    within: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    looked_at: frozenset[str] | None = None
    href: Callable[[str], str] | None = None
    name: str = "map"
    unit: str = "条"


def choropleth(atlas: Atlas, shown: MapOf) -> str:
    """The parts of a region, or the provinces, shaded by their values.

    Raises:
        NotFoundError: The map has no such region.
    """
    values, name, within = shown.values, shown.name, shown.within
    ground = _ground(atlas, within)
    height = ground.height
    steps = steps_of([values.get(key, 0) for key in ground.parts])
    drawn = [_hatch(name)]
    for key in sorted(ground.parts):
        count = values.get(key, 0)
        called = shown.names.get(key, key)
        hatched = shown.looked_at is not None and key not in shown.looked_at and not count
        shape = _area(
            *ground.parts[key],
            fill=_fill(count, steps, name, hatched=hatched),
            level=_level(count, steps, hatched=hatched),
        )
        said = f"{called}：{'未监测' if hatched else f'{number(count)} {shown.unit}'}"
        inside = f"<title>{cleaned(said)}</title>{shape}"
        link = shown.href(key) if shown.href is not None else ""
        drawn.append(
            element("a", inside, href=link, class_="c-part") if link else element("g", inside, class_="c-part")
        )
    for points in ground.lines:
        drawn.append(element("polyline", points=points, fill="none", stroke=INK, stroke_width="1.8", class_="c-sea"))
    if within and ground.reaches_far_south:
        frame = {"x": _WIDTH - _CORNER, "y": 1, "width": _CORNER - 1, "height": height - 2}
        drawn.append(element("rect", **frame, fill="none", stroke=SOFT, class_="c-frame"))
        drawn.append(text("南海诸岛", _WIDTH - 8, 18, text_anchor="end", font_size=11))
    drawn += _legend(steps, height, name, unit=shown.unit, hatched=shown.looked_at is not None)
    drawn.append(text(atlas.caption, 0, height + _LEGEND - 8, font_size=11))
    top = sorted(((count, key) for key, count in values.items() if count and key in ground.parts), reverse=True)[:5]
    told = "、".join(f"{shown.names.get(key, key)} {number(count)} {shown.unit}" for count, key in top) or "均为零"
    return svg(
        drawn, size=(_WIDTH, height + _LEGEND), title=shown.title, told=f"{shown.title}：{told}。全部见表。", name=name
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """A map without its figures. `parts`: of each key the path around it, and the marks of islands too small to be
    seen."""

    parts: Mapping[str, tuple[str, str]]
    lines: tuple[str, ...]
    height: int
    reaches_far_south: bool


@lru_cache(_MOST_GROUNDS)
def _ground(atlas: Atlas, within: str) -> _Ground:
    """The same for every period: ten thousand points are placed once."""
    parts = atlas.parts(within)
    fitted, height = _places(atlas, parts, within)
    return _Ground(
        parts={key: _outline(rings, fitted) for key, rings in parts.items()},
        lines=tuple(_path(stroke, fitted) for stroke in atlas.line()) if not within else (),
        height=height,
        reaches_far_south=any(_far_south(*ring[0]) for rings in parts.values() for ring in rings),
    )


def _places(atlas: Atlas, parts: Mapping[str, Sequence[Ring]], within: str) -> tuple[Project, int]:
    """Where each point of the map lies on the drawing. A part that reaches far into the South China Sea is drawn large,
    and its islands in a corner of their own, as official maps do."""
    rings = [ring for some in parts.values() for ring in some]
    if not within:
        return _fit(_albers, rings + list(atlas.line()))
    near = [ring for ring in rings if not _far_south(*ring[0])]
    if not near or len(near) == len(rings):
        return _fit(_local(rings), rings)
    whole, height = _fit(_local(near), near, width=_WIDTH - _CORNER)
    south = [ring for ring in rings if _far_south(*ring[0])]
    small, _ = _fit(_local(south), south, width=_CORNER - 12, most=height - 12)

    def place(east: float, north: float) -> tuple[float, float]:
        if not _far_south(east, north):
            return whole(east, north)
        x, y = small(east, north)
        return _WIDTH - _CORNER + 6 + x, 6 + y

    return place, height


def _far_south(east: float, north: float) -> bool:
    """Whether a place lies among the islands of the South China Sea."""
    return north <= _SOUTHERN or (north < _SOUTHERN_EAST[1] and east > _SOUTHERN_EAST[0])


def _outline(rings: Sequence[Ring], fitted: Project) -> tuple[str, str]:
    paths, marks = [], []
    for ring in rings:
        points = [fitted(*point) for point in ring]
        wide = max(x for x, _ in points) - min(x for x, _ in points)
        high = max(y for _, y in points) - min(y for _, y in points)
        if max(wide, high) < _SEEN:  # an island too small to be seen is marked, not lost
            marks.append(element("circle", cx=points[0][0], cy=points[0][1], r=_MARK / 2))
        paths.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return "".join(paths), "".join(marks)


def _area(path: str, marks: str, *, fill: str, level: str) -> str:
    shape = element(
        "path",
        d=path,
        fill=fill,
        fill_rule="evenodd",
        stroke="#8a94a3",
        stroke_width="0.6",
        class_=f"c-area-{level}",
    )
    return shape + (element("g", marks, fill="#6b7685", class_="c-isle") if marks else "")


def _level(count: int, steps: Sequence[int], *, hatched: bool) -> str:
    return "x" if hatched else str(sum(1 for step in steps if count >= step))


def _fill(count: int, steps: Sequence[int], name: str, *, hatched: bool) -> str:
    return f"url(#{name}-h)" if hatched else SHADES[sum(1 for step in steps if count >= step)]


def _hatch(name: str) -> str:
    stroke = element("path", d="M0 6L6 0", stroke="#9aa4b2", stroke_width="0.9", class_="c-hatch")
    ground = element("rect", width=6, height=6, fill="#ffffff", class_="c-ground")
    pattern = element("pattern", ground + stroke, id=f"{name}-h", width=6, height=6, patternUnits="userSpaceOnUse")
    return element("defs", pattern)


def _legend(steps: Sequence[int], height: float, name: str, *, unit: str, hatched: bool) -> list[str]:
    bounds = [(0, 0)] + [
        (step, steps[place + 1] - 1 if place + 1 < len(steps) else -1) for place, step in enumerate(steps)
    ]
    parts, x, y = [], 0.0, height + 10
    if hatched:
        parts.append(element("rect", x=x, y=y, width=14, height=12, fill=f"url(#{name}-h)", stroke=LINE))
        parts.append(text("未监测", x + 18, y + 10, font_size=11))
        x += 62
    for place, (least, most) in enumerate(bounds):
        said = (
            f"{number(least)}"
            if most == least
            else f"≥{number(least)}"
            if most < 0
            else f"{number(least)}–{number(most)}"
        )
        parts.append(
            element("rect", x=x, y=y, width=14, height=12, fill=SHADES[place], stroke=LINE, class_=f"c-area-{place}")
        )
        parts.append(text(said, x + 18, y + 10, font_size=11))
        x += 30 + 7 * len(said)
    parts.append(text(unit, x, y + 10, font_size=11, fill=SOFT))
    return parts


def _path(points: Ring, fitted: Project) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (fitted(*point) for point in points))


def _albers(east: float, north: float) -> tuple[float, float]:
    """Equal areas, as official maps of China are drawn: parallels 25 and 47 degrees north, meridian 105 east."""
    one, two = (math.radians(parallel) for parallel in _PARALLELS)
    share = (math.sin(one) + math.sin(two)) / 2
    whole = math.cos(one) ** 2 + 2 * share * math.sin(one)
    far = math.sqrt(whole - 2 * share * math.sin(math.radians(north))) / share
    turned = share * math.radians(east - _MERIDIAN)
    return far * math.sin(turned), -(-far * math.cos(turned))


def _local(rings: Sequence[Ring]) -> Project:
    norths = [north for ring in rings for _, north in ring]
    narrow = math.cos(math.radians((min(norths) + max(norths)) / 2))
    return lambda east, north: (east * narrow, -north)


def _fit(
    project: Project, rings: Sequence[Ring], *, width: float = _WIDTH, most: float = _MOST_HEIGHT
) -> tuple[Project, int]:
    places = [project(*point) for ring in rings for point in ring]
    left, top = min(x for x, _ in places), min(y for _, y in places)
    wide, high = max(x for x, _ in places) - left, max(y for _, y in places) - top
    scale = min((width - 8) / wide, (most - 8) / high)
    aside = (width - wide * scale) / 2

    def fitted(east: float, north: float) -> tuple[float, float]:
        x, y = project(east, north)
        return aside + (x - left) * scale, 4 + (y - top) * scale

    return fitted, math.ceil(high * scale) + 8
