"""Pieces of a text around the words found, made from the text itself and so the same for every backend."""

from __future__ import annotations

from collections.abc import Sequence

from records.search import Highlight
from stores.search.fold import fold

__all__ = ["highlights"]

_AROUND = 24
_MOST_PIECES = 3
_LONGEST_PIECE = 160


def highlights(title: str, text: str, words: Sequence[str]) -> tuple[Highlight, ...]:
    """Up to three pieces, from the text where a word occurs in it, else from the title; none without words.

    Args:
        words: Folded, as `words_of` gives them.
    """
    found = _pieces(text, words) if words else ()
    return found or (_pieces(title, words) if words else ())


def _pieces(text: str, words: Sequence[str]) -> tuple[Highlight, ...]:
    return tuple(_piece(text, group) for group in _groups(_hits(text, words))[:_MOST_PIECES])


def _piece(text: str, hits: Sequence[tuple[int, int]]) -> Highlight:
    start = max(hits[0][0] - _AROUND, 0)
    inside = tuple((first - start, last - start) for first, last in hits)
    return Highlight(text=text[start : hits[-1][1] + _AROUND], hits=inside)


def _groups(hits: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Hits near enough to be shown in one piece."""
    groups: list[list[tuple[int, int]]] = []
    for hit in hits:
        near = groups and hit[0] - groups[-1][-1][1] <= _AROUND and hit[1] - groups[-1][0][0] <= _LONGEST_PIECE
        if near:
            groups[-1].append(hit)
        else:
            groups.append([hit])
    return groups


def _hits(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order, overlapping ones joined."""
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word)
        while at >= 0 and len(spans) < 1000:
            spans.append((at, at + len(word)))
            at = folded.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
