"""留存与销毁: what is past its time, what holds it, how two persons destroy it; evidence has its own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from records.disposals import DisposalState, DisposalWish, RetentionClass
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.people import Permission
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/evidence/retention")

_SHOWN = 100
_Reason = Annotated[str, Form(max_length=500)]
_SAID = {
    "asked": "已申请，三十日内由另一位负责人批准。",
    "approved": "已销毁，证书留存。",
    "withdrawn": "已撤回。",
    "hold": "已冻结。",
    "release": "已解除冻结。",
}


@router.get("", response_class=HTMLResponse)
def retention(visitor: Asked, done: str = "") -> HTMLResponse:
    """The list, the requests, and what is frozen."""
    return _draw(visitor, said=_SAID.get(done, ""))


@router.post("/ask")
def ask(visitor: Changing, *, kind: Annotated[RetentionClass, Form()], reason: _Reason = "") -> Response:
    """申请销毁 all of a kind that may go."""
    return _done(visitor, "asked", lambda wish: visitor.door.bench.retention.ask(kind, (), wish), reason)


@router.post("/{disposal_id}/{act}")
def decide(visitor: Changing, disposal_id: str, act: str, *, reason: _Reason = "") -> Response:
    """批准 by another person, or 撤回."""
    desk = visitor.door.bench.retention
    acts = {"approve": ("approved", desk.approve), "withdraw": ("withdrawn", desk.withdraw)}
    if act not in acts:
        raise NotFoundError(f"没有这一步：{act[:40]}", cure="批准或撤回")
    done, go = acts[act]
    return _done(visitor, done, lambda wish: go(disposal_id, wish), reason)


@router.post("/{act}")
def hold(
    visitor: Changing, act: str, *, item: Annotated[str, Form(max_length=300)] = "", reason: _Reason = ""
) -> Response:
    """冻结 of an archive file or a lead, or its end by another person."""
    desk = visitor.door.bench.retention
    if act not in ("hold", "release"):
        raise NotFoundError(f"没有这一步：{act[:40]}", cure="冻结或解除冻结")
    go = desk.hold if act == "hold" else desk.release
    return _done(visitor, act, lambda wish: go(item.strip(), wish), reason)


def _done(visitor: Visitor, done: str, act: Callable[[DisposalWish], object], reason: str) -> Response:
    caller = visitor.caller
    wish = DisposalWish(account=visitor.desk.account, origin=caller.origin, reason=reason, request_id=caller.request_id)
    try:
        act(wish)
    except (ConflictError, InvalidInputError, NotFoundError) as exc:
        status = 409 if isinstance(exc, ConflictError) else 404 if isinstance(exc, NotFoundError) else 422
        return _draw(visitor, problem=why(exc), status=status)
    return RedirectResponse(f"/evidence/retention?done={done}", status_code=303)


def _draw(visitor: Visitor, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    visitor.desk.need(Permission.EVIDENCE_READ)
    desk = visitor.door.bench.retention
    found = desk.listed(visitor.desk.account)
    by_kind = {kind: [item for item in found.items if item.kind is kind] for kind in RetentionClass}
    disposals = desk.disposals()
    asked = {item.item_id for one in disposals if one.state is DisposalState.ASKED for item in one.items}
    return visitor.draw(
        "retention.html",
        here="evidence",
        status=status,
        said=said,
        problem=problem,
        found=found,
        by_kind=by_kind,
        shown=_SHOWN,
        disposals=disposals[:_SHOWN],
        asked=asked,
        holds=desk.holds(),
        me=visitor.desk.account.login,
    )
