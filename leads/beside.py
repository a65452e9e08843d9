"""What a cue listens for, and what must stand near it, read from its pattern: most hits are refused by one look.

Of `(?:朋友|同事)[^,]{0,4}(?:刷单|好评)` the needles 朋友 and 同事 stand on every other page. Where neither 刷单 nor
好评 follows within four characters, no match begins there: one look at six characters says so, without the borders of
the sentence and without the pattern. Who writes a rule need not think of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from leads.needles import commonness, needles_for, required_words, shortest
from leads.patterns import Sought
from leads.remembering import answers
from leads.signals import REACH
from leads.ways import Part, Words, ways_of

__all__ = ["Beside", "Listened", "listened_for"]

_USEFUL = 0.5
"""Of the hits a look should refuse at least half."""
_OF_HIT, _OF_LOOK, _OF_ASKING = 0.35, 0.35, 1.7
"""What each costs, about, in microseconds."""
_MANY_WORDS = 24
"""Of more, the first two characters of each say nearly as much and are looked for sooner."""
_MOST_NEEDLES = 400
_KEPT = 65_536
_KEPT_SETS = 4_096
_ANYWHERE, _PLACED, _FROM_PATTERN = "anywhere", "placed", "pattern"
_EMPTY: Words = frozenset({""})


class Beside(Sought):
    """Of a needle at `start`, something of this stands in [start + first, start + last) wherever a match has the needle
    at the place where its pattern asks for it."""

    __slots__ = ("first", "last")

    def __init__(self, pattern: str, first: int, last: int) -> None:
        super().__init__(pattern)
        self.first = first
        self.last = last


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What a cue listens for."""

    needles: Mapping[str, Beside | None]
    """Each with what must stand near it; None where nothing rare must."""
    from_pattern: bool
    """They are read from the pattern, and not the cue's own words."""
    placed: bool
    """Every match has one of them where the pattern asks for it: hits elsewhere may be refused."""


class _Near(NamedTuple):
    """Words of which one stands within so many characters, and of how many hits that is so by chance."""

    words: Words
    reach: int
    share: float


_NOTHING = _Near(frozenset(), 0, 0.0)


class _Sides(NamedTuple):
    """What stands before a needle or behind it; None where nothing is known of that side."""

    before: _Near | None = None
    behind: _Near | None = None

    @property
    def share(self) -> float:
        """Of how many hits one of the two stands there by chance; of all where neither is known."""
        before, behind = self
        if before is None:
            return 1.0 if behind is None else behind.share
        return before.share if behind is None else min(1.0, before.share + behind.share)

    @property
    def rarer(self) -> _Sides:
        """The rarer of the two alone."""
        before, behind = self
        if before is None or (behind is not None and behind.share < before.share):
            return _Sides(behind=behind)
        return _Sides(before=before)


def listened_for(words: Sequence[str], pattern: str) -> Listened:
    """What to listen for: the words, or what every match of the pattern must contain, as the fewest hits are expected
    that must be looked at further.

    >>> told = listened_for(("朋友",), "(?:朋友|同事)[^,]{0,4}(?:刷单|好评)")
    >>> sorted(told.needles), told.from_pattern
    (['刷单', '好评'], True)
    """
    if not pattern:
        return Listened(needles=dict.fromkeys(words), from_pattern=False, placed=False)
    kind, *lines = answers().answer("listened", "\0".join((pattern, *words)), lambda: _said(words, pattern))
    if kind == _ANYWHERE:
        needles, from_pattern = needles_for(words, pattern)
        return Listened(needles=dict.fromkeys(needles), from_pattern=from_pattern, placed=False)
    return Listened(
        needles={needle: beside for line in lines for needle, beside in _read(line)},
        from_pattern=kind == _FROM_PATTERN,
        placed=True,
    )


