"""All needles of all rules found in one pass of Aho-Corasick over the normalised text.

The automaton runs over the UTF-8 bytes, each as one character: its nodes search their children one after another, and
over Chinese characters the root alone has a thousand, where over bytes no node has more than a few dozen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick

from leads.needles import needles_for
from leads.normalising import Normaliser
from leads.signals import LONGEST_BLOCKER, Cue, LeadRule
from records.market import Category

__all__ = ["BLOCKER", "Heard", "Listener"]

BLOCKER = -1

_Owned = tuple[tuple[int, int], ...]
_ByCategory = tuple[_Owned, ...]
_Needle = tuple[int, _ByCategory]
_COLUMNS = {category: column for column, category in enumerate(Category)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What one rule's needles gave over several texts: hits as (text, start, end, cue number), and the places of its
    blockers in each text by their end."""

    hits: list[tuple[int, int, int, int]]
    blocked: dict[int, list[tuple[int, int]]]

    def is_blocked(self, at: int, start: int, end: int, *, split: bool) -> bool:
        """Whether a blocker covers the hit; a hit across a word gap already when a blocker touches it."""
        blocked = self.blocked[at]
        for first, last in blocked[bisect_right(blocked, start, key=_end) :]:
            if last > end + LONGEST_BLOCKER:
                return False
            if (first < end) if split else (first <= start and end <= last):
                return True
        return False


class Listener:
    """The automaton over the needles of these rules. `from_pattern`: the cues (rule number, cue number) whose needles
    are not their words but what their pattern requires."""

    def __init__(self, rules: Sequence[LeadRule], normaliser: Normaliser) -> None:
        self.from_pattern: set[tuple[int, int]] = set()
        owners: dict[str, set[tuple[int, int]]] = {}
        for number, rule in enumerate(rules):
            for cue_number, cue in enumerate(rule.signal.cues):
                words, read_from_pattern = needles_for(cue.words, cue.pattern)
                if read_from_pattern:
                    self.from_pattern.add((number, cue_number))
                for word in words:
                    owners.setdefault(normaliser.fold(word), set()).add((number, cue_number))
            for word in rule.signal.blockers:
                owners.setdefault(normaliser.fold(word), set()).add((number, BLOCKER))
        tables = _Tables(rules)
        self._automaton = ahocorasick.Automaton()
        # Chinese first: children are searched in the order they were added, and most of a page is Chinese.
        for word, owned in sorted(owners.items(), key=lambda item: item[0].isascii()):
            self._automaton.add_word(_bytewise(word)[1], (len(word), tables.of(tuple(sorted(owned)))))
        self.needle_count = len(owners)
        if owners:
            self._automaton.make_automaton()

    def listen(self, texts: Iterable[tuple[str, Category]]) -> dict[int, Heard]:
        """What was heard of cues that apply to the product class of each text, by rule number, text after text."""
        heard: dict[int, Heard] = {}
        if self.needle_count:
            for at, (text, category) in enumerate(texts):
                self._listen(at, text, _COLUMNS[category], heard)
        return heard

    def _listen(self, at: int, text: str, column: int, heard: dict[int, Heard]) -> None:
        raw, bytewise = _bytewise(text)
        counted_bytes = end = 0
        matches: Iterator[tuple[int, _Needle]] = self._automaton.iter(bytewise)
        for last, (length, by_category) in matches:
            owned = by_category[column]
            if not owned:
                continue
            if last >= counted_bytes:  # bytes are counted into characters from one match to the next
                end += len(str(raw[counted_bytes : last + 1], "utf-8", "surrogatepass"))
                counted_bytes = last + 1
            start = end - length
            for number, cue_number in owned:
                of_rule = heard.get(number)
                if of_rule is None:
                    of_rule = heard[number] = Heard([], {})
                if cue_number != BLOCKER:
                    of_rule.hits.append((at, start, end, cue_number))
                else:
                    of_rule.blocked.setdefault(at, []).append((start, end))


class _Tables:
    """Which cues a needle stands for in each product class; needles with the same owners share one table."""

    def __init__(self, rules: Sequence[LeadRule]) -> None:
        self._rules = rules
        self._made: dict[_Owned, _ByCategory] = {}

    def of(self, owned: _Owned) -> _ByCategory:
        if owned not in self._made:
            self._made[owned] = tuple(
                tuple(one for one in owned if self._applies(*one, category)) for category in Category
            )
        return self._made[owned]

    def _applies(self, number: int, cue_number: int, category: Category) -> bool:
        if cue_number == BLOCKER:
            return True
        cue: Cue = self._rules[number].signal.cues[cue_number]
        return (not cue.only or category in cue.only) and category not in cue.never


def _end(place: tuple[int, int]) -> int:
    return place[1]


def _bytewise(text: str) -> tuple[bytes, str]:
    """The UTF-8 bytes, and the same as a string of one character a byte."""
    raw = text.encode("utf-8", "surrogatepass")
    return raw, raw.decode("latin-1")
