"""One case for many shops: which leads it takes, and why these shops belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leads.case_periods import opened_clock
from leads.clocks import day_in_china
from records.base import stable_id
from records.cases import CaseDraft, CaseRequest
from records.errors import InvalidInputError
from records.groups import SellerGroup
from records.leads import Case, Lead, LeadEvent, LeadState

__all__ = ["CASE_ACTION", "case_id_of", "draft_case"]

CASE_ACTION = "并案"
"""What a lead's history says when a case takes it; its state stays."""

_ENDED = (LeadState.EXCLUDED, LeadState.NOT_FILED, LeadState.TRANSFERRED, LeadState.CLOSED)
_MOST_TITLE = 200
_REASONS = 20


def case_id_of(request: CaseRequest) -> str:
    """The same for the same group, so that a case opened again takes what has come since."""
    if request.group is not None:
        return stable_id("case", request.group.group_id)
    if request.lead_ids:
        return stable_id("case", "leads", *sorted(request.lead_ids))
    return stable_id("case", *sorted(request.shop_ids))


def draft_case(request: CaseRequest, leads: Sequence[Lead], known: Case | None) -> CaseDraft:
    """The case with every lead of its shops that is not ended.

    Args:
        request: The shops, who asks.
        leads: All leads of these shops that the person may see.
        known: The case as it is, when it was opened before.

    Raises:
        InvalidInputError: No lead can be taken, or the title is too long.
    """
    title = request.title.strip()
    if len(title) > _MOST_TITLE:
        raise InvalidInputError(f"案件名称超过 {_MOST_TITLE} 字", cure="缩短案件名称")
    if request.lead_ids:
        leads = [lead for lead in leads if lead.lead_id in request.lead_ids]
    taken = [lead for lead in leads if lead.state not in _ENDED]
    if not taken and known is None:
        raise InvalidInputError("这些网店没有可以并案的线索", cure="先研判线索；已排除、已移送、已归档的不能并案")
    before = known.lead_ids if known else ()
    fresh = [lead for lead in taken if lead.lead_id not in before]
    case_id = case_id_of(request)
    case = Case(
        case_id=case_id,
        title=title or (known.title if known else _title(taken)),
        lead_ids=(*before, *(lead.lead_id for lead in fresh)),
        capture_ids=known.capture_ids if known else (),
        officers=known.officers if known else (),
        shop_ids=tuple(sorted({*(known.shop_ids if known else ()), *request.shop_ids})),
        group_id=request.group.group_id if request.group else "",
        reasons=_reasons(request.group, known),
        opened_by=known.opened_by if known else request.actor,
        opened_at=known.opened_at if known else request.now,
        version=known.version if known else 0,
        **(_kept(known) if known else _begun(request, taken)),
    )
    if not known:
        case = opened_clock(case, start=day_in_china(request.now))
    joined = tuple((lead, _event(lead, case, request)) for lead in taken)
    left_out = tuple(
        f"{lead.lead_id} {lead.title}：{lead.state.value}，未并入"
        for lead in leads
        if lead.state in _ENDED and lead.lead_id not in before
    )
    return CaseDraft(case=case, joined=joined, left_out=left_out)


def _begun(request: CaseRequest, leads: Sequence[Lead]) -> dict[str, Any]:
    """What a new case has beside its leads: 案由 from the rules they rest on, the region of the foremost."""
    first = min(leads, key=lambda lead: (-lead.priority_score, lead.lead_id))
    causes = dict.fromkeys(lead.rule_title for lead in leads)
    return {"cause": request.cause.strip() or "、".join(causes)[:_MOST_TITLE], "region_code": first.region_code}


def _kept(known: Case) -> dict[str, Any]:
    """What taking up more leads leaves as it is."""
    names = ("cause", "state", "parties", "handlers", "page_ids", "deadlines", "office", "region_code", "filed_on")
    return {name: getattr(known, name) for name in names}


def _title(leads: Sequence[Lead]) -> str:
    shops = {lead.shop_id: lead.shop_name or lead.shop_id for lead in leads}
    first = min(leads, key=lambda lead: (-lead.priority_score, lead.lead_id))
    more = f"等 {len(shops)} 家网店" if len(shops) > 1 else ""
    return f"{shops[first.shop_id][:80]}{more}涉嫌“{first.rule_title}”等案" if more else first.title[:_MOST_TITLE]


def _reasons(group: SellerGroup | None, known: Case | None) -> tuple[str, ...]:
    """Why these shops are of one hand, strongest first, as they stood when the case was opened or taken up again."""
    if group is None:
        return known.reasons if known else ()
    said = [f"{link.sentence}（权重 {link.weight:.1f}）" for link in group.links[:_REASONS]]
    return tuple(dict.fromkeys((*(known.reasons if known else ()), *said)))


def _event(lead: Lead, case: Case, request: CaseRequest) -> LeadEvent:
    together = f"，与关联组 {request.group.group_id} 的其他网店并案" if request.group else ""
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, CASE_ACTION, case.case_id),
        lead_id=lead.lead_id,
        action=CASE_ACTION,
        state_from=lead.state,
        state_to=lead.state,
        actor=request.actor,
        reason=f"并入案件 {case.case_id}“{case.title}”{together}",
        at=request.now,
    )
