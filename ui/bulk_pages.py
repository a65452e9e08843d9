"""批量处理: a frozen, counted set of leads, one step with all of them, what became of each, and taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from leads.states import LeadAction, StepDetail, act, take_back
from offices.bulk_desk import COUNT_TYPED_ABOVE, BulkDesk, BulkWish
from offices.permissions import may
from records.bulk import UNDO_TIME, BulkRun
from records.errors import ConflictError, InvalidInputError, RefusedError
from records.people import Permission
from records.search import SearchKind
from ui.door import Asked, Changing, Visitor
from ui.lead_pages import LEAD_FACETS, REASONS
from ui.searching import SearchState

__all__ = ["router"]

router = APIRouter(prefix="/leads/bulk")

ACTIONS = (LeadAction.ASSIGN, LeadAction.ACCEPT, LeadAction.EXCLUDE)
"""Steps that are the same for many: to whom they go, taking them on, and why they are excluded."""


@router.get("", response_class=HTMLResponse)
def runs(visitor: Asked) -> HTMLResponse:
    """One's own runs."""
    return visitor.draw("bulk_runs.html", here="leads", runs=_desk(visitor).runs())


@router.post("")
def freeze(
    visitor: Changing,
    *,
    lead: Annotated[list[str] | None, Form()] = None,
    state: Annotated[str, Form(max_length=4000)] = "",
    everything: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Freeze what was ticked, or all the search finds."""
    asked = SearchState.read(QueryParams(state), path="/leads", kind=SearchKind.LEAD, facets=LEAD_FACETS)
    query = asked.query() if everything else None
    frozen = _desk(visitor).freeze(asked.string(), query=query, chosen=lead or ())
    return RedirectResponse(f"/leads/bulk/{frozen.set_id}", status_code=303)


@router.get("/{set_id}", response_class=HTMLResponse)
def frozen_page(visitor: Asked, set_id: str) -> HTMLResponse:
    """The set with its count, its leads, and what may be done."""
    return _set_page(visitor, set_id)


@router.post("/{set_id}")
def apply(
    visitor: Changing,
    set_id: str,
    *,
    action: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=1000)] = "",
    assignee: Annotated[str, Form(max_length=64)] = "",
    count: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Take the step with every lead of the set."""
    actor, clock = visitor.person.account.login, visitor.services.clock
    wish = BulkWish(action=action, reason=reason.strip(), assignee=assignee.strip(), typed_count=count)
    try:
        if action not in ACTIONS:
            raise InvalidInputError("请选择要做的处置", cure=f"可以批量做的：{'、'.join(ACTIONS)}")
        if action == LeadAction.EXCLUDE and not wish.reason:
            raise InvalidInputError("排除须写明原因", cure="填写原因后重试")
        detail = StepDetail(assignee=wish.assignee)
        run = _desk(visitor).apply(
            set_id, wish, lambda lead: act(lead, action, actor=actor, reason=wish.reason, now=clock(), detail=detail)
        )
    except (InvalidInputError, ConflictError) as exc:
        return _set_page(visitor, set_id, wish=wish, problem=str(exc), used=str(exc.data.get("run_id", "")))
    return RedirectResponse(f"/leads/bulk/runs/{run.run_id}", status_code=303)


@router.get("/runs/{run_id}", response_class=HTMLResponse)
def run_page(visitor: Asked, run_id: str) -> HTMLResponse:
    """What became of each lead."""
    return _run_page(visitor, _desk(visitor).run(run_id))


@router.post("/runs/{run_id}/undo")
def undo(visitor: Changing, run_id: str) -> Response:
    """撤销, lead by lead, of what nobody has touched since."""
    desk = _desk(visitor)
    actor, now, run = visitor.person.account.login, visitor.services.clock(), desk.run(run_id)
    said = f"撤销批量“{run.action}”"
    try:
        desk.take_back(run_id, lambda lead, before: take_back(lead, before, actor=actor, said=said, now=now))
    except RefusedError as exc:
        return _run_page(visitor, run, problem=str(exc))
    return RedirectResponse(f"/leads/bulk/runs/{run_id}", status_code=303)


def _set_page(
    visitor: Visitor, set_id: str, *, wish: BulkWish | None = None, problem: str = "", used: str = ""
) -> HTMLResponse:
    frozen, leads = _desk(visitor).frozen(set_id)
    versions = {one.lead_id: one.version for one in frozen.leads}
    return visitor.draw(
        "bulk_set.html",
        here="leads",
        status=409 if problem else 200,
        frozen=frozen,
        leads=leads,
        moved=frozenset(lead.lead_id for lead in leads if lead.version != versions[lead.lead_id]),
        actions=ACTIONS,
        reasons=REASONS,
        people=_people(visitor),
        type_count=len(frozen.leads) > COUNT_TYPED_ABOVE,
        wish=wish or BulkWish(action=""),
        problem=problem,
        used=used,
    )


def _run_page(visitor: Visitor, run: BulkRun, *, problem: str = "") -> HTMLResponse:
    leads = visitor.services.leads
    titles = {one.lead_id: (one.before or leads.lead(one.lead_id)).title for one in run.results}
    open_until = run.begun_at + UNDO_TIME
    may_undo = run.undone_at is None and visitor.services.clock() <= open_until and any(one.done for one in run.results)
    return visitor.draw(
        "bulk_run.html",
        here="leads",
        status=409 if problem else 200,
        run=run,
        titles=titles,
        done=sum(one.done for one in run.results),
        undone=sum(one.undone for one in run.results),
        may_undo=may_undo,
        open_until=open_until,
        problem=problem,
    )


def _people(visitor: Visitor) -> tuple[tuple[str, str], ...]:
    """Whom leads may go to: open accounts of people who act on leads, by login."""
    everybody = visitor.services.accounts.accounts()
    return tuple((one.login, one.name) for one in everybody if may(one, Permission.LEADS_ACT))


def _desk(visitor: Visitor) -> BulkDesk:
    return BulkDesk(visitor.services, visitor.caller)
