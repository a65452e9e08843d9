"""One rule against one text: each hit is confirmed by its cue, then weighed against speaker, denial and exemptions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from leads.context import Passage
from leads.listening import Heard
from leads.signals import NEGATED, NOT_MERCHANT, Cue, Guard, LeadRule, Scope
from records.leads import ScanFinding, ScanInput, Severity, Span, Verdict
from records.market import Speaker

__all__ = ["CompiledRule", "Weighed"]

_REACH = 40
_ORDER = (Verdict.SUSPECTED, Verdict.UNDETERMINED, Verdict.EXCLUDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A confirmed hit with its verdict; positions are of the normalised text."""

    start: int
    end: int
    verdict: Verdict
    exemption: str | None = None
    cue_class: str = ""


@dataclass(frozen=True, slots=True)
class _Patterns:
    pattern: re.Pattern[str] | None
    first: re.Pattern[str] | None
    second: re.Pattern[str] | None


def _compiled(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


class CompiledRule:
    """A rule made ready for one day of conduct."""

    def __init__(self, rule: LeadRule, *, on: date) -> None:
        self.rule = rule
        self._cues = [(cue, _Patterns(_compiled(cue.pattern), _compiled(cue.near), _compiled(cue.bar))) for cue in rule.signal.cues]
        self._guards = [
            (guard, _Patterns(_compiled(guard.pattern), _compiled(guard.unless), None))
            for guard in rule.signal.guards
            if (guard.in_force_from or date.min) <= on <= (guard.in_force_to or date.max)
        ]

    def weigh(self, scan: ScanInput, passage: Passage, heard: Heard, *, page_text: str = "") -> ScanFinding | None:
        """The rule's verdict on the text, or None when no hit was more than a likeness."""
        weighed: list[Weighed] = []
        seen: set[tuple[int, int, str]] = set()
        for start, end, cue_number in heard.hits:
            if heard.is_blocked(start, end, split=passage.spans_gap(start, end)):
                continue
            cue, patterns = self._cues[cue_number]
            span = _confirmed(cue, patterns, scan, passage, (start, end))
            if span is None or (*span, cue.cue_class) in seen:
                continue
            seen.add((*span, cue.cue_class))
            weighed.append(self._weigh_hit(scan, passage, cue, span, page_text))
        return self._sum_up(scan, passage, weighed) if weighed else None

    def _weigh_hit(
        self, scan: ScanInput, passage: Passage, cue: Cue, span: tuple[int, int], page_text: str
    ) -> Weighed:
        start, end = span
        verdict, exemption = cue.verdict, None
        if scan.source in (Speaker.REVIEW, Speaker.PLATFORM):
            verdict, exemption = Verdict.EXCLUDED, NOT_MERCHANT
        elif self.rule.signal.negatable and passage.denied(start, end):
            verdict, exemption = Verdict.EXCLUDED, NEGATED
        else:
            for guard, patterns in self._guards:
                if _guarded(guard, patterns, scan, passage, cue, span, page_text):
                    verdict, exemption = guard.verdict, guard.exemption_id
                    break
        return Weighed(start=start, end=end, verdict=verdict, exemption=exemption, cue_class=cue.cue_class)

    def _sum_up(self, scan: ScanInput, passage: Passage, weighed: list[Weighed]) -> ScanFinding:
        verdict = next(verdict for verdict in _ORDER if any(hit.verdict is verdict for hit in weighed))
        deciding = [hit for hit in weighed if hit.verdict is verdict]
        exemption = next((hit.exemption for hit in deciding if hit.exemption), None)
        severity = Severity.HIGH if scan.category in self.rule.signal.escalated else self.rule.severity
        return ScanFinding(
            rule=self.rule.rule_id,
            verdict=verdict,
            severity=severity,
            spans=_spans(scan.text, passage, deciding),
            exemption=exemption,
            explanation=self._explain(deciding, verdict, exemption),
        )

    def _explain(self, deciding: list[Weighed], verdict: Verdict, exemption: str | None) -> str:
        classes = "、".join(dict.fromkeys(hit.cue_class for hit in deciding))
        if verdict is Verdict.SUSPECTED:
            return f"命中{classes}用语，未见除外情形，涉嫌{self.rule.title}"
        proof = next((one.proof for one in self.rule.exemptions if one.exemption_id == exemption), "")
        needed = f"，需当事人举证：{proof}" if proof else ""
        if verdict is Verdict.EXCLUDED:
            return f"命中{classes}用语，但可能属于“{exemption}”{needed}"
        because = f"是否属于“{exemption}”" if exemption else "仅凭文字"
        return f"命中{classes}用语，{because}无法判定{needed}"


def _confirmed(
    cue: Cue, patterns: _Patterns, scan: ScanInput, passage: Passage, needle: tuple[int, int]
) -> tuple[int, int] | None:
    if (cue.only and scan.category not in cue.only) or scan.category in cue.never:
        return None
    span: tuple[int, int] | None = needle
    if patterns.pattern is not None:
        span = _covering(patterns.pattern, passage, needle)
    if span is None:
        return None
    if patterns.first is not None and not _found(patterns.first, cue.near_scope, passage, span):
        return None
    if patterns.second is not None and _found(patterns.second, cue.bar_scope, passage, span):
        return None
    return span


def _covering(pattern: re.Pattern[str], passage: Passage, needle: tuple[int, int]) -> tuple[int, int] | None:
    """The match that covers the needle, within its sentence and reach."""
    first, last = passage.sentence(*needle)
    for found in pattern.finditer(passage.text, max(first, needle[0] - _REACH), min(last, needle[1] + _REACH)):
        if found.start() <= needle[0] and needle[1] <= found.end():
            return found.span()
        if found.start() > needle[0]:
            return None
    return None


def _found(
    pattern: re.Pattern[str], scope: Scope, passage: Passage, span: tuple[int, int], page_text: str = ""
) -> bool:
    if scope is Scope.TEXT:
        return bool(pattern.search(passage.text) or (page_text and pattern.search(page_text)))
    first, last = passage.clause(*span) if scope is Scope.CLAUSE else passage.sentence(*span)
    if scope is not Scope.OVERLAP:
        return pattern.search(passage.text, first, last) is not None
    first, last = max(first, span[0] - _REACH), min(last, span[1] + _REACH)
    return any(
        found.start() < span[1] and span[0] < found.end() for found in pattern.finditer(passage.text, first, last)
    )


def _guarded(
    guard: Guard,
    patterns: _Patterns,
    scan: ScanInput,
    passage: Passage,
    cue: Cue,
    span: tuple[int, int],
    page_text: str,
) -> bool:
    if (guard.only and scan.category not in guard.only) or scan.category in guard.never:
        return False
    if (guard.speakers and scan.source not in guard.speakers) or (
        guard.cue_classes and cue.cue_class not in guard.cue_classes
    ):
        return False
    if patterns.first is not None and _found(patterns.first, Scope.SENTENCE, passage, span):
        return False
    return patterns.pattern is None or _found(patterns.pattern, guard.scope, passage, span, page_text)


def _spans(original: str, passage: Passage, weighed: list[Weighed]) -> tuple[Span, ...]:
    """Spans of the original text, in order, overlapping ones joined."""
    places = sorted(passage.normalised.original(hit.start, hit.end) for hit in weighed)
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(Span(start=start, end=end, text=original[start:end]) for start, end in joined)
