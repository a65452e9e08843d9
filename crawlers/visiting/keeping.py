"""The run's side of the ledger of hosts: its holds, taken before the first request and kept while it goes on.

What a host is owed is written every two seconds and at once when it asks for silence, never for a single request: a run
that is killed forgets two seconds of counting, no silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import structlog

from network.budget import HostBudget
from records.host_ports import HostLedger
from records.ports import Clock

__all__ = ["Held", "HostKeeper"]

_log = structlog.get_logger(__name__)
_LOOK_AGAIN_SECONDS = 0.5


class Held(StrEnum):
    """How the asking for a host ended."""

    OURS = "ours"
    OTHERS = "others"
    STOPPED = "stopped"


class HostKeeper:
    """Holds hosts for one run.

    Args:
        hold_seconds: How long a hold outlives a run that was killed.
        waiting: Told in Chinese why the run waits, and with an empty text that it does no longer.
    """

    def __init__(
        self,
        ledger: HostLedger,
        budget: HostBudget,
        *,
        run_id: str,
        clock: Clock,
        hold_seconds: float,
        waiting: Callable[[str], None],
    ) -> None:
        self._ledger = ledger
        self._budget = budget
        self._run_id = run_id
        self._clock = clock
        self._hold = timedelta(seconds=hold_seconds)
        self._waiting = waiting
        self._asking: dict[str, asyncio.Lock] = {}
        self.held: set[str] = set()

    async def take(self, host: str, *, patience_seconds: float, stopped: Callable[[], bool]) -> Held:
        """Wait until the host is ours, as long as `patience_seconds`; then its budget is what earlier runs left."""
        lock = self._asking.setdefault(host, asyncio.Lock())
        async with lock:
            left = patience_seconds
            while host not in self.held:
                now = self._clock()
                hold = self._ledger.hold(host, holder=self._run_id, now=now, until=now + self._hold)
                if hold.holder == self._run_id:
                    self._budget.restore(self._ledger.state(host))
                    self.held.add(host)
                    break
                if stopped():
                    return Held.STOPPED
                if left <= 0:
                    return Held.OTHERS
                self._waiting(f"主机 {host} 正由另一次采集（{hold.holder}）访问，等它结束")
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                left -= _LOOK_AGAIN_SECONDS
            self._waiting("")
            return Held.OURS

    def keep(self) -> tuple[str, ...]:
        """Write what the hosts are owed and prolong the holds; hosts another run has taken meanwhile."""
        if not self.held:
            return ()
        now = self._clock()
        states = [self._budget.state(host) for host in sorted(self.held)]
        lost = self._ledger.keep(states, holder=self._run_id, now=now, until=now + self._hold)
        for host in lost:
            _log.warning("host_lost_to_another_run", host=host, run_id=self._run_id)
        self.held.difference_update(lost)
        return lost

    def give_back(self) -> None:
        """The end of the run: what is owed is written, the holds are given back."""
        self.keep()
        self._ledger.release(self._run_id)
