"""Filings of a website: ICP 备案, ICP 许可, 增值电信许可, 公安联网备案.

ICP: 省简称 + ICP备 + year (2 digits of 8, 4 of 10) and sequence + 号, with `-N` for the Nth site of one subject.
公安备案: 省简称 + 公网安备 + 14 digits, the first six the division, which must lie in the province. No check digits.

Law: 《互联网信息服务管理办法》第四条、第八条; 《计算机信息网络国际联网安全保护管理办法》第十二条.
"""

from __future__ import annotations

import re
from datetime import date

from matching.data.divisions import PROVINCES
from matching.identifiers.permits.forms import PROVINCE_LETTERS, Form, PermitKind, Told, province_of, year_fault

__all__ = ["FILING_FORMS"]

_PROVINCE = "".join(PROVINCE_LETTERS)
_SINCE = 2000


def _icp(found: re.Match[str], on: date) -> Told:
    letter, digits = found["letter"], found["digits"]
    year = int(digits[:4]) if len(digits) == 10 else 2000 + int(digits[:2]) if len(digits) == 8 else 0
    problem = year_fault(year, on, since=_SINCE) if year else ""
    facts = (province_of(letter), f"{year}年") if year else (province_of(letter),)
    return Told(problem=problem, facts=facts, division=PROVINCE_LETTERS[letter])


def _licence(found: re.Match[str], _on: date) -> Told:
    letter = found["letter"]
    return Told(facts=(province_of(letter), "经营性"), division=PROVINCE_LETTERS[letter])


def _telecom(found: re.Match[str], on: date) -> Told:
    office, year = found["office"], int(found["year"])
    facts = ("跨地区" if office == "合字" else province_of(office[0]), f"{year}年")
    return Told(problem=year_fault(year, on, since=_SINCE), facts=facts, division=PROVINCE_LETTERS.get(office[0], ""))


def _police(found: re.Match[str], _on: date) -> Told:
    letter, digits = found["letter"], found["digits"]
    division, province = digits[:6], PROVINCE_LETTERS[letter]
    if division[:2] not in PROVINCES:
        return Told(problem=f"前6位{division}不属于任何省份")
    if division[:2] != province:
        return Told(
            problem=f"前6位{division}属{PROVINCES[division[:2]]}，与简称“{letter}”（{province_of(letter)}）不符",
            division=division,
        )
    return Told(facts=(province_of(letter),), division=division)


FILING_FORMS = (
    Form(
        kind=PermitKind.ICP,
        pattern=re.compile(rf"(?P<letter>[{_PROVINCE}])ICP备(?:字)?(?:第)?(?P<digits>\d{{5,10}})(?!\d)号?(?:-\d+)?"),
        check=_icp,
        untold="编号没有校验位；备案主体是谁须查工信部备案管理系统",
    ),
    Form(
        kind=PermitKind.ICP_LICENCE,
        pattern=re.compile(rf"(?P<letter>[{_PROVINCE}])ICP证(?P<digits>[A-Z]?\d?-?\d{{5,8}})(?!\d)号?"),
        check=_licence,
        untold="编号没有校验位；是否有效须查通信管理局",
    ),
    Form(
        kind=PermitKind.TELECOM,
        pattern=re.compile(rf"(?P<office>合字|[{_PROVINCE}])[AB][12]\.?[A-Z]?[12]?-(?P<year>\d{{4}})\d{{4}}(?!\d)"),
        check=_telecom,
        untold="编号没有校验位；是否有效须查通信管理局",
    ),
    Form(
        kind=PermitKind.POLICE,
        pattern=re.compile(rf"(?P<letter>[{_PROVINCE}])公网安备(?P<digits>\d{{14}})(?!\d)号?"),
        check=_police,
        untold="编号没有校验位；开办者是谁须查全国互联网安全管理服务平台",
    ),
)
"""In the order they are tried."""
