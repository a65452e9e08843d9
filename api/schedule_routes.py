"""Schedules and the ledger of their due times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.answers import OccurrenceItem, OccurrencePage, ScheduleAction, ScheduleAnswer, ScheduleItem, SchedulePage
from api.door import ChangingSchedules, Schedules
from api.examples import OCCURRENCE, OCCURRENCE_PAGE, SCHEDULE_ANSWER, SCHEDULE_PAGE, documented
from api.lead_routes import Id
from api.paging import AskedPage
from api.preconditions import IfMatch, etag_of, version_asked
from offices.schedule_desk import ScheduleAct, ScheduleFile
from records.arranging import ScheduleFacts
from records.errors import InvalidInputError
from records.people import Permission
from records.schedules import Occurrence, OccurrenceState, Schedule

__all__ = ["router"]

router = APIRouter(tags=["采集计划"])

_LEDGER_ROWS = 20_000


class ScheduleWish(ScheduleFacts):
    """A schedule for a target; `name` where the target is to have a second one."""

    target_id: Annotated[str, Field(min_length=1, max_length=100)]
    name: Annotated[str, Field(max_length=60)] = ""


@router.get("/schedules", summary="采集计划", responses=documented(SCHEDULE_PAGE, 400, 401, 403, 410, 422))
def list_schedules(desk: Schedules, paging: AskedPage) -> SchedulePage:
    """Schedules with the next due time and the last occurrence of each."""
    name, schedule_id = paging.place or ("", "")
    total, rows = desk.schedules(limit=paging.limit + 1, after=(name, schedule_id))
    rows, more = rows[: paging.limit], len(rows) > paging.limit
    last = rows[-1].schedule if rows else None
    return SchedulePage(
        total=total,
        next_cursor=paging.following(last.name, last.schedule_id) if last and more else None,
        items=tuple(
            ScheduleItem(schedule=row.schedule, target=row.target, next_due_at=row.next_due_at, last=row.last)
            for row in rows
        ),
    )


@router.post(
    "/schedules",
    status_code=201,
    summary="设定采集周期",
    responses=documented(SCHEDULE_ANSWER.schedule, 401, 403, 404, 409, 422, status=201),
)
def add_schedule(response: Response, desk: ChangingSchedules, wanted: ScheduleWish) -> Schedule:
    """Visit a target from now on; a schedule of that name that is there is refused (409), and changed by PUT."""
    facts = ScheduleFacts(**wanted.model_dump(exclude={"target_id", "name"}))
    made = desk.add(wanted.target_id, facts, name=wanted.name)
    response.headers["Location"] = f"/api/v1/schedules/{made.schedule_id}"
    response.headers["ETag"] = etag_of(made.version)
    return made


@router.put(
    "/schedules/{schedule_id}",
    summary="变更采集计划",
    responses=documented(SCHEDULE_ANSWER.schedule, 401, 403, 404, 409, 412, 422, 428),
)
def change_schedule(
    response: Response, desk: ChangingSchedules, *, schedule_id: Id, wanted: ScheduleFacts, if_match: IfMatch = None
) -> Schedule:
    """All its terms; due times of another cadence count from now."""
    desk.need(Permission.SURVEY_ACT)
    changed = desk.change(schedule_id, wanted, expected_version=version_asked(if_match))
    response.headers["ETag"] = etag_of(changed.version)
    return changed


@router.get(
    "/schedules/{schedule_id}", summary="一项采集计划", responses=documented(SCHEDULE_ANSWER, 401, 403, 404, 422)
)
def read_schedule(response: Response, desk: Schedules, schedule_id: Id) -> ScheduleAnswer:
    """A schedule, its next ten due times and the last fifty that came. The ETag is needed to change it."""
    file = desk.file(schedule_id)
    response.headers["ETag"] = etag_of(file.schedule.version)
    return _answer(file)


@router.post(
    "/schedules/{schedule_id}/actions",
    summary="暂停、恢复或立即采集",
    responses=documented(SCHEDULE_ANSWER, 401, 403, 404, 409, 412, 422, 428),
)
def act_on_schedule(
    response: Response, desk: ChangingSchedules, *, schedule_id: Id, asked: ScheduleAction, if_match: IfMatch = None
) -> ScheduleAnswer:
    """Pause or resume, from the version that was read; or ask for a visit now, which changes nothing of it."""
    desk.need(Permission.SURVEY_ACT)
    expected = None if asked.action is ScheduleAct.RUN_NOW else version_asked(if_match)
    desk.act(schedule_id, asked.action, expected_version=expected)
    file = desk.file(schedule_id)
    response.headers["ETag"] = etag_of(file.schedule.version)
    return _answer(file)


@router.get("/occurrences", summary="采集任务台账", responses=documented(OCCURRENCE_PAGE, 400, 401, 403, 410, 422))
def list_occurrences(
    desk: Schedules,
    paging: AskedPage,
    state: Annotated[list[OccurrenceState] | None, Query(description="状态，可重复")] = None,
    schedule_id: Annotated[str, Query(max_length=100, description="只看一项计划")] = "",
    since: Annotated[datetime | None, Query(description="自何时起到期，须带时区")] = None,
) -> OccurrencePage:
    """What became of due times, newest first."""
    if since is not None and since.tzinfo is None:
        raise InvalidInputError("时刻没有带时区", cure="写成 2026-11-20T00:00:00+08:00")
    found = desk.occurrences(states=state or (), since=since, schedule_id=schedule_id, limit=_LEDGER_ROWS)
    total, following, shown = paging.cut(
        found, lambda pair: (pair[0].due_at.isoformat(), pair[0].occurrence_id), newest_first=True
    )
    return OccurrencePage(
        total=total,
        total_relation="gte" if total >= _LEDGER_ROWS else "eq",
        next_cursor=following,
        items=tuple(OccurrenceItem(occurrence=item, target=target) for item, target in shown),
    )


@router.post(
    "/occurrences/{occurrence_id}/catch-up",
    summary="补采",
    responses=documented(OCCURRENCE, 401, 403, 404, 409, 422),
)
def catch_up(desk: ChangingSchedules, occurrence_id: Id) -> Occurrence:
    """Run what was missed or skipped after all."""
    return desk.catch_up(occurrence_id)


def _answer(file: ScheduleFile) -> ScheduleAnswer:
    return ScheduleAnswer(
        schedule=file.schedule, target=file.target, next_due=file.next_due, occurrences=file.occurrences
    )
