"""The first due time to come."""

from datetime import date, datetime, timedelta

from records.schedules import NEVER_DUE, Revisit, SchedulePosition
from wangjian.scheduling.cron import CHINA
from wangjian.scheduling.due_times import due_times, next_due

MONDAY_NOON = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)


def _position(**fields):
    return SchedulePosition(planned_until=MONDAY_NOON, **fields)


def test_next_due_waits_for_the_first_day_and_ends_with_the_last(new_schedule):
    season = {"starts_on": date(2026, 10, 20), "ends_on": date(2026, 11, 13)}
    assert next_due(new_schedule(**season), _position()) == datetime(2026, 10, 20, 3, 30, tzinfo=CHINA)
    over = _position().model_copy(update={"planned_until": datetime(2026, 11, 13, 4, tzinfo=CHINA)})
    assert next_due(new_schedule(**season), over) == NEVER_DUE


def test_next_due_is_found_years_ahead(new_schedule):
    assert next_due(new_schedule(cron="0 0 29 2 *"), _position()) == datetime(2028, 2, 29, tzinfo=CHINA)


def test_next_due_of_an_adaptive_schedule_counts_from_its_anchor(new_schedule):
    schedule = new_schedule(revisit=Revisit())
    position = _position(anchor_at=MONDAY_NOON - timedelta(hours=50), interval_seconds=24 * 3600)
    assert next_due(schedule, position) == MONDAY_NOON + timedelta(hours=22)
    assert [next_due(schedule, position)] == list(due_times(schedule, position, MONDAY_NOON + timedelta(hours=30)))
