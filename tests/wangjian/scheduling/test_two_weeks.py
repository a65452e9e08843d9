"""Two weeks of schedule: downtime, killed workers, a clock set wrong; every promise kept or its breach visible."""

import random
from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

import pytest

from records.schedules import DayKind, HoursWindow, MisfirePolicy, OccurrenceState, Revisit
from wangjian.scheduling.acts import add_schedule
from wangjian.scheduling.cron import CHINA, cron_times
from wangjian.scheduling.days import is_working_day

STEP = timedelta(minutes=15)
DOWN = (
    (datetime(2026, 3, 4, 1, tzinfo=CHINA), datetime(2026, 3, 4, 9, tzinfo=CHINA)),
    (datetime(2026, 3, 8, 20, tzinfo=CHINA), datetime(2026, 3, 11, 7, tzinfo=CHINA)),
)
CLOCK_SET_AHEAD = datetime(2026, 3, 13, 10, tzinfo=CHINA)
NIGHT = HoursWindow(opens=time(1), closes=time(6))
LEASE_SECONDS = 40 * 60
"""A step of this world is longer than a lease of the real one."""
ENDED = {OccurrenceState.DONE, OccurrenceState.FAILED, OccurrenceState.MISSED, OccurrenceState.SKIPPED}


def _schedules(new_schedule):
    """Two schedules on one target among them."""
    return [
        new_schedule("daily", grace_seconds=1800),
        new_schedule("hourly", cron="0 * * * *", target_id="target of daily", grace_seconds=1800),
        new_schedule("skipping", cron="0 */6 * * *", misfire=MisfirePolicy.SKIP, grace_seconds=1800),
        new_schedule("all", cron="0 8 * * *", misfire=MisfirePolicy.ALL, grace_seconds=1800, catch_up_limit=2),
        new_schedule("night", cron="0 2 * * *", allowed_hours=(NIGHT,), grace_seconds=1800, jitter_seconds=3600),
        new_schedule("working", cron="0 9 * * *", days=DayKind.WORKING, grace_seconds=1800),
        new_schedule("adaptive", revisit=Revisit(min_hours=4, start_hours=12, max_hours=48), grace_seconds=1800),
    ]


class World:
    """Three workers over one ledger, each visit lasting a while; the truth of who was visited when is kept here."""

    def __init__(self, store, hands, new_scheduler, chance):
        self.store, self.hands, self.new_scheduler, self.chance = store, hands, new_scheduler, chance
        self.workers, self.number, self.under_way = {}, 0, {}
        self.visits, self.killed = [], 0

    def step(self, *, up):
        self.hands.advance(seconds=STEP.total_seconds())
        if not up:
            self.workers, self.under_way = {}, {}  # kill -9 of everything
            return
        while len(self.workers) < 3:
            self.number += 1
            name = f"w{self.number}"
            self.workers[name] = self.new_scheduler(name, lease_seconds=LEASE_SECONDS)
        for name in list(self.workers):
            self._act(name)
        assert len({held.target_id for held, _ in self.under_way.values()}) == len(self.under_way), "one twice at once"

    def _act(self, name):
        scheduler = self.workers[name]
        if name in self.under_way and self.chance.random() < 0.02:
            self.killed += 1
            del self.workers[name], self.under_way[name]
            return
        if name in self.under_way:
            held, steps = self.under_way.pop(name)
            held = scheduler.renew(held)
            if steps:
                self.under_way[name] = (held, steps - 1)
                return
            scheduler.finish(held, OccurrenceState.DONE, changed=self.chance.random() < 0.5)
        scheduler.tick()
        taken = scheduler.take()
        if taken:
            self.visits.append(taken)
            self.under_way[name] = (taken, self.chance.randrange(3))


@pytest.mark.parametrize("seed", [1, 2])
def test_two_weeks_keep_their_promises(store, hands, new_scheduler, new_schedule, seed):
    world = World(store, hands, new_scheduler, random.Random(seed))
    schedules = _schedules(new_schedule)
    for schedule in schedules:
        add_schedule(store, schedule)
    begun = hands.now()
    steps_ahead = 0
    while hands.now() < begun + timedelta(days=14) or steps_ahead:
        if not steps_ahead and CLOCK_SET_AHEAD <= hands.now() < CLOCK_SET_AHEAD + STEP:
            hands.set_wall(hands.now() + timedelta(hours=30))
            steps_ahead = 8
        elif steps_ahead == 1:
            hands.set_wall(hands.now() - timedelta(hours=30))
            steps_ahead = -1
        steps_ahead = max(steps_ahead - 1, 0) if steps_ahead > 0 else steps_ahead
        if steps_ahead < 0 and hands.now() >= begun + timedelta(days=14):
            break
        world.step(up=not any(first <= hands.now() < last for first, last in DOWN))
    _holds_what_was_promised(store, world, schedules, begun=begun, ended=hands.now())
    assert world.killed > 0


def _holds_what_was_promised(store, world, schedules, *, begun, ended):
    by_schedule = defaultdict(dict)
    for item in store.occurrences(limit=100_000):
        by_schedule[item.schedule_id][item.due_at] = item
    for schedule in schedules:
        ledger = by_schedule[schedule.schedule_id]
        if schedule.cron:
            promised = [due for due in cron_times(schedule.cron, after=begun, until=ended - STEP)]
            assert set(promised) <= set(ledger), f"{schedule.schedule_id}: a due time without a fact"
        for item in ledger.values():
            done = item.state is OccurrenceState.DONE
            assert done or item.reason or item.state not in ENDED, f"{item.occurrence_id}: not run and no reason"
        done_at = sorted(item.started_at for item in ledger.values() if item.state is OccurrenceState.DONE)
        assert done_at, f"{schedule.schedule_id} was never visited"
    finished = Counter(item.run_id for item in world.visits if item.attempts == 1)
    assert max(finished.values()) == 1, "a due time was run twice"
    assert sum(item.state is OccurrenceState.MISSED for item in by_schedule["hourly"].values()) >= 50
    working = by_schedule["working"].values()
    for item in working:
        day = item.due_at.astimezone(CHINA).date()
        assert is_working_day(day) or item.state is OccurrenceState.SKIPPED
    for item in world.visits:
        if item.schedule_id == "night":
            assert NIGHT.opens <= item.started_at.astimezone(CHINA).time() < NIGHT.closes
