"""C01 跨店同文: reviews that stand nearly word for word under listings of several shops, by different buyers.

A buyer may write the same twice, an operator may move a shop with its reviews, a platform may offer a template: one by
the same author is not counted, reviews with the same authors and days are excluded, and what half of the shops have is
left open. One or two such reviews prove nothing.

Law: 《中华人民共和国电子商务法》第十七条.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from leads.over_time.answers import Answer, resting_on
from leads.over_time.bursts import MOVED_REVIEWS
from records.leads import Verdict
from records.market import Source
from records.over_time import History, ReviewElsewhere

__all__ = ["copied_praise"]

_FEWEST = 3
_OPEN = 2
_SHOPS = 3
"""So many other shops make one review suspicious."""
_MOST_VISITS = 8
_SAMPLES = 3


def copied_praise(history: History) -> Answer | None:
    """What a listing's reviews say beside those of other shops; None when too few are the same."""
    own = history.page.versions[-1].source if history.page and history.page.versions else None
    if not history.copied or own is None:
        return None
    told = [one for one in history.copied if not one.widespread]
    moved = [one for one in told if _is_same_buyer(one) and one.written_on == one.other_written_on]
    counted = [one for one in told if not _is_same_buyer(one)]
    texts = {one.text for one in counted}
    if len(texts) >= _FEWEST or _in_many_shops(counted):
        return _suspicion(own, counted, moved)
    if len({one.text for one in moved}) >= _FEWEST:
        said = f"{_said(moved)}，署名与日期也相同，可能是店铺迁移或者合并"
        return _resting(own, moved, Verdict.EXCLUDED, said, exemption=MOVED_REVIEWS)
    if len(texts) >= _OPEN:
        return _resting(own, counted, Verdict.UNDETERMINED, f"{_said(counted)}，条数太少，无法判定")
    common = [one for one in history.copied if one.widespread]
    if len({one.text for one in common}) >= _FEWEST:
        said = f"{_said(common)}；比较过的网店半数以上都有，可能是平台的评价模板，无法判定"
        return _resting(own, common, Verdict.UNDETERMINED, said)
    return None


def _suspicion(own: Source, counted: Sequence[ReviewElsewhere], moved: Sequence[ReviewElsewhere]) -> Answer:
    said = f"{_said(counted)}，署名不同"
    kin = {one.other_shop_id for one in counted if one.same_hand}
    if kin and len({one.text for one in moved}) > len({one.text for one in counted}):
        told = f"{said}；另有更多评价连署名、日期都与关联的网店相同，可能是迁移或者合并，无法判定"
        return _resting(own, counted, Verdict.UNDETERMINED, told, exemption=MOVED_REVIEWS)
    more = f"；其中 {len(kin)} 家与本店疑为同一经营者" if kin else ""
    told = f"{said}{more}，疑似编造用户评价，须调取评价账号、订单与物流记录"
    return _resting(own, counted, Verdict.SUSPECTED, told)


def _in_many_shops(counted: Sequence[ReviewElsewhere]) -> bool:
    shops: defaultdict[str, set[str]] = defaultdict(set)
    for one in counted:
        shops[one.text].add(one.other_shop_id)
    return any(len(there) >= _SHOPS for there in shops.values())


def _is_same_buyer(one: ReviewElsewhere) -> bool:
    return bool(one.author) and one.author == one.other_author


def _said(some: Sequence[ReviewElsewhere]) -> str:
    shops = dict.fromkeys(one.other_shop for one in some)
    names = "、".join(f"“{name[:20]}”" for name in list(shops)[:_SAMPLES])
    texts, others = len({one.text for one in some}), len({one.other_shop_id for one in some})
    return f"{texts} 条较长的评价与另外 {others} 家网店（{names}）的评价文字相同或者几乎相同"


def _resting(
    own: Source, some: Sequence[ReviewElsewhere], verdict: Verdict, said: str, *, exemption: str | None = None
) -> Answer:
    others = list({one.other.page_id: one.other for one in some}.values())[:_MOST_VISITS]
    quoted = "；".join(list(dict.fromkeys(one.text[:80] for one in some))[:_SAMPLES])
    return resting_on([own, *others], verdict, said, exemption=exemption, quoted=quoted)
