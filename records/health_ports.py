"""What the health of the survey asks of the store; the promises of records/ports.py hold here too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from records.health import Alarm, RunProgress, RunStatistics

__all__ = ["HealthStore", "RunBoard"]


class HealthStore(Protocol):
    """Alarms and the statistics of runs."""

    def save_statistics(self, statistics: RunStatistics) -> None:
        """Write, or replace, what a run saw."""
        ...

    def statistics(self, run_id: str) -> RunStatistics | None:
        """None: the run has not been evaluated."""
        ...

    def past_statistics(self, target_id: str = "", *, limit: int) -> tuple[RunStatistics, ...]:
        """Of one target or of all, newest run first."""
        ...

    def raise_alarm(self, alarm: Alarm) -> Alarm:
        """Open it, or bring the open one of the same trouble forward: its identifier, its beginning, its assignee and
        its capture stay. The same run again counts no further run."""
        ...

    def alarm(self, alarm_id: str) -> Alarm:
        """Raises NotFoundError."""
        ...

    def alarms(self, target_id: str = "", *, open_only: bool = False) -> tuple[Alarm, ...]:
        """Newest first."""
        ...

    def change_alarm(self, alarm_id: str, change: Callable[[Alarm], Alarm]) -> Alarm:
        """Read, change and write in one transaction; what `change` raises leaves all as it was."""
        ...


class RunBoard(Protocol):
    """Where a running survey says how it stands, and is asked to stop."""

    def report(self, progress: RunProgress) -> str:
        """Write how it stands; answers the reason it was asked to stop for, empty when it was not."""
        ...

    def progress(self, run_id: str) -> RunProgress | None:
        """How it stood last; None when it never said."""
        ...

    def ask_stop(self, run_id: str, reason: str) -> None:
        """Ask a run to finish what is on its way and end (PARTIAL, to be taken up again)."""
        ...

    def stop_reason(self, run_id: str) -> str:
        """Empty when nobody asked."""
        ...

    def clear_stop(self, run_id: str) -> None:
        """Forget that it was asked to stop: it is taken up again."""
        ...
