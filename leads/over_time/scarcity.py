"""C18 谎称抢购, by history: “仅剩 N 件” that never moves while the goods sell on.

The countdown is tried in the browser (`crawlers/acts/`).

Law: 《网络交易监督管理办法》第十四条第二款第三项.
"""

from __future__ import annotations

import re
from datetime import timedelta

from leads.over_time.answers import Answer, moment, resting_on
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.over_time import History, PricePoint

__all__ = ["RESTOCKED", "few_left_forever"]

RESTOCKED = "其间补货"

_LEFT = re.compile(patterns.LEFT)
_RESTOCK = re.compile(r"补货|加单|返场|到货|追加|上新")
_LONG = timedelta(days=7)
_APART = timedelta(days=1)


def few_left_forever(history: History) -> Answer | None:
    """What visits say of a stock said to run out; None when it moved, or was seen only once."""
    points = sorted((one for one in history.prices if one.scarce), key=lambda one: one.source.seen_at)
    if not points:
        return None
    newest = points[-1]
    left = _number(newest)
    same = [one for one in points if _number(one) == left]
    first = same[0]
    if left is None or newest.last_seen_at - first.source.seen_at < _APART:
        return None
    visits = [first.source, newest.source]
    said = f"{moment(first.source.seen_at)} 至 {moment(newest.last_seen_at)} 各次采集均称“{newest.scarce}”"
    if len(same) != len(points):
        return None
    if _RESTOCK.search(newest.scarce):
        return resting_on(visits, Verdict.EXCLUDED, f"{said}，但页面称有补货，须当事人举证", exemption=RESTOCKED)
    sold = _sold(first, newest)
    if sold is not None and sold >= left:
        said = (
            f"{said}，而同期显示销量由 {first.sales_count} 增至 {newest.sales_count}（多 {sold} 件），涉嫌虚构库存紧张"
        )
        return resting_on(visits, Verdict.SUSPECTED, said, quoted=newest.scarce)
    if newest.last_seen_at - first.source.seen_at < _LONG:
        return None
    return resting_on(visits, Verdict.UNDETERMINED, f"{said}，历时较久未变；同期销量未增或者未读到，无法判定")


def _number(point: PricePoint) -> int | None:
    found = _LEFT.search(point.scarce)
    return int(found[1]) if found else None


def _sold(first: PricePoint, newest: PricePoint) -> int | None:
    if first.sales_count is None or newest.sales_count is None:
        return None
    return newest.sales_count - first.sales_count
