"""Where two written names differ, and whether that is damage: a misread name makes pairs of characters nobody bears
(印馴), while the registered one makes usual ones (印刷); another business's name is as usual as the registered one.

How usual a pair is, the register itself tells: how many entities' names have it (`RegisterReader.gram_counts`). In a
small register hardly any pair is known, and then the differences say nothing either way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, cast

from rapidfuzz.distance import Levenshtein

from matching.candidates import CandidateSet
from matching.features import Feature
from matching.names.parts import NameParts
from matching.names.resemblance import alike
from matching.outlines import Held, Outline
from matching.query_facts import QueryFacts, numbers_in
from matching.writing import Written, written_edits

__all__ = ["Alignment", "Edit", "ask_usage", "edit_levels", "usage_of", "written_of"]

_SIZE = 200_000
"""Counts of a larger register are scaled down to this size: the fit's."""

_OF_A_FORM = 12.0
"""Pairs within 有限公司 and its like are not indexed; they are as usual as any."""

_ODD_FROM, _RARE = 3.0, 0.7
_MOST = 10.0
_NEAR = 2

Span = tuple[int, int]
_LAST_FORM = re.compile(r"(?:股份有限|有限责任|有限|总)?公司$")


class Edit(NamedTuple):
    """One character replaced, lacking in the name shown (`mine` is where it would stand), or added in it."""

    kind: str
    mine: int
    theirs: int
    alike: bool = False


class Alignment(NamedTuple):
    """Two names side by side with where their legal forms stand, and the edits outside of these."""

    mine: str
    theirs: str
    my_form: Span
    their_form: Span
    edits: tuple[Edit, ...]

    @property
    def shown(self) -> str:
        """The edits as 馴→刷."""
        return "、".join(
            f"{self.mine[edit.mine] if edit.kind != 'lacking' else '（无）'}→"
            f"{self.theirs[edit.theirs] if edit.kind != 'added' else '（无）'}"
            for edit in self.edits
        )


def ask_usage(facts: QueryFacts, candidates: Iterable[Held], found: CandidateSet) -> None:
    """Ask at once how usual all pairs are that the comparison with these candidates will need."""
    grams = set(_pairs(facts.core_text))
    for held in candidates:
        alignment = found.alignments[held.key] = _aligned(facts, held.outline, found)
        if alignment is not None:
            grams.update(_asked(alignment))
    found.count_grams(grams)


def edit_levels(
    facts: QueryFacts, outline: Outline, found: CandidateSet, features: dict[Feature, float], *, total: int
) -> Alignment | None:
    """What the edits between the names say; nothing where they are the same, or far apart."""
    if outline.key not in found.alignments:
        found.alignments[outline.key] = _aligned(facts, outline, found)
    alignment = found.alignments[outline.key]
    if alignment is None:
        return None
    usage = _Usage(alignment, found.gram_counts, min(1.0, _SIZE / max(total, 1)))
    sums: dict[Feature, float] = {}
    words = _moved(alignment.edits)
    strange = []
    for edit in alignment.edits:
        gain, explained = usage.gain(edit)
        explained = explained and edit not in words
        pair = _PAIRS["alike" if edit.alike else edit.kind]
        sums[pair] = sums.get(pair, 0.0) + gain
        if edit.kind == "replaced":
            single = Feature.ALIKE_COMMON if edit.alike else Feature.REPLACED_COMMON
            sums[single] = sums.get(single, 0.0) + usage.single_gain(edit)
        if explained and not edit.alike:
            sums[Feature.ODD] = min(2.0, sums.get(Feature.ODD, 0.0) + 1.0)
        if not explained:
            strange.append(edit)
    features.update({feature: max(-_MOST, min(_MOST, value)) for feature, value in sums.items()})
    if not strange:
        features[Feature.EXPLAINED] = 1.0
    elif _word_apart(strange):
        features[Feature.WORD_APART] = 1.0
    return alignment


def usage_of(text: str, found: CandidateSet, *, total: int) -> tuple[float, float]:
    """How usual the pairs of a text are: on average, and the least usual of them (natural logarithms)."""
    scale = min(1.0, _SIZE / max(total, 1))
    known = [math.log1p(found.gram_counts.get(pair, 0) * scale) for pair in _pairs(text)]
    return (sum(known) / len(known), min(known)) if known else (0.0, 0.0)


_PAIRS = {
    "alike": Feature.ALIKE_USUAL,
    "replaced": Feature.REPLACED_USUAL,
    "lacking": Feature.LACKING_USUAL,
    "added": Feature.ADDED_USUAL,
}
_KINDS = {"replace": "replaced", "insert": "lacking", "delete": "added"}


