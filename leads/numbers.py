"""Numbers whose form can be checked: food licences (JY/SC), advertisement review numbers, patents.

A number is faulty for a stated reason or not at all: what a check digit cannot tell is left to the register.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from leads.codes import CodeState, licence_state, mod_11_10_holds, province_known

__all__ = ["NUMBER_PATTERNS", "NumberKind", "fault_of"]


class NumberKind(StrEnum):
    """Kinds of numbers a rule may have checked."""

    NONE = ""
    FOOD_LICENCE = "food_licence"
    AD_REVIEW = "ad_review"
    PATENT = "patent"
    BEST_BEFORE = "best_before"
    SHELF_LIFE = "shelf_life"
    CCC = "ccc"
    MEDICAL = "medical"
    CREDIT_CODE = "credit_code"
    ORGANIC = "organic"
    RULES_SHOWN = "rules_shown"


_DAY = r"20\d\d[年\-./]\d{1,2}(?:[月\-./]?(?:\d{1,2}日?)?)"
"""A day, or a month, of this century."""

NUMBER_PATTERNS: dict[NumberKind, str] = {
    NumberKind.FOOD_LICENCE: (
        r"(?<![a-z0-9])(?<![单款货型批]号)(?<![单款货型批]号[: ])(?:jy|sc)[: ]?[\dx]{8,20}(?![\dx*])"
        r"|(?:(?<=许可证)|(?<=许可证:)|(?<=许可证号)|(?<=许可证号:)|(?<=许可证编号)|(?<=许可证编号:)|(?<=许可证 ))"
        r"(?:jy|sc)[: ]?[\dx]{4,7}(?![\dx*])"
        r"|(?<![a-z0-9])qs\d{4} ?\d{4} ?\d{4}(?!\d)"
    ),
    NumberKind.AD_REVIEW: r"(?:药|械|食健|特食)广审[((]?[视声文][))]?第?\d{6}-\d{5}号?",
    NumberKind.PATENT: r"(?<![a-z0-9])zl ?(?:19|20)\d{10}\.?[\dx](?![\dx])",
    NumberKind.BEST_BEFORE: (
        rf"(?:(?:保质期|赏味期限?|到期日期?)(?:截止)?(?:至|到|为)?|(?<!优惠)(?<!活动)日期[至到])[: ]*{_DAY}"
        rf"|(?:日期|效期)[: ]*{_DAY}[日号]?(?:就|已)?(?:到期|过期)"
    ),
    NumberKind.SHELF_LIFE: (
        rf"生产(?:日期|于)[: ]*{_DAY}[^。\n]{{0,12}}?保质期[: ]*(?:\d{{1,4}}|[一二两三六九十]+)(?:个月|月|天|日|年)"
    ),
    NumberKind.MEDICAL: (
        r"国药准字[a-z]{1,2}[\dx]{2,14}(?![\dx*])|[国京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏渝陕甘青宁新]械注[准进许][\dx]{5,16}(?![\dx*])"
        r"|国食健[注字][gj]?[\dx]{4,12}(?![\dx*])|国妆特(?:进|制)?字[gj]?[\dx]{4,12}(?![\dx*])"
    ),
    NumberKind.CREDIT_CODE: r"信用代码(?:编号|号|为|是)?[: ]*(?=[a-z]{0,2}\d)[\da-z]{6,20}(?![\da-z*])",
    NumberKind.CCC: r"(?:3c|ccc)(?:认证)?(?:证书)?(?:编号|证号|号)?[: ]*(?:(?=[\dx])[\dx]{8,20}(?![\dxa-z])"
    r"|(?=20\d\d\d{0,4}[a-z]|\d{5,}[a-z])[\da-z]{8,20}(?![\da-z*]))",
    NumberKind.ORGANIC: r"有机(?:防伪)?(?:追溯)?码(?:编号|号|为|是)?[: ]*(?=[\dx]{4})[\dx]{4,24}(?![\dx*位])",
    NumberKind.RULES_SHOWN: (
        rf"{_DAY}[日)]{{0,2}}(?:发布|公布|公告|公示|修订|更新)[^。\n]{{0,80}}?(?:自|于|从)?{_DAY}日?(?:零时|0时|00:00)?起?(?:正式)?(?:施行|实施|生效|执行)"
    ),
}
"""How each kind is written, over normalised text."""


def fault_of(kind: NumberKind, shown: str, *, on: date) -> str:
    """Why the number cannot be real or no longer holds, in Chinese; empty when nothing is wrong with it.

    Args:
        kind: What it says it is.
        shown: The number as normalised text holds it.
        on: The day it was shown, for validity.
    """
    check = _CHECKS.get(kind)
    return check(shown, on) if check is not None else ""


def _food_licence(shown: str, on: date) -> str:
    """Standard: JY + 业态 + 省市县 6 位 + 顺序 6 位 + 校验; SC + 类别 3 位 + 省市县 6 位 + 顺序 4 位 + 校验."""
    letters, digits = shown[:2], re.sub(r"[: ]", "", shown[2:])
    if letters == "qs":
        return "QS旧编号2018年10月1日起不得再使用" if on >= date(2018, 10, 1) else ""
    if "x" in digits or len(set(digits)) <= 2:
        return "编号是占位字样"
    if len(digits) != 14:
        return f"编号应为 {letters.upper()} 加14位数字，所示为{len(digits)}位"
    if letters == "jy" and digits[0] not in "123":
        return "主体业态代码应为1至3"
    if not province_known(digits[1:3] if letters == "jy" else digits[3:5]):
        return "行政区划代码不存在"
    return "" if mod_11_10_holds(digits) else "校验位不符"


def _ad_review(shown: str, on: date) -> str:
    """Law: 三品一械广告审查暂行办法: the first six digits are the last day of validity."""
    found = re.search(r"(\d{2})(\d{2})(\d{2})-\d{5}", shown)
    if found is None:
        return "广告批准文号格式不符"
    year, month, day = (int(part) for part in found.groups())
    try:
        last = date(2000 + year, month, day)
    except ValueError:
        return "广告批准文号的有效期截止日不存在"
    return f"广告批准文号有效期至{last.isoformat()}，已届满" if last < on else ""


def _patent(shown: str, on: date) -> str:
    """Standard: ZC 0006-2003 (year, kind, serial, check digit by weights 2-9, 2-5 modulo 11)."""
    signs = re.sub(r"[^\dx]", "", shown[2:])
    if int(signs[:4]) > on.year:
        return "专利号的申请年份晚于当前"
    if signs[4] not in "12389":
        return "专利号的种类代码应为1、2、3、8、9"
    total = sum(
        int(sign) * weight for sign, weight in zip(signs[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5), strict=True)
    )
    return "" if "0123456789x"[total % 11] == signs[12] else "专利号校验位不符"


def _best_before(shown: str, on: date) -> str:
    last = _day_of(shown, at_end=True)
    return f"保质期至{last.isoformat()}，已届满" if last is not None and last < on else ""


def _shelf_life(shown: str, on: date) -> str:
    """A month without a day counts from its last, so that doubt is for the seller."""
    made = _day_of(shown, at_end=True)
    found = re.search(r"保质期[: ]*(\d{1,4}|[一二两三六九十]+)(个月|月|天|日|年)", shown)
    if made is None or found is None:
        return ""
    count = int(found[1]) if found[1].isdigit() else _CHINESE_COUNTS.get(found[1], 0)
    if not count:
        return ""
    months = {"年": 12 * count, "个月": count, "月": count}.get(found[2], 0)
    last = _months_later(made, months) if months else made + timedelta(days=count)
    return f"生产日期{made.isoformat()}，按所示保质期至{last.isoformat()}已届满" if last < on else ""


def _ccc(shown: str, on: date) -> str:
    """Standard: CCC 证书编号 16 位, the first four the year of issue."""
    digits = re.sub(r"^(?:3c|ccc)[^\dx]*", "", shown)
    if re.search(r"[a-wyz]", digits):
        return "CCC 证书编号应为16位数字，所示含有字母"
    if "x" in digits or len(set(digits)) <= 2 or digits.startswith("12345678"):
        return "证书编号是占位字样"
    if len(digits) != 16:
        return f"CCC 证书编号应为16位，所示为{len(digits)}位"
    return "" if 2002 <= int(digits[:4]) <= on.year else "CCC 证书编号前四位不是可能的发证年份"


def _organic(shown: str, on: date) -> str:
    """Standard: 有机码 17 位 (3 of the certifier, 2 of the year, 12 at random)."""
    digits = re.sub(r"^[^\dx]+", "", shown)
    if "x" in digits or len(set(digits)) <= 2 or digits.startswith("12345678"):
        return "有机码是占位字样"
    return "" if len(digits) == 17 else f"有机码应为17位数字，所示为{len(digits)}位"


def _rules_shown(shown: str, on: date) -> str:
    """Law: 《中华人民共和国电子商务法》第三十四条: changes are shown at least seven days before they take effect."""
    days = [day for found in re.finditer(_DAY, shown) if (day := _day_of(found[0], at_end=False)) is not None]
    told = (days[-1] - days[0]).days if len(days) >= 2 else 7
    return f"公布至实施只有 {told} 日，不足七日" if 0 <= told < 7 else ""


def _medical(shown: str, on: date) -> str:
    """国药准字 a letter or two and 8 digits; 械注 year, class 2 or 3, 2 digits, 4 digits; 国食健注 8 digits."""
    digits = re.sub(r"^[^\dx]+", "", shown.removeprefix("国药准字"))
    if "x" in digits or len(set(digits)) <= 1:
        return "编号是占位字样"
    if shown.startswith("国药准字"):
        letters = shown[4:].rstrip("0123456789")
        if not re.fullmatch(r"[hzsbtfj][cj]?", letters):
            return f"国药准字后的字母“{letters.upper()}”不在 H、Z、S、B、T、F、J 之列"
        return "" if len(digits) == 8 else f"国药准字的数字应为8位，所示为{len(digits)}位"
    if shown.startswith(("国食健", "国妆特")):
        return "" if len(digits) == 8 else f"{shown[:4]}的数字应为8位，所示为{len(digits)}位"
    if len(digits) != 11:
        return f"医疗器械注册证编号的数字应为11位，所示为{len(digits)}位"
    if not 2014 <= int(digits[:4]) <= on.year:
        return "医疗器械注册证编号的年份不可能"
    if digits[4] not in "23":
        return "医疗器械注册证编号的管理类别应为2或3"
    return "" if 1 <= int(digits[5:7]) <= 77 else "医疗器械注册证编号的产品分类编码不存在"


def _credit_code(shown: str, on: date) -> str:
    """Standard: GB 32100-2015; what one misread character would explain is no fault."""
    code = re.sub(r"^[^\da-z]+", "", shown).upper()
    return "统一社会信用代码不符合编码与校验规则" if licence_state(code) is CodeState.WRONG else ""


def _day_of(shown: str, *, at_end: bool) -> date | None:
    """The first day written; of a month alone its first or last. None when there is no such day."""
    found = re.search(r"(20\d\d)[年\-./](\d{1,2})(?:[月\-./](\d{1,2}))?", shown)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    if not 1 <= month <= 12:
        return None
    longest = calendar.monthrange(year, month)[1]
    day = int(found[3]) if found[3] else (longest if at_end else 1)
    return date(year, month, day) if 1 <= day <= longest else None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_CHINESE_COUNTS = {"一": 1, "二": 2, "两": 2, "三": 3, "六": 6, "九": 9, "十": 10, "十二": 12, "十六": 16, "十一": 11}
_CHECKS: dict[NumberKind, Callable[[str, date], str]] = {
    NumberKind.FOOD_LICENCE: _food_licence,
    NumberKind.AD_REVIEW: _ad_review,
    NumberKind.PATENT: _patent,
    NumberKind.BEST_BEFORE: _best_before,
    NumberKind.SHELF_LIFE: _shelf_life,
    NumberKind.CCC: _ccc,
    NumberKind.MEDICAL: _medical,
    NumberKind.CREDIT_CODE: _credit_code,
    NumberKind.ORGANIC: _organic,
    NumberKind.RULES_SHOWN: _rules_shown,
}
