"""监测对象: what is watched, how it fares, and what was read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from offices.target_desk import TargetDesk
from records.arranging import TargetFacts, TargetsRead
from records.errors import ConflictError, InvalidInputError, RefusedError
from records.people import Permission
from records.survey import TargetKind
from ui.door import Asked, Changing, Visitor, sending
from ui.one_file import table_sent
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/targets")
Sending = Annotated[Visitor, Depends(sending(Permission.SURVEY_ACT))]

_PAGE = 50
_LONGEST_WORD = 80
_TABLES = (".xlsx", ".csv")
_KINDS = (TargetKind.SITE, TargetKind.SHOP, TargetKind.PLATFORM)
_Words = Annotated[str, Form(max_length=2000)]


@router.get("", response_class=HTMLResponse)
def targets(visitor: Asked, q: str = "", state: str = "", offset: int = 0) -> HTMLResponse:
    """Targets by name, with their last visit and what is wrong with it."""
    return _draw(visitor, q=q, state=state, offset=offset)


@router.post("", response_class=HTMLResponse)
def add(visitor: Changing, *, url: _Words = "", name: _Words = "", kind: _Words = "", cadence: _Words = "") -> Response:
    """登记: one target by its address; when it is to be read can be said at once."""
    wish = {"url": url.strip(), "name": name.strip(), "kind": kind, "cadence": cadence.strip()}
    try:
        if not wish["url"]:
            raise InvalidInputError("没有写网址", cure="填写 http:// 或 https:// 开头的完整网址")
        facts = TargetFacts(
            urls=(wish["url"],),
            name=wish["name"][:200] or None,
            kind=TargetKind(kind) if kind in set(_KINDS) else None,
            cadence=wish["cadence"][:100] or None,
        )
        kept = _desk(visitor, acting=True).add(facts)
    except (InvalidInputError, ConflictError, RefusedError) as exc:
        return _draw(visitor, _Told(wish=wish, problem=why(exc), status=422))
    return RedirectResponse(f"/targets/{kept.target.target_id}", status_code=303)


@router.post("/import", response_class=HTMLResponse)
async def take(request: Request, visitor: Sending) -> Response:
    """Register every row of a table that can be read; the others are named."""
    try:
        async with table_sent(request, visitor, _TABLES) as (_, path):
            read = await run_in_threadpool(_desk(visitor, acting=True).take_file, path, try_only=False)
    except InvalidInputError as exc:
        return _draw(visitor, _Told(problem=why(exc), status=422))
    return _draw(visitor, _Told(read=read))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the page says beside its list: a refusal with what was written, or what came of a table."""

    wish: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    read: TargetsRead | None = None
    status: int = 200


_NOTHING = _Told()


def _draw(visitor: Visitor, told: _Told = _NOTHING, *, q: str = "", state: str = "", offset: int = 0) -> HTMLResponse:
    words, start = q.strip()[:_LONGEST_WORD], max(0, offset) // _PAGE * _PAGE
    found = _desk(visitor).targets(words=words, state=state, offset=start, limit=_PAGE)
    chosen = state if any(known.value == state for known, _ in found.counts) else ""

    def page(place: int) -> str:
        return "/targets?" + urlencode({"q": words, "state": chosen, "offset": place})

    return visitor.draw(
        "targets.html",
        here="targets",
        status=told.status,
        found=found,
        may_act=visitor.may(Permission.SURVEY_ACT) and visitor.door.workbench is not None,
        kinds_offered=_KINDS,
        wish={"url": "", "name": "", "kind": TargetKind.SITE.value, "cadence": "", **told.wish},
        problem=told.problem,
        read=told.read,
        q=words,
        state=chosen,
        everything=sum(count for _, count in found.counts),
        start=start,
        before=page(start - _PAGE) if start else "",
        after=page(start + _PAGE) if start + _PAGE < found.total else "",
    )


@router.get("/{target_id}", response_class=HTMLResponse)
def target(visitor: Asked, target_id: str) -> HTMLResponse:
    """One target whole."""
    file = _desk(visitor).file(target_id)
    return visitor.draw(
        "target.html",
        here="targets",
        file=file,
        target=file.row.target,
        may_act=visitor.may(Permission.SURVEY_ACT),
    )


def _desk(visitor: Visitor, *, acting: bool = False) -> TargetDesk:
    return TargetDesk(visitor.services, visitor.caller, visitor.door.bench.arranging if acting else None)
