"""How a request becomes a desk: the session cookie, the check every change must pass, the person's desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.problems import request_id_of
from evidence.custody import record_event
from evidence.transparency import current_head, log_means_of
from evidence.verify import verify_package
from offices.audit import Caller
from offices.evidence_desk import CustodyNote, EvidenceDesk, EvidenceMeans
from offices.health_desk import HealthDesk
from offices.lead_desk import LeadDesk
from offices.market_desk import MarketDesk
from offices.schedule_desk import ScheduleDesk
from offices.sessions import Gate, SignedIn, check_change, check_origin, cookie_name
from records.errors import SignInRequiredError
from records.evidence import CustodyEvent
from records.ports import Services

__all__ = [
    "ChangingEvidence",
    "ChangingLeads",
    "ChangingSchedules",
    "ChangingSurveyHealth",
    "Door",
    "Evidence",
    "Leads",
    "Market",
    "Schedules",
    "SignedInNow",
    "SurveyHealth",
    "caller_of",
    "changing",
    "door_of",
    "open_door",
    "signed_in",
]

CSRF_HEADER = "x-csrf-token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the routes need, brought to each request by a dependency of the router."""

    services: Services
    gate: Gate
    means: EvidenceMeans


def open_door(services: Services, *, session_hours: int) -> Door:
    """Join the evidence room to the desks."""

    def write_custody(note: CustodyNote) -> CustodyEvent:
        return record_event(
            services.evidence,
            capture_id=note.capture_id,
            action=note.action,
            actor=note.actor,
            role=note.role,
            origin=note.origin,
            reason=note.reason,
            subject_sha256=note.subject_sha256,
            clock=services.clock,
        )

    means = EvidenceMeans(
        verify=lambda path: verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock()),
        write_custody=write_custody,
        stamp_head=lambda: current_head(log_means_of(services)),
    )
    return Door(
        services=services, gate=Gate(services.accounts, services.clock, session_hours=session_hours), means=means
    )


def bring(door: Door) -> Callable[[Request], None]:
    """The router's own dependency: it runs before all others."""

    def bring_door(request: Request) -> None:
        request.state.api_door = door

    return bring_door


def door_of(request: Request) -> Door:
    """The door of this request."""
    door = request.state.api_door
    assert isinstance(door, Door)
    return door


def signed_in(request: Request) -> SignedIn:
    """Who asks. Raises SignInRequiredError."""
    name = cookie_name(secure=request.url.scheme == "https")
    found = door_of(request).gate.whose(request.cookies.get(name, ""))
    if found is None:
        raise SignInRequiredError("尚未登录或登录已过期", cure="POST /api/v1/session 登录，或在控制台登录")
    return found


def changing(request: Request) -> SignedIn:
    """Who asks for a change, the change shown to come from our own pages. Raises PermissionRefusedError."""
    person = signed_in(request)
    same_origin(request)
    check_change(person.session, sent_token=request.headers.get(CSRF_HEADER, ""))
    return person


def same_origin(request: Request) -> None:
    """Raises PermissionRefusedError for a change sent by another site's page."""
    headers = request.headers
    check_origin(host=headers.get("host", ""), origin=headers.get("origin", ""), referer=headers.get("referer", ""))


def caller_of(request: Request, person: SignedIn | None) -> Caller:
    """The person with address and request number, for the audit chain."""
    return Caller(
        account=person.account if person else None,
        origin=request.client.host if request.client else "",
        request_id=request_id_of(request),
    )


SignedInNow = Annotated[SignedIn, Depends(signed_in)]
_Changing = Annotated[SignedIn, Depends(changing)]


def _leads(request: Request, person: SignedInNow) -> LeadDesk:
    return LeadDesk(door_of(request).services, caller_of(request, person))


def _changing_leads(request: Request, person: _Changing) -> LeadDesk:
    return LeadDesk(door_of(request).services, caller_of(request, person))


def _market(request: Request, person: SignedInNow) -> MarketDesk:
    return MarketDesk(door_of(request).services, caller_of(request, person))


def _health(request: Request, person: SignedInNow) -> HealthDesk:
    return HealthDesk(door_of(request).services, caller_of(request, person))


def _changing_health(request: Request, person: _Changing) -> HealthDesk:
    return HealthDesk(door_of(request).services, caller_of(request, person))


def _schedules(request: Request, person: SignedInNow) -> ScheduleDesk:
    return ScheduleDesk(door_of(request).services, caller_of(request, person))


def _changing_schedules(request: Request, person: _Changing) -> ScheduleDesk:
    return ScheduleDesk(door_of(request).services, caller_of(request, person))


def _evidence(request: Request, person: SignedInNow) -> EvidenceDesk:
    door = door_of(request)
    return EvidenceDesk(door.services, caller_of(request, person), door.means)


def _changing_evidence(request: Request, person: _Changing) -> EvidenceDesk:
    door = door_of(request)
    return EvidenceDesk(door.services, caller_of(request, person), door.means)


Leads = Annotated[LeadDesk, Depends(_leads)]
ChangingLeads = Annotated[LeadDesk, Depends(_changing_leads)]
Market = Annotated[MarketDesk, Depends(_market)]
SurveyHealth = Annotated[HealthDesk, Depends(_health)]
ChangingSurveyHealth = Annotated[HealthDesk, Depends(_changing_health)]
Schedules = Annotated[ScheduleDesk, Depends(_schedules)]
ChangingSchedules = Annotated[ScheduleDesk, Depends(_changing_schedules)]
Evidence = Annotated[EvidenceDesk, Depends(_evidence)]
ChangingEvidence = Annotated[EvidenceDesk, Depends(_changing_evidence)]
