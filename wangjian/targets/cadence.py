"""How often a target is visited, said in words or as cron, and kept as its one schedule."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from pydantic import ValidationError

from records.errors import InvalidInputError
from records.ports import Services
from records.schedule_ports import ScheduleStore
from records.schedules import Revisit, Schedule
from records.survey import Target, TargetState
from wangjian.scheduling.acts import pause, resume
from wangjian.scheduling.cron import check_cron
from wangjian.scheduling.targeting import Terms, schedule_id_for, schedule_target

__all__ = [
    "NO_CADENCE",
    "Cadence",
    "cadence_in_words",
    "cadence_of",
    "keep_cadence",
    "own_schedule",
    "read_cadence",
    "resumed_cadence",
]

_WEEK_DAYS = "日一二三四五六"
_CLOCK = r"(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)"
_DAILY = re.compile(rf"^每[天日]\s*{_CLOCK}$")
_WEEKLY = re.compile(rf"^每(?:周|星期)(?P<day>[一二三四五六日天])\s*{_CLOCK}$")
_MONTHLY = re.compile(rf"^每月(?P<day>[1-9]|[12]\d|3[01])[日号]\s*{_CLOCK}$")
_ADAPTIVE = re.compile(r"^自适应(?:\s*(?P<least>\d+(?:\.\d+)?)\s*[-–—~至到]\s*(?P<most>\d+(?:\.\d+)?)\s*(?:小时|h)?)?$")
_CURE = "写成“每天 03:30”“每周一 03:30”“每月1日 03:30”“自适应”“自适应 6-336”（小时），或五段 cron：30 3 * * *"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """By `cron` or by `revisit`; neither: no visits by itself."""

    cron: str = ""
    revisit: Revisit | None = None


NO_CADENCE = Cadence()


def read_cadence(text: str) -> Cadence:
    """Words of an officer, or a cron expression.

    Raises:
        InvalidInputError: Neither.

    >>> read_cadence("每周一 03:30").cron, read_cadence("自适应 6-48").revisit.max_hours
    ('30 3 * * 1', 48.0)
    """
    said = " ".join(text.split())
    if not said:
        return NO_CADENCE
    if found := _ADAPTIVE.match(said):
        return Cadence(revisit=_revisit(found["least"], found["most"], said))
    for pattern, day in ((_DAILY, "* * *"), (_WEEKLY, "* * {}"), (_MONTHLY, "{} * *")):
        if found := pattern.match(said):
            named = found.groupdict().get("day", "")
            number = str(_WEEK_DAYS.index(named.replace("天", "日"))) if pattern is _WEEKLY else named
            return Cadence(cron=f"{int(found['minute'])} {int(found['hour'])} {day.format(number)}")
    if len(said.split()) != 5:
        raise InvalidInputError(f"周期无法识别：{said[:60]}", cure=_CURE)
    check_cron(said)
    return Cadence(cron=said)


def cadence_in_words(cadence: Cadence) -> str:
    """As `read_cadence` reads it again; empty for none.

    >>> cadence_in_words(read_cadence("每月1日 3:05")), cadence_in_words(read_cadence("自适应 6-336"))
    ('每月1日 03:05', '自适应 6-336')
    """
    if cadence.revisit is not None:
        return f"自适应 {cadence.revisit.min_hours:g}-{cadence.revisit.max_hours:g}"
    found = re.match(r"^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|[0-6])$", cadence.cron)
    if not found or "*" not in (found[3], found[4]):
        return cadence.cron
    when = f"{int(found[2]):02d}:{int(found[1]):02d}"
    if found[3] != "*":
        return f"每月{found[3]}日 {when}"
    return f"每天 {when}" if found[4] == "*" else f"每周{_WEEK_DAYS[int(found[4])]} {when}"


def own_schedule(store: ScheduleStore, target_id: str) -> Schedule | None:
    """The schedule a target was registered with; campaigns and others of it are not asked for."""
    wanted = schedule_id_for(target_id)
    return next((found for found in store.schedules(target_id) if found.schedule_id == wanted), None)


def cadence_of(target: Target, schedule: Schedule | None) -> Cadence:
    """The cadence a target is visited at; one paused while its target is not counts as none."""
    if schedule is None or (schedule.paused and target.state is TargetState.ACTIVE):
        return NO_CADENCE
    return Cadence(cron=schedule.cron, revisit=schedule.revisit)


def resumed_cadence(store: ScheduleStore, target: Target) -> Cadence | None:
    """What a target that is surveyed again goes back to; None when it is not paused or was never scheduled."""
    schedule = own_schedule(store, target.target_id)
    if schedule is None or target.state is TargetState.ACTIVE:
        return None
    return Cadence(cron=schedule.cron, revisit=schedule.revisit)


def keep_cadence(services: Services, target: Target, cadence: Cadence | None) -> None:
    """Give a saved target its schedule, or bring the one it has in line with the target's name, hours and state.

    Args:
        cadence: None leaves it as it is; `NO_CADENCE` pauses what there is.

    Raises:
        InvalidInputError: The cron expression never comes.
        ConflictError: Somebody changed the schedule at the same time.
    """
    now, store = services.clock(), services.schedules
    known = own_schedule(store, target.target_id)
    if known is None:
        if cadence is None or cadence == NO_CADENCE:
            return
        known = schedule_target(services, target.target_id, cron=cadence.cron, revisit=cadence.revisit)
    else:
        wanted = cadence if cadence and cadence != NO_CADENCE else Cadence(cron=known.cron, revisit=known.revisit)
        terms = _terms_of(known)
        known = schedule_target(services, target.target_id, cron=wanted.cron, revisit=wanted.revisit, terms=terms)
    if cadence == NO_CADENCE or target.state is not TargetState.ACTIVE:
        pause(store, known.schedule_id, now=now)
    elif cadence is not None:
        resume(store, known.schedule_id, now=now)


def _terms_of(schedule: Schedule) -> Terms:
    """The terms somebody gave it, so that another cadence does not undo them; its hours are those of the target."""
    kept = (field.name for field in fields(Terms) if field.name not in ("name", "allowed_hours"))
    return Terms(**{name: getattr(schedule, name) for name in kept})


def _revisit(least: str | None, most: str | None, said: str) -> Revisit:
    if least is None or most is None:
        return Revisit()
    low, high = float(least), float(most)
    try:
        return Revisit(min_hours=low, max_hours=high, start_hours=min(max(24.0, low), high))
    except ValidationError as exc:
        raise InvalidInputError(f"自适应间隔须大于零且前小后大：{said[:60]}", cure=_CURE) from exc
