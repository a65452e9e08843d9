"""Keeping a case: the case itself, the event in each lead's history, the captures that go with them."""

from __future__ import annotations

from collections.abc import Sequence

from records.cases import CaseDraft, CaseRequest, DraftCase
from records.errors import ConflictError, NotFoundError
from records.leads import Case, Lead
from records.ports import Services

__all__ = ["find_case", "open_case"]

_TRIES = 3


def open_case(
    services: Services, request: CaseRequest, leads: Sequence[Lead], *, case_id: str, draft: DraftCase
) -> CaseDraft:
    """Open the case, or take up what has come since it was opened; repeatable, also after a kill in the middle.

    Raises:
        InvalidInputError: As `leads.cases.draft_case`.
        ConflictError: Somebody else changes it at this moment.
    """
    known = find_case(services, case_id)
    made = draft(request, leads, known)
    captures = [
        capture.capture_id
        for lead_id in made.case.lead_ids
        for capture in services.evidence.captures(lead_id=lead_id)
    ]  # fmt: skip
    case = made.case.model_copy(update={"capture_ids": tuple(dict.fromkeys((*made.case.capture_ids, *captures)))})
    if known is None or case != known:
        case = services.leads.save_case(case, expected_version=known.version if known else 0)
    for lead, _event in made.joined:
        _note(services, made, lead.lead_id)
    return CaseDraft(case=case, joined=made.joined, left_out=made.left_out)


def find_case(services: Services, case_id: str) -> Case | None:
    """The case of that id, when it was opened."""
    try:
        return services.leads.case(case_id)
    except NotFoundError:
        return None


def _note(services: Services, made: CaseDraft, lead_id: str) -> None:
    """Write the event into the lead's history, once."""
    event = next(event for lead, event in made.joined if lead.lead_id == lead_id)
    if any(known.event_id == event.event_id for known in services.leads.lead_events(lead_id)):
        return
    for left in reversed(range(_TRIES)):
        lead = services.leads.lead(lead_id)
        said = event.model_copy(update={"state_from": lead.state, "state_to": lead.state})
        try:
            services.leads.save_lead(lead, said, expected_version=lead.version)
            return
        except ConflictError:  # somebody acts on this lead just now
            if not left:
                raise
