"""The cadence of a target."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest

from records.errors import InvalidInputError, NotFoundError
from records.schedules import HoursWindow, OccurrenceState, Revisit
from records.survey import Target, TargetKind
from wangjian.scheduling.acts import pause
from wangjian.scheduling.cron import CHINA
from wangjian.scheduling.targeting import Terms, schedule_target
from wangjian.scheduling.timetable import LedgerTimetable

NIGHT = HoursWindow(opens=time(1), closes=time(6))


@pytest.fixture
def services(records, hands):
    target = Target(
        target_id="t1",
        name="南山商城",
        kind=TargetKind.SITE,
        seeds=("http://127.0.0.1/",),
        allowed_hours=(NIGHT,),
        created_at=hands.now(),
    )
    records.survey.save_target(target)
    return SimpleNamespace(survey=records.survey, schedules=records.schedules, clock=hands.now)


def test_target_is_visited_by_its_cadence_in_its_hours(services, hands, new_scheduler):
    made = schedule_target(services, "t1", cron="0 5 * * *")
    assert (made.name, made.allowed_hours) == ("南山商城", (NIGHT,))
    assert schedule_target(services, "t1", cron="0 5 * * *") == made
    hands.advance(hours=17, minutes=1)
    (due,) = new_scheduler().tick().decided
    assert due.due_at == datetime(2026, 3, 3, 5, tzinfo=CHINA)


def test_changed_cadence_counts_from_the_change_and_blames_nobody_for_the_past(services, hands, new_scheduler):
    schedule_target(services, "t1", cron="0 0 1 1 *")
    hands.advance(days=3)
    changed = schedule_target(services, "t1", cron="0 * * * *", terms=Terms(allowed_hours=()))
    assert changed.version == 2
    assert new_scheduler().tick().decided == (), "hours before the change were never promised"
    hands.advance(hours=1)
    assert len(new_scheduler().tick().decided) == 1
    adaptive = schedule_target(services, "t1", revisit=Revisit(), terms=Terms(allowed_hours=()))
    assert adaptive.cron == "" and len(services.schedules.schedules("t1")) == 1
    scheduler = new_scheduler()
    scheduler.finish(scheduler.take(), OccurrenceState.DONE, changed=True)
    hands.advance(hours=12)
    assert len(scheduler.tick().decided) == 1, "half of the 24 hours it began with"


def test_paused_stays_paused_and_a_second_name_is_a_second_schedule(services, hands):
    first = schedule_target(services, "t1", cron="0 5 * * *")
    pause(services.schedules, first.schedule_id, now=hands.now())
    assert schedule_target(services, "t1", cron="0 4 * * *").paused
    other = schedule_target(services, "t1", cron="0 4 * * *", terms=Terms(name="促销加密"))
    assert other.schedule_id != first.schedule_id and not other.paused


def test_unreadable_cadence_and_unknown_target_are_refused(services):
    for wrong in ({}, {"cron": "0 5 * * *", "revisit": Revisit()}, {"cron": "每天五点"}):
        with pytest.raises(InvalidInputError):
            schedule_target(services, "t1", **wrong)
    with pytest.raises(NotFoundError):
        schedule_target(services, "t2", cron="0 5 * * *")
    assert services.schedules.schedules() == ()


def test_next_due_times_are_told_ahead(services, hands):
    made = schedule_target(services, "t1", cron="0 5 * * *")
    timetable = LedgerTimetable(services.schedules, hands.now)
    first = datetime(2026, 3, 3, 5, tzinfo=CHINA)
    assert list(timetable.next_due(made.schedule_id, count=10)) == [first + timedelta(days=day) for day in range(10)]
