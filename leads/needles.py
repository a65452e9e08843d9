"""Rarer words to wake a cue with: what every match of its pattern must contain, read from the pattern itself.

The words of a cue tell what it is about (率, 药, 干); they stand on every page, and each wakes the pattern in vain.
From the pattern `(?:满意度|好评率)\\d` follow 满意度 and 好评率, of which every match holds one, and which are rare.
"""

from __future__ import annotations

import csv
import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from math import fsum
from types import MappingProxyType
from typing import Any

from leads.remembering import answers

__all__ = [
    "MOST_WORDS",
    "candidate_words",
    "commonness",
    "needles_for",
    "parsed",
    "required_words",
    "shortest",
    "stand_on_pages",
    "words_of_item",
]

MOST_WORDS = 200
_LONGEST_RANGE = 16
_DIGITS = frozenset("0123456789")
_RARE = 0.000_01
"""Words met less often are not in the table."""
_OFTEN = 0.000_3
"""Some hundred times a megabyte."""

_Words = frozenset[str]
_EMPTY: _Words = frozenset({""})


def needles_for(words: Sequence[str], pattern: str) -> tuple[tuple[str, ...], bool]:
    """The words to listen for, and whether they were read from the pattern since they should be rarer."""
    required = required_words(pattern) if pattern else frozenset()
    if required and required != frozenset(words) and _rarer(required, words, pattern):
        return tuple(sorted(required)), True
    return tuple(words), False


def _rarer(required: frozenset[str], words: Sequence[str], pattern: str) -> bool:
    return bool(
        answers().answer(
            "rarer",
            "\0".join((pattern, *words)),
            lambda: ("yes",) if commonness(required) < commonness(words) else (),
        )
    )


def stand_on_pages(words: Iterable[str]) -> bool:
    """Whether pages were seen to hold one of them often enough that what it wakes should be quick to say no."""
    measured = _everyday()
    return sum(measured.get(word, 0.0) for word in words) >= _OFTEN


@cache
def required_words(pattern: str) -> frozenset[str]:
    """A set of words of which every match of the pattern contains one; empty when none is found.

    >>> sorted(required_words(r"(?:满意度|好评率)[^,]{0,6}\\d+%"))
    ['好评率', '满意度']
    >>> sorted(required_words(r"[一二]成用户?"))
    ['一成用', '二成用']
    """
    return frozenset(answers().answer("required", pattern, lambda: sorted(_required_words(pattern))))


def _required_words(pattern: str) -> list[str]:
    exact, required = _of_sequence(parsed(pattern))
    found = _rarest((exact, required))
    return [] if found is None else shortest(found)


def candidate_words(pattern: str) -> frozenset[str]:
    """All words that might be chosen to listen for this pattern."""
    found: set[str] = set()
    _gather(parsed(pattern), found)
    return frozenset(found)


def parsed(pattern: str) -> Iterable[tuple[Any, Any]]:
    """The pattern as operations with their arguments; none where case does not count, of which words know nothing."""
    # The parser of the standard library, under the name it has since Python 3.11; nothing public gives the same.
    tree = importlib.import_module("re._parser").parse(pattern)
    return () if tree.state.flags & re.IGNORECASE else tree


def _gather(items: Iterable[tuple[Any, Any]], found: set[str]) -> None:
    """The words of each run of the sequence and of all sequences in it."""
    run: _Words = _EMPTY
    for operation, argument in items:
        exact, _ = words_of_item(str(operation), argument)
        for inner in _inner(str(operation), argument):
            _gather(inner, found)
        if exact is not None and len(run) * len(exact) <= MOST_WORDS:
            run = frozenset(head + tail for head in run for tail in exact)
        else:
            found |= run - _EMPTY
            run = _EMPTY if exact is None else exact
    found |= run - _EMPTY


