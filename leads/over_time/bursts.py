"""C01 评价爆发: praise of one day that is many times that of others, while hardly anything was sold.

Reviews follow sales by days or weeks: they are compared with all that was sold from a month before the day until the
first visit after it. Sales that were not read leave it undetermined; so does a shop whose reviews were moved together.

Law: 《中华人民共和国电子商务法》第十七条.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from leads.clocks import day_in_china
from leads.over_time.answers import Answer, resting_on
from leads.over_time.reviews import is_bad_review
from records.leads import Verdict
from records.over_time import History, PricePoint, ReviewDated

__all__ = ["MOVED_REVIEWS", "is_default_praise", "sudden_praise"]

MOVED_REVIEWS = "平台默认好评或者搬家合并"

_FEWEST = 20
_TIMES = 10
_PRAISE_SHARE = 0.9
_SALES_SHARE = 0.5
_BEFORE = timedelta(days=30)
_TEMPLATE = ("默认好评", "没有填写评价", "未填写评价", "未及时做出评价", "系统默认", "迁移", "搬家")


def sudden_praise(history: History) -> Answer | None:
    """What the dated reviews of a listing say against its sales; None when no day stands out."""
    own = [one for one in history.dated if not is_default_praise(one.text)]
    by_day = Counter(one.written_on for one in own)
    if not by_day or not history.prices:
        return None
    day, count = max(by_day.items(), key=lambda each: (each[1], each[0]))
    usual = median([number for other, number in by_day.items() if other != day] or [0])
    kind = sum(not is_bad_review(one.text) for one in own if one.written_on == day)
    if count < _FEWEST or count < _TIMES * max(1, usual) or kind < count * _PRAISE_SHARE:
        return None
    return _against_sales(history, day, count, usual)


def is_default_praise(text: str) -> bool:
    """Whether the platform wrote it, or it was moved here with a shop.

    >>> is_default_praise("评价方未及时做出评价，系统默认好评！"), is_default_praise("很好用")
    (True, False)
    """
    return any(word in text for word in _TEMPLATE)


def _against_sales(history: History, day: date, count: int, usual: float) -> Answer | None:
    points = sorted(history.prices, key=lambda one: one.source.seen_at)
    said = f"{day} 一日新增评价 {count} 条，九成以上为好评，其他各日中位数 {usual:g} 条"
    before, after = _around(points, day)
    if before is None or after is None:
        newest = [points[-1].source]
        told = f"{said}；没有该日之前一个月与之后的两次销量可比，无法判定"
        return resting_on(newest, Verdict.UNDETERMINED, told, quoted=_samples(history.dated, day))
    sold = (after.sales_count or 0) - (before.sales_count or 0)
    visits = [before.source, after.source]
    if sold < 0:
        told = f"{said}；销量显示反而减少，可能改按月统计，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, told, quoted=_samples(history.dated, day))
    if sold >= count * _SALES_SHARE:
        return None
    span = f"{day_in_china(before.last_seen_at)} 至 {day_in_china(after.last_seen_at)}"
    told = f"{said}；而 {span} 显示销量只增加 {sold} 件，疑似编造用户评价，须调取评价账号、订单与物流记录"
    return resting_on(visits, Verdict.SUSPECTED, told, quoted=_samples(history.dated, day))


def _around(points: Sequence[PricePoint], day: date) -> tuple[PricePoint | None, PricePoint | None]:
    """The last visit with sales a month or more before the day, and the first after it."""
    told = [one for one in points if one.sales_count is not None]
    before = [one for one in told if day_in_china(one.last_seen_at) <= day - _BEFORE]
    after = [one for one in told if day_in_china(one.last_seen_at) > day]
    return (before[-1] if before else None), (after[0] if after else None)


def _samples(dated: Sequence[ReviewDated], day: date) -> str:
    return "；".join(one.text[:60] for one in dated if one.written_on == day)
