"""Patterns made ready once a process: the rules are checked, listened for and weighed with the same thousands of them.

The standard library keeps 512 and starts over, so that each was made anew by everyone who asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from leads.starting import skipping

__all__ = ["Condition", "compiled", "condition", "finder"]

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


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What must be found beside a hit. A pattern that says no more than that several things stand there, in any order
    (`(?s)(?=.*a)(?=.*b)`), is sought thing by thing: as one pattern each of them is tried at every character.

    There is one of each pattern, equal to itself alone: patterns themselves are slow to tell apart.
    """

    whole: re.Pattern[str]
    parts: tuple[re.Pattern[str], ...]

    def met(self, text: str, start: int = 0, end: int = sys.maxsize) -> bool:
        """Whether it is found in [start, end)."""
        for part in self.parts:  # noqa: SIM110 - a generator takes longer to ask than most searches
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

    Raises:
        re.error: It is written wrong.
    """
    whole = compiled(pattern)
    if _LOOKS_AHEAD.match(pattern) is None:
        return Condition(whole, (whole,))
    flags = _DOT_IS_ANY if pattern.startswith(_DOT_IS_ANY) else ""
    sought: list[re.Pattern[str]] = []
    for piece in _pieces(_START.sub("", pattern, count=1)):
        found = _SOUGHT.fullmatch(piece)
        if found is None or (found["dot"] and not flags):
            return Condition(whole, (whole,))
        sought.append(finder(flags + found["slot"]))
    return Condition(whole, tuple(sought))


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
