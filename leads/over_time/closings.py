"""N07 终止经营未提前三十日公示: a shop that is gone, and what its front page said in the thirty days before.

Gone is what the shop's own address answered, confirmed by its goods; a platform that closes a shop, a whole platform
that is away and a page that could not be read are none of the shop's own ending.

Law: 《中华人民共和国电子商务法》第十六条、第七十六条第一款第二项.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from leads.clocks import day_in_china
from leads.over_time.answers import Answer, moment, resting_on
from leads.over_time.dates import days_in
from leads.rules import over_time_words as patterns
from records.leads import Verdict
from records.over_time import Closing, History, PageHistory, PageSeen

__all__ = ["CLOSED_BY_PLATFORM", "MOVED", "ended_unannounced", "says_it_ends"]

CLOSED_BY_PLATFORM = "平台关闭店铺"
MOVED = "迁址或者更名继续经营"

_NOTICE_DAYS = timedelta(days=30)
_ENDING = re.compile(patterns.ENDING)
_PAUSED = re.compile(patterns.PAUSED)
_BY_PLATFORM = re.compile(patterns.BY_PLATFORM)
_MOVED = re.compile(patterns.MOVED)
_SENTENCE = re.compile(r"[^。！!？?；;\n]+")


def ended_unannounced(history: History) -> Answer | None:
    """What the visits say of a shop's end; None when it is there and announces none."""
    front = history.page
    if front is None:
        return None
    if history.closing is not None:
        return _gone(history.closing, front, history.notices)
    return _announced(front)


def says_it_ends(text: str) -> bool:
    """Whether a front page announces the shop's end."""
    return bool(_notice(text))


def _gone(closing: Closing, front: PageHistory, notices: Sequence[PageHistory]) -> Answer | None:
    visits = [closing.gone]
    at = f"{moment(closing.gone.seen_at)} 店铺首页已不存在"
    versions = sorted(front.versions, key=lambda one: one.source.seen_at)
    last = versions[-1] if versions else None
    if last is not None:
        visits.insert(0, last.source)
    words = " ".join((closing.answer, *(one.text for one in versions[-2:])))
    if found := _BY_PLATFORM.search(words):
        return resting_on(
            visits,
            Verdict.EXCLUDED,
            f"{at}；页面写有“{found[0][:60]}”，可能由平台关闭，非自行终止",
            exemption=CLOSED_BY_PLATFORM,
        )
    if found := _MOVED.search(words):
        return resting_on(
            visits, Verdict.EXCLUDED, f"{at}；页面写有“{found[0][:60]}”，可能迁址或者更名继续经营", exemption=MOVED
        )
    if doubt := _doubted(closing):
        return resting_on(visits, Verdict.UNDETERMINED, f"{at}，但{doubt}，无法判定是否自行终止经营")
    if last is None:
        return resting_on(visits, Verdict.UNDETERMINED, f"{at}，此前没有可读的首页记录，缺终止前三十日的页面")
    since = closing.gone.seen_at - _NOTICE_DAYS
    if last.last_seen_at < since:
        said = f"{at}，终止前三十日内没有采集到首页（最近一次在 {moment(last.last_seen_at)}），无法判定"
        return resting_on(visits, Verdict.UNDETERMINED, said)
    silent = [one for one in versions if one.last_seen_at >= since and not _notice(one.text)]
    if not silent:
        return None
    if told := next((one for page in notices for one in page.versions if _notice(one.text)), None):
        said = f"{at}；首页未见公告，其他页面写有“{_notice(told.text)[:60]}”，是否显著、持续公示须人工核对"
        return resting_on([*visits, told.source], Verdict.UNDETERMINED, said)
    shown = silent[-1]
    said = (
        f"{at}，店内商品 {closing.listings_gone} 件也均已不存在；此前三十日内 {moment(shown.source.seen_at)} 至"
        f" {moment(shown.last_seen_at)} 的首页未见终止经营的公示，涉嫌未提前三十日持续公示"
    )
    return resting_on([shown.source, closing.gone], Verdict.SUSPECTED, said)


def _doubted(closing: Closing) -> str:
    if closing.neighbours_gone and closing.neighbours_gone == closing.neighbours_known:
        return f"同一平台的其他 {closing.neighbours_known} 家店铺首页也都不存在，可能是平台停止服务"
    if not closing.listings_known:
        return "没有采集过该店商品，只有首页一处为证"
    left = closing.listings_known - closing.listings_gone
    return f"该店还有 {left} 件商品未见下架" if left else ""


def _announced(front: PageHistory) -> Answer | None:
    """A front page that names the day of its end: whether thirty days are left between the notice and that day."""
    versions = sorted(front.versions, key=lambda one: one.source.seen_at)
    told = next((number for number, one in enumerate(versions) if _notice(one.text)), None)
    if told is None or not _notice(versions[-1].text):
        return None
    notice, before = versions[told], versions[told - 1] if told else None
    words = _notice(notice.text)
    if _MOVED.search(words):
        return None
    end = _end_day(words, notice)
    if end is None:
        return None
    seen_on = day_in_china(notice.source.seen_at)
    if end - seen_on >= _NOTICE_DAYS:
        return None
    said = f"首页公示“{words[:80]}”，终止日 {end}，首见于 {moment(notice.source.seen_at)}"
    if before is None:
        return resting_on([notice.source], Verdict.UNDETERMINED, f"{said}；此前没有采集，公示始于何日无法判定")
    visits = [before.source, notice.source]
    silent_on = day_in_china(before.last_seen_at)
    if end - silent_on >= _NOTICE_DAYS:
        return resting_on(visits, Verdict.UNDETERMINED, f"{said}；上一次采集在 {silent_on}，公示始于其间何日无法判定")
    told_days = (end - silent_on).days
    return resting_on(
        visits,
        Verdict.SUSPECTED,
        f"{said}；{silent_on} 的首页尚无公示，提前不足 {told_days} 日，涉嫌未提前三十日公示",
        quoted=words,
    )


def _notice(text: str) -> str:
    """The sentence that announces an end; empty when there is none."""
    for found in _SENTENCE.finditer(text):
        if _ENDING.search(found[0]) and not _PAUSED.search(found[0]):
            return found[0].strip()
    return ""


def _end_day(words: str, notice: PageSeen) -> date | None:
    found = [day for _, _, day in days_in(words, read_on=day_in_china(notice.source.seen_at))]
    return max(found, default=None)
