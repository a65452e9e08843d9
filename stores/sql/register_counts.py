"""How many entities have a key or a gram, remembered while the register stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Counts", "RegisterCounts"]

_MOST = 100_000
"""Entries kept of each kind, some 10 MB; then all are forgotten and asked again."""


@dataclass(slots=True)
class Counts:
    """Counts of one state of the register."""

    newest_no: int
    keys: dict[str, int] = field(default_factory=dict)
    grams: dict[str, int] = field(default_factory=dict)


class RegisterCounts:
    """Counts of the newest state seen. An entity whose keys or grams change gets a new number, so the highest number
    names the state. Threads may share it: a state is replaced whole, and its entries never change."""

    def __init__(self) -> None:
        self._counts = Counts(newest_no=0)

    def of(self, newest_no: int) -> Counts:
        """The counts of the state whose newest entity has this number."""
        counts = self._counts
        full = max(len(counts.keys), len(counts.grams)) > _MOST
        if counts.newest_no != newest_no or full:
            counts = self._counts = Counts(newest_no=newest_no)
        return counts
