"""C07 有奖销售: rules of a draw that are changed or gone while it is going on, from one visit to the next.

A prize above 50,000 yuan is heard in the words themselves (`leads/rules/over_time.py`).

Law: 《中华人民共和国反不正当竞争法》第十一条.
"""

from __future__ import annotations

import re

from leads.clocks import day_in_china
from leads.over_time.answers import Answer, moment, resting_on
from leads.over_time.dates import period_in
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.over_time import History, PageSeen

__all__ = ["GOOD_REASON", "OTHER_DRAW", "changed_draw", "speaks_of_a_draw"]

GOOD_REASON = "有正当理由变更"
OTHER_DRAW = "另一期活动"

_DRAW = re.compile(patterns.DRAW_DRAW)
_RULE = re.compile(patterns.DRAW_RULE)
_OVER = re.compile(patterns.DRAW_OVER)
_ON = re.compile(patterns.DRAW_ON)
_REASON = re.compile(patterns.DRAW_REASON)
_ISSUE = re.compile(patterns.DRAW_ISSUE)
_SENTENCE = re.compile(r"[^。！!？?；;\n]+")


def changed_draw(history: History) -> Answer | None:
    """What the versions of a page say of a draw on it; None when there is no draw, or its rules stood."""
    if history.page is None:
        return None
    versions = sorted(history.page.versions, key=lambda one: one.source.seen_at)
    for earlier, later in zip(reversed(versions[:-1]), reversed(versions), strict=False):
        answer = _between(earlier, later)
        if answer is not None:
            return answer
    if history.page.unreadable and versions and _DRAW.search(versions[-1].text):
        said = f"页面上有抽奖活动，但有 {history.page.unreadable} 个历史版本读不出来，活动规则是否变更无法判定"
        return resting_on([versions[-1].source], Verdict.UNDETERMINED, said)
    return None


def speaks_of_a_draw(text: str) -> bool:
    """Whether a page invites to a draw or gives its rules."""
    return _DRAW.search(text) is not None


def _between(earlier: PageSeen, later: PageSeen) -> Answer | None:
    rules = _rules(earlier.text)
    if not rules or not _DRAW.search(earlier.text):
        return None
    now = _rules(later.text)
    lost = [words for key, words in rules.items() if key not in now]
    if not lost or _OVER.search(later.text):
        return None
    visits = [earlier.source, later.source]
    when = f"{moment(earlier.last_seen_at)} 页面公布的抽奖规则，到 {moment(later.source.seen_at)}"
    became = "已不见" if not now else "已变更"
    said = f"{when} {became}：“{lost[0][:60]}”" + (f"等 {len(lost)} 处" if len(lost) > 1 else "")
    quoted = "；".join(lost)
    if not now and not _DRAW.search(later.text):
        return resting_on(visits, Verdict.UNDETERMINED, f"{said}，活动本身也不见，是否已结束无法判定", quoted=quoted)
    if _REASON.search(later.text):
        told = f"{said}；页面写明了变更原因，须当事人证明"
        return resting_on(visits, Verdict.EXCLUDED, told, exemption=GOOD_REASON, quoted=quoted)
    if _is_another(earlier, later):
        return resting_on(
            visits,
            Verdict.UNDETERMINED,
            f"{said}；活动期次或者时间不同，可能是另一期活动，无法判定",
            exemption=OTHER_DRAW,
        )
    return _by_period(earlier, later, said, quoted)


def _by_period(earlier: PageSeen, later: PageSeen, said: str, quoted: str) -> Answer | None:
    """Only a change after the draw began, and before it ended, is one of the law's."""
    visits = [earlier.source, later.source]
    period = period_in(earlier.text, read_on=day_in_china(earlier.source.seen_at))
    if period is None:
        if _ON.search(earlier.text):
            return resting_on(
                visits, Verdict.SUSPECTED, f"{said}；变更前活动已在进行，涉嫌无正当理由变更有奖销售信息", quoted=quoted
            )
        return resting_on(visits, Verdict.UNDETERMINED, f"{said}；未见活动起止时间，无法判定变更是否在活动开始之后")
    first, last = period
    changed_after, changed_before = day_in_china(earlier.last_seen_at), day_in_china(later.source.seen_at)
    if changed_before < first or changed_after > last:
        return None
    span = f"活动期间为 {first} 至 {last}"
    if changed_after < first or changed_before > last:
        return resting_on(visits, Verdict.UNDETERMINED, f"{said}；{span}，两次采集跨越活动起止，无法判定变更时间")
    return resting_on(
        visits, Verdict.SUSPECTED, f"{said}；{span}，变更在活动期间，涉嫌无正当理由变更有奖销售信息", quoted=quoted
    )


def _rules(text: str) -> dict[str, str]:
    """Sentences that lay down the draw, by what they say with counters aside."""
    if not _DRAW.search(text):
        return {}
    sentences = (found[0].strip() for found in _SENTENCE.finditer(text))
    return {_key(one): one for one in sentences if _RULE.search(one)}


def _key(sentence: str) -> str:
    """How a sentence is compared: spaces and running counts of those who took part make no difference."""
    return re.sub(r"\s+|已有?\d+人?(?:参与|参加|抽奖)?", "", sentence)


def _is_another(earlier: PageSeen, later: PageSeen) -> bool:
    issues = [set(_ISSUE.findall(one.text)) for one in (earlier, later)]
    if issues[0] and issues[1] and issues[0] != issues[1]:
        return True
    periods = [period_in(one.text, read_on=day_in_china(one.source.seen_at)) for one in (earlier, later)]
    return None not in periods and periods[0] is not None and periods[1] is not None and periods[1][0] > periods[0][1]
