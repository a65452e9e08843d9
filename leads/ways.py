"""The ways a pattern can match, each a row of parts: the words of which one stands there, and how wide it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from leads.needles import MOST_WORDS, parsed, words_of_item

__all__ = ["Part", "Words", "ways_of"]

Words = frozenset[str]
_MOST_WAYS = 48
_ENDLESS = 10_000
_Item = tuple[Any, Any]
_EMPTY: Words = frozenset({""})


class Part(NamedTuple):
    """A part of a way to match: each match contains one of the words there (None: unknown), in `width` characters."""

    words: Words | None
    width: int


def ways_of(pattern: str) -> list[list[Part]]:
    """The ways it can match: each choice in it taken in turn, as far as they are few.

    >>> [[(sorted(part.words or ()), part.width) for part in way] for way in ways_of("(?:好评|赞)[^,]{0,4}刷单")]
    [[(['好评', '赞'], 2), ([], 4), (['刷单'], 2)]]
    >>> ways_of("(?i)abc")  # nothing is known where case does not count
    [[]]
    """
    return _Reading(pattern).ways


class _Reading:
    """Of one pattern. What is asked of a part of it is answered once: each stands in many ways."""

    def __init__(self, pattern: str) -> None:
        self._words: dict[int, tuple[Words | None, Words | None]] = {}
        self._parts: dict[int, Part] = {}
        self._parsed = parsed(pattern)  # known by their places in memory: they must stay there
        self.ways = [list(self._parts_of(way)) for way in self._ways(self._parsed)]

    def _ways(self, items: Iterable[_Item]) -> list[list[_Item]]:
        """The sequence with each choice in it taken in turn, as far as they are few."""
        ways: list[list[_Item]] = [[]]
        for item in items:
            choices = self._choices(item)
            if not choices or len(ways) * len(choices) > _MOST_WAYS:
                choices = [[item]]
            ways = [[*way, *choice] for way in ways for choice in choices]
        return ways

    def _choices(self, item: _Item) -> list[list[_Item]]:
        operation, argument = str(item[0]), item[1]
        if operation not in ("SUBPATTERN", "BRANCH") or self._of_item(item)[0] is not None:
            return []
        if operation == "SUBPATTERN":
            return self._ways(argument[3])
        return [way for branch in argument[1] for way in self._ways(branch)]

    def _of_item(self, item: _Item) -> tuple[Words | None, Words | None]:
        known = self._words.get(id(item))
        if known is None:
            known = self._words[id(item)] = words_of_item(str(item[0]), item[1])
        return known

    def _parts_of(self, way: Iterable[_Item]) -> Iterator[Part]:
        run: Words = _EMPTY
        for item in way:
            exact, required = self._of_item(item)
            if exact is not None and len(run) * len(exact) <= MOST_WORDS:
                run = exact if run is _EMPTY else frozenset(head + tail for head in run for tail in exact)
                continue
            if run is not _EMPTY:
                yield _of_run(run)
            run = _EMPTY if exact is None else exact
            if exact is None:
                part = self._parts.get(id(item))
                if part is None:
                    part = self._parts[id(item)] = Part(required, _width(str(item[0]), item[1]))
                yield part
        if run is not _EMPTY:
            yield _of_run(run)


def _of_run(run: Words) -> Part:
    return Part(None if "" in run else run, max(map(len, run)))


def _width(operation: str, argument: Any) -> int:
    """The most characters it can match."""
    if operation in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
        return 1
    if operation in ("ASSERT", "ASSERT_NOT", "AT"):
        return 0
    if operation == "BRANCH":
        return max(map(_width_of_all, argument[1]))
    if operation == "SUBPATTERN":
        return _width_of_all(argument[3])
    if operation in ("MAX_REPEAT", "MIN_REPEAT"):
        return min(int(argument[1]) * _width_of_all(argument[2]), _ENDLESS)
    return _ENDLESS


def _width_of_all(items: Iterable[_Item]) -> int:
    return min(sum(_width(str(operation), argument) for operation, argument in items), _ENDLESS)
