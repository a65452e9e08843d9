"""药品: 批准文号, 经营许可, 信息服务.

国药准字 + letter (H chemical, Z Chinese, S biological, B health, T reagent, F excipient, J repacked), from 2020 with C
(港澳台) or J (imported) after it, then 8 digits: year and sequence, or before 2002 the source (10 the ministry, 19 and
20 the national office, else the province), the year of exchange and the sequence. There is no check digit.

Law: 《药品注册管理办法》(总局令第27号) 第一百二十三条; 《药品经营和使用质量监督管理办法》;
《互联网药品信息服务管理办法》.
"""

from __future__ import annotations

import re
from datetime import date

from matching.data.divisions import PROVINCES
from matching.identifiers.permits.forms import PROVINCE_LETTERS, Form, PermitKind, Told, province_of, year_fault

__all__ = ["DRUG_FORMS"]

_LETTERS = {
    "H": "化学药品", "Z": "中药", "S": "生物制品", "B": "保健药品（已停用）", "T": "体外化学诊断试剂", "F": "药用辅料",
    "J": "进口分包装药品",
}  # fmt: skip
_ORIGINS = {"C": "港澳台生产", "J": "境外生产"}
_NATIONAL = ("10", "19", "20")
_PROVINCE = "".join(PROVINCE_LETTERS)
_FIRST_YEAR = 1950


def _approval(found: re.Match[str], on: date) -> Told:
    letter, origin, digits = found["letter"], found["origin"] or "", found["digits"]
    facts = [_LETTERS[letter]] + ([_ORIGINS[origin]] if origin else [])
    head = digits[:2]
    if head in ("19", "20"):
        year = int(digits[:4])
        fault = year_fault(year, on, since=_FIRST_YEAR) if year > on.year else ""
        return Told(problem=fault, facts=(*facts, f"{year}年"))
    if head not in _NATIONAL and head not in PROVINCES:
        return Told(problem=f"前两位“{head}”既不是国家局的来源代码，也不是省份代码", facts=tuple(facts))
    source = "原卫生部批准" if head == "10" else f"原{PROVINCES[head]}批准"
    return Told(facts=(*facts, source))


def _trade(found: re.Match[str], _on: date) -> Told:
    letter = found["letter"]
    kinds = {"A": "批发", "B": "零售连锁总部", "C": "零售连锁门店", "D": "单体药店"}
    return Told(facts=(province_of(letter), kinds[found["kind"]]), division=PROVINCE_LETTERS[letter])


def _information(found: re.Match[str], on: date) -> Told:
    letter, year = found["letter"], int(found["year"])
    return Told(
        problem=year_fault(year, on, since=2004),
        facts=(province_of(letter), found["kind"], f"{year}年"),
        division=PROVINCE_LETTERS[letter],
        valid_until=date(year + 5, 12, 31) if 2004 <= year <= on.year else None,
    )


DRUG_FORMS = (
    Form(
        kind=PermitKind.DRUG,
        pattern=re.compile(r"国药准字(?P<letter>[HZSBTFJ])(?P<origin>[CJ])?(?P<digits>\d{8})(?!\d)"),
        check=_approval,
        untold="编号没有校验位；是否批准、批准的是哪种药品，须查国家药监局数据库",
    ),
    Form(
        kind=PermitKind.DRUG_TRADE,
        pattern=re.compile(rf"(?P<letter>[{_PROVINCE}])(?P<kind>[ABCD])[AB]\d{{7}}(?!\d)"),
        check=_trade,
        untold="编号没有校验位；是否有效、经营范围须查发证的药监部门",
    ),
    Form(
        kind=PermitKind.DRUG_INFORMATION,
        pattern=re.compile(rf"\((?P<letter>[{_PROVINCE}])\)-(?P<kind>非?经营性)-(?P<year>\d{{4}})-\d{{4}}"),
        check=_information,
        untold="证书有效期五年，是否换证须查省级药监部门",
    ),
)
"""In the order they are tried."""
