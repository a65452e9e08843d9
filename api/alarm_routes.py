"""Alarms of the survey's health, and runs as they go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers import AlarmAnswer, AlarmItem, AlarmPage, AlarmSettlement, RunStand, StopRequest
from api.door import ChangingSurveyHealth, SurveyHealth
from api.examples import ALARM, ALARM_ANSWER, ALARM_PAGE, RUN_STAND, documented
from api.lead_routes import Id
from api.paging import AskedPage
from offices.health_desk import RunHealth
from records.base import Record
from records.health import Alarm

__all__ = ["router"]


class AlarmAssignment(Record):
    """Who is to look at it, by login."""

    login: Annotated[str, Field(min_length=1, max_length=64)]


router = APIRouter(tags=["采集健康"])


@router.get("/alarms", summary="告警", responses=documented(ALARM_PAGE, 400, 401, 403, 410, 422))
def list_alarms(
    desk: SurveyHealth,
    paging: AskedPage,
    open_only: Annotated[bool, Query(description="只列未关闭的")] = False,  # noqa: FBT002  # a query parameter
) -> AlarmPage:
    """Alarms, newest first: what a survey could no longer see, and walls handed to a person."""
    total, following, shown = paging.cut(
        desk.alarms(open_only=open_only),
        lambda pair: (pair[0].raised_at.isoformat(), pair[0].alarm_id),
        newest_first=True,
    )
    return AlarmPage(
        total=total,
        next_cursor=following,
        items=tuple(AlarmItem(alarm=alarm, target=target) for alarm, target in shown),
    )


@router.get("/alarms/{alarm_id}", summary="一条告警", responses=documented(ALARM_ANSWER, 401, 403, 404, 422))
def read_alarm(desk: SurveyHealth, alarm_id: Id) -> AlarmAnswer:
    """An alarm with the sample pages that show it."""
    file = desk.alarm_file(alarm_id)
    return AlarmAnswer(alarm=file.alarm, target=file.target, pages=file.pages)


@router.post(
    "/alarms/{alarm_id}/settlement",
    summary="处理告警",
    responses=documented(ALARM, 401, 403, 404, 409, 422),
)
def settle_alarm(desk: ChangingSurveyHealth, alarm_id: Id, asked: AlarmSettlement) -> Alarm:
    """Close an alarm with a note."""
    return desk.settle(alarm_id, note=asked.note, accepted=asked.accepted)


@router.post(
    "/alarms/{alarm_id}/assignment",
    summary="指派告警",
    responses=documented(ALARM, 401, 403, 404, 409, 422),
)
def assign_alarm(desk: ChangingSurveyHealth, alarm_id: Id, asked: AlarmAssignment) -> Alarm:
    """Hand an alarm to an officer."""
    return desk.assign(alarm_id, login=asked.login)


@router.get("/runs/{run_id}/progress", summary="采集进度", responses=documented(RUN_STAND, 401, 403, 404, 422))
def read_progress(desk: SurveyHealth, run_id: Id) -> RunStand:
    """How a run stands; ask again every second or two while `run.state` is running."""
    return _stand(desk.run_health(run_id))


@router.post("/runs/{run_id}/stop", summary="停止采集", responses=documented(RUN_STAND, 401, 403, 404, 409, 422))
def stop_run(desk: ChangingSurveyHealth, run_id: Id, asked: StopRequest) -> RunStand:
    """Ask a run to finish what is on its way and end."""
    desk.stop(run_id, reason=asked.reason)
    return _stand(desk.run_health(run_id))


def _stand(health: RunHealth) -> RunStand:
    return RunStand(
        run=health.run,
        target=health.target,
        progress=health.progress,
        statistics=health.statistics,
        alarms=health.alarms,
    )
