"""C08 虚假折扣: a struck price against what the same listing asked in the seven days before the comparison began.

Visits see prices asked, never prices paid. The lowest price seen to be asked is an upper bound of the lowest paid, so
that a struck price above it is one above the price paid too; the wording stays 疑似 until the transactions are read.

Law: 《明码标价和禁止价格欺诈规定》第十六条、第十七条、第十九条第三项、第二十一条.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from leads.over_time.answers import Answer, moment, resting_on, yuan
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.over_time import History, PricePoint

__all__ = ["BETTER_PRICE", "DETAILED", "NO_INTENT", "ROUNDING", "SUGGESTED_PRICE", "false_discount"]

SUGGESTED_PRICE = "标明为厂商建议零售价"
DETAILED = "标明了被比较价格的详细信息"
NO_INTENT = "有证据足以证明没有主观故意"
BETTER_PRICE = "实际成交价格使消费者获得更大优惠"
ROUNDING = "舍零取整等交易习惯"

_WINDOW = timedelta(days=7)
_RISE_WITHIN = timedelta(days=14)
_RISE_SHARE = 0.2
_ROUNDING_FEN, _ROUNDING_SHARE = 100, 0.01
_LIKE_TITLE = 0.6
_TITLE_SIGNS = 200
_SUGGESTED = re.compile(patterns.SUGGESTED)
_EXPLAINED = re.compile(patterns.EXPLAINED)
_MISTAKE = re.compile(patterns.MISTAKE)


def false_discount(history: History) -> Answer | None:
    """What the prices of one listing say of its struck price; None when it shows none, or one it did ask for."""
    points = sorted((one for one in history.prices if one.complete), key=lambda one: one.source.seen_at)
    if not points:
        return None
    now = points[-1]
    if now.struck_fen is None or now.now_fen is None or now.struck_fen <= now.now_fen:
        return None
    shown = f"现价 {yuan(now.now_fen)} 元、划线价 {yuan(now.struck_fen)} 元"
    if named := _SUGGESTED.search(now.struck_named):
        said = f"{shown}，划线价标明为“{named[0]}”，须核对厂商建议零售价是否属实、是否及时更新"
        return resting_on([now.source], Verdict.EXCLUDED, said, exemption=SUGGESTED_PRICE, quoted=now.struck_named)
    began = _comparison_began(points)
    before = [one for one in points if one.source.seen_at < began.source.seen_at]
    return _judged(now, began, before, shown)


def _comparison_began(points: Sequence[PricePoint]) -> PricePoint:
    """The first of the visits, without a break up to the newest, that showed this struck price."""
    began = points[-1]
    for one in reversed(points):
        if one.struck_fen != points[-1].struck_fen:
            break
        began = one
    return began


def _judged(now: PricePoint, began: PricePoint, before: Sequence[PricePoint], shown: str) -> Answer | None:
    since = began.source.seen_at
    priced = [one for one in before if one.now_fen is not None]
    window = [one for one in priced if one.last_seen_at >= since - _WINDOW]
    if not window:
        said = f"{shown}；{_missing(before, priced, since)}{_struck_for(now, began, since)}，无法判定"
        return resting_on([began.source, now.source], Verdict.UNDETERMINED, said)
    struck = now.struck_fen or 0
    lowest = min(window, key=lambda one: one.now_fen or 0)
    low = lowest.now_fen or 0
    if struck <= low:
        return _sudden_rise(now, began, priced)
    visits = [lowest.source, began.source, now.source]
    if changed := _other_goods(lowest, now):
        return resting_on(visits, Verdict.UNDETERMINED, f"{shown}，高于此前标价 {yuan(low)} 元，但{changed}，无法比较")
    said = (
        f"{shown}；比较开始（不晚于 {moment(since)} 首见）前七日内，同一商品曾标价 {yuan(low)} 元"
        f"（{moment(lowest.source.seen_at)} 至 {moment(lowest.last_seen_at)} 所见）"
    )
    if weighed := _exempted(now, low):
        verdict, exemption, because = weighed
        return resting_on(visits, verdict, f"{said}；{because}", exemption=exemption, quoted=now.struck_named)
    never = "；已有记录中从未以划线价标售" if struck > max(one.now_fen or 0 for one in priced) else ""
    told = f"{said}，划线价高于其最低标价{never}。采集只见标价、未见成交价，疑似虚假折扣，须调取前七日成交记录"
    return resting_on(visits, Verdict.SUSPECTED, told, quoted=now.struck_named)


def _missing(before: Sequence[PricePoint], priced: Sequence[PricePoint], since: datetime) -> str:
    if not before:
        return f"首次采集（{moment(since)}）即已标示划线价，缺比较开始前七日的价格记录"
    if not priced:
        return "比较开始前的采集未读到现价，缺前七日价格"
    last = max(one.last_seen_at for one in priced)
    return f"比较开始前七日内没有采集（此前最近一次在 {moment(last)}），缺前七日价格"


def _struck_for(now: PricePoint, began: PricePoint, since: datetime) -> str:
    """How long it is struck already, which is worth an officer's question."""
    days = (now.last_seen_at - since).days
    if began.struck_fen is None or days < _WINDOW.days:
        return ""
    return f"；已见该划线价连续标示 {days} 日"