def _said(words: Sequence[str], pattern: str) -> list[str]:
    """Which of the three it is, and then a line for all needles with the same answer."""
    ways = ways_of(pattern)
    kind, near, least = _ANYWHERE, {}, _cost(dict.fromkeys(needles_for(words, pattern)[0], _Sides()))
    choices = ((_PLACED, words), (_FROM_PATTERN, required_words(pattern)), (_FROM_PATTERN, _cheapest(ways)))
    for of_kind, needles in choices:
        found = _all_near(ways, sorted(set(needles)))
        cost = _cost(found)
        if found and cost < least:
            kind, near, least = of_kind, found, cost
    lines: dict[_Sides, list[str]] = {}
    for needle, sides in near.items():
        lines.setdefault(sides, []).append(needle)
    return [kind, *("\0".join((_written(sides), *sorted(needles))) for sides, needles in lines.items())]


def _written(sides: _Sides) -> str:
    if sides.share >= _USEFUL:
        return ""
    before, behind = sides.before or _NOTHING, sides.behind or _NOTHING
    return f"{before.reach},{behind.reach},{_any_of(before.words | behind.words)}"


def _any_of(words: Words) -> str:
    """A pattern that finds any of them: one choice for each first character, since a search tries choice after choice.

    >>> _any_of(frozenset({"上当", "上火", "三无", "赔"}))
    '三无|上[当火]|赔'
    >>> _any_of(frozenset({"赔", "退"}))
    '[赔退]'
    """
    if all(len(word) == 1 for word in words):
        return _one_of(words)
    rests: dict[str, list[str]] = {}
    for word in sorted(words):
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(re.escape(first) + _rest(theirs) for first, theirs in rests.items())


def _rest(rests: Sequence[str]) -> str:
    if "" in rests:
        return ""
    if len(rests) == 1:
        return re.escape(rests[0])
    return _one_of(rests) if all(len(rest) == 1 for rest in rests) else f"(?:{'|'.join(map(re.escape, rests))})"


def _one_of(signs: Iterable[str]) -> str:
    return f"[{''.join(map(re.escape, sorted(signs)))}]"


def _read(line: str) -> Iterator[tuple[str, Beside | None]]:
    said, *needles = line.split("\0")
    if not said:
        yield from ((needle, None) for needle in needles)
        return
    before, behind, sought = said.split(",", 2)
    for needle in needles:
        length = len(needle)
        yield needle, _beside(sought, -int(before) or length, length + int(behind) if int(behind) else 0)


@lru_cache(maxsize=_KEPT)
def _beside(pattern: str, first: int, last: int) -> Beside:
    """One of each, so that cues with the same are asked together."""
    return Beside(pattern, first, last)


def _cost(near: Mapping[str, _Sides]) -> float:
    """Of listening for these, by how often they stand on pages: a hit, a look beside it, and all that follows."""
    return sum(commonness((needle,)) * _cost_of_hit(sides) for needle, sides in near.items())


def _cost_of_hit(sides: _Sides) -> float:
    return _OF_HIT + (_OF_ASKING if sides.share >= _USEFUL else _OF_LOOK + _OF_ASKING * sides.share)


def _cheapest(ways: Sequence[Sequence[Part]]) -> Iterable[str]:
    """Of each way the words of the part that is the cheapest to listen for."""
    words: set[str] = set()
    for parts in ways:
        costs = [
            (_commonness(part.words) * _cost_of_hit(_sides(parts, at, slack=0).rarer), at)
            for at, part in enumerate(parts)
            if part.words
        ]
        if not costs:
            return ()
        words |= parts[min(costs)[1]].words or _EMPTY
    return shortest(frozenset(words)) if len(words) <= _MOST_NEEDLES else ()


