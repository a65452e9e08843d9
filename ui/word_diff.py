"""Two wordings side by side: what both say, what only the first said, what only the second says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Words", "word_diff"]

_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_LONGEST = 4_000
_LEAST_ALIKE = 0.3
"""Below it two wordings have nothing to do with each other, and marking single characters says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A run of characters; `own`: only this side has it."""

    text: str
    own: bool


def word_diff(before: str, after: str) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """Both sides in runs; numbers and Latin words are kept whole. Very long or very different texts are all `own`.

    >>> [words.text for words in word_diff("现价 399.00 元", "现价 299.00 元")[1] if words.own]
    ['299.00']
    """
    if not before or not after or len(before) + len(after) > _LONGEST:
        return _all(before), _all(after)
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return _all(before), _all(after)
    codes = matcher.get_opcodes()
    return (
        tuple(_run(old[start:end], tag) for tag, start, end, _, _ in codes if end > start),
        tuple(_run(new[start:end], tag) for tag, _, _, start, end in codes if end > start),
    )


def _run(tokens: list[str], tag: Literal["replace", "delete", "insert", "equal"]) -> Words:
    return Words(text="".join(tokens), own=tag != "equal")


def _all(text: str) -> tuple[Words, ...]:
    return (Words(text=text, own=True),) if text else ()
