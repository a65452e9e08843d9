"""All needles of all rules found in one pass of Aho-Corasick over the normalised text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs

from leads.needles import needles_for, stand_on_pages
from leads.normalising import Normaliser
from leads.signals import LONGEST_BLOCKER, Cue, LeadRule
from records.market import Category

__all__ = ["BLOCKER", "Heard", "Listener"]

BLOCKER = -1

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_ITS_PLACE = "\ufffd"
_Owner = tuple[int, int]
"""A rule's number with the number of its cue, or with BLOCKER."""
_Owned = tuple[tuple[int, tuple[int, ...]], ...]
_Hit = tuple[int, int, int, tuple[int, ...]]
_Flat = list[Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one rule's needles gave over several texts: its hits one after another as text, start, end, numbers of the
    cues woken; and the places of its blockers in each text by their end."""

    flat: _Flat
    """Not a tuple for each hit: of tens of thousands the garbage collector would walk every one."""
    blocked: dict[int, list[tuple[int, int]]]

    def hits(self) -> Iterator[_Hit]:
        """Each as (text, start, end, numbers of the cues woken)."""
        return _hits_in(self.flat)

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
    are not their words but what their pattern requires; `often`: those that ordinary pages wake again and again."""

    def __init__(self, rules: Sequence[LeadRule], normaliser: Normaliser) -> None:
        self.from_pattern: set[_Owner] = set()
        self.often: set[_Owner] = set()
        words: list[str] = []
        theirs: list[_Owner] = []
        for owner, cue in _cues(rules):
            needles, read_from_pattern = needles_for(cue.words, cue.pattern)
            if read_from_pattern:
                self.from_pattern.add(owner)
            if stand_on_pages(needles):
                self.often.add(owner)
            words += needles
            theirs += [owner] * len(needles)
        for number, rule in enumerate(rules):
            words += rule.signal.blockers
            theirs += [(number, BLOCKER)] * len(rule.signal.blockers)
        owners: dict[str, set[_Owner]] = {}
        for word, owner in zip(_folded(words, normaliser), theirs, strict=True):
            owners.setdefault(word, set()).add(owner)
        owners.pop("", None)  # as a word that names nothing
        self.needle_count = len(owners)
        self._rules = tuple(rules)
        kinds: dict[tuple[_Owner, ...], int] = {}
        self._kinds = [kinds.setdefault(tuple(sorted(owned)), len(kinds)) for owned in owners.values()]
        self._owners_of_kind = list(kinds)
        self._owned: dict[Category, list[_Owned]] = {}
        self._automaton = ahocorasick_rs.AhoCorasick(list(owners), matchkind=ahocorasick_rs.MatchKind.Standard)

    def listen(self, texts: Iterable[tuple[str, Category]]) -> dict[int, Heard]:
        """What was heard of cues that apply to the product class of each text, by rule number, text after text."""
        rule_count, owned_by = len(self._rules), self._owned
        hits: list[_Flat] = [[] for _ in range(2 * rule_count)]
        add = [of_rule.extend for of_rule in hits]
        find = self._automaton.find_matches_as_indexes
        for at, (text, category) in enumerate(texts):
            owned = owned_by.get(category) or self._owned_in(category)
            try:
                matches = find(text, overlapping=True)
            except UnicodeEncodeError:
                matches = find(_encodable(text), overlapping=True)
            for needle, start, end in matches:
                for place, cue_numbers in owned[needle]:
                    add[place]((at, start, end, cue_numbers))
        return {
            number: Heard(of_rule, _by_text(hits[rule_count + number]))
            for number, of_rule in enumerate(hits[:rule_count])
            if of_rule
        }

    def _owned_in(self, category: Category) -> list[_Owned]:
        """Of each needle, the cues it stands for in this product class as (place, cue numbers). The place is the rule's
        number, of a blocker as far again behind the last rule. Needles with the same owners share one tuple. Made when
        first asked: most processes judge few classes."""
        silent = {owner for owner, cue in _cues(self._rules) if not _applies(cue, category)}
        of_kind: list[_Owned] = []
        for owners in self._owners_of_kind:
            places: dict[int, list[int]] = {}
            for number, cue_number in owners:
                if (number, cue_number) not in silent:
                    place = number + len(self._rules) * (cue_number == BLOCKER)
                    places.setdefault(place, []).append(cue_number)
            of_kind.append(tuple((place, tuple(cue_numbers)) for place, cue_numbers in places.items()))
        owned = self._owned[category] = [of_kind[kind] for kind in self._kinds]
        return owned


def _cues(rules: Sequence[LeadRule]) -> Iterator[tuple[_Owner, Cue]]:
    for number, rule in enumerate(rules):
        for cue_number, cue in enumerate(rule.signal.cues):
            yield (number, cue_number), cue


def _folded(words: Sequence[str], normaliser: Normaliser) -> list[str]:
    """Each word as it is searched; all in one go, since each character is folded by itself."""
    folded = _encodable(normaliser.fold("\n".join(words))).split("\n")
    return folded if len(folded) == len(words) else [_encodable(normaliser.fold(word)) for word in words]


def _applies(cue: Cue, category: Category) -> bool:
    return (not cue.only or category in cue.only) and category not in cue.never


def _hits_in(flat: _Flat) -> Iterator[_Hit]:
    each = iter(flat)
    return zip(each, each, each, each, strict=True)


def _by_text(flat: _Flat) -> dict[int, list[tuple[int, int]]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for at, start, end, _ in _hits_in(flat):
        places.setdefault(at, []).append((start, end))
    return places


def _end(place: tuple[int, int]) -> int:
    return place[1]


def _encodable(text: str) -> str:
    """The same length, with a sign in place of each half of a pair that stands alone: crawled text may hold such."""
    return _LONE_SURROGATE.sub(_IN_ITS_PLACE, text)
