"""Leads: search, open, decide."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from api.answers import LeadAction, LeadAnswer, LeadClaim, LeadItem, LeadPage, LeadSearch
from api.door import ChangingLeads, Leads, door_of
from api.examples import CLAIM, LEAD, LEAD_ANSWER, LEAD_PAGE, documented
from api.problems import problem_responses
from leads.clocks import day_in_china
from leads.periods import card_of_lead
from leads.rule_life import named_unverified
from leads.states import StepDetail, act, steps_of
from records.claims import Claim
from records.errors import InvalidInputError, PreconditionMissingError
from records.leads import Lead
from records.search import SearchKind

__all__ = ["Id", "next_offset", "router"]

router = APIRouter(prefix="/leads", tags=["线索"])

Id = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.get("", summary="检索线索", responses=documented(LEAD_PAGE, 401, 403, 422, 503))
def search_leads(request: Request, desk: Leads, asked: Annotated[LeadSearch, Query()]) -> LeadPage:
    """Leads of one's region, with counts of every facet."""
    result, hits = desk.search(asked.query())
    return LeadPage(
        total=result.total,
        next_offset=next_offset(asked.offset, asked.limit, result.total),
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
    response.headers["ETag"] = f'"{file.lead.version}"'
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
    if_match: Annotated[str | None, Header(description='GET 所得 ETag，如 "3"')] = None,
) -> Lead:
    """Take one lawful step. Needs If-Match, so that nobody's decision is overwritten unseen."""
    version = _version(if_match)
    services = door_of(request).services
    detail = StepDetail(cause=wanted.cause, until=wanted.until, assignee=wanted.assignee, office=wanted.office)
    saved = desk.step(
        lead_id,
        lambda lead: act(
            lead, wanted.action, actor=desk.account.login, reason=wanted.reason, now=services.clock(), detail=detail
        ),
        expected_version=version,
    )
    response.headers["ETag"] = f'"{saved.version}"'
    return saved


@router.put("/{lead_id}/claim", summary="认领线索", responses=documented(CLAIM, 401, 403, 404, 409, 422))
def claim_lead(desk: ChangingLeads, *, lead_id: Id, wanted: LeadClaim) -> Claim:
    """Hold a lead for a while: what others would do to it is refused, naming who and until when."""
    return desk.claim(lead_id, minutes=wanted.minutes)


@router.delete("/{lead_id}/claim", summary="释放线索", status_code=204, responses=problem_responses(401, 403, 404, 422))
def release_lead(desk: ChangingLeads, *, lead_id: Id) -> None:
    """Let go of one's claim; without one nothing happens."""
    desk.release(lead_id)


def next_offset(offset: int, limit: int, total: int) -> int | None:
    """Where the next page begins; None when there is none within the first 10,000."""
    following = offset + limit
    return following if following < min(total, 10_000) else None


def _version(if_match: str | None) -> int:
    if if_match is None:
        raise PreconditionMissingError("缺少 If-Match，未作任何更改", cure='先读取线索，把 ETag 放入 If-Match，如 "3"')
    found = re.fullmatch(r'\s*"(\d{1,9})"\s*', if_match)
    if not found:
        raise InvalidInputError(f"If-Match 无法识别：{if_match[:40]}", cure='应为读取线索所得的 ETag，如 "3"')
    return int(found[1])
