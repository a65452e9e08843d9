"""C01 销量跃升无物流评: sales that leap while none of the reviews of those days speaks of anything having arrived.

Reviews of goods that are sent speak of parcels, couriers and packing; how often, the listing's own earlier reviews say.
Without them, or where nothing is sent (vouchers, courses), silence about delivery says nothing.

Law: 《中华人民共和国电子商务法》第十七条.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from leads.clocks import day_in_china
from leads.over_time.answers import Answer, resting_on
from leads.over_time.bursts import is_default_praise
from records.leads import Verdict
from records.over_time import History, PricePoint, ReviewDated

__all__ = ["sales_without_delivery"]

_LEAP = 300
_TIMES = 10
_LEAP_DAYS = 10
_USUAL_DAYS = 14
_REVIEWS_AFTER = timedelta(days=30)
_FEWEST = 10
_USUAL_SHARE = 0.3
_ARRIVED = re.compile(
    r"物流|快递|发货|送货|送到|到货|收到|到手|签收|驿站|包裹|包装|打包|破损|压坏|配送|快件|上门|隔天到|次日达|速度"
)
_NOT_SENT = re.compile(
    r"充值|话费|会员卡|兑换码|激活码|代金券|电子券|优惠券|课程|网课|直播课|门票|点卡|软件|预售|定金|上门服务|安装服务"
)


def sales_without_delivery(history: History) -> Answer | None:
    """What a listing's sales say beside its dated reviews; None when they never leapt, or one tells of delivery."""
    points = sorted((one for one in history.prices if one.sales_count is not None), key=lambda one: one.last_seen_at)
    if any(_NOT_SENT.search(one.title) for one in points):
        return None
    own = [one for one in history.dated if not is_default_praise(one.text)]
    for before, after in pairwise(points):
        if _leaps(points, before, after):
            answer = _heard(own, before, after)
            if answer is not None:
                return answer
    return None


def _leaps(points: Sequence[PricePoint], before: PricePoint, after: PricePoint) -> bool:
    """Whether within days many times the usual number was sold; what is usual needs two weeks before."""
    gain = (after.sales_count or 0) - (before.sales_count or 0)
    days = max(1, (after.last_seen_at - before.last_seen_at).days)
    first = points[0]
    usual_days = (before.last_seen_at - first.last_seen_at).days
    if gain < _LEAP or days > _LEAP_DAYS or usual_days < _USUAL_DAYS:
        return False
    usual = max(0, (before.sales_count or 0) - (first.sales_count or 0)) / usual_days
    return gain / days >= _TIMES * max(1.0, usual)


def _heard(own: Sequence[ReviewDated], before: PricePoint, after: PricePoint) -> Answer | None:
    since = day_in_china(before.last_seen_at)
    until = day_in_china(after.last_seen_at + _REVIEWS_AFTER)
    then = [one for one in own if since < one.written_on <= until]
    if len(then) < _FEWEST or any(_ARRIVED.search(one.text) for one in then):
        return None
    earlier = [one for one in own if one.written_on <= since]
    spoke = sum(_ARRIVED.search(one.text) is not None for one in earlier)
    sold = (after.sales_count or 0) - (before.sales_count or 0)
    said = (
        f"{since} 至 {day_in_china(after.last_seen_at)} 显示销量增加 {sold} 件，为此前每日销量的十倍以上，"
        f"而其后一个月内的 {len(then)} 条评价无一提到收货、物流或者包装"
    )
    visits = [before.source, after.source]
    quoted = "；".join(one.text[:60] for one in then[:5])
    if len(earlier) < _FEWEST or spoke < len(earlier) * _USUAL_SHARE:
        told = f"{said}；此前的评价太少或者本就很少提到收货，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, told, quoted=quoted)
    told = f"{said}；此前 {len(earlier)} 条评价中有 {spoke} 条提到，疑似虚构交易，须调取订单、支付与物流记录"
    return resting_on(visits, Verdict.SUSPECTED, told, quoted=quoted)
