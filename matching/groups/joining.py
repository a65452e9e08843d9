"""Union-find over shop ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["DisjointSets"]


class DisjointSets:
    """Sets that only ever grow together; the smallest id stands for its set, so that order does not matter.

    >>> sets = DisjointSets()
    >>> sets.join_all(("c", "b")); sets.join_all(("b", "a")); sets.sets()
    {'a': ('a', 'b', 'c')}
    """

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def join_all(self, members: Iterable[str]) -> None:
        """Make one set of the members and all that are with them."""
        roots = sorted({self.root(member) for member in members})
        for root in roots:
            self._parent[root] = roots[0]

    def root(self, member: str) -> str:
        """The id that stands for its set; itself when nothing joined it."""
        at = member
        while (above := self._parent.get(at, at)) != at:
            at = above
        while (above := self._parent.get(member, member)) != at and member != at:
            self._parent[member], member = at, above
        return at

    def sets(self) -> dict[str, tuple[str, ...]]:
        """All sets of two and more, by what stands for them, members sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for member in sorted(self._parent):
            found[self.root(member)].append(member)
        return {root: tuple(members) for root, members in found.items() if len(members) > 1}
