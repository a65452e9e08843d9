"""Other numbers on a page: 广告审查, 农药, 消毒产品, 专利, 条码, 3C.

Patents (ZL, 12 digits, check modulo 11) and bar codes (EAN-13, modulo 10) carry a check; the last day of validity of an
advertisement's approval is in its number.

Law: 《药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法》第十八条; 《农药登记管理办法》.
Standard: ZC 0006-2003; GB 12904.
"""

from __future__ import annotations

import re
from datetime import date

from matching.identifiers.permits.forms import PROVINCE_LETTERS, Form, PermitKind, Told, province_of, year_fault

__all__ = ["OTHER_FORMS"]

_PROVINCE = "".join(PROVINCE_LETTERS)
_PATENT_KINDS = {"1": "发明", "2": "实用新型", "3": "外观设计", "8": "国际申请发明", "9": "国际申请实用新型"}
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def _advertisement(found: re.Match[str], on: date) -> Told:
    letter = found["letter"] or ""
    year, month, day = (int(part) for part in re.findall(r"\d\d", found["until"]))
    try:
        last = date(2000 + year, month, day)
    except ValueError:
        return Told(problem=f"有效期截止日{found['until']}不是日期")
    problem = f"有效期至{last.isoformat()}，取证时已届满" if last < on else ""
    return Told(
        problem=problem,
        facts=(province_of(letter), f"有效期至{last.isoformat()}"),
        division=PROVINCE_LETTERS.get(letter, ""),
        valid_until=last,
    )


def _pesticide(found: re.Match[str], on: date) -> Told:
    year = int(found["year"])
    fault = year_fault(year, on, since=1982) if found["letters"] != "LS" else ""
    ended = "临时登记（LS）2017年后不再核发，至迟2018年失效" if found["letters"] == "LS" and on.year > 2018 else ""
    kinds = {"PD": "大田用", "WP": "卫生用", "LS": "临时", "WL": "卫生用临时"}
    return Told(problem=fault or ended, facts=(kinds[found["letters"]],))


def _disinfection(found: re.Match[str], on: date) -> Told:
    letter, year = found["letter"], int(found["year"])
    return Told(
        problem=year_fault(year, on, since=1990),
        facts=(province_of(letter), f"{year}年"),
        division=PROVINCE_LETTERS[letter],
    )


def _patent(found: re.Match[str], on: date) -> Told:
    digits, check = re.sub(r"\s", "", found["digits"]), found["check"]
    year, kind = int(digits[:4]), digits[4]
    problem = year_fault(year, on, since=1985)
    if not problem and kind not in _PATENT_KINDS:
        problem = f"种类代码{kind}应为1、2、3、8、9"
    total = sum(int(sign) * weight for sign, weight in zip(digits, _PATENT_WEIGHTS, strict=True))
    if not problem and "0123456789X"[total % 11] != check:
        problem = "校验位不符"
    return Told(problem=problem, facts=(_PATENT_KINDS.get(kind, ""), f"{year}年申请"), checked=not problem)


def _barcode(found: re.Match[str], _on: date) -> Told:
    digits = found["digits"]
    total = sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(digits[:12]))
    right = str(-total % 10) == digits[12]
    home = ("中国大陆厂商代码",) if "690" <= digits[:3] <= "699" else ()
    return Told(problem="" if right else "校验位不符", facts=home, checked=right)


def _certificate(found: re.Match[str], on: date) -> Told:
    year = int(found["year"])
    return Told(problem=year_fault(year, on, since=2002), facts=(f"{year}年发证",))


OTHER_FORMS = (
    Form(
        kind=PermitKind.ADVERTISEMENT,
        pattern=re.compile(
            rf"(?P<letter>[{_PROVINCE}])?(?:药|械|食健|特食)广审\([视声文]\)第?(?P<until>\d{{6}})-\d{{5}}(?!\d)号?"
        ),
        check=_advertisement,
        untold="审查的是哪条广告须查省级市场监管（药监）部门",
    ),
    Form(
        kind=PermitKind.PESTICIDE,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<letters>PD|WP|LS|WL)(?P<year>\d{4})\d{2,4}(?!\d)"),
        check=_pesticide,
        untold="编号没有校验位；登记证五年一延续，须查农业农村部中国农药信息网",
    ),
    Form(
        kind=PermitKind.DISINFECTION,
        pattern=re.compile(rf"(?P<letter>[{_PROVINCE}])卫消证字\((?P<year>\d{{4}})\)第?\d{{4}}号?"),
        check=_disinfection,
        untold="编号没有校验位；是否有效须查省级卫生健康部门",
    ),
    Form(
        kind=PermitKind.PATENT,
        pattern=re.compile(r"(?<![0-9A-Z])ZL(?P<digits>(?:19|20)\d{2}\s?\d\s?\d{7})\.?(?P<check>[0-9X])(?![0-9A-Z])"),
        check=_patent,
        untold="是否仍有效、权利人是谁须查国家知识产权局",
    ),
    Form(
        kind=PermitKind.CCC,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<year>20\d{2})\d{12}(?![0-9A-Z])"),
        check=_certificate,
        untold="编号没有校验位；是否有效、对应哪种产品须查认证认可公共服务平台",
    ),
    Form(
        kind=PermitKind.BARCODE,
        pattern=re.compile(r"(?<![0-9A-Z])(?P<digits>69\d{11})(?![0-9A-Z])"),
        check=_barcode,
        untold="属哪家厂商须查中国物品编码中心",
    ),
)
"""In the order they are tried."""
