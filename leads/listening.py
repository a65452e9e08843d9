"""All needles of all rules found in one pass of Aho-Corasick over the normalised text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick

from leads.normalising import Normaliser
from leads.signals import LeadRule

__all__ = ["BLOCKER", "Heard", "Listener"]

BLOCKER = -1


@dataclass(slots=True)
class Heard:
    """What one rule's needles gave: hits as (start, end, cue number), and the places of its blockers."""

    hits: list[tuple[int, int, int]] = field(default_factory=list)
    blocked: list[tuple[int, int]] = field(default_factory=list)

    def is_blocked(self, start: int, end: int, *, split: bool) -> bool:
        """Whether a blocker covers the hit; a hit across a word gap already when a blocker touches it."""
        if split:
            return any(first < end and start < last for first, last in self.blocked)
        return any(first <= start and end <= last for first, last in self.blocked)


class Listener:
    """The automaton over the needles of these rules."""

    def __init__(self, rules: Sequence[LeadRule], normaliser: Normaliser) -> None:
        owners: dict[str, set[tuple[int, int]]] = {}
        for number, rule in enumerate(rules):
            for cue_number, cue in enumerate(rule.signal.cues):
                for word in cue.words:
                    owners.setdefault(normaliser.fold(word), set()).add((number, cue_number))
            for word in rule.signal.blockers:
                owners.setdefault(normaliser.fold(word), set()).add((number, BLOCKER))
        self._automaton = ahocorasick.Automaton()
        for word, owned in owners.items():
            self._automaton.add_word(word, (len(word), tuple(sorted(owned))))
        self.needle_count = len(owners)
        if owners:
            self._automaton.make_automaton()

    def listen(self, text: str) -> dict[int, Heard]:
        """What was heard, by rule number; rules whose blockers alone were heard are left out."""
        heard: dict[int, Heard] = {}
        hit_rules: set[int] = set()
        for end, (length, owned) in self._matches(text):
            start = end + 1 - length
            for number, cue_number in owned:
                of_rule = heard.get(number)
                if of_rule is None:
                    of_rule = heard[number] = Heard()
                if cue_number == BLOCKER:
                    of_rule.blocked.append((start, end + 1))
                else:
                    of_rule.hits.append((start, end + 1, cue_number))
                    hit_rules.add(number)
        return {number: heard[number] for number in sorted(hit_rules)}

    def _matches(self, text: str) -> Iterator[tuple[int, tuple[int, tuple[tuple[int, int], ...]]]]:
        if self.needle_count == 0:
            return iter(())
        matches: Iterator[tuple[int, tuple[int, tuple[tuple[int, int], ...]]]] = self._automaton.iter(text)
        return matches
