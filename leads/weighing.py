"""One rule against one text: each hit is confirmed by its cue, then weighed against speaker, denial and exemptions."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter

from leads.context import Passage
from leads.listening import Heard
from leads.looking import Judged, ReadyCue, applies, found_in, looked_for, ready_cue, ready_guard
from leads.needles import needles_for
from leads.numbers import NumberKind, fault_of
from leads.patterns import Sought, condition
from leads.signals import NEGATED, NOT_COMMERCIAL, NOT_MERCHANT, REACH, Cue, LeadRule
from leads.telling import told_of
from records.leads import ScanFinding, Severity, Span, Verdict
from records.market import Speaker

__all__ = ["CompiledRule"]

_KEPT = 4_096
_ENOUGH_SUSPECTED, _MOST_HITS = 100, 1000
"""Of a text stuffed with one word no more is shown and weighed: every hit asks many patterns of its sentence."""
_PUBLIC = condition(
    r"(?:居委会|社区|消协|消费者协会|消保委|市场监管(?:总)?局|监管部门|法院|检察院|公安机关|警方|反诈中心|药监局|卫健委|疾控中心|教育局|烟草专卖局)"
    r"[^。!?\n]{0,14}(?:提示|提醒|通报|查处|查获|认定|判决|判处|编写|普法|发布(?:消费)?(?:警示|提示|预警))"
    r"|以案释法|普法(?:小)?(?:课堂|知识|宣传)|(?:法考|考试|历年|执法)[^,。]{0,2}真题[^。]{0,3}[::]|合规(?:培训|课堂|课件|自查)|培训课件|(?:课程|毕业|营销课|大学生)[^,。!?]{0,10}(?:作业|论文|选题)[::]|应?(?:当)?如何(?:处罚|定性|处理)[?。]|典型案例|案情(?:简介|回顾)|(?:判断|单选|多选|选择|简答|案例分析)题|法条(?:解读|链接)|谣言粉碎|本栏目由|本文(?:仅|只)?(?:作|做|为|供)?(?:科普|普法)"
)
_SELLING = condition(
    r"下单|购买链接|小黄车|加微|微信|私信|私聊|包邮|现货|清仓|甩卖|处理价|低价|便宜|咨询客服|限时|优惠|橱窗|同款|\d元|¥|[一二三四五六七八九\d]折|代理|批发|本店|我们店|店铺"
)
_Place = tuple[int, int]
_ORDER = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    start: int
    end: int
    cue_class: str
    verdict: Verdict
    exemption: str | None = None


_Covered = tuple[int, ReadyCue, _Place, _Place]
"""The number of the text, the cue, its needle, and the match that covers it."""
_Confirmed = tuple[ReadyCue, _Place]
_Finding = tuple[int, ScanFinding]


class CompiledRule:
    """A rule made ready for one day of conduct."""

    def __init__(
        self,
        rule: LeadRule,
        *,
        on: date,
        from_pattern: Set[int] = frozenset(),
        placed: Set[int] = frozenset(),
        often: Set[int] = frozenset(),
    ) -> None:
        """Args:
        rule: The rule.
        on: The day of conduct.
        from_pattern: The cues whose hits are not their own words but what their pattern requires.
        placed: The cues of which only some hits of their own words are told.
        often: The cues that are woken in vain so often that their pattern is made ready to be sought faster.
        """
        self.rule = rule
        self._on = on
        self._cues = [
            ready_cue(
                cue, number, by_its_words=number not in from_pattern, placed=number in placed, often=number in often
            )
            for number, cue in enumerate(rule.signal.cues)
        ]
        self._guards = [
            ready_guard(guard)
            for guard in rule.signal.guards
            if (guard.in_force_from or date.min) <= on <= (guard.in_force_to or date.max)
        ]

    def make_ready(self) -> None:
        """Compile every pattern now, not when it is first sought."""
        for cue in self._cues:
            for sought in (cue.pattern, cue.finder, cue.wide):
                if sought is not None:
                    sought.make_ready()
        conditions = [one for cue in self._cues for one in (cue.near, cue.bar, cue.owed)]
        conditions += [one for guard in self._guards for one in (guard.pattern, guard.unless)]
        for one in conditions:
            for part in one.parts if one is not None else ():
                part.make_ready()

    def weigh(self, heard: Heard, passages: Sequence[Passage], judged: Mapping[int, Judged]) -> Iterator[_Finding]:
        """The rule's verdict on each text of which a hit was more than a likeness, with the number of the text. Of a
        text the first 100 suspected hits suffice, and the first 1,000 of any kind.

        Args:
            heard: What the rule's needles gave over the texts.
            passages: Every text.
            judged: Each text as it is judged; asked only for those of which more is to be known.
        """
        enough: set[int] = set()
        for at, covered in groupby(self._covered(heard, passages, judged, enough), key=itemgetter(0)):
            hits = self._hits(judged[at], heard, covered)
            enough.add(at)
            if hits:
                yield at, self._sum_up(judged[at], hits)

    def _hits(self, judged: Judged, heard: Heard, covered: Iterable[_Covered]) -> list[_Hit]:
        hits: list[_Hit] = []
        suspected = 0
        seen: set[tuple[int, int, str]] = set()
        confirmed = self._confirmed(judged, heard, covered)
        while some := tuple(islice(confirmed, _ENOUGH_SUSPECTED)):
            for ready, span in _in_order(judged.passage.text, some):
                if (*span, ready.cue.cue_class) not in seen:
                    seen.add((*span, ready.cue.cue_class))
                    hits.append(self._weigh_hit(judged, ready.cue, span))
                    suspected += hits[-1].verdict is Verdict.SUSPECTED
                if suspected >= _ENOUGH_SUSPECTED or len(hits) >= _MOST_HITS:
                    return hits
        return hits

    def _confirmed(self, judged: Judged, heard: Heard, covered: Iterable[_Covered]) -> Iterator[_Confirmed]:
        for _at, ready, needle, span in covered:
            if _confirmed(ready, judged, heard, needle, span) and self._holds(ready, judged, span):
                yield ready, span

    def _covered(
        self, heard: Heard, passages: Sequence[Passage], judged: Mapping[int, Judged], enough: Container[int]
    ) -> Iterator[_Covered]:
        """The hits of which a match of the cue's pattern covers the needle. Asked before all else, since most hits end
        here. Those of a text of which there is enough are passed over."""
        cues, current, passed_over = self._cues, -1, -1
        for at, start, end, cue_numbers in heard.hits():
            if at == passed_over:
                continue
            if at != current:
                passage, current = passages[at], at
                text, window = passage.text, passage.window
            first = -1
            for cue_number in cue_numbers:
                ready = cues[cue_number]
                if ready.owed is not None and not looked_for(ready.cue, judged[at]):
                    continue
                if ready.pattern is None or ready.finder is None:
                    yield at, ready, (start, end), (start, end)
                    continue
                if first < 0:
                    first, last = window(start, end, REACH)
                if (
                    ready.finder.search(text, first, last) is not None
                    and (covering := _covering(ready.pattern, text, (start, end), (first, last))) is not None
                ):
                    yield at, ready, (start, end), covering
                    if at in enough:
                        passed_over = at
                        break

    def _holds(self, ready: ReadyCue, judged: Judged, span: tuple[int, int]) -> bool:
        """Whether the number is faulty, or the owed number not shown, where the cue asks for that."""
        kind = ready.cue.number
        if kind is not NumberKind.NONE and not fault_of(kind, judged.passage.text[slice(*span)], on=self._on):
            return False
        if ready.cue.of_goods and judged.title:
            title = judged.folded("title")
            if not any(word.lower() in title for word in ready.cue.words):
                return False
        return ready.owed is None or not judged.holds(ready.owed, "numbers", "title", "page")

    def _weigh_hit(self, judged: Judged, cue: Cue, span: tuple[int, int]) -> _Hit:
        verdict, exemption = cue.verdict, None
        if cue.owed and not judged.scan.fields.page_complete:
            verdict = Verdict.UNDETERMINED
        speaker = judged.scan.source
        if speaker in (Speaker.REVIEW, Speaker.PLATFORM) and speaker not in self.rule.signal.heeds:
            verdict, exemption = Verdict.EXCLUDED, NOT_MERCHANT
        elif self.rule.signal.negatable and _denied(judged.passage, cue, span):
            verdict, exemption = Verdict.EXCLUDED, NEGATED
        elif (
            not judged.scan.fields.model_fields_set
            and judged.holds(_PUBLIC, "title")
            and not judged.holds(_SELLING, "title")
        ):
            verdict, exemption = Verdict.EXCLUDED, NOT_COMMERCIAL
        else:
            guard = next((one.guard for one in self._guards if applies(one, judged, cue, span)), None)
            if guard is not None:
                verdict, exemption = guard.verdict, guard.exemption_id
            elif verdict is Verdict.SUSPECTED and told_of(judged.passage, span, rule_id=self.rule.rule_id):
                verdict, exemption = Verdict.EXCLUDED, NEGATED
        return _Hit(start=span[0], end=span[1], cue_class=cue.cue_class, verdict=verdict, exemption=exemption)

    def _sum_up(self, judged: Judged, hits: list[_Hit]) -> ScanFinding:
        verdict = next(verdict for verdict in _ORDER if any(hit.verdict is verdict for hit in hits))
        deciding = sorted((hit for hit in hits if hit.verdict is verdict), key=_place)
        exemption = next((hit.exemption for hit in deciding if hit.exemption), None)
        escalated = judged.scan.category in self.rule.signal.escalated
        return ScanFinding(
            rule=self.rule.rule_id,
            verdict=verdict,
            severity=Severity.HIGH if escalated else self.rule.severity,
            spans=_spans(judged, deciding),
            exemption=exemption,
            explanation=self._explain(deciding, verdict, exemption),
        )

    def _explain(self, deciding: list[_Hit], verdict: Verdict, exemption: str | None) -> str:
        classes = "、".join(dict.fromkeys(name for hit in deciding for name in hit.cue_class.split("、")))
        if verdict is Verdict.SUSPECTED:
            return f"命中“{classes}”类用语，未见除外情形"
        proof = next((one.proof for one in self.rule.exemptions if one.exemption_id == exemption), "")
        needed = f"；需当事人举证：{proof}" if proof else ""
        if verdict is Verdict.EXCLUDED:
            return f"命中“{classes}”类用语，但可能属于“{exemption}”{needed}"
        because = f"是否属于“{exemption}”无法判定" if exemption else "仅凭文字无法判定"
        return f"命中“{classes}”类用语，{because}{needed}"


def _place(hit: _Hit) -> tuple[int, int, str]:
    """The same for the same text, whatever word was listened for."""
    return hit.start, hit.end, hit.cue_class


def _in_order(text: str, found: Sequence[_Confirmed]) -> Sequence[_Confirmed]:
    """As the words of their cues stand in the text, whatever was listened for: so they are weighed and told."""
    if len({ready.number for ready, _ in found}) == 1:
        return found
    return sorted(found, key=lambda one: (*_first_word(one[0].cue, text[slice(*one[1])], one[1]), one[0].number))


def _first_word(cue: Cue, shown: str, span: _Place) -> tuple[int, int]:
    """Where the first of its words to end does so, and of several the longest."""
    ends = [
        (span[0] + shown.find(word) + len(word), -len(word)) for word in _words(cue.words, cue.pattern) if word in shown
    ]
    return min(ends, default=(span[1], 0))


@lru_cache(maxsize=_KEPT)
def _words(words: tuple[str, ...], pattern: str) -> Sequence[str]:
    """Of a cue: its own, or those its pattern requires where they are rarer."""
    return needles_for(words, pattern)[0]


def _blocked(heard: Heard, judged: Judged, place: tuple[int, int]) -> bool:
    at = judged.at
    return at in heard.blocked and heard.is_blocked(at, *place, split=judged.passage.spans_gap(*place))


def _own_word_in(ready: ReadyCue, heard: Heard, judged: Judged, span: tuple[int, int]) -> bool:
    """Whether a word of the cue stands in the match, free of blockers."""
    text = judged.passage.text
    for word in ready.cue.words:
        place = text.find(word, *span)
        while place >= 0:
            if not _blocked(heard, judged, (place, place + len(word))):
                return True
            place = text.find(word, place + 1, span[1])
    return False


def _denied(passage: Passage, cue: Cue, span: tuple[int, int]) -> bool:
    """Whether the match is denied or, where the cue asks that, one of its words inside it."""
    if passage.denied(*span):
        return True
    if not cue.denied_within:
        return False
    places = ((passage.text.find(word, *span), len(word)) for word in cue.words)
    return any(place > span[0] and passage.denied(place, place + length) for place, length in places)


def _confirmed(ready: ReadyCue, judged: Judged, heard: Heard, needle: tuple[int, int], span: tuple[int, int]) -> bool:
    """Whether the needle, with the span its pattern covers, is free of blockers and near what it must be near.

    The listener has seen to the product class.
    """
    own_word = ready.by_its_words and not _blocked(heard, judged, needle)
    if ready.by_its_words and not own_word and not ready.placed:
        return False
    if ready.wide is not None:
        begin, end = max(0, needle[0] - REACH), needle[1] + 2 * REACH
        if ready.wide.search(judged.passage.text, begin, end) is None:
            return False
    if ready.near is not None and not found_in(ready.near, ready.cue.near_scope, judged, span):
        return False
    if ready.bar is not None and found_in(ready.bar, ready.cue.bar_scope, judged, span):
        return False
    return own_word or _own_word_in(ready, heard, judged, span)


def _covering(pattern: Sought, text: str, needle: tuple[int, int], window: tuple[int, int]) -> tuple[int, int] | None:
    """The match in the window that covers the needle."""
    for found in pattern.finditer(text, *window):
        if found.start() > needle[0]:
            return None
        if needle[1] <= found.end():
            return found.span()
    return None


def _spans(judged: Judged, hits: list[_Hit]) -> tuple[Span, ...]:
    """Spans of the original text, in order, overlapping ones joined."""
    original = judged.scan.text
    places = sorted(judged.passage.normalised.original(hit.start, hit.end) for hit in hits)
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(Span(start=start, end=end, text=original[start:end]) for start, end in joined)
