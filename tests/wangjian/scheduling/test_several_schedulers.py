"""Several schedulers and workers, each a process, over one ledger: what they do together is what one alone would do."""

import signal
from collections import Counter

import pytest

from records.schedules import MisfirePolicy, OccurrenceState
from stores.backends import open_records
from tests.forked import Forked, Gate, die
from wangjian.scheduling.acts import add_schedule
from wangjian.scheduling.scheduler import Scheduler

SCHEDULES, DAYS = 12, 5
DUE, DONE = OccurrenceState.DUE, OccurrenceState.DONE
OPEN = {DUE, OccurrenceState.LEASED, OccurrenceState.RUNNING}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request, tmp_path, new_database):
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").empty()
    return f"sqlite://{new_database(tmp_path / 'several' / 'w.db')}"


def _work(url, name, *, now, told, before_visits):
    """Tick, then visit until nothing is left to visit."""
    records = open_records(url, clock=lambda: now)
    scheduler = Scheduler(records.schedules, name, clock=lambda: now, monotonic=lambda: 0.0)
    for item in scheduler.tick().decided:
        told.write(f"decided {item.occurrence_id}\n")
    before_visits()
    while held := scheduler.take():
        told.write(f"visits {held.occurrence_id}\n")
        if name == "victim":
            die()
        scheduler.finish(held, DONE)
        told.write(f"visited {held.occurrence_id}\n")
    records.close()


def test_what_came_while_all_were_down_is_run_once_though_one_is_killed(url, store, hands, new_scheduler, new_schedule):
    """`store` is of one scheduler alone, beside which the ledger of many is held."""
    shared = open_records(url, clock=hands.now)
    for number in range(SCHEDULES):
        policy = (MisfirePolicy.ALL, MisfirePolicy.COALESCE)[number % 2]
        schedule = new_schedule(f"s{number}", misfire=policy, grace_seconds=2 * 86_400)
        add_schedule(store, schedule)
        add_schedule(shared.schedules, schedule)
    hands.advance(days=DAYS)
    new_scheduler().tick()
    shared.close()
    gate = Gate()

    def worker(name, before_visits):
        now = hands.now()
        return Forked(lambda told: _work(url, name, now=now, told=told, before_visits=before_visits))

    others = [worker(f"w{number}", gate.wait) for number in range(2)]
    ended, told = worker("victim", lambda: None).end()
    assert ended == -signal.SIGKILL
    gate.open()
    for other in others:
        ended, lines = other.end()
        assert ended == 0
        told += lines
    hands.advance(minutes=5)  # what the dead one held is given back
    ended, lines = worker("next", lambda: None).end()
    assert ended == 0
    told += lines

    def of(words):
        return Counter(line.split()[1] for line in told if line.startswith(f"{words} "))

    shared = open_records(url, clock=hands.now)
    ledger = shared.schedules.occurrences(limit=10_000)
    alone = {(item.schedule_id, item.due_at): item.state for item in store.occurrences(limit=10_000)}
    assert len(ledger) == len(alone) >= SCHEDULES * DAYS
    for item in ledger:
        expected = alone[item.schedule_id, item.due_at]
        assert item.state is (DONE if expected is DUE else expected)
    visited = {item.occurrence_id for item in ledger if item.state is DONE}
    assert set(of("decided").values()) == {1}
    assert set(of("visited").values()) == {1}
    assert set(of("visits")) == visited
    assert of("visits").total() == len(visited) + 1, "the visit the dead one was at alone is made twice"
    assert not shared.schedules.occurrences(states=OPEN)
    assert all(item.attempts <= 2 for item in ledger)
    shared.close()
