"""What becomes of due times that have come: run, missed or skipped. Pure; one occurrence for each due time."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.base import stable_id
from records.schedules import MisfirePolicy, Occurrence, OccurrenceState, Schedule, occurrence_id_of
from wangjian.scheduling.days import china_day, next_start, why_closed

__all__ = ["Choice", "choose", "decide", "jitter_of", "planned_start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which due times are to be run, and what is run in the place of the others.

    Attributes:
        starts: Due time to earliest start.
        covered_by: The occurrence that stands for those not run; empty when none does.
        reason: Why those not run, though on time, are not.
    """

    now: datetime
    starts: Mapping[datetime, datetime]
    covered_by: str = ""
    reason: str = ""


def choose(schedule: Schedule, due: Iterable[datetime], *, now: datetime, still_open: Sequence[Occurrence]) -> Choice:
    """Pick from a whole backlog what is run, by the schedule's policy.

    Args:
        due: Every due time that came and is not in the ledger, oldest first; read once.
        still_open: Occurrences of this schedule that are due, leased or running.
    """
    if schedule.paused:
        return Choice(now=now, starts={}, reason="计划已暂停")
    waiting = [item for item in still_open if item.state is OccurrenceState.DUE and not item.manual]
    most, covered_by, reason = _room(schedule, waiting, still_open)
    runnable = (moment for moment in due if _may_run(schedule, moment, now=now))
    chosen = list(deque(runnable, maxlen=most))
    starts: dict[datetime, datetime] = {}
    late_count = 0
    for moment in chosen:
        late = _is_late(schedule, moment, now=now)
        base = now + timedelta(seconds=schedule.spacing_seconds * late_count) if late else moment
        late_count += late
        start = planned_start(schedule, moment, base=base)
        if start is not None:
            starts[moment] = start
    if starts and not covered_by:
        covered_by = occurrence_id_of(schedule.schedule_id, max(starts))
    return Choice(now=now, starts=starts, covered_by=covered_by, reason=reason)


def decide(schedule: Schedule, due_at: datetime, choice: Choice) -> Occurrence:
    """The one occurrence of a due time."""
    late = _is_late(schedule, due_at, now=choice.now)
    if due_at in choice.starts:
        reason = "到期时未能执行，补采一次" if late else ""
        return _occurrence(schedule, due_at, choice, state=OccurrenceState.DUE, reason=reason)
    closed = why_closed(schedule, china_day(due_at))
    if schedule.paused:
        return _occurrence(schedule, due_at, choice, state=OccurrenceState.SKIPPED, reason=choice.reason)
    if closed:
        return _occurrence(schedule, due_at, choice, state=OccurrenceState.SKIPPED, reason=closed)
    covered_by = choice.covered_by if schedule.misfire is not MisfirePolicy.SKIP else ""
    state = OccurrenceState.MISSED if late else OccurrenceState.SKIPPED
    told = f"并入 {covered_by}" if covered_by else choice.reason or "错过后不补采"
    reason = f"到期时未能执行，{told}" if late else told
    return _occurrence(schedule, due_at, choice, state=state, reason=reason, covered_by=covered_by)


def jitter_of(schedule: Schedule, due_at: datetime) -> timedelta:
    """The delay of a due time, the same whoever works it out, from nothing to `jitter_seconds`."""
    if not schedule.jitter_seconds:
        return timedelta()
    digest = hashlib.sha256(f"{schedule.schedule_id}\x1f{due_at.isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return timedelta(seconds=share * schedule.jitter_seconds)


def planned_start(schedule: Schedule, due_at: datetime, *, base: datetime) -> datetime | None:
    """`base` with the jitter of the due time, moved into the allowed days and hours; None when there are none."""
    return next_start(schedule, base + jitter_of(schedule, due_at))


def _room(schedule: Schedule, waiting: Sequence[Occurrence], still_open: Sequence[Occurrence]) -> tuple[int, str, str]:
    """How many may be run; and, when none, what stands for them and why."""
    if schedule.misfire is MisfirePolicy.ALL:
        room = max(schedule.catch_up_limit - len(waiting), 0)
        return room, "", f"超过补采上限 {schedule.catch_up_limit} 次"
    if schedule.misfire is MisfirePolicy.SKIP and still_open:
        return 0, "", "上一次采集尚未结束"
    if waiting:
        return 0, waiting[0].occurrence_id, ""
    return 1, "", ""


def _may_run(schedule: Schedule, due_at: datetime, *, now: datetime) -> bool:
    if schedule.misfire is MisfirePolicy.SKIP and _is_late(schedule, due_at, now=now):
        return False
    return not why_closed(schedule, china_day(due_at))


def _is_late(schedule: Schedule, due_at: datetime, *, now: datetime) -> bool:
    return now - due_at > timedelta(seconds=schedule.grace_seconds)


def _occurrence(
    schedule: Schedule, due_at: datetime, choice: Choice, *, state: OccurrenceState, reason: str, covered_by: str = ""
) -> Occurrence:
    occurrence_id = occurrence_id_of(schedule.schedule_id, due_at)
    return Occurrence(
        occurrence_id=occurrence_id,
        schedule_id=schedule.schedule_id,
        target_id=schedule.target_id,
        due_at=due_at,
        not_before=choice.starts.get(due_at, due_at),
        decided_at=choice.now,
        state=state,
        priority=schedule.priority,
        run_id=stable_id("run", occurrence_id),
        covered_by=covered_by,
        reason=reason,
    )
