"""行政区划 of the sample market: 79 counties and districts of all 31 provinces with their GB/T 2260 codes.

Standard: GB/T 2260 (codes), as in force in 2024.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources

__all__ = ["Division", "load_divisions"]

_SUFFIXES = (
    "壮族苗族自治州",
    "藏族羌族自治州",
    "傣族自治州",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "地区",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One county or district; `city` is empty where the province governs the county itself."""

    code: str
    province: str
    city: str
    county: str
    area_code: str

    @property
    def full_name(self) -> str:
        """As it opens an address; a municipality is said once (上海市浦东新区)."""
        middle = "" if self.city in ("", self.province) else self.city
        return f"{self.province}{middle}{self.county}"

    @property
    def city_short(self) -> str:
        """As company names have it: 杭州; the county where no city stands between."""
        return _short(self.city or self.county)

    @property
    def county_short(self) -> str:
        """As names of county firms have it: 桐庐, but 朝阳区 stays whole (a bare 朝阳 would be another place)."""
        return _short(self.county) if self.county[-1] in "县市" else self.county

    @property
    def province_short(self) -> str:
        """浙江, 内蒙古, 新疆."""
        return _short(self.province)

    @property
    def bureau(self) -> str:
        """登记机关."""
        return f"{self.county}市场监督管理局"


def load_divisions() -> tuple[Division, ...]:
    """All divisions in the order of their codes."""
    text = resources.files("wangjian.sample").joinpath("divisions.csv").read_text(encoding="utf-8")
    return tuple(Division(**row) for row in csv.DictReader(text.splitlines()))


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name[:-1] if len(name) > 2 and name[-1] in "省市区县" else name
