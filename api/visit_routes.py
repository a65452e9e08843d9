"""A shop or a listing at two visits, held against each other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.door import asking
from api.examples import CAPTURE, documented
from api.lead_routes import Id
from offices.visit_desk import VisitDesk, VisitsCompared
from records.base import Record, UtcDatetime
from records.evidence import Capture
from records.history import ChangeKind, Difference

__all__ = ["router"]

router = APIRouter(tags=["市场"])

_Desk = Annotated[VisitDesk, Depends(asking(lambda door, caller: VisitDesk(door.services, caller)))]
_Number = Annotated[int, Query(ge=0, le=999_999, description="第几次（从 1 起，最早为 1）；0 为最后两次")]


class VisitItem(Record):
    """A stretch of visits with the same content, counted from 1, the oldest."""

    number: int
    first_seen_at: UtcDatetime
    last_seen_at: UtcDatetime


class VisitsAnswer(Record):
    """Every stretch, the two that were compared, what differs, and sealed captures of the same address."""

    name: str
    url: str
    visits: tuple[VisitItem, ...]
    older: int
    newer: int
    differences: tuple[Difference, ...]
    captures: tuple[Capture, ...]

    @classmethod
    def of(cls, found: VisitsCompared) -> VisitsAnswer:
        """As the desk has it."""
        return cls(
            name=found.name,
            url=found.url,
            visits=tuple(
                VisitItem(number=one.number, first_seen_at=one.first_seen_at, last_seen_at=one.last_seen_at)
                for one in found.visits
            ),
            older=found.older.number,
            newer=found.newer.number,
            differences=found.differences,
            captures=found.captures,
        )


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_ANSWER = VisitsAnswer(
    name="蜂胶软胶囊",
    url=CAPTURE.url,
    visits=(
        VisitItem(number=1, first_seen_at=_AT, last_seen_at=_AT),
        VisitItem(number=2, first_seen_at=_AT, last_seen_at=_AT),
    ),
    older=1,
    newer=2,
    differences=(Difference(field="现价", kind=ChangeKind.CHANGED, before="¥99.00", after="¥59.00"),),
    captures=(),
)


@router.get("/shops/{shop_id}/visits", summary="网店两次采集比对", responses=documented(_ANSWER, 401, 403, 404, 422))
def compare_shop(desk: _Desk, shop_id: Id, first: _Number = 0, second: _Number = 0) -> VisitsAnswer:
    """Name, disclosure, contacts at two visits; masked as in a list."""
    return VisitsAnswer.of(desk.shop(shop_id, first=first, second=second))


@router.get(
    "/listings/{listing_id}/visits", summary="商品两次采集比对", responses=documented(_ANSWER, 401, 403, 404, 422)
)
def compare_listing(desk: _Desk, listing_id: Id, first: _Number = 0, second: _Number = 0) -> VisitsAnswer:
    """Title, words, prices at two visits, each with the page it was read on."""
    return VisitsAnswer.of(desk.listing(listing_id, first=first, second=second))
