"""The bureau's own approved map in the place of the bundled one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from documents.charts.atlas import OWN_MAP_FOLDER
from records.errors import InvalidInputError

__all__ = ["import_map"]

_PROVINCES = 34
_LARGEST_BYTES = 80_000_000
_GS = re.compile(r"[^\s\"\\]{4,40}")
_LEVELS = (("provinces", 2), ("cities", 4), ("counties", 6))


def import_map(source: Path, gs_number: str, data_dir: Path) -> dict[str, int]:
    """Take over a GeoJSON file of areas, each with its code in `gb`, `adcode` or `code`; how many of each level.

    Lines without a code are the line of the South China Sea. The coordinates are taken as they are.

    Raises:
        InvalidInputError: No map of all provinces, or no number of approval.
    """
    if not _GS.fullmatch(gs_number.strip()):
        raise InvalidInputError(f"审图号不认识：{gs_number[:40]}", cure="写批准的审图号，如 GS（2024）0650号")
    features = _features(source)
    levels: dict[str, dict[str, Any]] = {name: {"arcs": [], "areas": {}} for name, _ in _LEVELS}
    levels["provinces"]["line"] = []
    for feature in features:
        _put(feature, levels)
    counted = {name: len(level["areas"]) for name, level in levels.items()}
    if counted["provinces"] != _PROVINCES:
        raise InvalidInputError(
            f"底图应有 {_PROVINCES} 个省级区划，读到 {counted['provinces']} 个，未导入",
            cure="用含全国各省（含台湾、香港、澳门）的 GeoJSON，区划代码写在 gb、adcode 或 code",
        )
    if not levels["provinces"]["line"]:
        raise InvalidInputError("底图没有南海断续线，未导入", cure="用含境界线要素（线）的标准地图数据")
    folder = data_dir / OWN_MAP_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, level in levels.items():
        (folder / f"{name}.json").write_text(json.dumps(level, separators=(",", ":")), encoding="utf-8")
    said = gs_number.strip()
    lines = (f'caption = "审图号：{said}"', f'gs_number = "{said}"', 'source = "imported"')
    (folder / "map.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")  # last: until then the old one is used
    return counted


def _features(source: Path) -> Iterable[Mapping[str, Any]]:
    try:
        if source.stat().st_size > _LARGEST_BYTES:
            raise InvalidInputError(f"底图文件过大：{source.stat().st_size} 字节", cure="先简化到 80 MB 以内")
        said = json.loads(source.read_bytes())
        found: Iterable[Mapping[str, Any]] = said["features"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InvalidInputError(f"不是 GeoJSON：{source}", cure="导出为 GeoJSON（FeatureCollection）") from exc
    return found


def _put(feature: Mapping[str, Any], levels: Mapping[str, dict[str, Any]]) -> None:
    try:
        geometry, said = feature["geometry"], feature.get("properties") or {}
        code = str(said.get("gb") or said.get("adcode") or said.get("code") or "")
        code = code[3:] if code.startswith("156") and len(code) > 6 else code
        kind, coordinates = geometry["type"], geometry["coordinates"]
        if "Line" in kind:
            strokes = coordinates if kind == "MultiLineString" else [coordinates]
            levels["provinces"]["line"] += [_packed(stroke) for stroke in strokes]
            return
        if not re.fullmatch(r"\d{6}", code):
            return
        name = "provinces" if code.endswith("0000") else "cities" if code.endswith("00") else "counties"
        parts = coordinates if kind == "MultiPolygon" else [coordinates]
        level = levels[name]
        rings = [_packed(ring) for part in parts for ring in part]
        level["areas"][code] = [[len(level["arcs"]) + place] for place in range(len(rings))]
        level["arcs"] += rings
    except (KeyError, TypeError, ValueError, IndexError) as exc:
        raise InvalidInputError("底图中有读不懂的要素，未导入", cure="核对 GeoJSON 的 geometry 与 properties") from exc


def _packed(ring: Iterable[Iterable[float]]) -> list[int]:
    packed: list[int] = []
    x = y = 0
    for point in ring:
        east, north, *_ = point
        if not (-180 <= east <= 180 and -90 <= north <= 90):
            raise ValueError("not degrees")
        at = round(east * 1000), round(north * 1000)
        if packed and at == (x, y):
            continue
        packed += [at[0] - x, at[1] - y]
        x, y = at
    return packed
