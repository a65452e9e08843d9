"""登记库: imports, what the register holds, and what its offices are to correct."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from matching.quality.cures import CURES
from matching.quality.dates import FIELD_TITLES
from offices.register_desk import RegisterDesk
from records.errors import ConflictError
from records.people import Permission
from records.quality_tasks import TaskState
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/register")

_LONGEST_CODE = 6


@router.get("", response_class=HTMLResponse)
def register(visitor: Asked, office: str = "", state: str = "", done: str = "") -> HTMLResponse:
    """The register and the work on it; `office` and `state` choose which problems are listed."""
    said = "已开始检查，完成后结果列在下方。" if done == "begun" else ""
    return _draw(visitor, office=office, state=state, said=said)


@router.post("/check")
def check(visitor: Changing) -> Response:
    """Check the whole register now, in the background."""
    try:
        _desk(visitor).check()
    except ConflictError as exc:
        return _draw(visitor, problem=why(exc), status=409)
    return RedirectResponse("/register?done=begun", status_code=303)


@router.get("/state", response_class=HTMLResponse)
def check_state(visitor: Asked) -> Response:
    """Tells htmx to load the page again when the check has ended."""
    ended = _desk(visitor).checking_since() is None
    return Response("", status_code=200 if ended else 204, headers={"HX-Refresh": "true"} if ended else {})


def _desk(visitor: Visitor) -> RegisterDesk:
    return RegisterDesk(visitor.services, visitor.caller, visitor.door.bench)


def _draw(
    visitor: Visitor, *, office: str = "", state: str = "", said: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    desk = _desk(visitor)
    code = office[:_LONGEST_CODE] if office.isascii() and office.isdigit() else ""
    chosen = next((one for one in TaskState if one.value == state), None)
    work = desk.work(office=code, state=chosen)
    return visitor.draw(
        "register.html",
        here="register",
        status=status,
        stats=desk.stats(),
        imports=desk.imports(),
        work=work,
        most=max((found for _, found, _ in work.months), default=0),
        states=tuple(TaskState),
        office=code,
        state=chosen,
        checks=desk.checks(),
        since=desk.checking_since(),
        fields=FIELD_TITLES,
        cures=CURES,
        may_act=visitor.may(Permission.SURVEY_ACT),
        said=said,
        problem=problem,
    )
