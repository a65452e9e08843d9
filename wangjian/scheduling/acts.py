"""What a person does to schedules: add, pause, resume, run now, catch up (补采)."""

from __future__ import annotations

from datetime import datetime

from records.base import stable_id
from records.schedule_ports import ScheduleStore
from records.schedules import Occurrence, OccurrenceState, Schedule, occurrence_id_of
from wangjian.scheduling.cron import check_cron
from wangjian.scheduling.due_times import next_due
from wangjian.scheduling.planning import plan_schedule
from wangjian.scheduling.revisiting import first_position

__all__ = ["add_schedule", "catch_up", "pause", "resume", "run_now"]


def add_schedule(store: ScheduleStore, schedule: Schedule) -> Schedule:
    """Keep a new schedule; its due times count from `created_at`.

    Raises:
        InvalidInputError: The cron expression cannot be read or never comes.
        ConflictError: Another schedule has its id.
    """
    if schedule.cron:
        check_cron(schedule.cron)
    position = first_position(schedule)
    store.add(schedule, position.model_copy(update={"next_due_at": next_due(schedule, position)}))
    return schedule


def pause(store: ScheduleStore, schedule_id: str, *, now: datetime) -> Schedule:
    """Let nothing of it run until it is resumed; what waits is skipped, a visit under way goes on to its end.

    Raises:
        NotFoundError, ConflictError: No such schedule; somebody changed it at the same time.
    """
    schedule = store.schedule(schedule_id)
    if schedule.paused:
        return schedule
    plan_schedule(store, schedule, now)  # what came before the pause came under the schedule as it was
    return store.replace(schedule.model_copy(update={"paused": True}), now=now, skip_waiting="计划已暂停")


def resume(store: ScheduleStore, schedule_id: str, *, now: datetime) -> Schedule:
    """Let it run again from its next due time; those that came in the pause stand as skipped. Raises as `pause`."""
    schedule = store.schedule(schedule_id)
    if not schedule.paused:
        return schedule
    plan_schedule(store, schedule, now)
    return store.replace(schedule.model_copy(update={"paused": False}), now=now)


def run_now(store: ScheduleStore, schedule_id: str, *, now: datetime, reason: str = "立即采集") -> Occurrence:
    """Make a visit due at once, paused or not; allowed hours and a visit under way still hold it up. Asked twice before
    it begins, it is one.

    Raises:
        NotFoundError: No such schedule.
    """
    schedule = store.schedule(schedule_id)
    occurrence_id = occurrence_id_of(schedule_id, now)
    return store.ask(
        Occurrence(
            occurrence_id=occurrence_id,
            schedule_id=schedule_id,
            target_id=schedule.target_id,
            due_at=now,
            not_before=now,
            decided_at=now,
            state=OccurrenceState.DUE,
            priority=schedule.priority,
            manual=True,
            run_id=stable_id("run", occurrence_id),
            reason=reason,
        )
    )


def catch_up(store: ScheduleStore, occurrence_id: str, *, now: datetime, reason: str = "人工补采") -> Occurrence:
    """Run what was missed or skipped after all.

    Raises:
        NotFoundError: No such occurrence.
        TransitionRefusedError: It was run, is running or waits already.
    """
    return store.revive(occurrence_id, now=now, reason=reason)
