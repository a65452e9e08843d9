"""Audit: who read and changed what, and whether the chain that says so is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.door import acting, asking
from api.examples import documented
from api.paging import AskedPage, PageOf
from offices.audit_desk import AuditAsk, AuditDesk
from records.base import Record
from records.errors import InvalidInputError
from records.people import AuditEvent, Role

__all__ = ["router"]

router = APIRouter(prefix="/audit", tags=["审计"])

_Desk = Annotated[AuditDesk, Depends(asking(lambda door, caller: AuditDesk(door.services, caller)))]
_Acting = Annotated[AuditDesk, Depends(acting(lambda door, caller: AuditDesk(door.services, caller)))]


class AuditPage(PageOf):
    """Events, newest first; `total` counts what was looked at so far (`gte`)."""

    items: tuple[AuditEvent, ...]


class ChainAnswer(Record):
    """What came of following the chain, and its end: noted elsewhere, it shows later that nothing was cut off."""

    said: str
    newest: AuditEvent | None


_EVENT = AuditEvent(
    sequence=128,
    actor="banan",
    roles=(Role.OFFICER,),
    origin="10.1.2.3",
    action="处置线索",
    object_id="lead_2f6c1b0a9d8e7f605142",
    detail="派单",
    request_id="5f1c9a7e2b3d4c60",
    at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    previous_sha256="1" * 64,
    previous_sm3="2" * 64,
    event_sha256="3" * 64,
    event_sm3="4" * 64,
)


@router.get(
    "",
    summary="查询审计记录",
    responses=documented(AuditPage(total=1, items=(_EVENT,)), 400, 401, 403, 410, 422),
)
def find_audit(  # noqa: PLR0913  # the conditions of a search
    desk: _Desk,
    paging: AskedPage,
    *,
    actor: Annotated[str, Query(max_length=64, description="登录名；- 为未登录者")] = "",
    action: Annotated[list[str] | None, Query(max_length=50, description="动作，可重复")] = None,
    q: Annotated[str, Query(max_length=100, description="对象或内容中的文字")] = "",
    since: Annotated[datetime | None, Query(description="自何时起，须带时区")] = None,
    until: Annotated[datetime | None, Query(description="至何时止，须带时区")] = None,
) -> AuditPage:
    """Acts of accounts of one's region. The search itself is written down."""
    if any(moment is not None and moment.tzinfo is None for moment in (since, until)):
        raise InvalidInputError("时刻没有带时区", cure="写成 2026-11-20T00:00:00+08:00")
    before = int(paging.place[0]) if paging.place else 0
    ask = AuditAsk(actor=actor, actions=tuple(action or ()), text=q, since=since, until=until, before=before)
    found = desk.find(ask)
    shown = found.events[: paging.limit]
    more = bool(found.older) or len(shown) < len(found.events)
    return AuditPage(
        total=len(found.events),
        total_relation="gte" if more or before else "eq",
        next_cursor=paging.following(str(shown[-1].sequence)) if shown and more else None,
        items=shown,
    )


@router.post(
    "/verification",
    summary="核验审计链",
    responses=documented(ChainAnswer(said="审计链完整，共 128 条", newest=_EVENT), 401, 403),
)
def verify_audit(desk: _Acting) -> ChainAnswer:
    """Follow the whole chain from its beginning; what came of it is written down."""
    return ChainAnswer(said=desk.verify(), newest=desk.newest())
