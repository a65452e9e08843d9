"""C09 首页价低于详情价: what a list asked for a listing against what its own page asks, as stored.

Law: 《明码标价和禁止价格欺诈规定》第二十条第一款第一项.
"""

from __future__ import annotations

from collections.abc import Sequence

from leads.over_time.answers import Answer, moment, resting_on, yuan
from records.leads import Verdict
from records.over_time import History, PricePoint

__all__ = ["FROM_PRICE", "LURE_VARIANT", "cheaper_in_the_list", "list_price_differs"]

FROM_PRICE = "“起”价、券后价、会员价等已注明条件"
LURE_VARIANT = "列表价为某一规格的价格"
_ROUNDING_FEN = 100


def list_price_differs(list_fen: int, detail_fen: int) -> bool:
    """Whether the list asked less than the page by more than a rounding.

    >>> list_price_differs(9900, 12900), list_price_differs(9900, 9990)
    (True, False)
    """
    return detail_fen - list_fen > max(_ROUNDING_FEN - 1, detail_fen // 100)


def cheaper_in_the_list(history: History) -> Answer | None:
    """What the newest visit says; None when the list asked no less than the page."""
    points = sorted(history.prices, key=lambda one: one.source.seen_at)
    if not points:
        return None
    now = points[-1]
    if (
        now.list_fen is None
        or now.now_fen is None
        or not now.complete
        or not list_price_differs(now.list_fen, now.now_fen)
    ):
        return None
    visits = [now.source]
    said = f"列表或者首页标价 {yuan(now.list_fen)} 元，{moment(now.source.seen_at)} 详情页标价 {yuan(now.now_fen)} 元"
    if now.list_fen in (now.coupon_fen, *now.labelled_fen):
        return resting_on(
            visits,
            Verdict.EXCLUDED,
            f"{said}；列表价与详情页注明条件的价格相同，须核对列表上是否注明",
            exemption=FROM_PRICE,
        )
    if any(one.price_fen == now.list_fen for one in now.variants):
        return resting_on(
            visits,
            Verdict.UNDETERMINED,
            f"{said}；与其中一个规格的价格相同，是否以引流规格误导须人工核对",
            exemption=LURE_VARIANT,
        )
    if stale := _asked_before(points[:-1], now.list_fen):
        said = f"{said}；详情页在 {moment(stale.last_seen_at)} 曾标该价，列表价可能是调价前读到的，无法判定"
        return resting_on([stale.source, *visits], Verdict.UNDETERMINED, said)
    return resting_on(
        visits, Verdict.SUSPECTED, f"{said}，高出 {yuan(now.now_fen - now.list_fen)} 元，涉嫌以低价吸引、详情页高价"
    )


def _asked_before(points: Sequence[PricePoint], list_fen: int) -> PricePoint | None:
    return next((one for one in reversed(points) if one.now_fen == list_fen), None)
