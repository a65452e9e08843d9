"""化妆品: 特殊化妆品注册, 普通化妆品备案.

国妆特字 (domestic), 国妆特进字 (imported), 国妆特制字 (港澳台) + (before 2021 G or J) + year 4 + sequence. Filing:
省简称 + G妆网备字 + year 4 + sequence (domestic), 国妆网备进字(省) or 国妆网备制字(省) otherwise. No check digit.

Law: 《化妆品注册备案管理办法》(总局令第35号) 附则.
"""

from __future__ import annotations

import re
from datetime import date

from matching.identifiers.permits.forms import PROVINCE_LETTERS, Form, PermitKind, Told, province_of, year_fault

__all__ = ["COSMETIC_FORMS"]

_PROVINCE = "".join(PROVINCE_LETTERS)
_NEW_FORM = 2021


def _special(found: re.Match[str], on: date) -> Told:
    year, letter, kind = int(found["year"]), found["letter"] or "", found["kind"] or ""
    facts = ({"": "国产", "进": "进口", "制": "港澳台"}[kind], f"{year}年")
    problem = year_fault(year, on, since=1990)
    if not problem and letter and year > _NEW_FORM:
        problem = f"{_NEW_FORM}年起的编号不再带字母{letter}"
    if not problem and (letter == "J") != (kind == "进") and letter:
        problem = f"“{'进口' if kind else '国产'}”编号的字母应为{'J' if kind else 'G'}"
    return Told(problem=problem, facts=facts)


def _filing(found: re.Match[str], on: date) -> Told:
    year, letter = int(found["year"]), found["letter"]
    kind = {"": "国产", "进": "进口", "制": "港澳台"}[found["kind"] or ""]
    problem = year_fault(year, on, since=2013)
    if not problem and kind == "国产" and letter == "国":
        problem = "国产普通化妆品由省级部门备案，编号应以省份简称开头"
    return Told(
        problem=problem, facts=(kind, province_of(letter), f"{year}年备案"), division=PROVINCE_LETTERS.get(letter, "")
    )


COSMETIC_FORMS = (
    Form(
        kind=PermitKind.COSMETIC_SPECIAL,
        pattern=re.compile(r"国妆特(?P<kind>[进制])?字(?P<letter>[GJ])?(?P<year>\d{4})\d{4,6}(?!\d)"),
        check=_special,
        untold="编号没有校验位；注册证五年一延续，是否有效、属哪种功效须查国家药监局数据库",
    ),
    Form(
        kind=PermitKind.COSMETIC_FILING,
        pattern=re.compile(
            rf"(?P<letter>[国{_PROVINCE}])G?妆网备(?P<kind>[进制])?字(?:\([{_PROVINCE}]\))?(?P<year>\d{{4}})\d{{6}}(?!\d)"
        ),
        check=_filing,
        untold="编号没有校验位；备案是否注销须查国家药监局数据库",
    ),
)
"""In the order they are tried."""
