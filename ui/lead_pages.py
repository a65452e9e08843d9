"""线索: search, 研判, decision, and the next lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from leads.causes import EXCLUSIONS, OTHER
from leads.clocks import day_in_china
from leads.periods import card_of_lead
from leads.picturing import PLACE as IN_PICTURE
from leads.states import StepDetail, act, needs_reason, steps_of
from offices.lead_desk import LeadFile, LeadHit
from records.claims import CLAIM_MINUTES
from records.errors import AwayError, ConflictError, InvalidInputError, TransitionRefusedError
from records.leads import Basis, Rule
from records.search import Facet, SearchKind, SearchResult, SearchSort
from ui.door import Asked, Changing, Visitor
from ui.group_pages import group_file
from ui.places import place_in_words
from ui.searching import SearchState

__all__ = ["LEAD_FACETS", "REASONS", "router"]

router = APIRouter(prefix="/leads")

LEAD_FACETS = (
    Facet.SEVERITY,
    Facet.STATE,
    Facet.RULE,
    Facet.DECISION,
    Facet.CATEGORY,
    Facet.OFFICE,
    Facet.REGION,
    Facet.TARGET,
    Facet.ASSIGNEE,
)

REASONS = tuple(cause for cause in EXCLUSIONS if cause != OTHER)
"""Common reasons offered beside the field, which are the structured ones; any other may be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What a lead's page says about the request that led to it: a refusal with the reason kept, or what was done."""

    problem: str = ""
    written: str = ""
    done: str = ""
    status: int = 200


@router.get("", response_class=HTMLResponse)
def search(request: Request, visitor: Asked) -> Response:
    """The list with its facets; htmx gets the changing part only."""
    state = _state(request)
    problem, result = "", SearchResult(total=0, hits=())
    hits: tuple[LeadHit, ...] = ()
    try:
        result, hits = visitor.leads.search(state.query())
    except (AwayError, InvalidInputError) as exc:
        problem = str(exc)
    namer = visitor.namer
    before, after = state.page_hrefs(result.total)
    return visitor.draw(
        "leads_found.html" if visitor.wants_piece else "leads.html",
        here="leads",
        state=state,
        hits=hits,
        result=result,
        groups=state.groups(result, namer),
        chosen=state.chosen(namer),
        sorts=tuple((sort, state.sorted_by(sort).href, sort is state.sort) for sort in SearchSort),
        before=before,
        after=after,
        problem=problem,
    )


@router.get("/{lead_id}", response_class=HTMLResponse)
def lead_page(request: Request, visitor: Asked, lead_id: str) -> HTMLResponse:
    """研判: one screen with all that is decided on."""
    return _draw(visitor, _state(request), lead_id, _Said(done=request.query_params.get("done", "")))


@router.post("/{lead_id}/act")
def act_on_lead(  # noqa: PLR0913  # the fields of the form
    request: Request,
    visitor: Changing,
    lead_id: str,
    *,
    action: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=1000)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
    version: Annotated[int, Form(ge=1)] = 1,
) -> Response:
    """Decide, then go on to the next lead of the list one came from; a refused step keeps what was written."""
    state, position = _state(request), _position(request)
    _, following = _neighbours(visitor, state, lead_id, position)
    try:
        detail = StepDetail(until=_day(until))
        actor, now = visitor.person.account.login, visitor.services.clock()
        visitor.leads.step(
            lead_id,
            lambda lead: act(lead, action, actor=actor, reason=reason.strip(), now=now, detail=detail),
            expected_version=version,
        )
    except (ConflictError, TransitionRefusedError, InvalidInputError) as exc:
        return _draw(visitor, state, lead_id, _Said(problem=str(exc), written=reason, status=409))
    if "at" not in request.query_params:
        return RedirectResponse(f"/leads/{lead_id}?done=acted", status_code=303)
    if not following:
        return RedirectResponse(f"{state.path}?{state.string(done='all')}", status_code=303)
    # The list moved up by one when the lead left it; where it stays, the next is looked for by its own place.
    return RedirectResponse(f"/leads/{following}?{state.string(at=str(position), done='next')}", status_code=303)


