"""Which characters a pattern can start with, so that a search skips to the next of them.

The standard library does so by itself where every choice of a pattern starts with a plain character; where one starts
with a class, an optional part or a look at what stands beside, it tries the whole pattern at every character.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import Any

from leads.remembering import answers

__all__ = ["skipping"]

_FLAGS = re.compile(r"(?:\(\?s\))?")
_OTHER_FLAGS = re.compile(r"\(\?[a-z]")
_ZERO_WIDTH = ("ASSERT", "ASSERT_NOT", "AT")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}

_LONGEST_RANGE = 256
"""Of a wider one most characters of a page are."""

_Starts = set[str] | None
"""Members of a character class; None: any character, or too much to tell."""


def skipping(pattern: str) -> str:
    r"""A pattern that finds one character, where the given one would start: found where that is found.

    The same pattern where that is no use.

    >>> skipping("(?:甲)?乙|丙丁")
    '[丙乙](?<=(?=(?:甲)?乙|丙丁)[\\s\\S])'
    >>> skipping("甲|乙丙")
    '甲|乙丙'
    """
    flags = _FLAGS.match(pattern)
    head = flags[0] if flags else ""
    body = pattern[len(head) :]
    if _OTHER_FLAGS.match(body):
        return pattern
    starts = "".join(answers().answer("starts", pattern, lambda: _starts(pattern)))
    return f"{head}[{starts}](?<=(?={body})[\\s\\S])" if starts else pattern


def _starts(pattern: str) -> list[str]:
    """Members of the class of what it can start with; none where it is of no use to know."""
    items = list(_parsed(pattern))
    starts, nullable = _of_sequence(items, leading=True)
    return [] if starts is None or nullable or _skips_by_itself(items) else sorted(starts)


def _parsed(pattern: str) -> Iterable[tuple[Any, Any]]:
    # The parser of the standard library, under the name it has since Python 3.11; nothing public gives the same.
    parsed: Iterable[tuple[Any, Any]] = importlib.import_module("re._parser").parse(pattern)
    return parsed


def _skips_by_itself(items: list[tuple[Any, Any]]) -> bool:
    operation, argument = str(items[0][0]), items[0][1]
    while operation == "SUBPATTERN" and argument[3]:
        operation, argument = str(argument[3][0][0]), argument[3][0][1]
    if operation == "BRANCH":
        return all(len(branch) and str(branch[0][0]) == "LITERAL" for branch in argument[1])
    return operation in ("LITERAL", "IN")


def _of_sequence(items: Iterable[tuple[Any, Any]], *, leading: bool) -> tuple[_Starts, bool]:
    """What a match of the sequence can start with, and whether it can be empty.

    `leading`: nothing stands before it. Then what may be left out is: where there is a match with it, there is one
    without.
    """
    found: set[str] = set()
    for operation, argument in items:
        if leading and str(operation) in _REPEATS and argument[0] == 0:
            continue
        starts, nullable = _of_item(str(operation), argument, leading=leading)
        leading = False
        if starts is None:
            return None, nullable
        found |= starts
        if not nullable:
            return found, False
    return found, True


def _of_item(operation: str, argument: Any, *, leading: bool) -> tuple[_Starts, bool]:
    if operation in _ZERO_WIDTH:
        return set(), True
    if operation == "LITERAL":
        return {re.escape(chr(argument))}, False
    if operation == "IN":
        return _of_class(argument), False
    if operation == "SUBPATTERN":
        return _of_sequence(argument[3], leading=leading)
    if operation == "BRANCH":
        return _of_branches([_of_sequence(branch, leading=leading) for branch in argument[1]])
    if operation in _REPEATS:
        starts, nullable = _of_sequence(argument[2], leading=False)
        return starts, nullable or argument[0] == 0
    return None, False


def _of_branches(branches: list[tuple[_Starts, bool]]) -> tuple[_Starts, bool]:
    nullable = any(empty for _, empty in branches)
    known = [starts for starts, _ in branches if starts is not None]
    return (set().union(*known) if len(known) == len(branches) else None), nullable


def _of_class(members: Iterable[tuple[Any, Any]]) -> _Starts:
    found: set[str] = set()
    for operation, value in members:
        kind = str(operation)
        if kind == "LITERAL":
            found.add(re.escape(chr(value)))
        elif kind == "RANGE" and value[1] - value[0] < _LONGEST_RANGE:
            found.add(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind == "CATEGORY" and str(value) in _CATEGORIES:
            found.add(_CATEGORIES[str(value)])
        else:
            return None
    return found