def _other_goods(old: PricePoint, new: PricePoint) -> str:
    """Why two points may not be of the same goods; empty when they may be compared."""
    names = {one.name for one in old.variants}, {one.name for one in new.variants}
    if names[0] != names[1]:
        return "规格（SKU）已变化"
    if old.title and new.title and _likeness(old.title, new.title) < _LIKE_TITLE:
        return "商品标题已明显变化，可能已换商品"
    return ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:_TITLE_SIGNS], other[:_TITLE_SIGNS]).ratio()


def _exempted(now: PricePoint, low: int) -> tuple[Verdict, str, str] | None:
    struck, asked = now.struck_fen or 0, now.now_fen or 0
    if _EXPLAINED.search(now.struck_named):
        return Verdict.UNDETERMINED, DETAILED, "页面标明了被比较价格的时间，须核对该价格是否真实"
    if _MISTAKE.search(now.struck_named):
        return Verdict.UNDETERMINED, NO_INTENT, "页面称价格标示有误，须当事人举证"
    if now.coupon_fen is not None and low - now.coupon_fen >= struck - asked:
        return Verdict.EXCLUDED, BETTER_PRICE, f"券后价 {yuan(now.coupon_fen)} 元，实际优惠不少于标示幅度，须当事人举证"
    if struck - low <= max(_ROUNDING_FEN, int(low * _ROUNDING_SHARE)):
        return Verdict.EXCLUDED, ROUNDING, f"相差 {yuan(struck - low)} 元，可能属于舍零取整"
    return None


def _sudden_rise(now: PricePoint, began: PricePoint, priced: Sequence[PricePoint]) -> Answer | None:
    """A price raised shortly before the promotion to what is struck then, and let down again."""
    raised = priced[-1]
    risen = raised.now_fen or 0
    if risen != now.struck_fen or _other_goods(raised, now):
        return None
    lower = [one for one in priced if (one.now_fen or 0) * (1 + _RISE_SHARE) <= risen]
    if not lower or any((one.now_fen or 0) >= risen for one in priced if one.source.seen_at < lower[-1].source.seen_at):
        return None
    old = lower[-1]
    if began.source.seen_at - old.last_seen_at > _RISE_WITHIN or (now.now_fen or 0) < (old.now_fen or 0) * 0.9:
        return None
    said = (
        f"促销前突然提价：{moment(old.last_seen_at)} 仍标价 {yuan(old.now_fen or 0)} 元，"
        f"{moment(raised.source.seen_at)} 见标价 {yuan(risen)} 元，随即以此为划线价按 {yuan(now.now_fen or 0)} 元促销；"
        "采集只见标价、未见成交价，疑似折价前临时显著提高标示价格，须当事人说明合理理由"
    )
    return resting_on([old.source, raised.source, now.source], Verdict.SUSPECTED, said, quoted=now.struck_named)
