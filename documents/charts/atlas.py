"""The ground map: areas of China by GB/T 2260 code as rings of longitude and latitude, ours or the bureau's own.

The bureau's approved map (`wangjian map import`) is a folder of the same files with its 审图号.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from records.errors import IntegrityError, NotFoundError

__all__ = ["OWN_MAP_FOLDER", "Atlas", "Ring"]

OWN_MAP_FOLDER = "map"
"""Inside the data directory."""

Ring = Sequence[tuple[float, float]]
_HERE = Path(__file__).resolve().parent.parent / "maps"


class Atlas:
    """Reads a level when it is first asked for, and keeps it. One is made for a process."""

    def __init__(self, data_dir: Path | None = None) -> None:
        own = data_dir / OWN_MAP_FOLDER if data_dir is not None else None
        self._folder = own if own is not None and (own / "map.toml").is_file() else _HERE
        self._levels: dict[str, Any] = {}
        said = tomllib.loads((self._folder / "map.toml").read_text(encoding="utf-8"))
        self.caption: str = said["caption"]
        self.gs_number: str = said.get("gs_number", "")

    def provinces(self) -> Mapping[str, Sequence[Ring]]:
        """All of China, by two digits."""
        return {code[:2]: self._rings("provinces", code) for code in self._areas("provinces")}

    def parts(self, within: str) -> Mapping[str, Sequence[Ring]]:
        """The parts of a province or prefecture by the keys of `leads.regions.region_key`.

        Raises:
            NotFoundError: The map has no such area.
        """
        if not within:
            return self.provinces()
        cities = [code for code in self._areas("cities") if code.startswith(within)]
        if len(within) == 2 and len(cities) > 1:
            return {_key(code): self._rings("cities", code) for code in cities}
        counties = [code for code in self._areas("counties") if code.startswith(within)]
        found = {code: self._rings("counties", code) for code in counties}
        if not found:
            found = {_key(code): self._rings("cities", code) for code in cities}
        if not found:
            raise NotFoundError(f"底图没有这个区划：{within}", cure="只看表格；或导入较新的底图")
        return found

    def line(self) -> Sequence[Ring]:
        """The strokes of the line of the South China Sea."""
        return [_points(packed) for packed in self._level("provinces").get("line", ())]

    def _areas(self, level: str) -> Mapping[str, Any]:
        areas: Mapping[str, Any] = self._level(level)["areas"]
        return areas

    def _level(self, name: str) -> Mapping[str, Any]:
        if name not in self._levels:
            try:
                self._levels[name] = json.loads((self._folder / f"{name}.json").read_bytes())
            except (OSError, ValueError) as exc:
                raise IntegrityError(f"底图文件读不出：{name}.json", cure="重新导入底图：wangjian map import") from exc
        level: Mapping[str, Any] = self._levels[name]
        return level

    def _rings(self, level: str, code: str) -> list[Ring]:
        known = self._level(level)
        return [_joined(known["arcs"], numbers) for numbers in known["areas"][code]]


def _key(code: str) -> str:
    """A prefecture by four digits; a county the province holds itself by six."""
    return code[:4] if code.endswith("00") else code


def _joined(arcs: Sequence[Sequence[int]], numbers: Sequence[int]) -> list[tuple[float, float]]:
    ring: list[tuple[float, float]] = []
    for number in numbers:
        points = _points(arcs[number if number >= 0 else ~number])
        if number < 0:
            points.reverse()
        ring += points if not ring else points[1:]
    return ring


def _points(packed: Sequence[int]) -> list[tuple[float, float]]:
    x = y = 0
    points = []
    for place in range(0, len(packed), 2):
        x, y = x + packed[place], y + packed[place + 1]
        points.append((x / 1000, y / 1000))
    return points
