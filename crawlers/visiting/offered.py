"""Addresses the run knows already, so that a menu on every page is offered to the store once, not each time.

A help and no truth: the store refuses what its run has. Only the newest are remembered, whatever the size of the site;
filter combinations, of which there are few and each spends one of the run's share, are never forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from records.survey import FrontierRow, PageKind

__all__ = ["OfferedAddresses"]

_REMEMBERED = 20_000


class OfferedAddresses:
    """A set of canonical addresses of bounded size: what was not met for longest is forgotten first.

    >>> known = OfferedAddresses(2)
    >>> known.update(["http://a/1", "http://a/2"])
    >>> "http://a/1" in known
    True
    >>> known.add("http://a/3")
    >>> ["http://a/%d" % n in known for n in (1, 2, 3)]
    [True, False, True]
    """

    def __init__(self, limit: int = _REMEMBERED) -> None:
        self._limit = limit
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._kept: set[str] = set()

    def __contains__(self, canonical: object) -> bool:
        if canonical in self._recent:
            self._recent.move_to_end(canonical)  # type: ignore[arg-type]  # what is in it is a str
            return True
        return canonical in self._kept

    def add(self, canonical: str) -> None:
        """Remember one, for a while."""
        self._recent[canonical] = None
        self._recent.move_to_end(canonical)
        if len(self._recent) > self._limit:
            self._recent.popitem(last=False)

    def update(self, canonicals: Iterable[str]) -> None:
        """Remember several, for a while."""
        for canonical in canonicals:
            self.add(canonical)

    def keep(self, canonicals: Iterable[str]) -> None:
        """Remember for the whole run."""
        self._kept.update(canonicals)

    def enter(self, rows: Iterable[FrontierRow]) -> None:
        """Remember the addresses of rows that were written."""
        for row in rows:
            if row.kind is PageKind.FACET:
                self._kept.add(row.canonical_url)
            else:
                self.add(row.canonical_url)
