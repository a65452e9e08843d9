"""Pairs and triples of characters, which the Elasticsearch index is asked by: many texts cut at once.

A word of three characters is one triple and a longer one is few of them at set distances, where as pairs it would be
one pair fewer than its characters, each a list of places to read. So pairs tell only which documents have them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from records.search_fold import FOLDS
from stores.search.fold import fold

__all__ = ["ANYTHING", "Grams", "cut", "grams_of_word"]

ANYTHING = "a"
"""In a phrase of triples, a place at which anything may stand: a word the engine's analyzer `stop` passes over."""

_END = "E"
# No folded text has capitals or full-width forms. They stand for what would end a token or needs a word in JSON; small
# full-width letters, which are letters to every engine, also for what words often hold beside letters.
_COMMON = """ "\\0123456789/:.-,%()“”、。!"""
_STANDS_FOR = {ord(sign): chr(0xFF41 + place) for place, sign in enumerate(_COMMON)} | {
    code: chr(0xFF01 + code) for code in (*range(9), *range(14, 28))
}
_PASSED_OVER = frozenset({"and", "are", "but", "for", "not", "the", "was"})
_ONLY_LETTERS = re.compile("[a-z\u4e00-\u9fa5\uff41-\uff5a]*")
_REPLACED = tuple((chr(code), chr(folded)) for code, folded in FOLDS.items()) + tuple(
    (chr(code), sign) for code, sign in _STANDS_FOR.items()
)
_MANY = 4_096
_WIDE = "utf-32-le"
_BLANK = array("I", [ord(" ")])
_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Grams:
    """Of one text, separated by blanks and free of what JSON escapes. The last pair has an end mark."""

    pairs: str
    triples: str


def cut(texts: Sequence[str]) -> list[Grams]:
    """The grams of each text. Half of a surrogate pair is no character and must have been refused.

    >>> cut(["玛咖 X", "药"])
    [Grams(pairs='玛咖 咖ａ ａx xE', triples='玛咖ａ 咖ａx'), Grams(pairs='药E', triples='')]
    """
    joined = _plain("".join(texts))
    if not joined:
        return [Grams("", "") for _text in texts]
    codes = array("I", joined.encode(_WIDE))
    ends, length = array("I", [ord(_END)]), 0
    padded, lengths = codes + ends + ends, [len(text) for text in texts]
    seconds = padded[1:-1]
    for some in lengths:
        length += some
        if some:
            seconds[length - 1] = ends[0]
    pairs = _side_by_side(codes, seconds)
    triples = _side_by_side(codes, padded[1:-1], padded[2:])
    found, start = [], 0
    for some in lengths:
        last = start + some
        found.append(Grams(pairs[3 * start : max(3 * last - 1, 0)], triples[4 * start : max(4 * (last - 2) - 1, 0)]))
        start = last
    return found


def grams_of_word(word: str) -> tuple[str, ...]:
    """What must stand in a text for the word to occur in it: of two characters the pair; of one the beginning of a
    pair; of more the triples in a row. As few of them as cover it, with `ANYTHING` in the place of the others, where
    the engine's analyzer `stop` keeps each: if all their characters are letters and none is a word it passes over.

    >>> grams_of_word("药"), grams_of_word("燕窝"), grams_of_word("七天无理由")
    (('药',), ('燕窝',), ('七天无', 'a', '无理由'))
    >>> grams_of_word("蜂蜜🐝王"), grams_of_word("then")
    (('蜂蜜🐝', '蜜🐝王'), ('the', 'hen'))
    """
    plain = _plain(word)
    last = len(plain) - _LENGTH
    if last <= 0:
        return (plain,)
    places = [*range(0, last, _LENGTH), last]
    triples = {at: plain[at : at + _LENGTH] for at in places}
    if _ONLY_LETTERS.fullmatch(plain) and _PASSED_OVER.isdisjoint(triples.values()):
        return tuple(triples.get(at, ANYTHING) for at in range(last + 1))
    return tuple(plain[at : at + _LENGTH] for at in range(last + 1))


def _plain(text: str) -> str:
    """Folded, then one sign for one. Over many texts at once a search for each sign costs a fifth of looking every
    character up."""
    if len(text) < _MANY:
        return fold(text).translate(_STANDS_FOR)
    for sign, other in _REPLACED:
        text = text.replace(sign, other)
    return text


def _side_by_side(*columns: array[int]) -> str:
    """The columns row by row, a blank after each row."""
    width = len(columns) + 1
    rows = _BLANK * (width * len(columns[0]))
    for place, column in enumerate(columns):
        rows[place::width] = column
    return rows.tobytes().decode(_WIDE)
