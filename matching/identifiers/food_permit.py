"""食品经营许可证编号 (JY) and 食品生产许可证编号 (SC): letters, then 14 digits.

JY: 业态 1 (1 销售, 2 餐饮服务, 3 单位食堂), province 2, city 2, county 2, sequence 6, check 1.
SC: 食品类别 3 (101-131 foods, 201-203 additives), province 2, city 2, county 2, sequence 4, check 1.
The check digit is MOD 11,10 over the 13 digits before it (holds for the real numbers tried).

Law: 《食品经营许可和备案管理办法》; 《食品生产许可管理办法》第二十九条.
"""

from __future__ import annotations

import re

from matching.data.divisions import PROVINCES
from matching.identifiers.checks import mod11_10_digit

__all__ = ["FoodPermit", "food_permit", "is_food_permit"]

_SHAPE = re.compile(r"(JY|SC)([0-9]{14})")
_BUSINESS = {"1": "食品销售经营者", "2": "餐饮服务经营者", "3": "单位食堂"}


class FoodPermit(str):
    """A permit number whose check holds; `division` is the 6-digit area, `business` the 业态 in words."""

    __slots__ = ()

    @property
    def division(self) -> str:
        return self[3:9] if self.startswith("JY") else self[5:11]

    @property
    def business(self) -> str:
        return _BUSINESS[self[2]] if self.startswith("JY") else "食品生产者"


def food_permit(code: str) -> FoodPermit | None:
    """The permit in an already cleaned text, None when it is none or its check digit is wrong.

    >>> permit = food_permit("JY11108071215650")
    >>> permit.division, permit.business
    ('110807', '食品销售经营者')
    >>> food_permit("JY11108071215651") is None
    True
    """
    found = _SHAPE.fullmatch(code)
    if found is None:
        return None
    letters, digits = found.groups()
    permit = FoodPermit(code)
    known = digits[0] in _BUSINESS if letters == "JY" else digits[0] in "12"
    if not known or permit.division[:2] not in PROVINCES or mod11_10_digit(digits[:13]) != digits[13]:
        return None
    return permit


def is_food_permit(code: str) -> bool:
    """Whether the text is a JY or SC number with its check digit."""
    return food_permit(code) is not None
