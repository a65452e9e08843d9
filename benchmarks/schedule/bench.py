"""How long the scheduler takes with 10,000 schedules: nothing due, a usual minute, much due, and taking a visit."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from records.schedule_ports import ScheduleStore
from records.schedules import OccurrenceState, Schedule
from stores.backends import open_records
from wangjian.scheduling.acts import add_schedule
from wangjian.scheduling.scheduler import Scheduler

__all__ = ["measure"]

_COUNT = 10_000
_START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
_DOWN_HOURS = 3
_TAKEN = 30


class _Hands:
    """A wall clock and a monotonic one, moved together."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> datetime:
        return _START + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed


def measure() -> dict[str, float]:
    """Milliseconds of each, over a ledger in SQLite on this disk."""
    hands = _Hands()
    with tempfile.TemporaryDirectory() as folder:
        records = open_records(f"sqlite://{Path(folder)}/w.db", clock=hands.now)
        records.migrate()
        _fill(records.schedules, hands)
        scheduler = Scheduler(records.schedules, "bench", clock=hands.now, monotonic=hands.monotonic)
        found = {"tick_nothing_due_ms": _milliseconds(scheduler.tick)}
        hands.elapsed += 60
        found["tick_usual_minute_ms"] = _milliseconds(scheduler.tick)
        hands.elapsed += _DOWN_HOURS * 3600
        began = time.perf_counter()
        decided = len(scheduler.tick().decided)
        found["decide_one_of_many_due_ms"] = (time.perf_counter() - began) * 1000 / decided
        found["take_and_finish_ms"] = _milliseconds(lambda: _take(scheduler)) / _TAKEN
        records.close()
    return found


def _fill(store: ScheduleStore, hands: _Hands) -> None:
    """Daily visits spread over the day."""
    for number in range(_COUNT):
        cron = f"{number % 60} {number // 60 % 24} * * *"
        schedule = Schedule(schedule_id=f"s{number}", target_id=f"t{number}", cron=cron, created_at=hands.now())
        add_schedule(store, schedule)


def _take(scheduler: Scheduler) -> None:
    for _ in range(_TAKEN):
        taken = scheduler.take()
        assert taken is not None
        scheduler.finish(taken, OccurrenceState.DONE)


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    print(measure())
