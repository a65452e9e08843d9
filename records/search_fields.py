"""The fields of `字段:值` and what their values may be: exact ones, regions by prefix, counties within a distance,
ranges of priority and days."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType

from records.leads import LeadState, Severity, Verdict
from records.market import Category, Speaker
from records.places import County, counties, counties_named, counties_within
from records.register import MatchDecision
from records.search import Facet
from records.search_fold import narrow
from records.survey import PageKind

__all__ = [
    "Between",
    "Condition",
    "HasValue",
    "Identified",
    "InCounties",
    "InRegion",
    "RangeField",
    "SHANGHAI",
    "facet_named",
    "field_names",
    "read_field",
    "written_field",
]

SHANGHAI = timezone(timedelta(hours=8))
"""China has kept one time without summer time since 1991."""


class RangeField(StrEnum):
    """What can be held between two bounds."""

    PRIORITY = "priority_score"
    TIME = "at_epoch"


@dataclass(frozen=True, slots=True, kw_only=True)
class HasValue:
    """One of these values stands under the facet."""

    facet: Facet
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InRegion:
    """The region code begins with one of these."""

    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InCounties:
    """The region code is one of these, at least one: the counties whose centre lies within a distance (`距离:`). What
    is known by its city or province alone has no place and is none of them."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Both bounds belong to it; None is open. Time is in whole seconds since 1970 UTC."""

    field: RangeField
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The document is one of these."""

    doc_ids: tuple[str, ...]


Condition = HasValue | InRegion | InCounties | Between | Identified

_TITLE = "title"
_FACETS: Mapping[str, Facet] = MappingProxyType(
    {
        "规则": Facet.RULE,
        "级别": Facet.SEVERITY,
        "状态": Facet.STATE,
        "类目": Facet.CATEGORY,
        "机关": Facet.OFFICE,
        "属地": Facet.REGION,
        "监测对象": Facet.TARGET,
        "承办人": Facet.ASSIGNEE,
        "主体比对": Facet.DECISION,
        "判断": Facet.VERDICT,
        "言者": Facet.SPEAKER,
        "网店": Facet.SHOP,
        "页面": Facet.PAGE_KIND,
    }
)
_OTHERS: Mapping[str, str] = MappingProxyType(
    {"标题": _TITLE, "编号": "id", "地区": "region", "距离": "near", "优先": "priority", "日期": "date"}
)
_CHINESE: Mapping[Facet, Mapping[str, str]] = MappingProxyType(
    {
        Facet.SEVERITY: {"高": Severity.HIGH.value, "中": Severity.MEDIUM.value, "低": Severity.LOW.value},
        Facet.VERDICT: {
            "涉嫌": Verdict.SUSPECTED.value,
            "排除": Verdict.EXCLUDED.value,
            "无法判定": Verdict.UNDETERMINED.value,
        },
        Facet.DECISION: {
            "已比对": MatchDecision.MATCH.value,
            "待人工选定": MatchDecision.POSSIBLE.value,
            "登记库未见": MatchDecision.NONE.value,
        },
        Facet.SPEAKER: {
            "商家": Speaker.MERCHANT.value,
            "评论": Speaker.REVIEW.value,
            "平台": Speaker.PLATFORM.value,
            "标签": Speaker.LABEL.value,
        },
    }
)
_CLOSED: Mapping[Facet, type[StrEnum]] = MappingProxyType(
    {
        Facet.SEVERITY: Severity,
        Facet.STATE: LeadState,
        Facet.CATEGORY: Category,
        Facet.DECISION: MatchDecision,
        Facet.VERDICT: Verdict,
        Facet.SPEAKER: Speaker,
        Facet.PAGE_KIND: PageKind,
    }
)
_BOUNDS = re.compile(r"(.*?)(?:\.\.|~|至)(.*)")
_ONE_SIDED = re.compile(r"(>=|<=|>|<|≥|≤)(.+)")
_KM = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)(?:km|公里|千米)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,9})?")
_FARTHEST_KM = 1_000
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?")


def field_names() -> list[str]:
    """Chinese and English names, alternating."""
    pairs = [(name, facet.value.replace("_", "")) for name, facet in _FACETS.items()] + list(_OTHERS.items())
    return [name for pair in pairs for name in pair]


def read_field(name: str, values: tuple[str, ...]) -> Condition | str:
    """The condition of a field, or "title" for words to be looked for in the title alone.

    Raises:
        ValueError: A value is none of this field; the text says what would be right.
        KeyError: No such field.
    """
    chinese = dict(zip(field_names()[1::2], field_names()[::2], strict=True)).get(name, name)
    if chinese in _FACETS:
        return _has_value(_FACETS[chinese], values)
    return _READERS[_OTHERS[chinese]](values)


def facet_named(name: str) -> Facet | None:
    """The facet of a Chinese field name; None where the field is none of a facet."""
    return _FACETS.get(name)


def written_field(facet: Facet, value: str) -> str:
    """An exact value as it is typed; the value holds no quote.

    >>> written_field(Facet.RULE, "A01")
    '规则:"A01"'
    """
    name = next(name for name, named in _FACETS.items() if named is facet)
    return f'{name}:"{value}"'


def _has_value(facet: Facet, values: tuple[str, ...]) -> HasValue:
    meant = [_CHINESE.get(facet, {}).get(value, value) for value in values]
    closed = _CLOSED.get(facet)
    if closed is not None:
        known = {member.value for member in closed}
        unknown = [value for value in meant if value not in known]
        if unknown:
            shown = list(_CHINESE.get(facet, {})) or [member.value for member in closed]
            raise ValueError(f"“{unknown[0][:20]}”不在其中，可用的有 {'、'.join(shown)}")
    spelt = dict.fromkeys(form for value in meant for form in (value, narrow(value)))
    if facet is Facet.RULE:
        spelt.update(dict.fromkeys(narrow(value).upper() for value in meant))
    return HasValue(facet=facet, values=tuple(spelt))


def _region(values: tuple[str, ...]) -> InRegion:
    prefixes = tuple(narrow(value) for value in values)
    if not all(re.fullmatch(r"[0-9]{1,12}", prefix) for prefix in prefixes):
        raise ValueError("写行政区划代码或它的前几位，如 33、3301、330106")
    return InRegion(prefixes=prefixes)


def _near(values: tuple[str, ...]) -> InCounties:
    """`北纬,东经,公里`, `区划代码,公里` or `区县名,公里`."""
    texts = [narrow(value).strip().lower() for value in values]
    radius = _KM.fullmatch(texts[-1])
    if len(texts) not in (2, 3) or radius is None or not 0 < float(radius[1]) <= _FARTHEST_KM:
        raise ValueError(
            "写成 北纬,东经,公里 或 区县,公里，如 30.27,120.15,50、330106,50、杭州市西湖区,50；至多 1000 公里"
        )
    if len(texts) == 3:
        north, east = _point(texts[0], texts[1])
    else:
        _, _, north, east = _county(texts[0])
    codes = counties_within(north, east, float(radius[1]))
    if not codes:
        raise ValueError(
            f"该处 {radius[1]} 公里之内没有区县中心；位置只精确到区县中心，请放大半径或核对坐标（先北纬后东经）"
        )
    return InCounties(codes=codes)


def _point(north: str, east: str) -> tuple[float, float]:
    if not _DEGREES.fullmatch(north) or not _DEGREES.fullmatch(east):
        raise ValueError("坐标写十进制的度，先北纬后东经，如 30.27,120.15,50")
    if abs(float(north)) > 90 or abs(float(east)) > 180:  # degrees of a globe
        raise ValueError("先写北纬（不超过 90），后写东经（不超过 180）")
    return float(north), float(east)


def _county(said: str) -> County:
    found = tuple(filter(None, [counties().get(said)])) if said.isdigit() else counties_named(said)
    if len(found) == 1:
        return found[0]
    if found:
        several = "、".join(f"{one.code} {one.name}" for one in found[:5])
        raise ValueError(f"叫“{said[:20]}”的区县有 {len(found)} 个，请写代码或者全名：{several}")
    raise ValueError(f"没有区县“{said[:20]}”；写 6 位代码或者名称，如 330106、杭州市西湖区")


def _identified(values: tuple[str, ...]) -> Identified:
    return Identified(doc_ids=values)


def _priority(values: tuple[str, ...]) -> Between:
    least, most = _range(values, _number, _number)
    if least is not None and most is not None and least > most:
        raise ValueError("下限大于上限")
    return Between(field=RangeField.PRIORITY, least=least, most=most)


def _date(values: tuple[str, ...]) -> Between:
    least, most = _range(values, lambda text: _days(text)[0], lambda text: _days(text)[1])
    if least is not None and most is not None and least > most:
        raise ValueError("起始日期晚于截止日期")
    return Between(field=RangeField.TIME, least=least, most=most)


_Bound = Callable[[str], float]


def _range(values: tuple[str, ...], first: _Bound, last: _Bound) -> tuple[float | None, float | None]:
    """Bounds of `a..b`, `a..`, `..b`, `>=a`, `<b`, or `a` alone, which is from its first to its last."""
    if len(values) != 1:
        raise ValueError("只写一个范围，如 a..b")
    text = narrow(values[0]).strip()
    sided = _ONE_SIDED.fullmatch(text)
    if sided is not None:
        sign, bound = sided.groups()
        if sign in (">=", "≥", ">"):
            return (_after(last(bound)) if sign == ">" else first(bound)), None
        return None, (_before(first(bound)) if sign == "<" else last(bound))
    both = _BOUNDS.fullmatch(text)
    if both is None:
        return first(text), last(text)
    low, high = (part.strip() for part in both.groups())
    if not low and not high:
        raise ValueError("范围两端至少写一端")
    return (first(low) if low else None), (last(high) if high else None)


def _after(bound: float) -> float:
    return bound + 1 if isinstance(bound, int) else math.nextafter(bound, math.inf)


def _before(bound: float) -> float:
    return bound - 1 if isinstance(bound, int) else math.nextafter(bound, -math.inf)


def _number(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text):
        raise ValueError("写 0 到 1 的数或范围，如 0.5.. 或 0.2..0.8")
    return float(text)


def _days(text: str) -> tuple[int, int]:
    """The first and the last second of a day, month or year of Asia/Shanghai."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError("写成 2026、2026-03 或 2026-03-15，范围用 ..")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            following = first + timedelta(days=1)
        elif month:
            following = date(year + month // 12, month % 12 + 1, 1)
        else:
            following = date(year + 1, 1, 1)
        return _epoch(first), _epoch(following) - 1
    except (ValueError, OverflowError):
        raise ValueError("没有这一天") from None


def _epoch(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp())


_READERS: Mapping[str, Callable[[tuple[str, ...]], Condition | str]] = MappingProxyType(
    {
        _TITLE: lambda _values: _TITLE,
        "id": _identified,
        "region": _region,
        "near": _near,
        "priority": _priority,
        "date": _date,
    }
)
