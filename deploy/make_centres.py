"""Makes `records/data/division_centres.csv`, the centre of every county, from the ground map and the divisions.

    python deploy/make_centres.py

The centre is the centre of gravity of the county's outline (`documents/maps/counties.json`, islands with it), to three
decimals; it runs over what ships and fetches nothing. Areas of the map that have no name in `leads/data/divisions.csv`
(Taiwan, Hong Kong, Macao and a few others) have none here either.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from documents.charts.atlas import Atlas, Ring  # noqa: E402  # the tree itself is what it reads

OUT = HERE / "records" / "data" / "division_centres.csv"


def main() -> None:
    """Write the table anew."""
    with (HERE / "leads" / "data" / "divisions.csv").open(encoding="utf-8") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    rows = [(code, _whole_name(code, names), *centre_of(rings)) for code, rings in _counties() if code in names]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("code", "name", "latitude", "longitude"))
        out.writerows((code, name, f"{north:.3f}", f"{east:.3f}") for code, name, north, east in sorted(rows))
    sys.stdout.write(f"{len(rows)} counties\n")


def centre_of(rings: Sequence[Ring]) -> tuple[float, float]:
    """Latitude and longitude of the centre of gravity of an area of several rings.

    >>> centre_of([[(120.0, 30.0), (121.0, 30.0), (121.0, 31.0), (120.0, 31.0)]])
    (30.5, 120.5)
    """
    weight = north = east = 0.0
    for ring in rings:
        origin_east, origin_north = ring[0]
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            ax, ay, bx, by = x1 - origin_east, y1 - origin_north, x2 - origin_east, y2 - origin_north
            cross = ax * by - bx * ay
            weight += cross
            east += cross * (ax + bx + 3 * origin_east)
            north += cross * (ay + by + 3 * origin_north)
    if math.isclose(weight, 0.0, abs_tol=1e-12):
        points = [point for ring in rings for point in ring]
        return sum(y for _, y in points) / len(points), sum(x for x, _ in points) / len(points)
    return north / weight / 3, east / weight / 3


def _counties() -> list[tuple[str, Sequence[Ring]]]:
    atlas = Atlas()
    return [(code, atlas._rings("counties", code)) for code in atlas._areas("counties")]


def _whole_name(code: str, names: dict[str, str]) -> str:
    parents = (f"{code[:2]}0000", f"{code[:4]}00", code)
    return "".join(dict.fromkeys(names[parent] for parent in parents if parent in names))


if __name__ == "__main__":
    main()
