"""When targets are visited: Schedule, the occurrence ledger, campaigns (专项) and the monitoring calendar.

A due time is a promise. Each one that came leaves exactly one Occurrence, whatever became of it, so that a visit that
was not made is a fact one can read and never a silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field, model_validator

from records.base import Record, UtcDatetime, stable_id
from records.errors import TransitionRefusedError

__all__ = [
    "LAWFUL_STEPS",
    "NEVER_DUE",
    "OPEN_STATES",
    "Campaign",
    "CalendarEntry",
    "DayKind",
    "HoursWindow",
    "MisfirePolicy",
    "Occurrence",
    "OccurrenceState",
    "Revisit",
    "Schedule",
    "SchedulePosition",
    "moved",
    "occurrence_id_of",
]


class MisfirePolicy(StrEnum):
    """What becomes of due times that passed while nobody could act on them. Each stays visible as an occurrence."""

    COALESCE = "coalesce"
    """补采一次: the newest is run, those before it are missed and name it."""
    SKIP = "skip"
    """不补: all of them are missed; the next due time is the next visit."""
    ALL = "all"
    """逐次补采: each is run, newest first kept up to `catch_up_limit`, spaced apart; the rest are missed."""


class OccurrenceState(StrEnum):
    """due → leased → running → done | partial | failed; missed and skipped are ends that tell why no visit was made."""

    DUE = "due"
    LEASED = "leased"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSED = "missed"
    SKIPPED = "skipped"


OPEN_STATES = frozenset({OccurrenceState.DUE, OccurrenceState.LEASED, OccurrenceState.RUNNING})
"""States in which a visit is still to come or under way."""

_DUE, _LEASED, _RUNNING = OccurrenceState.DUE, OccurrenceState.LEASED, OccurrenceState.RUNNING
_DONE, _PARTIAL, _FAILED = OccurrenceState.DONE, OccurrenceState.PARTIAL, OccurrenceState.FAILED
_MISSED, _SKIPPED = OccurrenceState.MISSED, OccurrenceState.SKIPPED

LAWFUL_STEPS: Mapping[OccurrenceState, frozenset[OccurrenceState]] = MappingProxyType(
    {
        _DUE: frozenset({_LEASED, _SKIPPED, _MISSED}),
        _LEASED: frozenset({_RUNNING, _DUE, _FAILED}),
        _RUNNING: frozenset({_DONE, _PARTIAL, _FAILED, _DUE}),
        _DONE: frozenset(),
        _PARTIAL: frozenset(),
        _FAILED: frozenset(),
        _MISSED: frozenset({_DUE}),
        _SKIPPED: frozenset({_DUE}),
    }
)
"""A dead worker's occurrence goes back to due; a missed one may be caught up (补采); what ran never runs again."""


class DayKind(StrEnum):
    """Which days a schedule keeps to."""

    ANY = "any"
    WORKING = "working"
    RESTING = "resting"


