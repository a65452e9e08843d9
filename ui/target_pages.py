"""监测对象: what is watched, how it fares, and what was read of it."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from offices.target_desk import TargetDesk
from records.people import Permission
from ui.door import Asked, Visitor

__all__ = ["router"]

router = APIRouter(prefix="/targets")

_PAGE = 50
_LONGEST_WORD = 80


@router.get("", response_class=HTMLResponse)
def targets(visitor: Asked, q: str = "", state: str = "", offset: int = 0) -> HTMLResponse:
    """Targets by name, with their last visit and what is wrong with it."""
    words, start = q.strip()[:_LONGEST_WORD], max(0, offset) // _PAGE * _PAGE
    found = _desk(visitor).targets(words=words, state=state, offset=start, limit=_PAGE)
    chosen = state if any(known.value == state for known, _ in found.counts) else ""

    def page(place: int) -> str:
        return "/targets?" + urlencode({"q": words, "state": chosen, "offset": place})

    return visitor.draw(
        "targets.html",
        here="targets",
        found=found,
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


def _desk(visitor: Visitor) -> TargetDesk:
    return TargetDesk(visitor.services, visitor.caller)
