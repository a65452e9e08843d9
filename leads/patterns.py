"""Patterns made ready once a process, and only when first asked: most texts ask few of the thousands of the rules.

The standard library keeps 512 and starts over, so that each was made anew by everyone who asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from leads.starting import skipping

__all__ = ["Condition", "Sought", "compiled", "condition", "finder"]

_KEPT = 16_384
"""All patterns of the built-in rules several times over; a bureau's own rules cannot make it grow without end."""
_DOT_IS_ANY = "(?s)"
_START = re.compile(r"(?:\(\?s\))?(?:\^|\\A)?")
_LOOKS_AHEAD = re.compile(_START.pattern + r"\(\?=")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|[^\\\[()|]+", re.DOTALL)
_SOUGHT = re.compile(r"\(\?=(?:(?P<dot>\.)|\[\\s\\S\])\*\??(?P<slot>.+)\)", re.DOTALL)


@lru_cache(maxsize=_KEPT)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled.

    Raises:
        re.error: It is written wrong.
    """
    return re.compile(pattern)


def finder(pattern: str) -> re.Pattern[str]:
    """What finds something in a text exactly when the pattern does, but not what: quicker where there is nothing.

    Raises:
        re.error: It is written wrong.
    """
    return compiled(skipping(pattern))


class Sought:
    """A pattern that is compiled when it is first sought: `search` and `finditer` are then those of the pattern.

    Raises:
        re.error: When first sought, where it is written wrong.
    """

    __slots__ = ("_skipping", "finditer", "pattern", "search")

    def __init__(self, pattern: str, *, skipping: bool = False) -> None:
        """Args:
        pattern: As `re` reads it.
        skipping: Only whether something is found counts, and not what (`finder`).
        """
        self.pattern = pattern
        self._skipping = skipping
        self.search = self._first_search
        self.finditer = self._first_finditer

    def make_ready(self) -> re.Pattern[str]:
        """The pattern compiled, from now on sought as it is."""
        made = finder(self.pattern) if self._skipping else compiled(self.pattern)
        self.search, self.finditer = made.search, made.finditer  # type: ignore[assignment]
        return made

    def _first_search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        return self.make_ready().search(text, start, end)

    def _first_finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        return self.make_ready().finditer(text, start, end)


class Condition:
    """What must be found beside a hit. A pattern that says no more than that several things stand there, in any order
    (`(?s)(?=.*a)(?=.*b)`), is sought thing by thing: as one pattern each of them is tried at every character.

    There is one of each pattern, equal to itself alone: patterns themselves are slow to tell apart.
    """

    __slots__ = ("_parts", "whole")

    def __init__(self, pattern: str) -> None:
        self.whole = Sought(pattern)
        self._parts: tuple[Sought, ...] = ()

    @property
    def parts(self) -> tuple[Sought, ...]:
        """What is sought; the whole pattern where it asks for more than several things."""
        if not self._parts:
            self._parts = _parts_of(self.whole)
        return self._parts

    def met(self, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
        """Whether it is found in [start, end)."""
        for part in self._parts or self.parts:  # noqa: SIM110 - a generator takes longer to ask than most searches
            if part.search(text, start, end) is None:
                return False
        return True


@lru_cache(maxsize=_KEPT)
def condition(pattern: str) -> Condition:
    r"""The condition this pattern states.

    >>> [one.pattern for one in condition(r"(?s)^(?=.*?(?:甲|乙))(?=.*丙)").parts]
    ['(?s)(?:甲|乙)', '(?s)丙']
    >>> [one.pattern for one in condition(r"(?s)(?=.*?甲)乙").parts]
    ['(?s)(?=.*?甲)乙']
    """
    return Condition(pattern)


def _parts_of(whole: Sought) -> tuple[Sought, ...]:
    pattern = whole.pattern
    if _LOOKS_AHEAD.match(pattern) is None:
        return (Sought(pattern, skipping=True),)
    flags = _DOT_IS_ANY if pattern.startswith(_DOT_IS_ANY) else ""
    sought: list[Sought] = []
    for piece in _pieces(_START.sub("", pattern, count=1)):
        found = _SOUGHT.fullmatch(piece)
        if found is None or (found["dot"] and not flags):
            return (Sought(pattern, skipping=True),)
        sought.append(Sought(flags + found["slot"], skipping=True))
    return tuple(sought)


def _pieces(pattern: str) -> Iterator[str]:
    """The groups in a row that a pattern is made of; an empty piece where it is not, and where a group is a choice."""
    depth, piece = 0, ""
    for sign in _TOKEN.findall(pattern):
        piece += sign
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            yield piece if sign == ")" and piece.startswith("(") else ""
            piece = ""
        elif depth == 1 and sign == "|":
            yield ""
    yield from [""] * (depth != 0 or not pattern)
