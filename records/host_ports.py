"""HostLedger: one run at a time asks a host, and what the host is owed outlives the run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from records.hosts import HostHold, HostState

__all__ = ["HostLedger"]


class HostLedger(Protocol):
    """Holds and states of hosts, over all runs and processes.

    A run holds a host until it gives it back or `until` passes without its keeping it; the same run takes its own hold
    up at once, so that one killed goes on without waiting. Nothing here is written for a single request: a run keeps
    its hosts every few seconds, and at once when a host asks for silence.
    """

    def hold(self, host: str, *, holder: str, now: datetime, until: datetime) -> HostHold:
        """Take the host for a run when it is free, its own, or held by one whose time ran out; the hold as it stands
        now (somebody else's, when its `holder` is another)."""
        ...

    def keep(self, states: Sequence[HostState], *, holder: str, now: datetime, until: datetime) -> tuple[str, ...]:
        """Write what hosts are owed and prolong their holds, in one transaction.

        Returns:
            Hosts that another run holds meanwhile; nothing was written of them.
        """
        ...

    def release(self, holder: str) -> None:
        """Give back every host the run holds; what the hosts are owed stays."""
        ...

    def state(self, host: str) -> HostState:
        """What the host is owed; an empty state when it is not known."""
        ...

    def states(self) -> tuple[HostState, ...]:
        """Of every known host, by name."""
        ...

    def holds(self, now: datetime) -> tuple[HostHold, ...]:
        """Holds that have not run out, by host."""
        ...
