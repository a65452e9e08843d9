"""采集计划: what comes, what was, and what was not done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from offices.schedule_desk import ScheduleAct
from records.errors import ConflictError, TransitionRefusedError
from records.people import Permission
from ui.door import Asked, Changing, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/schedules")

_PAGE = 100
_TROUBLES_SHOWN = 100
_SAID = {"pause": "已暂停", "resume": "已恢复", "run_now": "已排入，采集程序空闲即开始", "catch_up": "已排入补采"}


@router.get("", response_class=HTMLResponse)
def schedules(visitor: Asked, offset: int = 0, done: str = "") -> HTMLResponse:
    """Schedules, the visits that were not made before them."""
    return _draw_list(visitor, offset=max(0, offset), said=_SAID.get(done, ""))


@router.get("/{schedule_id}", response_class=HTMLResponse)
def schedule_page(visitor: Asked, schedule_id: str, done: str = "") -> HTMLResponse:
    """One schedule: the due times to come, and what became of those that came."""
    return _draw(visitor, schedule_id, said=_SAID.get(done, ""))


@router.post("/{schedule_id}/actions")
def act(visitor: Changing, schedule_id: str, action: Annotated[ScheduleAct, Form()]) -> Response:
    """Pause, resume, or a visit now."""
    try:
        visitor.schedules.act(schedule_id, action)
    except ConflictError as exc:
        return _draw(visitor, schedule_id, problem=str(exc), status=409)
    return RedirectResponse(f"/schedules/{schedule_id}?done={action.value}", status_code=303)


@router.post("/occurrences/{occurrence_id}/catch-up")
def catch_up(visitor: Changing, occurrence_id: str) -> Response:
    """补采: one click."""
    try:
        visitor.schedules.catch_up(occurrence_id)
    except TransitionRefusedError as exc:
        return _draw_list(visitor, problem=str(exc), status=409)
    return RedirectResponse("/schedules?done=catch_up", status_code=303)


def _draw_list(
    visitor: Visitor, *, offset: int = 0, said: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    start = offset // _PAGE * _PAGE
    total, rows = visitor.schedules.schedules(limit=_PAGE, offset=start)
    troubles = visitor.schedules.troubles()
    return visitor.draw(
        "schedules.html",
        here="schedules",
        status=status,
        rows=rows,
        total=total,
        start=start,
        before=start - _PAGE if start else None,
        after=start + _PAGE if start + _PAGE < total else None,
        troubles=troubles[:_TROUBLES_SHOWN],
        troubles_total=len(troubles),
        may_act=visitor.may(Permission.SURVEY_ACT),
        said=said,
        problem=problem,
    )


def _draw(visitor: Visitor, schedule_id: str, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    file = visitor.schedules.file(schedule_id)
    return visitor.draw(
        "schedule.html",
        here="schedules",
        status=status,
        file=file,
        schedule=file.schedule,
        target=file.target,
        may_act=visitor.may(Permission.SURVEY_ACT),
        said=said,
        problem=problem,
    )