def _all_near(ways: Sequence[Sequence[Part]], needles: Sequence[str]) -> dict[str, _Sides]:
    """What must stand near each needle; without those that stand at no place where one is asked for. Empty where there
    may be a match without needle."""
    near: dict[str, _Sides] = {}
    found: dict[str, list[_Sides]] = {}
    lengths = sorted(set(map(len, needles)))
    all_words = {part.words for parts in ways for part in parts}
    held_by = {words: _held(words, frozenset(needles), lengths) for words in all_words}
    for parts in ways:
        of_way = _at_best_place(parts, held_by)
        if not of_way:
            return {}
        for needle, sides in of_way.items():
            found.setdefault(needle, []).append(sides)
    together: dict[tuple[_Sides, ...], _Sides] = {}
    for needle, of_ways in found.items():
        ways_of_needle = tuple(dict.fromkeys(of_ways))
        if ways_of_needle not in together:
            together[ways_of_needle] = _together(ways_of_needle)
        near[needle] = together[ways_of_needle]
    return near


def _at_best_place(parts: Sequence[Part], held_by: Mapping[Words | None, Words]) -> dict[str, _Sides]:
    """The needles of a part of which every word holds one, and what stands beside it: of several such parts of that
    whose hits cost the least."""
    best: dict[str, _Sides] = {}
    least = float("inf")
    for at, part in enumerate(parts):
        held = held_by[part.words]
        if not held:
            continue
        sides = _sides(parts, at, slack=part.width - min(map(len, held)))
        cost = _commonness(held) * _cost_of_hit(sides.rarer)
        if cost < least:
            best, least = dict.fromkeys(held, sides), cost
    return best


def _held(words: Words | None, needles: Words, lengths: Sequence[int]) -> Words:
    """The needles in them; none where one of the words holds none."""
    held: set[str] = set()
    for word in words or ():
        inside = {
            word[start : start + length] for length in lengths for start in range(len(word) - length + 1)
        } & needles
        if not inside:
            return frozenset()
        held |= inside
    return frozenset(held)


def _sides(parts: Sequence[Part], at: int, *, slack: int) -> _Sides:
    """`slack`: how many characters of the part may stand beside the needle."""
    return _Sides(before=_rarest_of(reversed(parts[:at]), slack), behind=_rarest_of(parts[at + 1 :], slack))


def _rarest_of(parts: Iterable[Part], slack: int) -> _Near | None:
    """Of the parts on one side, from the nearest on. A match ends where its pattern's reach ends, at the latest."""
    best: _Near | None = None
    reach = slack
    for part in parts:
        reach = min(reach + part.width, REACH)
        if part.words:
            near = _near(part.words, reach)
            if best is None or near.share < best.share:
                best = near
    return best


def _together(of_ways: Sequence[_Sides]) -> _Sides:
    """What holds in each of the ways: on one side in all of them, or on the rarer side of each."""
    choices = (
        [_Sides(before=sides.before) for sides in of_ways],
        [_Sides(behind=sides.behind) for sides in of_ways],
        [sides.rarer for sides in of_ways],
    )
    joined = [_joined(sides) for sides in choices]
    return min(joined, key=lambda sides: sides.share)


def _joined(of_ways: Sequence[_Sides]) -> _Sides:
    if any(sides.before is None and sides.behind is None for sides in of_ways):
        return _Sides()
    return _Sides(
        before=_joined_side(sides.before for sides in of_ways),
        behind=_joined_side(sides.behind for sides in of_ways),
    )


def _joined_side(nears: Iterable[_Near | None]) -> _Near | None:
    known = list(dict.fromkeys(near for near in nears if near is not None))
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    return _near(frozenset().union(*(near.words for near in known)), max(near.reach for near in known))


def _near(words: Words, reach: int) -> _Near:
    words = _sought(words)
    return _Near(words, reach, min(1.0, _commonness(words) * reach))


@lru_cache(maxsize=_KEPT_SETS)
def _sought(words: Words) -> Words:
    """What stands there where one of the words does."""
    words = frozenset(shortest(words))
    return words if len(words) <= _MANY_WORDS else frozenset(shortest(frozenset(word[:2] for word in words)))


@lru_cache(maxsize=_KEPT_SETS)
def _commonness(words: Words) -> float:
    return commonness(words)
