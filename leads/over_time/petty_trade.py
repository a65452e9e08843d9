"""N04 零星小额声明不实: what a shop sold between visits, at the lowest price it asked meanwhile.

The sales a page shows count from its beginning, so only what they grew by between two visits less than a year apart is
held against the bound of a year; a count that fell, or was seen once, proves nothing. Orders placed for show would be
counted too, and the finding says so.

Law: 《网络交易监督管理办法》第八条 (年交易额累计不超过 10 万元, 待核).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from leads.over_time.answers import Answer, moment, resting_on, yuan
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.market import Source
from records.over_time import History, PricePoint

__all__ = ["claims_petty_trade", "more_than_petty"]

_MOST_FEN = 100_000 * 100
_YEAR = timedelta(days=365)
_PETTY = re.compile(patterns.PETTY)


def claims_petty_trade(text: str) -> str:
    """The words by which a shop says its trade is 零星小额; empty when it does not."""
    found = _PETTY.search(text)
    return found[0] if found else ""


def more_than_petty(history: History) -> Answer | None:
    """Whether a shop that says 零星小额 sold for more than 100,000 yuan in a year; None when it says no such thing."""
    front = max(history.page.versions, key=lambda one: one.source.seen_at, default=None) if history.page else None
    claim = claims_petty_trade(front.text) if front else ""
    if front is None or not claim or not history.goods:
        return None
    grown = [one for points in history.goods if (one := _grown(points)) is not None]
    fen = sum(one[0] for one in grown)
    visits = [front.source, *(visit for one in grown for visit in one[1:])]
    said = f"店铺声明“{claim}”"
    if fen > _MOST_FEN:
        first, last = min(one.seen_at for one in visits[1:]), max(one.seen_at for one in visits[1:])
        said += (
            f"；{moment(first)} 至 {moment(last)} 显示销量的增量按期间最低标价估算约 {yuan(fen)} 元，"
            "已超过年交易额 10 万元（待核）；显示销量可能含未成交或者虚构交易，须调取平台成交流水"
        )
        return resting_on(visits, Verdict.SUSPECTED, said, quoted=claim)
    total = sum(_all_sold(points) for points in history.goods)
    if total <= _MOST_FEN:
        return None
    said += (
        f"；显示的累计销量按最低标价估算约 {yuan(total)} 元，但累计并非一年之内，一年内的增量未见超过 10 万元，无法判定"
    )
    return resting_on([front.source], Verdict.UNDETERMINED, said, quoted=claim)


def _grown(points: Sequence[PricePoint]) -> tuple[int, Source, Source] | None:
    """What one listing's sales grew by within the year before its newest visit, in fen, with the two visits."""
    counted = sorted((one for one in points if one.sales_count is not None), key=lambda one: one.source.seen_at)
    if len(counted) < 2:
        return None
    last = counted[-1]
    within = [one for one in counted if last.last_seen_at - one.last_seen_at < _YEAR]
    counts = [one.sales_count or 0 for one in within]
    lowest = _lowest(within)
    if (
        lowest is None
        or len(within) < 2
        or any(later < earlier for earlier, later in zip(counts, counts[1:], strict=False))
    ):
        return None
    return (counts[-1] - counts[0]) * lowest, within[0].source, last.source


def _all_sold(points: Sequence[PricePoint]) -> int:
    newest = max(points, key=lambda one: one.source.seen_at, default=None)
    lowest = _lowest(points)
    return (newest.sales_count or 0) * lowest if newest is not None and lowest is not None else 0


def _lowest(points: Sequence[PricePoint]) -> int | None:
    """The lowest price asked: of the page, of a variant or with a coupon."""
    asked = [
        fen
        for one in points
        for fen in (one.now_fen, one.coupon_fen, *one.labelled_fen, *(variant.price_fen for variant in one.variants))
        if fen
    ]
    return min(asked, default=None)
