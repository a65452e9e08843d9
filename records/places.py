"""Where counties lie, for searching by distance: each stands at the centre of its outline (区县中心), no nearer.

The table ships with the project and is made by `deploy/make_centres.py`; coordinates are CGCS2000, which for this
purpose is WGS 84. Map services of China show GCJ-02, up to 0.7 km beside it: less than a county's centre tells.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from records.errors import InvalidInputError

__all__ = ["County", "checked_region", "counties", "counties_named", "counties_within", "distance_km"]

_EARTH_KM = 6371.0088
_CODE_LENGTHS = (2, 4, 6)
_ENDS_OF_PARENTS = ("省", "市", "区", "县", "州", "盟")


class County(NamedTuple):
    """A county: six digits of GB/T 2260, name with its parents, and its centre in degrees north and east."""

    code: str
    name: str
    latitude: float
    longitude: float


@cache
def counties() -> Mapping[str, County]:
    """All of the table, by code. It is read once, and never changes."""
    text = resources.files("records").joinpath("data", "division_centres.csv").read_text("utf-8")
    rows = (
        County(row["code"], row["name"], float(row["latitude"]), float(row["longitude"]))
        for row in csv.DictReader(text.splitlines())
    )
    return MappingProxyType({row.code: row for row in rows})


def counties_named(name: str) -> tuple[County, ...]:
    """Those of that name, with or without its parents: 西湖区 is two counties, 杭州市西湖区 one, and 东西湖区 neither.

    >>> [one.code for one in counties_named("杭州市西湖区")], [one.code for one in counties_named("西湖区")]
    (['330106'], ['330106', '360103'])
    """
    there = (one for one in counties().values() if one.name.endswith(name))
    return tuple(one for one in there if one.name == name or one.name[: -len(name)].endswith(_ENDS_OF_PARENTS))


def checked_region(code: str) -> str:
    """A code that names a province (2 digits), a city (4) or a county (6) of GB/T 2260, as it is. A county is not
    refused that is younger than the table, where its city is known.

    Raises:
        InvalidInputError: It names none.

    >>> [checked_region(code) for code in ("33", "3301", "330106", "330199")]
    ['33', '3301', '330106', '330199']
    """
    plain = code.isascii() and code.isdigit() and len(code) in _CODE_LENGTHS
    if not (plain and any(known.startswith(code[:4]) for known in counties())):
        raise InvalidInputError(f"行政区划代码不认识：{code[:20]}", cure="写 2、4 或 6 位代码，如 33、3301、330106")
    return code


def counties_within(latitude: float, longitude: float, km: float) -> tuple[str, ...]:
    """Codes of the counties whose centre lies that near, in kilometres over the ground; the nearest first.

    >>> counties_within(30.203, 120.078, 1.0)
    ('330106',)
    """
    near = [
        (distance, one.code)
        for one in counties().values()
        if abs(one.latitude - latitude) * 111.0 <= km + 1.0
        and (distance := distance_km(latitude, longitude, one.latitude, one.longitude)) <= km
    ]
    return tuple(code for _, code in sorted(near))


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The way over the ground between two points, in kilometres (a great circle of a globe, within half a percent).

    >>> round(distance_km(39.904, 116.407, 31.230, 121.474))
    1067
    """
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_north, half_east = (other_north - north) / 2, math.radians(other_longitude - longitude) / 2
    part = math.sin(half_north) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(half_east) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(part))
