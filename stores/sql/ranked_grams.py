"""Who shares most grams, of postings by rank (`stores.sql.lookaside_file`): as `stores.sql.grams.best_sharing`, and
quicker by what their order spares."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import filterfalse, islice
from operator import itemgetter
from typing import NamedTuple

__all__ = ["best_by_rank"]

_ROUNDING = 1e-6  # sums of the same weights in another order differ by less
_BY_SCORE = itemgetter(0)
_FEW = 12
"""A set of so many times fewer is looked up rank by rank; to go through the block costs as much each time."""


class _Group(NamedTuple):
    """Those that have reached one sum: all in `among`, which ascends."""

    score: float
    members: set[int]
    among: array[int]


def best_by_rank(blocks: Sequence[tuple[bytes, float]], most: int) -> dict[int, float]:
    """The `most` ranks that stand in the weightiest blocks together, with the sum; of equals the lowest.

    The last block, usually the longest, is never made a set: it is gone through in order, no further than the best
    need.

    Args:
        blocks: Ranks of 32 bits, ascending, with what a block is worth; the weightiest first.
        most: At least one.
    """
    left = sum([weight for _block, weight in blocks])
    groups: list[_Group] = []
    least: float | None = None  # what the best have at least; None while somebody unseen may still come among them
    for block, weight in blocks[:-1]:
        entries = array("I", block)
        if least is None:
            fresh = set(entries)
        else:
            groups = [one for one in groups if one.score + left > least]
            fresh = set[int]().union(*[one.members for one in groups]).intersection(entries)
        left -= weight
        groups = _raised(groups, fresh, weight, entries)
        if least is None and fresh:
            groups.append(_Group(weight, fresh, entries))
        score = _score_at(groups, most) - _ROUNDING
        least = score if score > left else None
    return _ended(groups, array("I", blocks[-1][0]), blocks[-1][1], most=most) if blocks else {}


def _raised(groups: list[_Group], fresh: set[int], weight: float, entries: array[int]) -> list[_Group]:
    """The groups with those of `fresh` a weight higher, in groups of their own; what is left in `fresh` was in none."""
    raised: list[_Group] = []
    for score, members, _among in groups:
        both = members & fresh
        if both:
            members -= both
            fresh -= both
            raised.append(_Group(score + weight, both, entries))
    return [one for one in (*groups, *raised) if one.members]


def _score_at(groups: list[_Group], place: int) -> float:
    """The score of the one at a place, counted from the highest; 0 when there are fewer."""
    for score, members, _among in sorted(groups, key=_BY_SCORE, reverse=True):
        place -= len(members)
        if place <= 0:
            return score
    return 0.0


def _ended(groups: list[_Group], last: array[int], weight: float, *, most: int) -> dict[int, float]:
    """The best, when the last block has been added. What a group has in it is known whole before what it lacks is
    asked for: those are worth less."""
    raised: dict[int, list[int]] = {}
    steps = [(one.score + weight, place) for place, one in enumerate(groups)]
    steps += [(one.score, ~place) for place, one in enumerate(groups)]
    steps.append((weight, len(groups)))
    found: dict[int, float] = {}
    of_one_score: list[int] = []
    steps.sort(reverse=True)
    for at, (score, place) in enumerate(steps):
        room = most - len(found)
        if place == len(groups):
            own = _in_none(groups, last, room)
        elif place >= 0:
            own = raised[place] = _in_both(groups[place].members, last, room)
        else:
            own = _left_out(groups[~place], raised[~place], room)
        of_one_score += own
        if at + 1 < len(steps) and steps[at + 1][0] == score:
            continue
        found.update(dict.fromkeys(sorted(of_one_score)[:room], score))
        if len(found) >= most:
            break
        of_one_score = []
    return found


def _in_both(members: set[int], last: array[int], room: int) -> list[int]:
    if len(members) * _FEW > len(last):
        return list(islice(filter(members.__contains__, last), room))
    end = len(last)
    found = []
    for rank in sorted(members):
        at = bisect_left(last, rank)
        if at < end and last[at] == rank:
            found.append(rank)
    return found[:room]


def _left_out(group: _Group, raised: Iterable[int], room: int) -> list[int]:
    left = group.members.difference(raised)
    if len(left) <= room:
        return list(left)
    if len(left) * _FEW < len(group.among):
        return sorted(left)[:room]
    return list(islice(filter(left.__contains__, group.among), room))


def _in_none(groups: Sequence[_Group], last: array[int], room: int) -> list[int]:
    left: Iterator[int] = iter(last)
    for one in groups:
        left = filterfalse(one.members.__contains__, left)
    return list(islice(left, room))
