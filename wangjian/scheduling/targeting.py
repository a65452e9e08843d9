"""The cadence of a target: one call makes or changes its schedule, whoever asks (command line, import, console)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from records.base import stable_id
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.ports import Services
from records.schedule_ports import ScheduleStore
from records.schedules import DayKind, HoursWindow, MisfirePolicy, Revisit, Schedule
from wangjian.scheduling.acts import add_schedule
from wangjian.scheduling.cron import check_cron
from wangjian.scheduling.planning import plan_schedule
from wangjian.scheduling.revisiting import first_position

__all__ = ["Terms", "schedule_id_for", "schedule_target"]

_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a cadence is kept. `allowed_hours` None: those of the target."""

    name: str = ""
    misfire: MisfirePolicy = MisfirePolicy.COALESCE
    allowed_hours: tuple[HoursWindow, ...] | None = None
    days: DayKind = DayKind.ANY
    starts_on: date | None = None
    ends_on: date | None = None
    priority: int = 0
    jitter_seconds: int = 0
    grace_seconds: int = 300


def schedule_target(
    services: Services,
    target_id: str,
    *,
    cron: str = "",
    revisit: Revisit | None = None,
    terms: Terms | None = None,
    expected_version: int | None = None,
) -> Schedule:
    """Visit a target by `cron` (five fields, Asia/Shanghai) or by `revisit`, exactly one of them, from now on.

    A target has one schedule a name (`terms.name`, "" being its own): the same again changes nothing, other terms or
    another cadence change it, and due times count from now. What is paused stays so. With `expected_version` it is
    changed only from that version (0: there must be none).

    Raises:
        NotFoundError: No such target.
        InvalidInputError: No cadence, both, or one that cannot be read or never comes.
        ConflictError: Somebody changed the schedule at the same time.
    """
    if bool(cron) == (revisit is not None):
        raise InvalidInputError("采集周期须在 cron 与自适应复访中选定一个", cure="例如 30 3 * * *，或自适应")
    if cron:
        check_cron(cron)
    terms = terms or Terms()
    target, now = services.survey.target(target_id), services.clock()
    wanted = Schedule(
        schedule_id=schedule_id_for(target_id, terms.name),
        target_id=target_id,
        name=terms.name or target.name,
        cron=cron,
        revisit=revisit,
        misfire=terms.misfire,
        grace_seconds=terms.grace_seconds,
        jitter_seconds=terms.jitter_seconds,
        allowed_hours=target.allowed_hours if terms.allowed_hours is None else terms.allowed_hours,
        days=terms.days,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        priority=terms.priority,
        created_at=now,
    )
    try:
        known = services.schedules.schedule(wanted.schedule_id)
    except NotFoundError:
        return add_schedule(services.schedules, wanted)
    if expected_version is not None and known.version != expected_version:
        raise ConflictError(
            f"采集计划“{known.name}”已有第 {known.version} 版，本次未作更改", cure="看过最新内容后再决定"
        )
    return _changed(services.schedules, known, wanted, now)


def schedule_id_for(target_id: str, name: str = "") -> str:
    """The identifier of a target's schedule of that name."""
    return stable_id("schedule", target_id, name) if name else stable_id("schedule", target_id)


def _changed(store: ScheduleStore, known: Schedule, wanted: Schedule, now: datetime) -> Schedule:
    kept = {"paused": known.paused, "version": known.version, "created_at": known.created_at}
    changed = wanted.model_copy(update=kept)
    if changed == known:
        return known
    plan_schedule(store, known, now)  # what came before the change came under the schedule as it was
    saved = store.replace(changed, now=now)
    if (saved.cron, saved.revisit) != (known.cron, known.revisit):
        _count_from_now(store, saved, now)
    return saved


def _count_from_now(store: ScheduleStore, schedule: Schedule, now: datetime) -> None:
    after = first_position(schedule.model_copy(update={"created_at": now}))
    for _ in range(_TRIES):
        if store.plan(schedule, (), before=store.position(schedule.schedule_id), after=after):
            return
    raise ConflictError(f"采集计划 {schedule.schedule_id} 正被他人修改", cure="稍后重试")
