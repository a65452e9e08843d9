"""审计: who read and changed what, searched; the state of the chain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from offices.audit import AuditAction
from offices.audit_desk import PERSONAL, AuditAsk, AuditDesk
from records.errors import InvalidInputError
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/audit")

_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_PERSONAL = "personal"


@router.get("", response_class=HTMLResponse)
def audit(  # noqa: PLR0913  # every filter stands in the address
    visitor: Asked,
    actor: str = "",
    action: str = "",
    q: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
) -> HTMLResponse:
    """Events, newest first; every filter is in the address, so that a search can be handed on."""
    desk = _desk(visitor)
    sent = {"actor": actor[:64], "action": action, "q": q[:100], "since": since, "until": until}
    problem, found = "", None
    try:
        found = desk.find(
            AuditAsk(
                actor=sent["actor"],
                actions=_actions(action),
                text=sent["q"],
                since=_day(since),
                until=_day(until, after=1),
                before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0,
            )
        )
    except InvalidInputError as exc:
        problem = why(exc)
    older = urlencode({**sent, "before": found.older}) if found and found.older else ""
    return visitor.draw(
        "audit.html",
        here="audit",
        found=found,
        asked=sent,
        accounts=desk.accounts(),
        actions=tuple(AuditAction),
        personal=_PERSONAL,
        newest=desk.newest(),
        checks=desk.checks(),
        may_verify=not desk.scope,
        older=f"/audit?{older}" if older else "",
        paged=bool(before),
        problem=problem,
        status=422 if problem else 200,
    )


@router.post("/verify")
def verify(visitor: Changing) -> Response:
    """Follow the whole chain; the result is listed."""
    _desk(visitor).verify()
    return RedirectResponse("/audit", status_code=303)


def _desk(visitor: Visitor) -> AuditDesk:
    return AuditDesk(visitor.services, visitor.caller)


def _actions(action: str) -> tuple[str, ...]:
    if action == _PERSONAL:
        return tuple(PERSONAL)
    return (action,) if action in {one.value for one in AuditAction} else ()


def _day(said: str, *, after: int = 0) -> datetime | None:
    """The beginning of a day in China, or of one so many days later."""
    if not said:
        return None
    try:
        return datetime.combine(date.fromisoformat(said) + timedelta(days=after), time(), _CHINA)
    except (ValueError, OverflowError) as exc:
        raise InvalidInputError(f"日期无法识别：{said[:20]}", cure="写成 2026-11-21") from exc
