"""Keeping a case: the case itself, the event in each lead's history, the captures that go with them, who the parties
are, and its own history bound to the audit chain."""

from __future__ import annotations

from collections.abc import Sequence

from offices.audit import AuditAction, Caller, event_to_be
from records.base import stable_id
from records.case_parts import CaseEvent, Party, PartyRole, event_sha256
from records.case_ports import AuditBuild, CaseChange
from records.cases import CaseDraft, CaseRequest, DraftCase
from records.errors import ConflictError, NotFoundError
from records.leads import Case, Lead
from records.ports import Services
from records.register import Entity

__all__ = ["find_case", "noted", "open_case", "parties_of", "proof_of"]

_TRIES = 3


def open_case(
    services: Services,
    request: CaseRequest,
    leads: Sequence[Lead],
    *,
    case_id: str,
    draft: DraftCase,
    caller: Caller | None = None,
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
    parties = _with_parties(made.case, parties_of(services, [lead for lead, _ in made.joined]))
    case = made.case.model_copy(
        update={
            "capture_ids": tuple(dict.fromkeys((*made.case.capture_ids, *captures))),
            "parties": parties,
            "office": made.case.office or services.organisation,
        }
    )
    if known is None or case != known:
        _keep(services, case, request, caller=caller or Caller(account=None, origin="命令行"), fresh=known is None)
        case = services.leads.case(case_id)
    for lead, _event in made.joined:
        _note(services, made, lead.lead_id)
    return CaseDraft(case=case, joined=made.joined, left_out=made.left_out)


def find_case(services: Services, case_id: str) -> Case | None:
    """The case of that id, when it was opened."""
    try:
        return services.leads.case(case_id)
    except NotFoundError:
        return None


def parties_of(services: Services, leads: Sequence[Lead]) -> tuple[Party, ...]:
    """当事人, as the register knows the subjects of these leads; of one it does not, what the lead says."""
    found: dict[str, Party] = {}
    for lead in leads:
        if lead.entity_code and lead.entity_code not in found:
            entity = services.register.by_code(lead.entity_code)
            found[lead.entity_code] = _party(lead, entity)
    return tuple(found.values())


def proof_of(event: CaseEvent) -> str:
    """What the audit chain holds of an event; `noted` finds it again."""
    return f"事件 {event.event_id} SHA-256 {event_sha256(event)}"


def noted(caller: Caller, event: CaseEvent) -> AuditBuild:
    """The audit event of a step, written with the step itself: what was done, and the digest of its record."""
    said = f"{proof_of(event)}；{event.action}：{event.reason}"
    return event_to_be(caller, action=AuditAction.CASE_ACTED, at=event.at, object_id=event.case_id, detail=said)


def _keep(services: Services, case: Case, request: CaseRequest, *, caller: Caller, fresh: bool) -> None:
    action = "开立案件" if fresh else "补入线索"
    event = CaseEvent(
        event_id=stable_id("event", case.case_id, action, str(case.version)),
        case_id=case.case_id,
        action=action,
        state_from=None if fresh else case.state,
        state_to=case.state,
        actor=request.actor,
        reason=f"{case.title}：线索 {len(case.lead_ids)} 条，网店 {len(case.shop_ids)} 家",
        at=request.now,
    )
    services.case_book.keep(CaseChange(event=event, audit=noted(caller, event), case=case))


def _with_parties(case: Case, found: Sequence[Party]) -> tuple[Party, ...]:
    known = {(one.role, one.code or one.name) for one in case.parties}
    return (*case.parties, *(one for one in found if (one.role, one.code or one.name) not in known))


def _party(lead: Lead, entity: Entity | None) -> Party:
    if entity is None:
        return Party(
            role=PartyRole.SUBJECT, name=lead.entity_name, code=lead.entity_code, source=f"线索 {lead.lead_id}"
        )
    return Party(
        role=PartyRole.SUBJECT,
        name=entity.name,
        code=entity.code,
        kind=entity.kind.value,
        person=entity.legal_representative,
        phone=entity.phone,
        address=entity.address,
        source=f"登记库 {entity.source} {entity.snapshot_id}",
    )


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
