"""All needles of all rules found in one pass of Aho-Corasick over the normalised text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs

from leads.beside import Beside, listened_for
from leads.needles import stand_on_pages
from leads.normalising import Normaliser
from leads.signals import LONGEST_BLOCKER, Cue, LeadRule
from records.market import Category

__all__ = ["BLOCKER", "Heard", "Listener"]

BLOCKER = -1

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_IN_ITS_PLACE = "\ufffd"
_Owner = tuple[int, int]
"""A rule's number with the number of its cue, or with BLOCKER."""
_Owners = tuple[tuple[_Owner, Beside | None], ...]
"""The owners of a needle, each with what must stand near it."""
_Woken = tuple[int, tuple[int, ...], Beside | None]
"""The place of a rule's hits, the numbers of the cues, and what must stand near the needle."""
_Owned = tuple[_Woken, ...]
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
    are not their words but what their pattern requires; `placed`: those of which only hits are told where the pattern
    asks for the needle; `often`: those that ordinary pages wake again and again."""

    def __init__(self, rules: Sequence[LeadRule], normaliser: Normaliser) -> None:
        self.from_pattern: set[_Owner] = set()
        self.placed: set[_Owner] = set()
        self.often: set[_Owner] = set()
        words: list[str] = []
        theirs: list[tuple[_Owner, Beside | None]] = []
        for owner, cue in _cues(rules):
            listened = listened_for(cue.words, cue.pattern)
            if listened.from_pattern:
                self.from_pattern.add(owner)
            if listened.placed:
                self.placed.add(owner)
            if stand_on_pages(listened.needles):
                self.often.add(owner)
            words += listened.needles
            theirs += [(owner, beside) for beside in listened.needles.values()]
        for number, rule in enumerate(rules):
            words += rule.signal.blockers
            theirs += [((number, BLOCKER), None)] * len(rule.signal.blockers)
        owners: dict[str, dict[_Owner, Beside | None]] = {}
        for word, (owner, beside) in zip(_folded(words, normaliser), theirs, strict=True):
            of_word = owners.setdefault(word, {})
            of_word[owner] = beside if of_word.get(owner, beside) is beside else None
        owners.pop("", None)  # as a word that names nothing
        self.needle_count = len(owners)
        self._rules = tuple(rules)
        kinds: dict[_Owners, int] = {}
        self._kinds = [kinds.setdefault(_in_order(owned), len(kinds)) for owned in owners.values()]
        self._of_kind = [self._woken(owners, frozenset()) for owners in kinds]
        limited = {owner for owner, cue in _cues(rules) if cue.only or cue.never}
        self._limited = [(at, owners) for at, owners in enumerate(kinds) if any(one in limited for one, _ in owners)]
        self._owned: dict[Category, list[_Owned]] = {}
        self._automaton = ahocorasick_rs.AhoCorasick(list(owners), matchkind=ahocorasick_rs.MatchKind.Standard)

    def make_ready(self) -> None:
        """Compile now what is looked for beside needles."""
        for beside in {beside for owned in self._of_kind for _, _, beside in owned if beside is not None}:
            beside.make_ready()

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
                for place, cue_numbers, beside in owned[needle]:
                    if beside is None or beside.search(text, start + beside.first, start + beside.last) is not None:
                        add[place]((at, start, end, cue_numbers))
        return {
            number: Heard(of_rule, _by_text(hits[rule_count + number]))
            for number, of_rule in enumerate(hits[:rule_count])
            if of_rule
        }

    def _owned_in(self, category: Category) -> list[_Owned]:
        """Of each needle, the cues it stands for in this product class. The place is the rule's number, of a blocker as
        far again behind the last rule. Needles with the same owners share one tuple. Made when first asked: most
        processes judge few classes."""
        silent = {owner for owner, cue in _cues(self._rules) if not _applies(cue, category)}
        of_kind = list(self._of_kind)
        for at, owners in self._limited:
            of_kind[at] = self._woken(owners, silent)
        owned = self._owned[category] = [of_kind[kind] for kind in self._kinds]
        return owned

    def _woken(self, owners: _Owners, silent: Set[_Owner]) -> _Owned:
        """Cues of one rule with the same beside them are asked together; in order."""
        woken: list[tuple[int, list[int], Beside | None]] = []
        for (number, cue_number), beside in owners:
            if (number, cue_number) not in silent:
                place = number + len(self._rules) * (cue_number == BLOCKER)
                if not woken or woken[-1][0] != place or woken[-1][2] is not beside:
                    woken.append((place, [], beside))
                woken[-1][1].append(cue_number)
        return tuple((place, tuple(cue_numbers), beside) for place, cue_numbers, beside in woken)


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


def _in_order(owned: Mapping[_Owner, Beside | None]) -> _Owners:
    return tuple(owned.items()) if len(owned) == 1 else tuple((owner, owned[owner]) for owner in sorted(owned))


def _end(place: tuple[int, int]) -> int:
    return place[1]


def _encodable(text: str) -> str:
    """The same length, with a sign in place of each half of a pair that stands alone: crawled text may hold such."""
    return _LONE_SURROGATE.sub(_IN_ITS_PLACE, text)
