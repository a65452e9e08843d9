"""Drawings: whole as XML, silent about markup, and a map that shows what a map of China must."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

import documents
from documents.charts.atlas import Atlas
from documents.charts.bars import bar_chart
from documents.charts.choropleth import MapOf, choropleth
from documents.charts.lines import line_chart
from leads.divisions import Divisions

MAPS = Path(documents.__file__).parent / "maps"
HOSTILE = '<script>alert(1)</script>"&\u202e\x00店'


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas()


def test_map_files_are_the_recorded_ones():
    said = tomllib.loads((MAPS / "map.toml").read_text(encoding="utf-8"))
    for name, digest in said["files"].items():
        assert hashlib.sha256((MAPS / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in MAPS.iterdir()} == {*said["files"], "map.toml", said["licence_file"]}


def _inside(rings, east, north):
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > north) != (y2 > north) and east < (x2 - x1) * (north - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def test_every_province_is_there_by_its_number(atlas):
    provinces = atlas.provinces()
    assert len(provinces) == 34
    cities = {"11": (116.4, 39.9), "71": (121.0, 24.0), "54": (91.1, 29.65), "65": (87.6, 43.8), "33": (120.15, 30.28)}
    for code, place in cities.items():
        assert _inside(provinces[code], *place), code
    assert min(north for rings in provinces.values() for ring in rings for _, north in ring) < 4.5
    assert any(123 < ring[0][0] < 124.7 and 25.6 < ring[0][1] < 26.1 for rings in provinces.values() for ring in rings)
    assert "81" in provinces and "82" in provinces


def test_line_of_the_south_china_sea_has_ten_strokes(atlas):
    strokes = atlas.line()
    assert len(strokes) == 10
    norths = [north for stroke in strokes for _, north in stroke]
    assert min(norths) < 4 and max(norths) > 24
    assert choropleth(atlas, MapOf(title="图", values={})).count("c-sea") == 10


def test_parts_bear_the_numbers_leads_have(atlas):
    names = Divisions.load().names
    assert "4603" in atlas.parts("46") and "469029" in atlas.parts("46")
    assert "110105" in atlas.parts("11") and "310115" in atlas.parts("31")
    for within in ("33", "44", "51"):
        assert all(key.ljust(6, "0") in names for key in atlas.parts(within)), within
    assert {"330106", "330110"} <= set(atlas.parts("3301"))


def test_neighbours_keep_one_border(atlas):
    """A border drawn once cannot gape: nearly every stretch between two provinces is in both of them."""
    one, two = ({point for ring in atlas.provinces()[code] for point in ring} for code in ("33", "32"))
    shared = one & two
    assert len(shared) > 5
    near = {point for point in one if min(abs(point[0] - x) + abs(point[1] - y) for x, y in two) < 0.02}
    assert near <= two


def test_not_looked_at_differs_from_nothing_found(atlas):
    drawn = choropleth(
        atlas, MapOf(title="图", values={"33": 5}, looked_at=frozenset({"33", "44"}), names={"44": "广东"})
    )
    assert "广东：0 条" in drawn and "54：未监测" in drawn


@pytest.mark.parametrize(
    "drawn",
    [
        line_chart(HOSTILE, [(HOSTILE, 3), ("b", 0)], name="x", unfinished=True),
        line_chart("空", []),
        bar_chart(HOSTILE, [(HOSTILE, 3), ("零", 0)], name="y"),
        bar_chart("空", []),
    ],
)
def test_drawing_is_whole_and_holds_no_markup_of_others(drawn):
    root = ElementTree.fromstring(drawn)  # our own drawing
    assert "script" not in {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "style=" not in drawn
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