def _inner(operation: str, argument: Any) -> Sequence[Iterable[tuple[Any, Any]]]:
    if operation == "BRANCH":
        return tuple(argument[1])
    if operation == "SUBPATTERN":
        return (argument[3],)
    return (argument[2],) if operation in ("MAX_REPEAT", "MIN_REPEAT") else ()


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> tuple[_Words | None, _Words | None]:
    """All strings the sequence can match, if few; and a set of which each match contains one."""
    run: _Words = _EMPTY
    found: list[_Words | None] = []
    whole = True
    for operation, argument in items:
        exact, required = words_of_item(str(operation), argument)
        if exact is not None and len(run) * len(exact) <= MOST_WORDS:
            run = frozenset(head + tail for head in run for tail in exact)
            continue
        whole = False
        found += [run, required]
        run = _EMPTY if exact is None else exact
    found.append(run)
    return (run if whole else None), _rarest(found)


def words_of_item(operation: str, argument: Any) -> tuple[_Words | None, _Words | None]:
    if operation == "LITERAL":
        literal = frozenset({chr(argument)})
        return literal, literal
    if operation == "IN":
        signs = _of_class(argument)
        return signs, signs
    if operation == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in argument[1]])
    if operation == "SUBPATTERN":
        return _of_sequence(argument[3])
    if operation in ("MAX_REPEAT", "MIN_REPEAT"):
        return _of_repeat(*argument)
    if operation in ("ASSERT", "ASSERT_NOT", "AT"):
        return _EMPTY, None
    return None, None


def _of_class(members: Iterable[tuple[Any, Any]]) -> _Words | None:
    signs: set[str] = set()
    for kind, value in members:
        if str(kind) == "LITERAL":
            signs.add(chr(value))
        elif str(kind) == "RANGE" and value[1] - value[0] < _LONGEST_RANGE:
            signs.update(chr(code) for code in range(value[0], value[1] + 1))
        elif str(kind) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            signs |= _DIGITS
        else:
            return None
    return frozenset(signs)


def _of_branches(branches: Sequence[tuple[_Words | None, _Words | None]]) -> tuple[_Words | None, _Words | None]:
    exacts = [exact for exact, _ in branches if exact is not None]
    rarest = [found for found in map(_rarest, branches) if found is not None]
    exact = frozenset().union(*exacts) if len(exacts) == len(branches) else None
    required = frozenset().union(*rarest) if len(rarest) == len(branches) else None
    return (exact if exact is not None and len(exact) <= MOST_WORDS else None), required


def _of_repeat(least: int, most: int, items: Iterable[tuple[Any, Any]]) -> tuple[_Words | None, _Words | None]:
    exact, required = _of_sequence(items)
    if least == 0:
        return (exact | _EMPTY if exact is not None and int(most) == 1 else None), None
    if least == most == 1:
        return exact, required
    return None, _rarest((exact, required))


def _rarest(sets: Iterable[_Words | None]) -> _Words | None:
    useful = [words for words in sets if words and "" not in words]
    return min(useful, key=commonness) if useful else None


def shortest(words: _Words) -> list[str]:
    """Without those that contain another."""
    lengths = sorted({len(word) for word in words})
    return [word for word in words if not _contains_one(word, words, lengths)]


def _contains_one(word: str, words: _Words, lengths: Sequence[int]) -> bool:
    """Looked up part by part: there may be thousands of words, and each is short."""
    return any(
        word[start : start + length] in words
        for length in lengths
        if length < len(word)
        for start in range(len(word) - length + 1)
    )


def commonness(words: Iterable[str]) -> float:
    """How often one of them may stand at a place of a page."""
    return fsum(map(_rate, words))


@lru_cache(maxsize=65_536)
def _rate(word: str) -> float:
    """As measured; of a word nobody met often guessed by the length and kind of its characters."""
    measured = _everyday().get(word)
    if measured:
        return measured
    rate = 1.0
    for sign in word:
        rate *= 0.05 if sign.isdigit() or len(word) == 1 else 0.03 if sign.isascii() else 0.01
    return min(rate, _RARE)


@cache
def _everyday() -> Mapping[str, float]:
    """What stands on ordinary pages, as counted (`benchmarks/rules/everyday.py`): it wakes in vain."""
    lines = resources.files("leads").joinpath("data", "everyday.csv").read_text("utf-8").splitlines()
    return MappingProxyType({word: int(count) / 100_000 for word, count in csv.reader(lines[1:])})