@router.post("/{lead_id}/claim")
def claim_lead(
    request: Request, visitor: Changing, lead_id: str, *, release: Annotated[str, Form(max_length=1)] = ""
) -> Response:
    """认领, or 释放 one's own claim; a refusal names who holds it."""
    try:
        if release:
            visitor.leads.release(lead_id)
        else:
            visitor.leads.claim(lead_id, minutes=CLAIM_MINUTES)
    except ConflictError as exc:
        return _draw(visitor, _state(request), lead_id, _Said(problem=str(exc), status=409))
    return RedirectResponse(f"/leads/{lead_id}?{request.url.query}", status_code=303)


@router.post("/{lead_id}/capture")
def capture_lead(
    request: Request, visitor: Changing, lead_id: str, *, url: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """固证: begin a capture of one of the lead's pages."""
    lead = visitor.leads.file(lead_id).lead
    if url not in lead.urls:
        raise InvalidInputError("要固证的网址不属于这条线索", cure="在线索页选择页面后重试")
    capture = visitor.evidence.begin(url, lead_id=lead_id)
    back = urlencode({"from": f"/leads/{lead_id}?{request.url.query}"})
    return RedirectResponse(f"/evidence/{capture.capture_id}?{back}", status_code=303)


def _draw(visitor: Visitor, state: SearchState, lead_id: str, said: _Said) -> HTMLResponse:
    file = visitor.leads.file(lead_id)
    request = visitor.request
    position = _position(request)
    before, after = _neighbours(visitor, state, lead_id, position) if "at" in request.query_params else ("", "")
    rule = visitor.door.rules.get(file.lead.rule_id)
    return visitor.draw(
        "lead.html",
        here="leads",
        status=said.status,
        file=file,
        lead=file.lead,
        group=group_file(visitor, file.lead.shop_id),
        rule=rule,
        weighed=frozenset(finding.exemption for finding in file.findings if finding.exemption),
        places=_places(visitor, file),
        articles=_articles(file, rule),
        steps=tuple(str(step) for step in steps_of(file.lead)),
        reasoned=tuple(str(step) for step in steps_of(file.lead) if needs_reason(step)),
        card=card_of_lead(file.lead, day_in_china(visitor.services.clock())),
        own_claim=file.claim is not None and file.claim.holder == visitor.person.account.login,
        reasons=REASONS,
        picture=next((capture for capture in file.captures if capture.screenshot is not None), None),
        back=state.href,
        query=request.url.query,
        before=f"/leads/{before}?{state.string(at=str(max(0, position - 1)))}" if before else "",
        after=f"/leads/{after}?{state.string(at=str(position + 1))}" if after else "",
        problem=said.problem,
        written=said.written,
        done=said.done,
    )


def _articles(file: LeadFile, rule: Rule | None) -> tuple[Basis, ...]:
    """The articles the findings name (in force on the day of the conduct); the rule's own when they name none."""
    named = tuple(dict.fromkeys(article for finding in file.findings for article in finding.basis))
    return named or (rule.basis if rule else ())


def _places(visitor: Visitor, file: LeadFile) -> dict[str, str]:
    """Where each finding was read, in words; of those in pictures the line is looked up in the picture's reading."""
    read = visitor.services.image_texts
    return {
        one.finding_id: place_in_words(
            one, read.text_of(one.page_sha256) if one.place.startswith(IN_PICTURE) and one.page_sha256 else None
        )
        for one in file.findings
    }


def _neighbours(visitor: Visitor, state: SearchState, lead_id: str, position: int) -> tuple[str, str]:
    try:
        return visitor.leads.neighbours(state.query(), lead_id, position=position)
    except (AwayError, InvalidInputError):  # the lead is shown all the same
        return "", ""


def _state(request: Request) -> SearchState:
    return SearchState.read(request.query_params, path="/leads", kind=SearchKind.LEAD, facets=LEAD_FACETS)


def _day(said: str) -> date | None:
    """The day of a date field; None when nothing was chosen."""
    if not said.strip():
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError as exc:
        raise InvalidInputError(f"日期无法识别：{said}", cure="写成 2026-12-05") from exc


def _position(request: Request) -> int:
    said = request.query_params.get("at", "")
    return min(int(said), 9_999) if said.isascii() and said.isdigit() and len(said) <= 5 else 0
