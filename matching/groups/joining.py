"""Union-find over shop ids, with pairs that must never come together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

__all__ = ["DisjointSets"]


class DisjointSets:
    """Sets that only ever grow together; the smallest id stands for its set, so that order does not matter.

    >>> sets = DisjointSets()
    >>> sets.join_all(("c", "b")); sets.join_all(("b", "a")); sets.sets()
    {'a': ('a', 'b', 'c')}

    Where pairs are kept apart, the first to come joins, and whoever would bring such a pair together stays outside:

    >>> sets = DisjointSets()
    >>> sets.keep_apart("a", "b"); sets.join_all(("a", "c")); sets.join_all(("b", "c", "d")); sets.sets()
    {'a': ('a', 'c', 'd')}
    """

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._foes: dict[str, set[str]] = {}

    def keep_apart(self, one: str, other: str) -> None:
        """From now on no set takes up both. They must not be in one already."""
        first, second = self.root(one), self.root(other)
        self._foes.setdefault(first, set()).add(second)
        self._foes.setdefault(second, set()).add(first)

    def join_all(self, members: Iterable[str]) -> None:
        """Make one set of the members and all that are with them; as few as possible where some are kept apart."""
        made: list[str] = []
        for root in sorted({self.root(member) for member in members}):
            for at, known in enumerate(made):
                if known not in self._foes.get(root, ()):
                    made[at] = self._join(known, root)
                    break
            else:
                made.append(root)

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

    def _join(self, one: str, other: str) -> str:
        kept, gone = min(one, other), max(one, other)
        self._parent[gone] = self._parent[kept] = kept
        for foe in self._foes.pop(gone, set()):
            self._foes[foe].discard(gone)
            self._foes[foe].add(kept)
            self._foes.setdefault(kept, set()).add(foe)
        return kept
