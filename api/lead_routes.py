"""Leads: search, open, decide."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.answers import LeadAction, LeadAnswer, LeadClaim, LeadItem, LeadPage, LeadSearch
from api.door import ChangingLeads, Leads, SignedInNow, door_of
from api.examples import CLAIM, LEAD, LEAD_ANSWER, LEAD_PAGE, documented
from api.paging import paging_of
from api.preconditions import IfMatch, etag_of, version_asked
from api.problems import problem_responses
from leads.clocks import day_in_china
from leads.periods import card_of_lead
from leads.rule_life import named_unverified
from leads.states import StepDetail, act, steps_of
from records.claims import Claim
from records.leads import Lead
from records.search import SearchKind

__all__ = ["Id", "router"]

router = APIRouter(prefix="/leads", tags=["线索"])

Id = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.get("", summary="检索线索", responses=documented(LEAD_PAGE, 400, 401, 403, 410, 422, 503))
def search_leads(request: Request, person: SignedInNow, desk: Leads, asked: Annotated[LeadSearch, Query()]) -> LeadPage:
    """Leads of one's region, with counts of every facet."""
    paging = paging_of(request, person, limit=asked.limit, cursor=asked.cursor)
    result, hits = desk.search(asked.query(after=paging.after))
    return LeadPage(
        total=result.total,
        next_cursor=paging.following(result.next_cursor),
        index_lag=door_of(request).services.outbox.waiting((SearchKind.LEAD,)),
        items=tuple(LeadItem(lead=hit.lead, highlights=hit.highlights) for hit in hits),
        facets=result.facets,
    )


@router.get(
    "/{lead_id}",
    summary="线索详情",
    responses=documented(LEAD_ANSWER, 401, 403, 404, 422),
)
def read_lead(request: Request, response: Response, desk: Leads, lead_id: Id) -> LeadAnswer:
    """A lead with findings, subject, captures and history. The ETag is needed to change it."""
    file = desk.file(lead_id)
    response.headers["ETag"] = etag_of(file.lead.version)
    response.headers["Cache-Control"] = "no-store"
    card = card_of_lead(file.lead, day_in_china(door_of(request).services.clock()))
    return LeadAnswer(
        lead=file.lead,
        findings=file.findings,
        events=file.events,
        shop=file.shop,
        match=file.match,
        captures=file.captures,
        steps=tuple(steps_of(file.lead)),
        claim=file.claim,
        card=card.colour.value,
        card_sentence=card.sentence,
        unverified_articles=named_unverified(basis for one in file.findings for basis in one.basis),
    )


@router.post(
    "/{lead_id}/actions",
    summary="处置线索",
    responses=documented(LEAD, 401, 403, 404, 409, 412, 422, 428),
)
def act_on_lead(
    request: Request,
    response: Response,
    desk: ChangingLeads,
    *,
    lead_id: Id,
    wanted: LeadAction,
    if_match: IfMatch = None,
) -> Lead:
    """Take one lawful step. Needs If-Match, so that nobody's decision is overwritten unseen."""
    version = version_asked(if_match)
    services = door_of(request).services
    detail = StepDetail(cause=wanted.cause, until=wanted.until, assignee=wanted.assignee, office=wanted.office)
    saved = desk.step(
        lead_id,
        lambda lead: act(
            lead, wanted.action, actor=desk.account.login, reason=wanted.reason, now=services.clock(), detail=detail
        ),
        expected_version=version,
    )
    response.headers["ETag"] = etag_of(saved.version)
    return saved


@router.put("/{lead_id}/claim", summary="认领线索", responses=documented(CLAIM, 401, 403, 404, 409, 422))
def claim_lead(desk: ChangingLeads, *, lead_id: Id, wanted: LeadClaim) -> Claim:
    """Hold a lead for a while: what others would do to it is refused, naming who and until when."""
    return desk.claim(lead_id, minutes=wanted.minutes)


@router.delete("/{lead_id}/claim", summary="释放线索", status_code=204, responses=problem_responses(401, 403, 404, 422))
def release_lead(desk: ChangingLeads, *, lead_id: Id) -> None:
    """Let go of one's claim; without one nothing happens."""
    desk.release(lead_id)
