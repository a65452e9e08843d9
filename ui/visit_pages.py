"""网店 and 商品 at two visits side by side: prices, words, disclosure, each with the page it was read on."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from offices.visit_desk import VisitDesk, VisitsCompared
from records.history import ChangeKind, Difference
from ui.door import Asked, Visitor
from ui.word_diff import Words, word_diff

__all__ = ["router"]

router = APIRouter()

_KINDS = {
    ChangeKind.CHANGED: ("有变化", "mid"),
    ChangeKind.ADDED: ("新出现", "good"),
    ChangeKind.REMOVED: ("不再有", "bad"),
}
_MOST_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A difference with both sides cut into what is common and what is not."""

    difference: Difference
    kind: tuple[str, str]
    before: tuple[Words, ...]
    after: tuple[Words, ...]


@router.get("/listings/{listing_id}/compare", response_class=HTMLResponse)
def listing_visits(visitor: Asked, listing_id: str, first: str = "", second: str = "") -> HTMLResponse:
    """Two versions of a listing; without numbers the last two."""
    desk = VisitDesk(visitor.services, visitor.caller)
    found = desk.listing(listing_id, first=_number(first), second=_number(second))
    return _draw(visitor, found, here="listings", back=f"/listings/{listing_id}")


@router.get("/shops/{shop_id}/compare", response_class=HTMLResponse)
def shop_visits(visitor: Asked, shop_id: str, first: str = "", second: str = "") -> HTMLResponse:
    """The same of a shop."""
    desk = VisitDesk(visitor.services, visitor.caller)
    found = desk.shop(shop_id, first=_number(first), second=_number(second))
    return _draw(visitor, found, here="shops", back=f"/shops/{shop_id}")


def _draw(visitor: Visitor, found: VisitsCompared, *, here: str, back: str) -> HTMLResponse:
    rows = tuple(_row(one) for one in found.differences[:_MOST_SHOWN])
    return visitor.draw(
        "visits.html",
        here=here,
        found=found,
        rows=rows,
        left_out=len(found.differences) - len(rows),
        back=back,
        path=f"{back}/compare",
    )


def _row(difference: Difference) -> _Row:
    before, after = word_diff(difference.before, difference.after)
    return _Row(difference=difference, kind=_KINDS[difference.kind], before=before, after=after)


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 6 else 0
