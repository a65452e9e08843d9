"""食品: 经营许可 (JY), 生产许可 (SC), 备案 (YB), 保健食品, 特医, 婴配, and the QS numbers of before 2018.

JY and SC carry a check digit (MOD 11,10; `food_permit`); the others carry none.

Law: 《食品经营许可和备案管理办法》; 《食品生产许可管理办法》第二十九条; 《保健食品注册与备案管理办法》; 总局公告:
QS 标志的包装自2018-10-01起不得使用 (待核).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from matching.data.divisions import PROVINCES
from matching.identifiers.checks import mod11_10_digit
from matching.identifiers.food_permit import food_permit
from matching.identifiers.permits.forms import Form, PermitKind, Told, year_fault

__all__ = ["FOOD_FORMS"]

_QS_ENDED = date(2018, 10, 1)
_NO_CHECK = "编号没有校验位；是否批准、批准的是哪种产品须查国家市场监督管理总局特殊食品信息查询平台"


def _permit(found: re.Match[str], _on: date) -> Told:
    code = found["code"]
    permit = food_permit(code)
    if permit is not None:
        return Told(facts=(permit.business, _place(permit.division)), division=permit.division, checked=True)
    letters, digits = code[:2], code[2:]
    if letters == "JY" and digits[0] not in "123":
        return Told(problem="主体业态代码应为1（销售）、2（餐饮）或3（单位食堂）")
    division = digits[1:7] if letters == "JY" else digits[3:9]
    if division[:2] not in PROVINCES:
        return Told(problem=f"行政区划代码{division}不属于任何省份")
    if mod11_10_digit(digits[:13]) != digits[13]:
        return Told(problem="校验位不符", division=division)
    return Told(problem="食品类别代码应以1或2开头", division=division)


def _place(division: str) -> str:
    return PROVINCES.get(division[:2], "")


def _wrong_length(found: re.Match[str], _on: date) -> Told:
    digits = found["digits"]
    return Told(problem=f"应为字母加14位数字，所示为{len(digits)}位数字")


def _filing(found: re.Match[str], _on: date) -> Told:
    division = found["code"][3:9]
    problem = "" if division[:2] in PROVINCES else f"行政区划代码{division}不属于任何省份"
    return Told(problem=problem, facts=(_place(division),), division=division)


def _year(since: int) -> Callable[[re.Match[str], date], Told]:
    def check(found: re.Match[str], on: date) -> Told:
        year = int(found["year"])
        return Told(problem=year_fault(year, on, since=since), facts=(f"{year}年",))

    return check


def _health_filing(found: re.Match[str], on: date) -> Told:
    year, province, letter = int(found["year"]), found["province"], found["letter"]
    problem = year_fault(year, on, since=2016)
    if not problem and letter == "G" and province not in PROVINCES:
        problem = f"省份代码{province}不存在"
    place = PROVINCES.get(province, "")
    return Told(problem=problem, facts=("国产" if letter == "G" else "进口", place, f"{year}年备案"), division=province)


def _qs(found: re.Match[str], on: date) -> Told:
    ended = on >= _QS_ENDED
    return Told(
        problem="QS标志的包装自2018年10月1日起不得使用，应为SC编号" if ended else "", facts=("2015年前的生产许可",)
    )


FOOD_FORMS = (
    Form(
        kind=PermitKind.FOOD_TRADE,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<code>JY\d{14})(?!\d)"),
        check=_permit,
        untold="是否有效、经营项目须查发证的市场监管部门",
    ),
    Form(
        kind=PermitKind.FOOD_MAKING,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<code>SC\d{14})(?!\d)"),
        check=_permit,
        untold="是否有效、食品类别明细须查发证的市场监管部门",
    ),
    Form(
        kind=PermitKind.FOOD_TRADE,
        pattern=re.compile(r"(?<![0-9A-Z])JY(?P<digits>\d{8,13}|\d{15,20})(?!\d)"),
        check=_wrong_length,
        untold="可能漏录或多录，须核对原证",
    ),
    Form(
        kind=PermitKind.FOOD_MAKING,
        pattern=re.compile(r"(?<![0-9A-Z])SC(?P<digits>\d{8,13}|\d{15,20})(?!\d)"),
        check=_wrong_length,
        untold="可能漏录或多录，须核对原证",
    ),
    Form(
        kind=PermitKind.FOOD_FILING,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<code>YB\d{14})(?!\d)"),
        check=_filing,
        untold="备案编号的校验方法未见公开标准，不作校验；须查备案的市场监管部门",
    ),
    Form(
        kind=PermitKind.HEALTH_FOOD,
        pattern=re.compile(r"国食健[注字](?:字)?(?P<origin>[GJ])(?P<year>\d{4})\d{4}(?!\d)"),
        check=_year(2003),
        untold=_NO_CHECK,
    ),
    Form(
        kind=PermitKind.HEALTH_FOOD_FILING,
        pattern=re.compile(r"食健备(?P<letter>[GJ])(?P<year>\d{4})(?P<province>\d{2})\d{6}(?!\d)"),
        check=_health_filing,
        untold=_NO_CHECK,
    ),
    Form(
        kind=PermitKind.MEDICAL_FOOD,
        pattern=re.compile(r"国食注字TY(?P<year>\d{4})\d{4}(?!\d)"),
        check=_year(2016),
        untold=_NO_CHECK,
    ),
    Form(
        kind=PermitKind.INFANT_FORMULA,
        pattern=re.compile(r"国食注字YP(?P<year>\d{4})\d{4}(?!\d)"),
        check=_year(2016),
        untold=_NO_CHECK,
    ),
    Form(
        kind=PermitKind.FOOD_OLD,
        pattern=re.compile(r"(?<![0-9A-Z])QS\d{4}\s?\d{4}\s?\d{4}(?!\d)"),
        check=_qs,
        untold="旧证是否已换发SC证须查发证部门",
    ),
)
"""In the order they are tried."""
