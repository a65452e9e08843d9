"""The tree of RFC 9162 over the same leaves twice, by SHA-256 and by SM3: nodes, roots, and which ranges a proof is of.

Nothing here reads a store: ranges are named as half-open runs of leaves, whoever has the leaves gives their nodes.
Standard: RFC 9162 section 2.1 (Merkle trees), GB/T 32905 (SM3).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

__all__ = ["EMPTY_TREE", "Frontier", "Node", "Range", "consistency_ranges", "inclusion_ranges", "join", "leaf_node"]


class Node(NamedTuple):
    """One node of the tree by both algorithms, 32 bytes each."""

    sha256: bytes
    sm3: bytes


class Range(NamedTuple):
    """Leaves `start` to `end` - 1, a subtree of the whole tree."""

    start: int
    end: int


def _both(content: bytes) -> Node:
    return Node(hashlib.sha256(content).digest(), hashlib.new("sm3", content).digest())


EMPTY_TREE = _both(b"")
"""The root of a tree without leaves."""


def leaf_node(content: bytes) -> Node:
    """The node of a leaf."""
    return _both(b"\0" + content)


def join(left: Node, right: Node) -> Node:
    """The node above two."""
    return Node(
        hashlib.sha256(b"\1" + left.sha256 + right.sha256).digest(),
        hashlib.new("sm3", b"\1" + left.sm3 + right.sm3).digest(),
    )


class Frontier:
    """The right edge of a growing tree: complete subtrees, largest first. It needs as many nodes as the number of
    leaves has binary digits."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, Node]] = []
        self.size = 0

    def add(self, node: Node, level: int = 0) -> None:
        """Append a complete subtree of 2**level leaves; what is there already must be a multiple of that.

        Raises:
            ValueError: It does not fit at that place.
        """
        if self.size % (1 << level):
            raise ValueError(f"a subtree of level {level} does not fit after {self.size} leaves")
        self.size += 1 << level
        while self._stack and self._stack[-1][0] == level:
            _, left = self._stack.pop()
            node, level = join(left, node), level + 1
        self._stack.append((level, node))

    def root(self) -> Node:
        """The root of the tree so far."""
        if not self._stack:
            return EMPTY_TREE
        node = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            node = join(left, node)
        return node


def inclusion_ranges(position: int, size: int) -> tuple[Range, ...]:
    """The subtrees whose nodes prove that the leaf at `position` is in the tree of `size` leaves, lowest first.

    >>> inclusion_ranges(2, 5)
    (Range(start=3, end=4), Range(start=0, end=2), Range(start=4, end=5))

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= position < size:
        raise ValueError(f"no leaf {position} in a tree of {size}")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(first: int, second: int) -> tuple[Range, ...]:
    """The subtrees whose nodes prove that the tree of `second` leaves begins with the tree of `first`.

    >>> consistency_ranges(3, 5)
    (Range(start=2, end=3), Range(start=3, end=4), Range(start=0, end=2), Range(start=4, end=5))

    Raises:
        ValueError: `first` is no earlier size of `second`.
    """
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} is no beginning of one of {second}")
    found: list[Range] = []
    start, end, whole = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            found.append(Range(middle, end))
            end = middle
        else:
            found.append(Range(start, middle))
            start, whole = middle, False
    if not whole:
        found.append(Range(start, end))
    return tuple(reversed(found))


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
