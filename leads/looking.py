"""What a rule looks for, compiled once, and where in a text, a page or a sentence it looks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from leads.context import Passage
from leads.patterns import Condition, Sought, condition
from leads.signals import REACH, Cue, Guard, Scope
from records.leads import ScanInput

__all__ = ["Judged", "ReadyCue", "ReadyGuard", "applies", "found_in", "looked_for", "ready_cue", "ready_guard"]

_ENDS_TEXT = re.compile(r"\$|\\Z|\\b")
"""What may match in a part of a text and not in the whole of it."""


@dataclass(slots=True, kw_only=True)
class Judged:
    """A text being judged: its number among those judged together, its input, its searched form, and the title and page
    it stands in as they were read.

    What is asked of the whole text or page is folded when first asked and answered once for all hits.
    """

    at: int
    scan: ScanInput
    passage: Passage
    fold: Callable[[str], str]
    title: str = ""
    page: str = ""
    _folded: dict[str, str] = field(default_factory=dict)
    _answers: dict[tuple[Condition, tuple[str, ...]], bool] = field(default_factory=dict)

    def holds(self, sought: Condition, *places: str) -> bool:
        """Whether it is found in the text or in one of these: title, page, numbers (read on the page)."""
        asked = (sought, places)
        if asked not in self._answers:
            self._answers[asked] = sought.met(self.passage.text) or any(
                sought.met(self.folded(name)) for name in places
            )
        return self._answers[asked]

    def folded(self, name: str) -> str:
        """The title, page or numbers as they are searched."""
        if name not in self._folded:
            said = {"title": self.title, "page": self.page, "numbers": "\n".join(self.scan.fields.approval_nos or ())}
            self._folded[name] = self.fold(said[name])
        return self._folded[name]


@dataclass(frozen=True, slots=True)
class ReadyCue:
    """A cue with its patterns ready, and how its needles are listened for."""

    cue: Cue
    number: int
    pattern: Sought | None
    finder: Sought | None
    """Finds something where the pattern does, sooner."""
    near: Condition | None
    bar: Condition | None
    owed: Condition | None
    wide: Sought | None
    """The pattern where it forbids what follows: that holds past the end of the sentence too."""
    by_its_words: bool
    """Hits are its own words."""
    placed: bool
    """Hits are told only where the pattern asks for them: another word of the match may be the one without blockers."""


@dataclass(frozen=True, slots=True)
class ReadyGuard:
    """A guard with its patterns ready."""

    guard: Guard
    pattern: Condition | None
    unless: Condition | None


def ready_cue(cue: Cue, number: int, *, by_its_words: bool, placed: bool, often: bool) -> ReadyCue:
    """A cue whose patterns are ready.

    Args:
        cue: The cue.
        number: Its number within its rule.
        by_its_words: Hits are its own words, not words read from its pattern.
        placed: Hits are told only where the pattern asks for them.
        often: Its needles are everyday words, so that a match is sought by skipping to where it can begin.
    """
    pattern = Sought(cue.pattern) if cue.pattern else None
    return ReadyCue(
        cue,
        number,
        pattern,
        Sought(cue.pattern, skipping=True) if cue.pattern and often else pattern,
        _condition(cue.near),
        _condition(cue.bar),
        _condition(cue.owed),
        wide=pattern if "(?!" in cue.pattern and not _ENDS_TEXT.search(cue.pattern) else None,
        by_its_words=by_its_words,
        placed=placed,
    )


def ready_guard(guard: Guard) -> ReadyGuard:
    """A guard whose patterns are ready."""
    return ReadyGuard(guard, _condition(guard.pattern), _condition(guard.unless))


def looked_for(cue: Cue, judged: Judged) -> bool:
    """Whether what the page owes would have been seen: numbers where they were looked for, words on a whole page."""
    fields = judged.scan.fields
    return fields.approval_nos is not None or (cue.owed_in_words and fields.page_complete is True)


def _condition(pattern: str) -> Condition | None:
    return condition(pattern) if pattern else None


def applies(ready: ReadyGuard, judged: Judged, cue: Cue, span: tuple[int, int]) -> bool:
    """Whether the guard excuses this hit."""
    guard, scan = ready.guard, judged.scan
    if (guard.only and scan.category not in guard.only) or scan.category in guard.never:
        return False
    if guard.speakers and scan.source not in guard.speakers:
        return False
    if guard.cue_classes and cue.cue_class not in guard.cue_classes:
        return False
    if ready.unless is not None and found_in(ready.unless, Scope.SENTENCE, judged, span):
        return False
    return ready.pattern is None or found_in(ready.pattern, guard.scope, judged, span)


def found_in(sought: Condition, scope: Scope, judged: Judged, span: tuple[int, int]) -> bool:
    """Whether it is met within the scope around the span."""
    passage = judged.passage
    if scope is Scope.PAGE:
        return judged.holds(sought, "title", "page")
    if scope is Scope.TEXT:
        return judged.holds(sought, "title")
    first, last = passage.clause(*span) if scope is Scope.CLAUSE else passage.sentence(*span)
    if scope is not Scope.OVERLAP:
        return sought.met(passage.text, first, last)
    first, last = max(first, span[0] - REACH), min(last, span[1] + REACH)
    return any(
        found.start() < span[1] and span[0] < found.end() for found in sought.whole.finditer(passage.text, first, last)
    )
