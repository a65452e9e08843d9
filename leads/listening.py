"""All needles of all rules found in one pass of Aho-Corasick over the normalised text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs

from leads.needles import needles_for, stand_on_pages
from leads.normalising import Normaliser
from leads.signals import LONGEST_BLOCKER, Cue, LeadRule
from records.market import Category

__all__ = ["BLOCKER", "Heard", "Listener"]

BLOCKER = -1

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_ITS_PLACE = "\ufffd"
_Owned = tuple[tuple[int, int], ...]
_Hit = tuple[int, int, int, int]
_COLUMNS = {category: column for column, category in enumerate(Category)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What one rule's needles gave over several texts: hits as (text, start, end, cue number), and the places of its
    blockers in each text by their end."""

    hits: list[_Hit]
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
    are not their words but what their pattern requires; `often`: those that ordinary pages wake again and again."""

    def __init__(self, rules: Sequence[LeadRule], normaliser: Normaliser) -> None:
        self.from_pattern: set[tuple[int, int]] = set()
        self.often: set[tuple[int, int]] = set()
        owners: dict[str, set[tuple[int, int]]] = {}
        for number, rule in enumerate(rules):
            for cue_number, cue in enumerate(rule.signal.cues):
                words, read_from_pattern = needles_for(cue.words, cue.pattern)
                if read_from_pattern:
                    self.from_pattern.add((number, cue_number))
                if stand_on_pages(words):
                    self.often.add((number, cue_number))
                for word in words:
                    owners.setdefault(_encodable(normaliser.fold(word)), set()).add((number, cue_number))
            for word in rule.signal.blockers:
                owners.setdefault(_encodable(normaliser.fold(word)), set()).add((number, BLOCKER))
        owners.pop("", None)  # as a word that names nothing
        self.needle_count = len(owners)
        self._rule_count = len(rules)
        self._owned = _owned_by_column(rules, [tuple(sorted(owned)) for owned in owners.values()])
        self._automaton = ahocorasick_rs.AhoCorasick(list(owners), matchkind=ahocorasick_rs.MatchKind.Standard)

    def listen(self, texts: Iterable[tuple[str, Category]]) -> dict[int, Heard]:
        """What was heard of cues that apply to the product class of each text, by rule number, text after text."""
        hits: list[list[_Hit]] = [[] for _ in range(2 * self._rule_count)]
        add = [of_rule.append for of_rule in hits]
        find = self._automaton.find_matches_as_indexes
        for at, (text, category) in enumerate(texts):
            owned = self._owned[_COLUMNS[category]]
            try:
                matches = find(text, overlapping=True)
            except UnicodeEncodeError:
                matches = find(_encodable(text), overlapping=True)
            for needle, start, end in matches:
                for place, cue_number in owned[needle]:
                    add[place]((at, start, end, cue_number))
        return {
            number: Heard(of_rule, _by_text(hits[self._rule_count + number]))
            for number, of_rule in enumerate(hits[: self._rule_count])
            if of_rule
        }


def _owned_by_column(rules: Sequence[LeadRule], owned: Sequence[_Owned]) -> list[list[_Owned]]:
    """Of each product class, of each needle: the cues it stands for there as (place, cue number). The place is the
    rule's number, of a blocker as far again behind the last rule. Needles with the same owners share one tuple."""
    columns: list[list[_Owned]] = []
    for category in Category:
        made = {
            one: tuple(
                (number + len(rules) * (cue_number == BLOCKER), cue_number)
                for number, cue_number in one
                if cue_number == BLOCKER or _applies(rules[number].signal.cues[cue_number], category)
            )
            for one in set(owned)
        }
        columns.append([made[one] for one in owned])
    return columns


def _applies(cue: Cue, category: Category) -> bool:
    return (not cue.only or category in cue.only) and category not in cue.never


def _by_text(hits: Iterable[_Hit]) -> dict[int, list[tuple[int, int]]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for at, start, end, _ in hits:
        places.setdefault(at, []).append((start, end))
    return places


def _end(place: tuple[int, int]) -> int:
    return place[1]


def _encodable(text: str) -> str:
    """The same length, with a sign in place of each half of a pair that stands alone: crawled text may hold such."""
    return _LONE_SURROGATE.sub(_IN_ITS_PLACE, text)
