"""N11 修改平台规则未提前七日公示: a platform's rules read otherwise, and the day the change takes effect.

Law: 《中华人民共和国电子商务法》第三十四条、第八十一条第一款第二项.
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
from records.over_time import History, PageHistory, PageSeen

__all__ = ["ANNOUNCED", "IN_FAVOUR", "changed_at_short_notice"]

ANNOUNCED = "已在其他页面提前公示"
IN_FAVOUR = "有利于商户的即时调整"

_SHOWN_DAYS = timedelta(days=7)
_AT_ONCE = re.compile(patterns.RULES_AT_ONCE)
_EFFECT_WORD = re.compile(r"施行|实施|生效|执行")
_DRAFT = re.compile(patterns.RULES_DRAFT)
_KINDER = re.compile(patterns.RULES_KINDER)
_HARDER = re.compile(patterns.RULES_HARDER)
_SENTENCE = re.compile(r"[^。！!？?；;\n]+")
_TRIFLE = re.compile(patterns.RULES_TRIFLE)
_AMOUNT = re.compile(r"\d+(?:\.\d+)?\s*(?:%|元|天|日内|倍|分)")
_SUBSTANCE = 6


def changed_at_short_notice(history: History) -> Answer | None:
    """What the versions of a platform's rules say; None when none changed, or each change was shown in time."""
    found: list[Answer] = []
    for page in history.papers:
        versions = sorted(page.versions, key=lambda one: one.source.seen_at)
        for earlier, later in zip(versions, versions[1:], strict=False):
            answer = _change(earlier, later, history.notices)
            if answer is not None:
                found.append(answer)
    order = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)
    return min(reversed(found), key=lambda one: order.index(one.verdict), default=None)


def _change(earlier: PageSeen, later: PageSeen, notices: Sequence[PageHistory]) -> Answer | None:
    added, lost = _changes(earlier.text, later.text)
    if not added and not lost:
        return None
    if _DRAFT.search(later.text) and not _AT_ONCE.search(later.text):
        return None  # the page is itself the draft that asks for opinions
    visits = [earlier.source, later.source]
    quoted = "；".join([*(f"新：{one}" for one in added), *(f"旧：{one}" for one in lost)])
    last_old, first_new = earlier.last_seen_at, later.source.seen_at
    said = f"平台规则在 {moment(last_old)} 与 {moment(first_new)} 之间修改（{len(added)} 处新写、{len(lost)} 处删去）"
    effect, words = _effect_day(later, added)
    if effect is None:
        return resting_on(
            visits, Verdict.UNDETERMINED, f"{said}，未写明修改内容的实施日期，无法判定是否提前七日公示", quoted=quoted
        )
    if effect - day_in_china(first_new) >= _SHOWN_DAYS:
        return None
    said = f"{said}，“{words[:50]}”，实施日 {effect}"
    if told := _told_before(notices, effect):
        return resting_on(
            [*visits, told.source],
            Verdict.EXCLUDED,
            f"{said}；{moment(told.source.seen_at)} 的公告页已公示，须核对内容是否一致",
            exemption=ANNOUNCED,
        )
    if effect - day_in_china(last_old) >= _SHOWN_DAYS and not _AT_ONCE.search(words):
        return resting_on(
            visits, Verdict.UNDETERMINED, f"{said}；两次采集相隔较久，公示始于何日无法判定", quoted=quoted
        )
    changed = " ".join(added)
    if _KINDER.search(changed) and not _HARDER.search(changed):
        return resting_on(
            visits, Verdict.UNDETERMINED, f"{said}；修改似有利于商户，须人工核对", exemption=IN_FAVOUR, quoted=quoted
        )
    days = max(0, (effect - day_in_china(last_old)).days)
    told_words = f"{moment(last_old)} 仍是旧规则，公示至实施不足 {days} 日" if days else "新规则实施之日仍见旧规则"
    return resting_on(visits, Verdict.SUSPECTED, f"{said}；{told_words}，涉嫌未提前七日公示", quoted=quoted)


def _changes(old: str, new: str) -> tuple[list[str], list[str]]:
    """Sentences of substance only in the new and only in the old text; numbers of chapters and dates alone are none."""
    before, after = ({_bare(one): one for one in _sentences(text)} for text in (old, new))
    added = [one for key, one in after.items() if key not in before and len(key) >= _SUBSTANCE]
    lost = [one for key, one in before.items() if key not in after and len(key) >= _SUBSTANCE]
    known = set(_sentences(old))
    amounts = [one for one in _sentences(new) if _AMOUNT.search(one) and one not in known]
    return list(dict.fromkeys([*added, *(one for one in amounts if not _EFFECT_WORD.search(one))])), lost


def _sentences(text: str) -> list[str]:
    return [found[0].strip() for found in _SENTENCE.finditer(text) if found[0].strip()]


def _bare(sentence: str) -> str:
    return _TRIFLE.sub("", sentence)


def _effect_day(later: PageSeen, added: Sequence[str]) -> tuple[date | None, str]:
    """When the new text takes effect, and the words that say so; `at once` is the day it was first seen."""
    first_seen = day_in_china(later.source.seen_at)
    for sentence in [*added, *_sentences(later.text)]:
        if found := _AT_ONCE.search(sentence):
            return first_seen, found[0]
    for sentence in _sentences(later.text):
        if not _EFFECT_WORD.search(sentence):
            continue
        for _, _, day in days_in(sentence, read_on=first_seen):
            if abs((day - first_seen).days) <= 120:
                return day, sentence
    return None, ""


def _told_before(notices: Sequence[PageHistory], effect: date) -> PageSeen | None:
    for page in notices:
        for one in page.versions:
            if _DRAFT.search(one.text) and effect - day_in_china(one.source.seen_at) >= _SHOWN_DAYS:
                return one
    return None
