"""Two weeks of schedule: downtime, killed workers, a clock set wrong, holidays, a pause, a campaign; every promise kept
or its breach visible. What came of it stands in docs/how-to/schedules.md."""

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from records.schedules import Campaign, DayKind, HoursWindow, MisfirePolicy, OccurrenceState, Revisit
from wangjian.scheduling.acts import add_schedule, pause, resume
from wangjian.scheduling.cron import CHINA, cron_times
from wangjian.scheduling.days import in_season, is_working_day
from wangjian.scheduling.monitoring import campaign_schedules
from wangjian.scheduling.wording import STATE_WORDS

STEP = timedelta(minutes=15)
BEGINS = datetime(2026, 9, 21, 12, tzinfo=CHINA)
"""Before Mid-autumn (25 to 27 September) and National Day (from 1 October)."""
DOWN = (
    (datetime(2026, 9, 22, 6, tzinfo=CHINA), datetime(2026, 9, 22, 18, tzinfo=CHINA)),
    (datetime(2026, 9, 24, 1, tzinfo=CHINA), datetime(2026, 9, 24, 9, tzinfo=CHINA)),
    (datetime(2026, 9, 27, 20, tzinfo=CHINA), datetime(2026, 9, 30, 7, tzinfo=CHINA)),
)
"""A daylight, a night, and sixty hours."""
CLOCK_SET_AHEAD = datetime(2026, 10, 2, 10, tzinfo=CHINA)
PAUSED = (datetime(2026, 9, 25, 12, tzinfo=CHINA), datetime(2026, 9, 26, 12, tzinfo=CHINA))
CAMPAIGN = Campaign(
    campaign_id="campaign",
    name="中秋月饼专项",
    starts_on=date(2026, 9, 23),
    ends_on=date(2026, 9, 27),
    target_ids=("target of daily", "target of mooncakes"),
    cron="0 */4 * * *",
)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "schedules.md"
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
        new_schedule("paused a day", cron="30 */3 * * *", grace_seconds=1800),
        *(one.model_copy(update={"grace_seconds": 1800}) for one in campaign_schedules(CAMPAIGN, created_at=BEGINS)),
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
    hands.set_wall(BEGINS)
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
        _pause_for_a_day(store, hands)
        world.step(up=not any(first <= hands.now() < last for first, last in DOWN))
    _holds_what_was_promised(store, world, schedules, begun=begun, ended=hands.now())
    _visits_are_as_promised(store, schedules)
    assert world.killed > 0
    if seed == 1:
        assert _table(store, world, schedules) in PAGE.read_text(), _table(store, world, schedules)


def _pause_for_a_day(store, hands):
    """A person who knows what time it is."""
    schedule = store.schedule("paused a day")
    wanted = PAUSED[0] <= hands.now() < PAUSED[1]
    if wanted and not schedule.paused:
        pause(store, "paused a day", now=hands.now())
    elif schedule.paused and hands.now() >= PAUSED[1]:
        resume(store, "paused a day", now=hands.now())


def _holds_what_was_promised(store, world, schedules, *, begun, ended):
    by_schedule = defaultdict(dict)
    for item in store.occurrences(limit=100_000):
        by_schedule[item.schedule_id][item.due_at] = item
    for schedule in schedules:
        ledger = by_schedule[schedule.schedule_id]
        if schedule.cron:
            due_at = cron_times(schedule.cron, after=begun, until=ended - STEP)
            promised = [due for due in due_at if in_season(schedule, due.astimezone(CHINA).date())]
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


def _visits_are_as_promised(store, schedules):
    """A due time was visited, or is stood for by a visit that was made, or there is a lawful reason why not."""
    ledger = {item.occurrence_id: item for item in store.occurrences(limit=100_000)}
    policies = {schedule.schedule_id: schedule.misfire for schedule in schedules}
    for item in ledger.values():
        if item.state in {OccurrenceState.MISSED, OccurrenceState.SKIPPED} and item.covered_by:
            stands_for = ledger[item.covered_by]
            assert stands_for.state not in {OccurrenceState.MISSED, OccurrenceState.SKIPPED}, "nobody went in its place"
        elif item.state is OccurrenceState.MISSED:
            assert policies[item.schedule_id] is not MisfirePolicy.COALESCE, f"{item} was lost"
        elif item.state is OccurrenceState.SKIPPED:
            assert any(why in item.reason for why in ("工作日", "计划已暂停", "尚未结束", "时钟曾走快")), item.reason
    campaign = [item for item in ledger.values() if item.priority == CAMPAIGN.priority]
    days = {item.due_at.astimezone(CHINA).date() for item in campaign}
    assert CAMPAIGN.starts_on == min(days) and max(days) == CAMPAIGN.ends_on
    during = [
        item for item in ledger.values() if item.schedule_id == "paused a day" and PAUSED[0] < item.due_at < PAUSED[1]
    ]
    assert len(during) == 8 and {item.reason for item in during} == {"计划已暂停"}


def _table(store, world, schedules):
    """As the page shows it."""
    states = [OccurrenceState(name) for name in ("done", "missed", "skipped", "failed", "due")]
    lines = [
        "| 计划 | 周期 | 到期 | " + " | ".join(STATE_WORDS[state] for state in states) + " | 出访 |",
        "|---|---|" + "---:|" * 7,
    ]
    for schedule in schedules:
        counts = Counter(item.state for item in store.occurrences(schedule_id=schedule.schedule_id, limit=100_000))
        went = sum(item.schedule_id == schedule.schedule_id for item in world.visits)
        cells = [sum(counts.values()), *(counts[state] for state in states), went]
        name = f"{schedule.name}（{schedule.target_id}）" if schedule.campaign_id else schedule.schedule_id
        lines.append(f"| {name} | `{schedule.cron or '自适应'}` | " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)
