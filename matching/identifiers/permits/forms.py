"""What every form of permit number is made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matching.data.divisions import PROVINCES

__all__ = ["PROVINCE_LETTERS", "Form", "Permit", "PermitKind", "Told", "province_of", "year_fault"]

PROVINCE_LETTERS = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23", "沪": "31",
    "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43",
    "粤": "44", "桂": "45", "琼": "46", "渝": "50", "川": "51", "蜀": "51", "贵": "52", "黔": "52", "云": "53",
    "滇": "53", "藏": "54", "陕": "61", "甘": "62", "陇": "62", "青": "63", "宁": "64", "新": "65",
}  # fmt: skip
"""省级简称 with its number; 蜀, 黔, 滇 and 陇 are used in filings."""


class PermitKind(StrEnum):
    """Kinds of numbers, in the words shown to an officer."""

    DRUG = "药品批准文号"
    DRUG_TRADE = "药品经营许可证号"
    DRUG_INFORMATION = "互联网药品信息服务资格证书号"
    DEVICE = "医疗器械注册证号"
    DEVICE_FILING = "第一类医疗器械备案号"
    DEVICE_OLD = "医疗器械旧注册证号（2014年前格式）"
    DEVICE_TRADE = "医疗器械经营许可或备案号"
    COSMETIC_SPECIAL = "特殊化妆品注册证号"
    COSMETIC_FILING = "普通化妆品备案号"
    HEALTH_FOOD = "保健食品注册号"
    HEALTH_FOOD_FILING = "保健食品备案号"
    MEDICAL_FOOD = "特殊医学用途配方食品注册号"
    INFANT_FORMULA = "婴幼儿配方乳粉注册号"
    FOOD_TRADE = "食品经营许可证编号"
    FOOD_MAKING = "食品生产许可证编号"
    FOOD_FILING = "仅销售预包装食品备案号"
    FOOD_OLD = "旧食品生产许可QS号"
    ADVERTISEMENT = "广告审查批准文号"
    PESTICIDE = "农药登记证号"
    DISINFECTION = "消毒产品生产企业卫生许可证号"
    ICP = "ICP备案号"
    ICP_LICENCE = "ICP经营许可证号"
    TELECOM = "增值电信业务经营许可证号"
    POLICE = "公安联网备案号"
    PATENT = "专利号"
    BARCODE = "商品条码"
    CCC = "强制性产品认证证书号"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the signs of one number tell. `problem` is one Chinese clause, empty when nothing speaks against it."""

    problem: str = ""
    facts: tuple[str, ...] = ()
    division: str = ""
    valid_until: date | None = None
    checked: bool = False
    """Whether a check digit of the form was reckoned and holds; without one a wrong digit cannot be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A shape (over text cleaned by `reading.clean_permit`), its check on a day, and what it leaves open."""

    kind: PermitKind
    pattern: re.Pattern[str]
    check: Callable[[re.Match[str], date], Told]
    untold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A number read. `number` is in its usual writing, `shown` as it stood."""

    kind: PermitKind
    number: str
    shown: str
    told: Told
    untold: str

    @property
    def problem(self) -> str:
        """Why it cannot be such a number, or holds no more; empty when nothing says so."""
        return self.told.problem


def province_of(letter: str) -> str:
    """The name of the province of a 简称; empty when there is none.

    >>> province_of("沪"), province_of("某")
    ('上海', '')
    """
    return PROVINCES.get(PROVINCE_LETTERS.get(letter, ""), "")


def year_fault(year: int, on: date, *, since: int) -> str:
    """Why a year in a number cannot be right; empty when it can.

    >>> year_fault(2031, date(2026, 1, 1), since=2014)
    '年份2031晚于取证时'
    """
    if year > on.year:
        return f"年份{year}晚于取证时"
    return f"年份{year}早于该种编号启用的{since}年" if year < since else ""
