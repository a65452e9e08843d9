"""C17 删差评: bad reviews that were there at one visit and are not at a later one.

Only what was really read at both visits counts: a count a page states, or reviews listed whole. A review may also be
taken back by its author or removed for breaking the law, so that one alone is never suspected.

Law: 《中华人民共和国电子商务法》第三十九条第二款; 《网络交易监督管理办法》第十四条.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from leads.over_time.answers import Answer, moment, resting_on
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.market import Source
from records.over_time import History, ReviewsSeen

__all__ = ["PERIOD_SHOWN", "UNLAWFUL_REVIEWS", "is_bad_review", "vanished_reviews"]

UNLAWFUL_REVIEWS = "依法处理违法评价"
PERIOD_SHOWN = "只显示一定期间的评价"

_BAD = re.compile(patterns.BAD)
_NOT_BAD = re.compile(patterns.NOT_BAD)
_FEW = 2
_OTHERS_LOST = 0.2
_UNLAWFUL = re.compile(patterns.UNLAWFUL)
_PERIOD = re.compile(patterns.PERIOD)


def is_bad_review(text: str) -> bool:
    """Whether a consumer complains.

    >>> is_bad_review("用了两天就坏了，质量太差"), is_bad_review("质量很好，没有让人失望")
    (True, False)
    """
    return bool(_BAD.search(_NOT_BAD.sub("", text)))


def vanished_reviews(history: History) -> Answer | None:
    """What two visits say of bad reviews; None when no earlier visit read any, or all are still there."""
    seen = sorted(history.reviews, key=lambda one: one.source.seen_at)
    if len(seen) < 2:
        return None
    later, found = seen[-1], []
    for earlier in seen[:-1]:
        answer = _by_count(earlier, later) or _by_words(earlier, later)
        if answer is not None:
            found.append(answer)
    order = (Verdict.SUSPECTED, Verdict.EXCLUDED, Verdict.UNDETERMINED)
    return min(found, key=lambda one: order.index(one.verdict), default=None)


def _by_count(earlier: ReviewsSeen, later: ReviewsSeen) -> Answer | None:
    if not earlier.bad:
        return None
    visits = [earlier.source, later.source]
    was = f"{moment(earlier.source.seen_at)} 页面显示差评 {earlier.bad} 条"
    if later.bad is None:
        if later.whole or later.texts:
            return None  # the reviews themselves were read and are compared
        said = f"{was}；{moment(later.source.seen_at)} 未读到评价数，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, said)
    lost = earlier.bad - later.bad
    if lost <= 0:
        return None
    said = f"{was}，{moment(later.source.seen_at)} 只有 {later.bad} 条，减少 {lost} 条"
    if weighed := _explained(earlier, later, said):
        return weighed
    if earlier.total is None or later.total is None:
        return resting_on(visits, Verdict.UNDETERMINED, f"{said}；未同时读到评价总数，无法排除整体改版，无法判定")
    if later.total < earlier.total - lost:
        said = f"{said}；评价总数也由 {earlier.total} 条减为 {later.total} 条，可能是整体迁移或合并，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, said)
    return _lost(visits, lost, f"{said}，评价总数由 {earlier.total} 条变为 {later.total} 条")


def _by_words(earlier: ReviewsSeen, later: ReviewsSeen) -> Answer | None:
    there = set(later.texts)
    gone = [text for text in earlier.texts if text not in there]
    bad = [text for text in gone if is_bad_review(text)]
    if not bad:
        return None
    visits = [earlier.source, later.source]
    said = f"{moment(earlier.source.seen_at)} 列出的 {len(bad)} 条差评在 {moment(later.source.seen_at)} 已不见"
    if not later.texts:
        said = f"{said}，但后一次未读到任何评价，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, said, quoted="；".join(bad))
    if not later.whole:
        return None  # they may stand on a further page
    if weighed := _explained(earlier, later, said):
        return weighed
    kind = [text for text in earlier.texts if not is_bad_review(text)]
    kind_gone = len(gone) - len(bad)
    if kind and kind_gone / len(kind) > _OTHERS_LOST:
        said = f"{said}；其他评价也少了 {kind_gone} 条，可能是整体迁移或只显示部分，无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, said, quoted="；".join(bad))
    return _lost(visits, len(bad), f"{said}，其余 {len(kind) - kind_gone} 条评价仍在", quoted="；".join(bad))


def _explained(earlier: ReviewsSeen, later: ReviewsSeen, said: str) -> Answer | None:
    both = [earlier.source, later.source]
    if _UNLAWFUL.search(later.notice):
        told = f"{said}；页面称违规评价已处理，须提供每条评价的处理依据"
        return resting_on(both, Verdict.EXCLUDED, told, exemption=UNLAWFUL_REVIEWS, quoted=later.notice)
    if _PERIOD.search(later.notice):
        told = f"{said}；页面称只显示一定期间的评价，须核对全部评价"
        return resting_on(both, Verdict.EXCLUDED, told, exemption=PERIOD_SHOWN, quoted=later.notice)
    return None


def _lost(visits: Sequence[Source], lost: int, said: str, *, quoted: str = "") -> Answer:
    verdict = Verdict.SUSPECTED if lost >= _FEW else Verdict.UNDETERMINED
    told = "涉嫌删除消费者评价" if lost >= _FEW else "仅一条，可能由评价者自行撤回，无法判定"
    return resting_on(visits, verdict, f"{said}，{told}", quoted=quoted)
