"""告警 and runs as they go: what waits and why, what could not be read, and the pages behind each number."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from crawlers.health.fields import word_of_field
from offices.health_desk import RunHealth
from records.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from records.health import GroupCoverage
from records.people import Permission
from records.survey import Outcome, RunState
from ui.door import Asked, Changing, Visitor

__all__ = ["router", "told"]

router = APIRouter()

_ALARMS_SHOWN = 200
_SAID = {"settled": "已处理，告警已关闭", "assigned": "已指派"}


@router.get("/alarms", response_class=HTMLResponse)
def alarms(visitor: Asked, *, closed: bool = False) -> HTMLResponse:
    """Open alarms; with `closed` all of them."""
    found = visitor.health.alarms(open_only=not closed)
    return visitor.draw(
        "alarms.html",
        here="runs",
        found=found[:_ALARMS_SHOWN],
        total=len(found),
        closed=closed,
        field_word=word_of_field,
    )


@router.get("/alarms/{alarm_id}", response_class=HTMLResponse)
def alarm_page(visitor: Asked, alarm_id: str, done: str = "") -> HTMLResponse:
    """One alarm with its sample pages and what is proposed."""
    return _draw_alarm(visitor, alarm_id, said=_SAID.get(done, ""))


@router.post("/alarms/{alarm_id}/settle")
def settle(
    visitor: Changing,
    alarm_id: str,
    *,
    note: Annotated[str, Form(max_length=1000)] = "",
    accepted: Annotated[bool, Form()] = False,
) -> Response:
    """Close it with a note."""
    try:
        visitor.health.settle(alarm_id, note=note, accepted=accepted)
    except (InvalidInputError, TransitionRefusedError) as exc:
        return _draw_alarm(visitor, alarm_id, problem=str(exc), written=note, status=409)
    return RedirectResponse(f"/alarms/{alarm_id}?done=settled", status_code=303)


@router.post("/alarms/{alarm_id}/assign")
def assign(visitor: Changing, alarm_id: str, *, login: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Hand it to an officer."""
    try:
        visitor.health.assign(alarm_id, login=login)
    except (NotFoundError, TransitionRefusedError) as exc:
        return _draw_alarm(visitor, alarm_id, problem=str(exc), status=409)
    return RedirectResponse(f"/alarms/{alarm_id}?done=assigned", status_code=303)


@router.get("/runs/live", response_class=HTMLResponse)
def running(visitor: Asked) -> HTMLResponse:
    """The runs that go on now, as a piece that asks for itself again."""
    return visitor.draw("runs_live.html", here="runs", going=[told(one) for one in visitor.health.running()])


@router.get("/runs/{run_id}/live", response_class=HTMLResponse)
def run_live(visitor: Asked, run_id: str) -> HTMLResponse:
    """How one run stands, as a piece of its page."""
    health = visitor.health.run_health(run_id)
    return visitor.draw("run_live.html", here="runs", live=told(health))


@router.get("/runs/{run_id}/pages", response_class=HTMLResponse)
def run_pages(visitor: Asked, run_id: str, outcome: Outcome) -> HTMLResponse:
    """The pages behind one number of a run."""
    health = visitor.health.run_health(run_id)
    pages = visitor.health.pages(run_id, outcome)
    return visitor.draw(
        "run_pages.html", here="runs", run=health.run, target=health.target, outcome=outcome, pages=pages
    )


@router.post("/runs/{run_id}/stop")
def stop(visitor: Changing, run_id: str, *, reason: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Ask it to end in order; one that ended meanwhile is shown as it is."""
    with suppress(TransitionRefusedError):  # the page says that it has ended
        visitor.health.stop(run_id, reason=reason)
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def _draw_alarm(
    visitor: Visitor, alarm_id: str, *, said: str = "", problem: str = "", written: str = "", status: int = 200
) -> HTMLResponse:
    file = visitor.health.alarm_file(alarm_id)
    return visitor.draw(
        "alarm.html",
        here="runs",
        status=status,
        alarm=file.alarm,
        target=file.target,
        pages=file.pages,
        field_word=word_of_field,
        may_act=visitor.may(Permission.SURVEY_ACT),
        said=said,
        problem=problem,
        written=written,
    )


def told(health: RunHealth) -> dict[str, object]:
    """What the templates of a run's health show."""
    board, statistics = health.progress, health.statistics
    shown = statistics.coverage if statistics is not None else board.coverage if board is not None else ()
    return {
        "run": health.run,
        "target": health.target,
        "board": board,
        "statistics": statistics,
        "alarms": health.alarms,
        "goes_on": health.run.state is RunState.RUNNING,
        "groups": [(group, _fields(group)) for group in shown],
    }


def _fields(group: GroupCoverage) -> list[tuple[str, str]]:
    return [(word_of_field(name), f"{group.share(name):.0%}") for name in group.fields]
