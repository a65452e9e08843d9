"""C04 with the marks of a bureau's own watch lists: which names are protected here no built-in list can know.

Law: 《中华人民共和国反不正当竞争法》（2025年修订）第七条. A mark that merely stands on a page is a hit of its list
and no finding; what is heard here is its imitation, or its use to be taken for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from leads.authoring import any_of
from leads.normalising import Normaliser
from leads.signals import Cue, LeadRule, Scope
from leads.watching import watch_key
from records.leads import Rule, Verdict
from records.watch_lists import WatchKind, WatchList

__all__ = ["marks_of", "with_marks"]

_RULE: Final = "C04"
_SHORTEST_MARK = 3
"""Characters; a shorter one differs in one character from everyday words."""
_LIKE = r"(?:很像|相似|近似|酷似|几乎分不出|分不出|一模一样|几乎一样|雷同)"
_NOT_ALLOWED = r"(?:未授权|无授权|未经授权|非官方|没有授权)"


def marks_of(lists: Iterable[WatchList]) -> tuple[str, ...]:
    """The words of lists of trade marks, as they are searched; retired lists are not asked.

    Raises:
        InvalidInputError: A word too short to mean anything.
    """
    kept = [one for one in lists if one.kind is WatchKind.TRADEMARK and not one.retired]
    normaliser = Normaliser() if kept else None
    if normaliser is None:
        return ()
    words = {watch_key(word, normaliser) for one in kept for item in one.items for word in item.words}
    return tuple(sorted(word for word in words if len(word) >= _SHORTEST_MARK))


def with_marks(rules: Sequence[Rule], lists: Iterable[WatchList]) -> tuple[Rule, ...]:
    """The rules, C04 among them hearing these marks: said to be alike, planted as a search word, called official
    without leave, or written with one character changed (undetermined: names that differ may each be lawful).
    """
    if not any(rule.rule_id == _RULE for rule in rules):
        return tuple(rules)
    marks = marks_of(lists)
    return tuple(_hearing(rule, marks) if marks and rule.rule_id == _RULE else rule for rule in rules)


def _hearing(rule: Rule, marks: Sequence[str]) -> Rule:
    if not isinstance(rule, LeadRule):
        return rule
    mark = any_of(marks)
    cues = [
        Cue(
            cue_class="近似装潢", words=tuple(marks), near=rf"(?:跟|和|与){mark}[^,。!?;\n]{{0,6}}{_LIKE}|{_LIKE}{mark}"
        ),
        Cue(
            cue_class="搜索词植入他人标识",
            words=tuple(marks),
            near=rf"(?:关键词|搜索词|标签词|热搜词)[:：为]?[^。\n]{{0,20}}{mark}|搜[“\"「]?{mark}[”\"」]?[^,。!?;\n]{{0,4}}(?:进来|来的|过来)",
            bar="优化|推广服务|分析|研究|工具",
            bar_scope=Scope.SENTENCE,
        ),
        Cue(cue_class="冒充官方店铺", words=tuple(marks), near=rf"{mark}[^。\n]{{0,8}}店[^。\n]{{0,10}}{_NOT_ALLOWED}"),
    ]
    changed = sorted({one for word in marks for one in _changed(word)})
    if changed:
        cues.append(
            Cue(
                cue_class="与监控商标一字之差",
                words=tuple(sorted({word[:2] for word in marks if len(word) > _SHORTEST_MARK})),
                pattern="|".join(changed),
                verdict=Verdict.UNDETERMINED,
            )
        )
    signal = rule.signal.model_copy(update={"cues": (*rule.signal.cues, *cues)})
    return rule.model_copy(update={"signal": signal})


def _changed(word: str) -> Iterable[str]:
    """A mark of four characters or more with one past its second changed; of Chinese characters only."""
    if len(word) <= _SHORTEST_MARK or not all("\u4e00" <= sign <= "\u9fff" for sign in word):
        return
    for at in range(2, len(word)):
        yield f"{word[:at]}(?!{word[at]})[\u4e00-\u9fff]{word[at + 1 :]}"
