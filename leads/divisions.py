"""行政区划: from an address or a number to a division, and a division's whole name.

Standard: GB/T 2260, codes as published to 2023 (`leads/data/divisions.csv`, made from china-division 2.7.0, MIT).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from importlib import resources

__all__ = ["Division", "Divisions"]

_PROVINCE_TAIL = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_SHORT_TAIL = re.compile(r"(?:市|地区|盟|自治州)$")
_MUNICIPALITIES = ("11", "12", "31", "50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A division: six-digit code, own name, and name with its parents."""

    code: str
    name: str
    full_name: str


@dataclass(slots=True)
class Divisions:
    """The table, read once by whoever needs it."""

    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Divisions:
        """Read the table that ships with the project."""
        text = resources.files("leads").joinpath("data", "divisions.csv").read_text("utf-8")
        return cls({row["code"]: row["name"] for row in csv.DictReader(text.splitlines())})

    def by_code(self, code: str) -> Division | None:
        """The division of a six-digit code; one abolished since falls back to its city, then its province."""
        for candidate in (code[:6], f"{code[:4]}00", f"{code[:2]}0000"):
            if candidate in self.names:
                return self._division(candidate)
        return None

    def in_text(self, address: str) -> Division | None:
        """The deepest division an address names without doubt, or None.

        >>> Divisions.load().in_text("浙江省杭州市余杭区文一西路969号").code
        '330110'
        """
        provinces = {code[:2] for code, name in self.names.items() if code.endswith("0000") and _names(name, address)}
        cities = [
            code for code, name in self.names.items() if self._is_city(code) and self._city_named(code, name, address)
        ]
        if provinces:
            cities = [code for code in cities if code[:2] in provinces]
        counties = self._counties(address, provinces, cities)
        if len(counties) == 1:
            return self._division(counties[0])
        if len(cities) == 1:
            return self._division(cities[0])
        return self._division(f"{provinces.pop()}0000") if len(provinces) == 1 else None

    def _counties(self, address: str, provinces: set[str], cities: list[str]) -> list[str]:
        named = [
            code for code, name in self.names.items() if not code.endswith("00") and len(name) > 1 and name in address
        ]
        if cities:
            inside = [code for code in named if code[:4] in {city[:4] for city in cities}]
            return _longest(inside, self.names)
        if provinces:
            inside = [code for code in named if code[:2] in provinces]
            return _longest(inside, self.names)
        return _longest([code for code in named if len(self.names[code]) > 2], self.names)

    def _is_city(self, code: str) -> bool:
        return code.endswith("00") and not code.endswith("0000")

    def _city_named(self, code: str, name: str, address: str) -> bool:
        short = _SHORT_TAIL.sub("", name)
        return name in address or (
            len(short) >= 2 and bool(re.match(rf"(?:.{{2,6}}(?:省|自治区))?{re.escape(short)}", address))
        )

    def _division(self, code: str) -> Division:
        parents = [f"{code[:2]}0000", f"{code[:4]}00", code]
        parts = list(dict.fromkeys(self.names[parent] for parent in parents if parent in self.names))
        # A prefecture and below are known without their province; districts of a municipality with it.
        shown = parts if code[:2] in _MUNICIPALITIES or len(parts) == 1 else parts[1:]
        return Division(code=code, name=self.names[code], full_name="".join(shown))


def _names(name: str, address: str) -> bool:
    return name in address or address.startswith(_PROVINCE_TAIL.sub("", name))


def _longest(codes: list[str], names: dict[str, str]) -> list[str]:
    """Of divisions named, those with the longest names: 余杭区 within 下余杭区 is not meant."""
    longest = max((len(names[code]) for code in codes), default=0)
    return [code for code in codes if len(names[code]) == longest]
