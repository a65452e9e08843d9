"""Many leads decided at once: a set frozen and counted first, one step with exactly that set, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.door import acting, asking, door_of
from api.examples import LEAD, documented
from api.lead_routes import Id
from leads.states import StepDetail, act, take_back
from offices.bulk_desk import BulkDesk, BulkWish
from records.base import Record
from records.bulk import BULK_MOST, BulkResult, BulkRun, FrozenLead, FrozenSet
from records.errors import InvalidInputError
from records.leads import Lead
from records.people import Permission
from records.search import Facet, SearchKind, SearchQuery

__all__ = ["router"]

router = APIRouter(tags=["线索"])

_Desk = Annotated[BulkDesk, Depends(asking(lambda door, caller: BulkDesk(door.services, caller)))]
_Acting = Annotated[BulkDesk, Depends(acting(lambda door, caller: BulkDesk(door.services, caller)))]
_Numbers = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")], ...], Field(max_length=BULK_MOST)]


class SetWish(Record):
    """Leads by number, or all that a search finds (at most 500): one of the two."""

    lead_ids: _Numbers = ()
    text: Annotated[str, Field(max_length=200)] = ""
    filters: dict[Facet, Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=50)]] = {}
    whole_search: bool = False


class SetAnswer(Record):
    """A frozen set with its leads as they are now; `count` is to be said again when it is more than 100."""

    frozen: FrozenSet
    count: int
    leads: tuple[Lead, ...]


class SetStep(Record):
    """One step of every lead of the set, with its reason; `count` of a set of more than 100, as it was read."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(max_length=1000)] = ""
    cause: Annotated[str, Field(max_length=200)] = ""
    assignee: Annotated[str, Field(max_length=64)] = ""
    count: Annotated[int, Field(ge=0, le=BULK_MOST)] = 0


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_FROZEN = FrozenSet(
    set_id="set_1",
    owner="banan",
    asked="",
    by_hand=True,
    leads=(FrozenLead(lead_id=LEAD.lead_id, version=LEAD.version),),
    sha256="0" * 64,
    made_at=_AT,
)
_SET = SetAnswer(frozen=_FROZEN, count=1, leads=(LEAD,))
_RUN = BulkRun(
    run_id="bulk_1",
    set_id="set_1",
    owner="banan",
    action="排除",
    reason="广告已下架",
    begun_at=_AT,
    ended_at=_AT + timedelta(seconds=1),
    results=(BulkResult(lead_id=LEAD.lead_id, done=True, version_after=LEAD.version + 1),),
)


@router.post(
    "/lead-sets",
    status_code=201,
    summary="选定一组线索",
    responses=documented(_SET, 401, 403, 404, 422, 503, status=201),
)
def freeze_set(response: Response, desk: _Acting, wanted: SetWish) -> SetAnswer:
    """Freeze and count them, each at its version now; what the search finds later is not of the set."""
    if bool(wanted.lead_ids) == wanted.whole_search:
        raise InvalidInputError("线索编号与“本次检索的全部”只能选一种", cure="给出 lead_ids，或 whole_search 与条件")
    query = None
    if wanted.whole_search:
        filters = {facet: values for facet, values in wanted.filters.items() if values}
        query = SearchQuery(kind=SearchKind.LEAD, text=wanted.text, filters=filters)
    frozen = desk.freeze(wanted.text, query=query, chosen=wanted.lead_ids)
    response.headers["Location"] = f"/api/v1/lead-sets/{frozen.set_id}"
    return _answer(desk, frozen.set_id)


@router.get("/lead-sets/{set_id}", summary="一组选定的线索", responses=documented(_SET, 401, 403, 404, 422))
def read_set(desk: _Desk, set_id: Id) -> SetAnswer:
    """One's own set."""
    return _answer(desk, set_id)


@router.post("/lead-sets/{set_id}/actions", summary="批量处置", responses=documented(_RUN, 401, 403, 404, 409, 422))
def act_on_set(request: Request, desk: _Acting, set_id: Id, wanted: SetStep) -> BulkRun:
    """One step with every lead that is still as it was frozen; of each it is told whether it was done. A set is used
    once."""
    clock, actor = door_of(request).services.clock, desk.account.login
    detail = StepDetail(cause=wanted.cause, assignee=wanted.assignee)
    wish = BulkWish(action=wanted.action, reason=wanted.reason, assignee=wanted.assignee, typed_count=str(wanted.count))
    return desk.apply(
        set_id,
        wish,
        lambda lead: act(lead, wanted.action, actor=actor, reason=wanted.reason, now=clock(), detail=detail),
    )


@router.get("/lead-set-runs/{run_id}", summary="一次批量处置", responses=documented(_RUN, 401, 403, 404, 422))
def read_set_run(desk: _Desk, run_id: Id) -> BulkRun:
    """What became of each lead."""
    return desk.run(run_id)


@router.post(
    "/lead-set-runs/{run_id}/undo", summary="撤销批量处置", responses=documented(_RUN, 401, 403, 404, 409, 422)
)
def undo_set_run(request: Request, desk: _Acting, run_id: Id) -> BulkRun:
    """Within half an hour; each lead that nobody touched since is as it was before, and its history says so."""
    desk.need(Permission.LEADS_ACT)
    actor, now, run = desk.account.login, door_of(request).services.clock(), desk.run(run_id)
    said = f"撤销批量“{run.action}”"
    return desk.take_back(run_id, lambda lead, before: take_back(lead, before, actor=actor, said=said, now=now))


def _answer(desk: BulkDesk, set_id: str) -> SetAnswer:
    frozen, leads = desk.frozen(set_id)
    return SetAnswer(frozen=frozen, count=len(frozen.leads), leads=leads)
