"""医疗器械: 注册, 备案, 经营.

Since October 2014: 审批部门 + 械注 + 准 (domestic), 进 (imported) or 许 (港澳台) + year 4 + 管理类别 (2 or 3) + product
class 2 + sequence 4. The national office registers class 3 and all imports, a province class 2. Class 1 is filed with
the prefecture: 部门 + 械备 + year 4 + sequence 4. Numbers of the form before, such as 国食药监械(准)字2013第3450123号,
had four or five years to run. There is no check digit.

Law: 《医疗器械注册与备案管理办法》(总局令第47号) 第一百零九条、第一百一十条; 《医疗器械经营监督管理办法》.
"""

from __future__ import annotations

import re
from datetime import date

from matching.identifiers.permits.forms import PROVINCE_LETTERS, Form, PermitKind, Told, province_of, year_fault

__all__ = ["DEVICE_FORMS"]

_PROVINCE = "".join(PROVINCE_LETTERS)
_SINCE = 2014
_LONGEST_OLD_TERM = 5
_KINDS = {"准": "境内", "进": "进口", "许": "港澳台"}


def _registered(found: re.Match[str], on: date) -> Told:
    office, kind, year, level = found["office"], found["kind"], int(found["year"]), found["level"]
    facts = (_KINDS[kind], f"{year}年首次注册", f"第{'二' if level == '2' else '三'}类")
    problem = year_fault(year, on, since=_SINCE) or _level_fault(office, kind, level)
    return Told(problem=problem, facts=facts, division=PROVINCE_LETTERS.get(office, ""))


def _level_fault(office: str, kind: str, level: str) -> str:
    if level == "1":
        return "第一类医疗器械实行备案，没有注册证号"
    if level not in "23":
        return f"管理类别位为{level}，应为2或3"
    if office != "国" and kind != "准":
        return "进口和港澳台器械由国家局注册，编号应以“国械注”开头"
    if office == "国" and kind == "准" and level == "2":
        return "境内第二类器械由省级部门注册，编号应以省份简称开头"
    return "境内第三类器械由国家局注册，编号应以“国械注准”开头" if office != "国" and level == "3" else ""


def _filed(found: re.Match[str], on: date) -> Told:
    office, year = found["office"], int(found["year"])
    facts = ("进口第一类" if office == "国" else f"{province_of(office)}第一类", f"{year}年备案")
    return Told(problem=year_fault(year, on, since=_SINCE), facts=facts, division=PROVINCE_LETTERS.get(office, ""))


def _old(found: re.Match[str], on: date) -> Told:
    year = int(found["year"])
    last = date(min(year, 2015) + _LONGEST_OLD_TERM, 12, 31)
    expired = f"{year}年的旧证最长有效至{last.year}年，应已换证" if last < on else ""
    return Told(
        problem=year_fault(year, date(2015, 12, 31), since=1996) or expired, facts=(f"{year}年",), valid_until=last
    )


def _trade(found: re.Match[str], on: date) -> Told:
    office, year = found["office"], int(found["year"])
    kind = {"许": "第三类经营许可", "备": "第二类经营备案"}[found["kind"]]
    return Told(
        problem=year_fault(year, on, since=_SINCE),
        facts=(province_of(office), kind, f"{year}年"),
        division=PROVINCE_LETTERS[office],
    )


DEVICE_FORMS = (
    Form(
        kind=PermitKind.DEVICE,
        pattern=re.compile(
            rf"(?P<office>[国{_PROVINCE}])械注(?P<kind>[准进许])(?P<year>\d{{4}})(?P<level>\d)\d{{2}}\d{{4}}(?!\d)"
        ),
        check=_registered,
        untold="编号没有校验位；注册证五年一延续，是否有效须查国家药监局数据库",
    ),
    Form(
        kind=PermitKind.DEVICE_FILING,
        pattern=re.compile(rf"(?P<office>[国{_PROVINCE}])[^\s\d]{{0,3}}械备(?P<year>\d{{4}})\d{{4,6}}(?!\d)号?"),
        check=_filed,
        untold="编号没有校验位；备案内容须查备案的药监部门",
    ),
    Form(
        kind=PermitKind.DEVICE_OLD,
        pattern=re.compile(
            rf"[国{_PROVINCE}][^\s\d]{{0,4}}药(?:监械|管械)\([准进许试]\)字(?P<year>\d{{4}})第\d{{7}}号?(?:\(更\))?"
        ),
        check=_old,
        untold="旧证是否已换发新号须查国家药监局数据库",
    ),
    Form(
        kind=PermitKind.DEVICE_TRADE,
        pattern=re.compile(
            rf"(?P<office>[{_PROVINCE}])[^\s\d]{{0,4}}药监械经营(?P<kind>[许备])(?P<year>\d{{4}})\d{{4,6}}(?!\d)号?"
        ),
        check=_trade,
        untold="编号没有校验位；是否有效须查发证的药监部门",
    ),
)
"""In the order they are tried."""