class _Usage:
    """How usual both sides are at an edit."""

    def __init__(self, alignment: Alignment, counts: Mapping[str, int], scale: float) -> None:
        self._alignment = alignment
        self._counts = counts
        self._scale = scale

    def gain(self, edit: Edit) -> tuple[float, bool]:
        """How much more usual the registered side is, and whether damage explains the edit."""
        one = self._alignment
        if edit.kind == "added":
            mine = self._support(one.mine, edit.mine, one.my_form)
            theirs = self._joint(one.theirs, edit.theirs, one.their_form)
        else:
            theirs = self._support(one.theirs, edit.theirs, one.their_form)
            support = self._joint if edit.kind == "lacking" else self._support
            mine = support(one.mine, edit.mine, one.my_form)
        odd = mine <= _RARE and theirs - mine >= _ODD_FROM
        if edit.kind == "added" and edit.mine and one.mine[edit.mine] == one.mine[edit.mine - 1]:
            return theirs - mine, True  # read twice
        if edit.kind == "replaced" and numbers_in(one.mine[edit.mine]) and numbers_in(one.theirs[edit.theirs]):
            return theirs - mine, False
        return theirs - mine, odd or edit.alike

    def single_gain(self, edit: Edit) -> float:
        one = self._alignment
        return self._log(one.theirs[edit.theirs]) - self._log(one.mine[edit.mine])

    def _log(self, gram: str) -> float:
        return math.log1p(self._counts.get(gram, 0) * self._scale)

    def _support(self, text: str, at: int, form: Span) -> float:
        """The more usual of the two pairs a character stands in."""
        return max([self._pair(text, start, form) for start in (at - 1, at)])

    def _joint(self, text: str, at: int, form: Span) -> float:
        """How usual it is that these two characters stand side by side; at an end, or before the form, anything is."""
        if not 0 < at < len(text) or at == form[0]:
            return 4.0
        return self._pair(text, at - 1, form)

    def _pair(self, text: str, start: int, form: Span) -> float:
        if start < 0 or start + 2 > len(text):
            return 0.0
        if form[0] <= start and start + 2 <= form[1]:
            return _OF_A_FORM
        return self._log(text[start : start + 2])


def written_of(facts: QueryFacts, outline: Outline, found: CandidateSet) -> Written:
    """`written_edits` of a candidate's name, made once a query."""
    known = found.written.get(outline.key)
    if known is None:
        known = found.written[outline.key] = written_edits(facts, outline)
    return known


def _aligned(facts: QueryFacts, outline: Outline, found: CandidateSet) -> Alignment | None:
    if facts.parts.bare:
        return None
    by_whole, edits = written_of(facts, outline, found)
    if edits is None or not edits.cost:
        return None
    mine, theirs = (facts.name_key, outline.key) if by_whole else (facts.rest, outline.rest)
    my_form, their_form = _form_in(mine, facts.parts), _form_in(theirs, outline.parts)
    steps = cast("list[tuple[str, int, int]]", Levenshtein.editops(mine, theirs).as_list())
    my_end, their_end = _before_a_last_form(mine, facts.parts), _before_a_last_form(theirs, outline.parts)
    kept = []
    for tag, at, other in steps:
        kind = _KINDS[tag]
        within = kind != "lacking" and (my_form[0] <= at < my_form[1] or at >= my_end)
        within = within or (kind != "added" and (their_form[0] <= other < their_form[1] or other >= their_end))
        if not within:
            kept.append(Edit(kind, at, other, kind == "replaced" and alike(mine[at], theirs[other])))
    return Alignment(mine, theirs, my_form, their_form, tuple(kept)) if kept else None


def _form_in(text: str, parts: NameParts) -> Span:
    start = text.rfind(parts.form + parts.branch) if parts.form else -1
    return (start, start + len(parts.form)) if start >= 0 else (len(text), len(text))


def _before_a_last_form(text: str, parts: NameParts) -> int:
    """Where 公司 at the end of a branch begins; a branch is called by what stands before."""
    ending = _LAST_FORM.search(text) if parts.branch else None
    return ending.start() if ending is not None else len(text)


def _asked(alignment: Alignment) -> list[str]:
    """The characters at the edits, and the pairs they stand in."""
    asked = []
    for edit in alignment.edits:
        for text, at in ((alignment.mine, edit.mine), (alignment.theirs, edit.theirs)):
            if at:
                asked.append(text[at - 1 : at + 1])
            asked.append(text[at : at + 2])
            asked.append(text[at : at + 1])
    return asked


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _word_apart(strange: list[Edit]) -> bool:
    """Whether a whole word is another: two edits that nothing explains side by side, or a word moved."""
    return any(_apart(one, other) <= 0 for one, other in pairwise(strange)) or bool(_moved(strange))


def _moved(edits: Sequence[Edit]) -> set[Edit]:
    """Edits no misreading makes: a word of two characters added or lacking, one added near one lacking (城关, 长城)."""
    found: set[Edit] = set()
    for one, other in pairwise(edits):
        near = 0 if one.kind == other.kind else _NEAR
        if "replaced" not in (one.kind, other.kind) and _apart(one, other) <= near:
            found.update((one, other))
    return found


def _apart(one: Edit, other: Edit) -> int:
    """How many characters stand between two edits that follow one another."""
    return max(other.mine - one.mine - (one.kind != "lacking"), other.theirs - one.theirs - (one.kind != "added"))
