"""C19 因人定价: what several visitors were asked for the same listing, one after the other.

A difference counts only when it was met twice, with a new visitor asked the same before, between and after. What else
may explain it is weighed first: a price that moves, other choices (SKU), stock, a cache, an offer the page tells.

Law: 《中华人民共和国电子商务法》第十八条; 《互联网平台价格行为规则》第十五条.
"""

from __future__ import annotations

from collections.abc import Sequence

from leads.over_time.answers import Answer, moment, resting_on, yuan
from records.acts import Profile, ProfilePrice
from records.leads import Verdict
from records.market import Source

__all__ = ["PUBLIC_OFFER", "priced_by_visitor"]

PUBLIC_OFFER = "公示的新人、会员优惠"
_LEAST_MET = 2


def priced_by_visitor(asked: Sequence[ProfilePrice], source: Source) -> Answer | None:
    """What the prices asked of the profiles say, in the order of asking; None when all were the same, or none were
    compared.

    Args:
        source: The try they were met in.
    """
    if not asked or asked[0].price_fen is None:
        return None
    first = asked[0]
    new = [one for one in asked if one.profile is Profile.NEW]
    others = [one for one in asked if one.profile is not Profile.NEW]
    moved = next((one for one in new[1:] if one.price_fen != first.price_fen), None)
    unread = [one for one in asked if one.price_fen is None]
    differing = [one for one in others if one.price_fen not in (None, first.price_fen)]
    if moved is not None and moved.price_fen is not None:
        said = f"{_met(first)}，{_met(moved)}；价格在变动，不能说明因人而异，无法判定"
        return resting_on([source], Verdict.UNDETERMINED, said)
    if not differing:
        if not unread:
            return None
        said = "；".join(f"{one.profile.value}：{one.problem}" for one in unread)
        return resting_on([source], Verdict.UNDETERMINED, f"{_met(first)}；部分访客未读到价格（{said}），无法比较")
    answers = [_differs(asked, profile, source) for profile in dict.fromkeys(one.profile for one in differing)]
    order = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)
    return min(answers, key=lambda one: order.index(one.verdict))


def _differs(asked: Sequence[ProfilePrice], profile: Profile, source: Source) -> Answer:
    first = asked[0]
    theirs = [one for one in asked if one.profile is profile]
    other = next(one for one in theirs if one.price_fen not in (None, first.price_fen))
    said = f"{_met(first)}，{_met(other)}"
    dearer, cheaper = (other, first) if (other.price_fen or 0) > (first.price_fen or 0) else (first, other)
    if doubt := _doubt(asked, theirs, other):
        return resting_on([source], Verdict.UNDETERMINED, f"{said}；{doubt}，无法判定")
    told = [one for one in cheaper.offers if one not in dearer.offers]
    if told:
        words = f"{said}；低价一方的页面写明“{told[0]}”，须核对优惠是否公示、条件是否人人相同"
        return resting_on([source], Verdict.EXCLUDED, words, exemption=PUBLIC_OFFER, quoted="；".join(told))
    if shared := [one for one in cheaper.offers if one in dearer.offers]:
        words = f"{said}；两方页面都写着“{shared[0]}”，差额是否由此而来须人工核对，无法判定"
        return resting_on([source], Verdict.UNDETERMINED, words, quoted="；".join(shared))
    again = theirs[-1]
    words = (
        f"{said}；{moment(again.at)} 再次如此，其前后以新访客打开均为 {yuan(first.price_fen or 0)} 元，"
        "页面未见说明差额的优惠，涉嫌对同一商品因人设置不同价格"
    )
    return resting_on([source], Verdict.SUSPECTED, words, quoted=first.title)


def _doubt(asked: Sequence[ProfilePrice], theirs: Sequence[ProfilePrice], other: ProfilePrice) -> str:
    """What else may be behind the difference, in Chinese; empty when nothing is."""
    first = asked[0]
    if len(theirs) < _LEAST_MET or any(one.price_fen != other.price_fen for one in theirs):
        return "再次打开时不再如此或者未能读到"
    if asked[-1].profile is not Profile.NEW or asked[-1].price_fen is None:
        return "其后未能再以新访客打开"
    if any(one.cached for one in asked):
        return "应答来自缓存"
    if first.title and other.title and first.title != other.title:
        return f"读到的商品标题不同（“{first.title[:30]}”与“{other.title[:30]}”）"
    if first.sold_out != other.sold_out:
        return "只有一方显示售罄"
    if other.price_fen in first.variant_fen or first.price_fen in other.variant_fen:
        return "与其中一个规格的价格相同，可能只是默认选中的规格不同"
    if other.price_fen in first.conditional_fen or first.price_fen in other.conditional_fen:
        return "与页面上注明条件的价格（券后价、会员价等）相同"
    return ""


def _met(one: ProfilePrice) -> str:
    return f"{moment(one.at)} {one.profile.value}见 {yuan(one.price_fen or 0)} 元"