class HoursWindow(Record):
    """A span of hours of the day in Asia/Shanghai, `opens` included; over midnight when it closes before it opens."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _spans_something(self) -> HoursWindow:
        if self.opens == self.closes:
            raise ValueError("时段的起止相同")
        return self


class Revisit(Record):
    """Adaptive cadence: the interval shrinks after a visit that found changes and grows after one that found none."""

    min_hours: float = Field(default=6.0, gt=0)
    max_hours: float = Field(default=24.0 * 14, gt=0)
    start_hours: float = Field(default=24.0, gt=0)
    shrink_factor: float = Field(default=0.5, gt=0, lt=1)
    grow_factor: float = Field(default=1.5, gt=1)

    @model_validator(mode="after")
    def _is_ordered(self) -> Revisit:
        if not self.min_hours <= self.start_hours <= self.max_hours:
            raise ValueError("复访间隔须满足：最短 ≤ 起始 ≤ 最长")
        return self


class Schedule(Record):
    """When one target is visited: by `cron` (five fields, Asia/Shanghai) or by `revisit`, exactly one of them.

    Attributes:
        grace_seconds: A due time older than this when it is first seen was missed, and the policy decides.
        jitter_seconds: A visit may start up to this much later; the same occurrence always by the same amount.
        catch_up_limit: With policy ALL, how many missed due times are run at most.
        spacing_seconds: With policy ALL, the pause between the starts of those.
        allowed_hours: Empty means any hour.
        blackout_days: Days in Asia/Shanghai on which nothing is visited (停采日).
        starts_on, ends_on: Both days included; outside them there is no due time at all.
        version: Counts the changes; a change must be made from the newest.
    """

    schedule_id: str
    target_id: str
    name: str = ""
    cron: str = ""
    revisit: Revisit | None = None
    misfire: MisfirePolicy = MisfirePolicy.COALESCE
    grace_seconds: int = Field(default=300, ge=0)
    jitter_seconds: int = Field(default=0, ge=0)
    catch_up_limit: int = Field(default=3, ge=1)
    spacing_seconds: int = Field(default=600, ge=0)
    allowed_hours: tuple[HoursWindow, ...] = ()
    days: DayKind = DayKind.ANY
    blackout_days: tuple[date, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    priority: int = 0
    paused: bool = False
    campaign_id: str = ""
    version: int = 1
    created_at: UtcDatetime

    @model_validator(mode="after")
    def _has_one_cadence(self) -> Schedule:
        if bool(self.cron) == (self.revisit is not None):
            raise ValueError("周期须在 cron 与自适应复访中选定一个")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("结束日期早于开始日期")
        return self


class SchedulePosition(Record):
    """How far the ledger of a schedule is written. Adaptive due times are `anchor_at` + n × `interval_seconds`.

    `next_due_at` is the first due time after `planned_until`, so that a schedule need not be looked at before; None
    when it is not worked out yet, NEVER_DUE when there is none.
    """

    planned_until: UtcDatetime
    anchor_at: UtcDatetime | None = None
    interval_seconds: int = 0
    next_due_at: UtcDatetime | None = None


NEVER_DUE = datetime(9999, 12, 31, tzinfo=UTC)
"""`next_due_at` of a schedule whose last day has passed."""


class Occurrence(Record):
    """One due time and what became of it; unique by (schedule_id, due_at).

    Attributes:
        not_before: Earliest start: the due time with its jitter, moved into the allowed hours.
        decided_at: When the clock showed this due time to have come.
        manual: Asked for by a person (立即采集, 补采), so that a pause does not hold it.
        attempts: How many workers have taken it.
        token: Of the present lease; a worker that lost its lease holds an older one and is refused.
        run_id: Of the survey, the same for every attempt, so that a later one takes up what is stored.
        covered_by: The occurrence that was run in the place of this one.
        reason: In Chinese, why it is in this state when that needs saying.
    """

    occurrence_id: str
    schedule_id: str
    target_id: str
    due_at: UtcDatetime
    not_before: UtcDatetime
    decided_at: UtcDatetime
    state: OccurrenceState
    priority: int = 0
    manual: bool = False
    attempts: int = 0
    worker: str = ""
    token: str = ""
    leased_until: UtcDatetime | None = None
    started_at: UtcDatetime | None = None
    finished_at: UtcDatetime | None = None
    run_id: str = ""
    covered_by: str = ""
    reason: str = ""


class Campaign(Record):
    """专项行动: several targets visited by one cadence between two days, both included.

    `basis` is the notice that orders it; `ended_at` is set when it was ended before its last day.
    """

    campaign_id: str
    name: str
    starts_on: date
    ends_on: date
    target_ids: tuple[str, ...]
    cron: str
    priority: int = 10
    basis: str = ""
    ended_at: UtcDatetime | None = None

    @model_validator(mode="after")
    def _is_ordered(self) -> Campaign:
        if self.ends_on < self.starts_on:
            raise ValueError("结束日期早于开始日期")
        return self


class CalendarEntry(Record):
    """监测日历: days on which trade, and breaches of its rules, run high, both included.

    `announced` is false while the year's holidays are not known and these are the least days; `note` says why a person
    added it.
    """

    name: str
    starts_on: date
    ends_on: date
    announced: bool = True
    note: str = ""

    @model_validator(mode="after")
    def _is_ordered(self) -> CalendarEntry:
        if self.ends_on < self.starts_on:
            raise ValueError("结束日期早于开始日期")
        return self


def occurrence_id_of(schedule_id: str, due_at: UtcDatetime) -> str:
    """The identifier of a due time, the same whoever notices it."""
    return stable_id("occ", schedule_id, due_at.isoformat())


def moved(occurrence: Occurrence, state: OccurrenceState, **changes: object) -> Occurrence:
    """The occurrence in another state.

    Raises:
        TransitionRefusedError: No lawful step leads there (`LAWFUL_STEPS`).
    """
    if state not in LAWFUL_STEPS[occurrence.state]:
        raise TransitionRefusedError(
            f"采集任务 {occurrence.occurrence_id} 为 {occurrence.state.value}，不能转为 {state.value}",
            cure="已执行的任务不再重复，需要时用立即采集另起一次",
            state=occurrence.state.value,
        )
    return occurrence.model_copy(update={"state": state, **changes})
