"""One fold and one cut into tokens for every search backend, made here and not in an engine (docs/decisions/0002).

A text is folded code point by code point, so that a place in the folded text is the same place in the text. It is cut
into overlapping pairs of code points; a run of consecutive pairs is an exact substring, in every script.
"""

from __future__ import annotations

from collections.abc import Iterable

from records.search_fold import fold

__all__ = ["FOLD_VERSION", "fold", "phrase", "tokens"]

FOLD_VERSION = 1
"""Raised when the same text gives other tokens: indexes made before must then be rebuilt."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 4
_END = "zzzz"  # above every code point


def tokens(parts: Iterable[str]) -> str:
    """The tokens of some texts, separated by spaces; no pair reaches from one text into the next.

    Each token is the eight base-36 digits of two code points, which every engine keeps as they are: nothing to split,
    fold, stem or drop. A text's last character stands with an end mark.

    >>> tokens(["玛咖"])
    '0mu30gpi 0gpizzzz'
    """
    return " ".join(filter(None, (_pairs(fold(part)) for part in parts)))


def phrase(word: str) -> tuple[str, ...]:
    """What must stand side by side for the word to occur. One element of four digits (a word of one character) is the
    beginning of a token; otherwise the elements are whole tokens."""
    codes = [_code(character) for character in fold(word)]
    if len(codes) == 1:
        return (codes[0],)
    return tuple(first + second for first, second in zip(codes, codes[1:], strict=False))


def _pairs(folded: str) -> str:
    """Each character written twice with a space between is each beside the next with a space between, but for the
    ends: no pair is touched by itself."""
    return folded.translate(_TWICE)[_WIDTH + 1 :] + _END if folded else ""


def _code(character: str) -> str:
    number, digits = ord(character), ""
    for _ in range(_WIDTH):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _twice(number: int) -> str:
    return f"{_code(chr(number))} {_code(chr(number))}"


class _Twice(dict[int, str]):
    """For `str.translate`: the common ones are worked out beforehand, the others when they are met."""

    def __missing__(self, number: int) -> str:
        return _twice(number)


_TWICE = _Twice(
    (number, _twice(number))
    for number in (*range(0x20, 0x100), *range(0x2000, 0x2070), *range(0x3000, 0x3040), *range(0x4E00, 0xA000))
)
