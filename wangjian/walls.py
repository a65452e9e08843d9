"""A login or captcha wall is handed to a person with a sealed capture of it: one a target, wall and day. Never solved.

Law: 《网络数据安全管理条例》第十八条; getting past a wall is not ours to try.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import structlog

from records.errors import NotFoundError, WangJianError
from records.health import Alarm, AlarmKind
from records.ports import Services
from records.survey import Run

__all__ = ["hand_over_walls"]

_log = structlog.get_logger(__name__)
_SHANGHAI = timezone(timedelta(hours=8))
_OPERATOR = "监测采集"


def hand_over_walls(services: Services, run: Run) -> tuple[Alarm, ...]:
    """Capture the walls a run met, in the background; the alarms as they are now.

    A capture that cannot be begun (no browser) is said in the alarm's note: the alarm is there all the same.
    """
    walls = [
        alarm
        for alarm in services.health.alarms(run.target_id, open_only=True)
        if alarm.kind is AlarmKind.WALL and alarm.run_id == run.run_id and alarm.page_ids
    ]
    return tuple(_handed_over(services, alarm) for alarm in walls)


def _handed_over(services: Services, alarm: Alarm) -> Alarm:
    if _captured_today(services, alarm):
        return alarm
    url = services.survey.page(alarm.page_ids[0]).url
    told: dict[str, object]
    try:
        capture = services.preserver.begin(url, lead_id="", operator=_OPERATOR)
        told = {"capture_id": capture.capture_id}
    except WangJianError as exc:
        _log.warning("wall_not_captured", alarm_id=alarm.alarm_id, problem=exc.problem)
        told = {"note": f"尚未固证：{exc.message}"}
    return services.health.change_alarm(alarm.alarm_id, lambda known: known.model_copy(update=told))


def _captured_today(services: Services, alarm: Alarm) -> bool:
    """Whether this wall of this target has a capture of this day, by whichever alarm."""
    today = services.clock().astimezone(_SHANGHAI).date()
    same = (one for one in services.health.alarms(alarm.target_id) if one.key == alarm.key and one.capture_id)
    return any(_day_of(services, one.capture_id) == today for one in same)


def _day_of(services: Services, capture_id: str) -> object:
    try:
        begun: datetime = services.evidence.capture(capture_id).started_at
    except NotFoundError:
        return None
    return begun.astimezone(_SHANGHAI).date()
