"""行政区划 numbers over time: was a number in the standard on a day, and which office does it stand for.

`matching/data/division_history.csv`: code, name, and the months (YYYYMM) of the first and last published list that has
it; `last` is empty for those in force in 2023. Between two lists up to a year passes, so months are bounds, not dates.

Standard: GB/T 2260, lists published 1980-2019 and 2023.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from importlib import resources

from matching.data.divisions import PROVINCES

__all__ = ["NATIONAL", "DivisionHistory", "Standing"]

NATIONAL = "100000"
"""In a code: the national office registers the entity itself."""

_OFFICE = "市场监督管理局"


class Standing(Enum):
    """What the standard says of a number at a time."""

    IN_FORCE = 1
    NO_PROVINCE = 2
    NEVER_LISTED = 3
    ABOLISHED_BEFORE = 4
    MADE_AFTER = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Division:
    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DivisionHistory:
    """The table, read once by whoever needs it."""

    rows: Mapping[str, _Division]

    @classmethod
    def load(cls) -> DivisionHistory:
        """Read the table that ships with the project."""
        text = resources.files("matching.data").joinpath("division_history.csv").read_text("utf-8")
        return cls(
            {
                row["code"]: _Division(name=row["name"], first=int(row["first"]), last=int(row["last"] or 999912))
                for row in csv.DictReader(text.splitlines())
            }
        )

    def standing(self, code: str, *, since: date, until: date) -> Standing:
        """Whether a number given out between two days was in the standard then; a year's delay of the lists is allowed.

        >>> history = DivisionHistory.load(); day = date(2016, 5, 1)
        >>> history.standing("330106", since=day, until=day).name, history.standing("990106", since=day, until=day).name
        ('IN_FORCE', 'NO_PROVINCE')
        >>> history.standing("120222", since=day, until=day).name
        'ABOLISHED_BEFORE'
        """
        if code == NATIONAL:
            return Standing.IN_FORCE
        if code[:2] not in PROVINCES:
            return Standing.NO_PROVINCE
        row = self._row(code)
        if row is None:
            return Standing.NEVER_LISTED
        if row.last + 100 < _month(since):
            return Standing.ABOLISHED_BEFORE
        return Standing.MADE_AFTER if row.first - 100 > _month(until) else Standing.IN_FORCE

    def last_listed(self, code: str) -> str:
        """The month of the last list that has the number, in words."""
        row = self._row(code)
        return f"{row.last // 100}年{row.last % 100}月" if row else ""

    def name(self, code: str) -> str:
        """The division's whole name with its parents; of an unlisted number the smallest listed parent's.

        >>> DivisionHistory.load().name("330106"), DivisionHistory.load().name("310115")
        ('浙江省杭州市西湖区', '上海市浦东新区')
        """
        if code == NATIONAL:
            return "国家"
        levels = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
        return "".join(self.rows[level].name for level in levels if level in self.rows)

    def office(self, code: str) -> str:
        """登记机关 in words; empty for a number without any listed parent."""
        if code == NATIONAL:
            return "国家市场监督管理总局"
        name = self.name(code)
        if not name:
            return ""
        own = code in self.rows or code.endswith(("00", "01"))
        return name + _OFFICE if own else f"{name}{_OFFICE}（登记机关编号{code}）"

    def _row(self, code: str) -> _Division | None:
        """An unlisted number in 01 (市辖区) is the city's own office."""
        city = f"{code[:4]}00" if code.endswith("01") else code
        return self.rows.get(code) or self.rows.get(city)


def _month(day: date) -> int:
    return day.year * 100 + day.month
