"""Reviews that say the same under different names: what one page alone can show of invented ones (C01)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["SaidBy", "may_be_alike", "reviews_alike", "reviews_in"]

_LIKE_SCORE = 0.75
_LONG, _SHORT = 20, 12
_MOST_READ, _FEWEST, _FEWEST_SHORT = 300, 3, 5
_BORDER = re.compile(
    r"[\r\n]+|[；;]\s*(?=(?:评价|买家|用户)[^\s:：。，,]{0,10}[:：])|\s+(?=[^\s:：]{1,8}\*+[^\s:：]{0,4}[:：])|(?<=[。!！~])\s*(?=(?:买家|用户|网友|顾客|会员|匿名)[^\s:：。，,]{0,10}[:：])"
)
_LINE_BORDER = re.compile(r"[\r\n]+")
"""The only border there is where no colon follows an author."""
_AUTHOR = re.compile(r"^\s*(?:\d{1,3}[.、)）]\s*)?(?P<author>[^\s:：。，,]{1,16})[:：]\s*")
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.、)）]|[-*•])\s*")
_BY_DEFAULT = re.compile(r"没有填写|未填写|默认好评|默认评价|未及时(?:做出)?评价|系统默认")
_NO_SIGN = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


class SaidBy(NamedTuple):
    """One review: its author as shown (empty: none), its words, and [start, end) of them in the text they stand in."""

    author: str
    text: str
    start: int = 0
    end: int = 0


def may_be_alike(text: str) -> bool:
    """Whether there are pieces enough in it, and long enough, to hold as many reviews as it takes."""
    if len(text) < _FEWEST * _SHORT:
        return False
    return sum(len(piece) >= _SHORT for piece in _border_of(text).split(text)) >= _FEWEST


def reviews_in(text: str) -> tuple[SaidBy, ...]:
    """The reviews in a run of text: one a line, with or without its author before a colon.

    >>> [one.author for one in reviews_in("a***1：不错\\nb***2：很好")]
    ['a***1', 'b***2']
    """
    found: list[SaidBy] = []
    start = 0
    borders = [(mark.start(), mark.end()) for mark in _border_of(text).finditer(text)]
    with_authors = _has_colon(text)
    for end, following in [*borders, (len(text), len(text))]:
        line = text[start:end]
        head = _AUTHOR.match(line) if with_authors else None
        skipped = head.end() if head else (numbered.end() if (numbered := _NUMBERED.match(line)) else 0)
        if line[skipped:].strip():
            author = head["author"] if head else ""
            found.append(SaidBy(author=author, text=line[skipped:], start=start + skipped, end=end))
        start = following
    return tuple(found)


def reviews_alike(reviews: Sequence[SaidBy]) -> tuple[SaidBy, ...]:
    """The largest group of reviews that nearly repeat each other; empty when it is too small to mean anything.

    Three of some length (20 characters) or five shorter ones (12), by different authors where authors are shown.
    Stock phrases of the platform's own default praise do not count. Of very many reviews the first 300 are read.
    """
    some = [one for one in reviews[:_MOST_READ] if len(one.text) >= _SHORT and not _BY_DEFAULT.search(one.text)]
    if len(some) < _FEWEST:
        return ()
    long_enough = [(one, signs) for one in some if len(signs := _signs(one.text)) >= _SHORT]
    if len(long_enough) < _FEWEST:
        return ()
    shingled = [(one, signs, _pairs(signs)) for one, signs in long_enough]
    best: tuple[SaidBy, ...] = ()
    for _, signs, pairs in shingled:
        needed = _FEWEST if len(signs) >= _LONG else _FEWEST_SHORT
        if len(shingled) < needed:
            continue
        group = [one for one, _, others in shingled if _alike(pairs, others)]
        if len(group) > len(best) and _authors(group) >= needed:
            best = tuple(group)
    return best


def _border_of(text: str) -> re.Pattern[str]:
    return _BORDER if _has_colon(text) else _LINE_BORDER


def _has_colon(text: str) -> bool:
    return ":" in text or "：" in text


def _authors(group: Sequence[SaidBy]) -> int:
    named = {one.author for one in group if one.author}
    return len(named) + sum(not one.author for one in group)


def _signs(text: str) -> str:
    return _NO_SIGN.sub("", text.lower())


def _pairs(signs: str) -> frozenset[tuple[str, str]]:
    return frozenset(zip(signs, signs[1:], strict=False))


def _alike(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """Whether they share enough of all their pairs; sets of too unlike sizes are not compared."""
    if len(one) < _LIKE_SCORE * len(other) or len(other) < _LIKE_SCORE * len(one):
        return False
    shared = len(one & other)
    return shared >= _LIKE_SCORE * (len(one) + len(other) - shared)
