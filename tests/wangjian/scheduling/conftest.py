"""A ledger in a real database, and clocks that are moved by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.schedule_ports import ScheduleStore
from records.schedules import Schedule
from stores.backends import Records, open_records
from wangjian.scheduling.cron import CHINA
from wangjian.scheduling.scheduler import Scheduler

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)


class Hands:
    """A wall clock and a monotonic clock. `advance` moves both, as time does; `set_wall` only the first, as people do."""

    def __init__(self) -> None:
        self.wall = MONDAY.astimezone(UTC)
        self.elapsed = 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.elapsed

    def advance(self, **span: float) -> None:
        by = timedelta(**span)
        self.wall += by
        self.elapsed += by.total_seconds()

    def set_wall(self, wall: datetime) -> None:
        self.wall = wall.astimezone(UTC)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def records(tmp_path: Path, new_database: Callable[[Path], Path]) -> Iterator[Records]:
    new_database(tmp_path / "w.db")
    records = open_records(f"sqlite://{tmp_path}/w.db")
    records.migrate()
    yield records
    records.close()


@pytest.fixture
def store(records: Records) -> ScheduleStore:
    return records.schedules


@pytest.fixture
def new_scheduler(store: ScheduleStore, hands: Hands) -> Callable[..., Scheduler]:
    """A scheduler as a process that starts now would have it."""

    def new(worker: str = "w1", *, lease_seconds: int = 120) -> Scheduler:
        return Scheduler(store, worker, clock=hands.now, monotonic=hands.monotonic, lease_seconds=lease_seconds)

    return new


@pytest.fixture
def new_schedule(hands: Hands) -> Callable[..., Schedule]:
    """A schedule made now; daily at 3:30 in Beijing unless it is told otherwise."""

    def new(name: str = "s1", **fields: object) -> Schedule:
        cadence = {} if "revisit" in fields else {"cron": "30 3 * * *"}
        return Schedule(
            **{"schedule_id": name, "target_id": f"target of {name}", "created_at": hands.now(), **cadence, **fields}
        )

    return new
