"""往来: whom we exchange with, what went and came, what was refused and why, and 移送、协查 with their periods."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from exchange.ways import KIND_WORDS
from offices.exchange_desk import ExchangeDesk
from records.errors import BundleRefusedError, ConflictError, InvalidInputError, TransitionRefusedError, WangJianError
from records.exchange_matters import MatterKind, MatterState
from records.people import Permission
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/exchange")

_SAID = {
    "answered": "已答复，随下一个摆渡包发出。",
    "prolonged": "已延期，随下一个摆渡包告知对方。",
    "revoked": "已停止往来。",
    "sent": "已制作，请在台账中取走。",
    "nothing": "对方没有尚未收到的内容。",
}
_WRONG = (InvalidInputError, TransitionRefusedError, ConflictError, BundleRefusedError)


@router.get("", response_class=HTMLResponse)
def exchange(visitor: Asked, peer: str = "", done: str = "") -> HTMLResponse:
    """Everything of the exchange on one page; of one peer when it is named."""
    return _draw(visitor, peer=peer, said=_SAID.get(done, ""))


@router.post("/peers/{code}/send", response_class=HTMLResponse)
def send(visitor: Changing, code: str) -> Response:
    """Put together what is new for a peer."""
    try:
        made = _desk(visitor).send(code)
    except _WRONG as exc:
        return _draw(visitor, problem=_told(exc), status=422)
    return RedirectResponse(f"/exchange?done={'sent' if made else 'nothing'}", status_code=303)


@router.post("/peers/{code}/revoke", response_class=HTMLResponse)
def revoke(visitor: Changing, code: str, reason: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Take nothing more from a peer."""
    try:
        _desk(visitor).revoke(code, reason=reason)
    except _WRONG as exc:
        return _draw(visitor, problem=_told(exc), status=422)
    return RedirectResponse("/exchange?done=revoked", status_code=303)


@router.post("/bundles/{bundle_id}/file", response_class=FileResponse)
def fetch(visitor: Changing, bundle_id: str) -> Response:
    """A sent bundle to be carried over; it counts as handed out."""
    path = _desk(visitor).file_of(bundle_id)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("/matters/{matter_id}/answer", response_class=HTMLResponse)
def answer(
    visitor: Changing,
    matter_id: str,
    *,
    state: Annotated[str, Form(max_length=20)] = "",
    text: Annotated[str, Form(max_length=5000)] = "",
    paper_no: Annotated[str, Form(max_length=100)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Answer a matter that came, or tell of a later day."""
    desk = _desk(visitor)
    try:
        if state:
            desk.answer(matter_id, _state(state), words=(text, paper_no))
        else:
            desk.prolong(matter_id, until=_day(until), reason=text)
    except _WRONG as exc:
        return _draw(visitor, problem=_told(exc), status=422)
    return RedirectResponse(f"/exchange?done={'answered' if state else 'prolonged'}", status_code=303)


def _draw(visitor: Visitor, *, peer: str = "", said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    desk = _desk(visitor)
    peers = desk.peers()
    ledger = desk.ledger(peer)
    return visitor.draw(
        "exchange.html",
        here="exchange",
        status=status,
        us=desk.identity,
        peers=peers,
        names={one.code: one.name for one in peers},
        only=peer,
        ledger=ledger,
        kinds=KIND_WORDS,
        matters=desk.matters(peer) if desk.sees_matters else None,
        assistance=MatterKind.ASSISTANCE,
        may_act=visitor.may(Permission.LEADS_ACT),
        said=said,
        problem=problem,
    )


def _desk(visitor: Visitor) -> ExchangeDesk:
    return ExchangeDesk(visitor.services, visitor.caller)


def _state(text: str) -> MatterState:
    try:
        return MatterState(text)
    except ValueError as exc:
        raise InvalidInputError("没有这种答复", cure="在页面上选择") from exc


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInputError("延期须写明到哪一天", cure="如 2026-12-18") from exc


def _told(exc: WangJianError) -> str:
    return why(exc)
