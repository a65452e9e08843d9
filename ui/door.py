"""How a request becomes a page: the session cookie, the check every form must pass, the person's desks."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse

from documents.case_papers import CasePaperRoom
from documents.charts.atlas import Atlas
from evidence.desk import EvidenceRoom, evidence_flaws
from evidence.keeping import keeping_means_of
from leads.case_life import CaseLife
from leads.cases import case_id_of, draft_case
from offices.audit import Caller
from offices.case_desk import CaseWork
from offices.desk import Desk
from offices.evidence_desk import EvidenceDesk, EvidenceMeans
from offices.health_desk import HealthDesk
from offices.keeping_desk import KeepingDesk
from offices.lead_desk import LeadDesk
from offices.limits import RateLimit
from offices.market_desk import MarketDesk
from offices.permissions import may
from offices.rule_desk import RuleDesk
from offices.schedule_desk import ScheduleDesk
from offices.sessions import Gate, SignedIn, check_change, check_origin, cookie_name, masked_csrf
from offices.together import Together
from records.errors import NotFoundError, SignInRequiredError
from records.jobs import JobRunner
from records.keeping import KeepingMeans
from records.leads import Rule
from records.people import Permission
from records.ports import Services
from records.search import SearchKind
from records.workbench import Workbench
from ui.known_rules import KnownRules
from ui.naming import Namer
from ui.rendering import Pages
from ui.replay.addresses import ReplayDoor

__all__ = ["Asked", "Changing", "Door", "Visitor", "bring", "door_of", "open_door", "same_origin", "sending"]

_SHOWN_IN_LISTS = (SearchKind.LEAD, SearchKind.SHOP, SearchKind.LISTING)
_PUBLIC_A_MINUTE = 20
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the pages need, brought to each request by a dependency of the router."""

    services: Services
    gate: Gate
    means: EvidenceMeans
    pages: Pages
    known: KnownRules
    keeping: KeepingMeans
    atlas: Atlas
    workbench: Workbench | None
    case_work: CaseWork
    replay: ReplayDoor | None
    jobs: JobRunner | None
    public_limit: RateLimit

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by id, as they are now."""
        return self.known.now()

    @property
    def bench(self) -> Workbench:
        """What several rooms do together. Raises NotFoundError where the console was opened without it."""
        if self.workbench is None:
            raise NotFoundError("本控制台没有接入这项功能", cure="用 wangjian serve 启动控制台")
        return self.workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One request of one signed-in person: their desks, and pages drawn with what every page shows."""

    request: Request
    door: Door
    person: SignedIn
    caller: Caller

    @property
    def services(self) -> Services:
        """The ports; what a person may see is asked of the desks."""
        return self.door.services

    @property
    def leads(self) -> LeadDesk:
        """The desk for leads."""
        return LeadDesk(self.door.services, self.caller)

    @property
    def market(self) -> MarketDesk:
        """The desk for shops, listings, runs and the register."""
        return MarketDesk(self.door.services, self.caller)

    @property
    def health(self) -> HealthDesk:
        """The desk for alarms and running surveys."""
        return HealthDesk(self.door.services, self.caller)

    @property
    def schedules(self) -> ScheduleDesk:
        """The desk for schedules."""
        return ScheduleDesk(self.door.services, self.caller)

    @property
    def evidence(self) -> EvidenceDesk:
        """The desk for captures."""
        return EvidenceDesk(self.door.services, self.caller, self.door.means)

    @property
    def keeping(self) -> KeepingDesk:
        """The desk for evidence after it was made."""
        door = self.door
        return KeepingDesk(door.services, self.caller, door.means, keeping=door.keeping, bench=door.bench)

    @property
    def rules(self) -> RuleDesk:
        """The desk for what is decided about rules and lists."""
        return RuleDesk(self.door.services, self.caller, self.door.bench)

    @property
    def desk(self) -> Desk:
        """What every desk can be asked."""
        return self.leads

    def may(self, permission: Permission) -> bool:
        """Whether the person may."""
        return may(self.person.account, permission)

    @property
    def namer(self) -> Namer:
        """Names of rules, targets and regions for facets."""
        return Namer(self.door.services, self.door.rules)

    @property
    def wants_piece(self) -> bool:
        """Whether htmx asks for the changing part only."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    def draw(self, template: str, *, here: str, status: int = 200, **context: object) -> HTMLResponse:
        """A page for this person; `here` marks the place in the navigation."""
        account = self.person.account
        everywhere = {
            "account": account,
            "may": {permission.value: may(account, permission) for permission in Permission},
            "csrf_token": masked_csrf(self.person.session),
            "here": here,
            "index_lag": self.door.services.outbox.waiting(_SHOWN_IN_LISTS),
        }
        return self.door.pages.draw(template, {**everywhere, **context}, status=status)


def open_door(
    services: Services,
    *,
    session_hours: int = 10,
    workbench: Workbench | None = None,
    replay: ReplayDoor | None = None,
    jobs: JobRunner | None = None,
    together: Together | None = None,
) -> Door:
    """Join the evidence room to the desks."""
    together = together or Together()
    return Door(
        services=services,
        gate=Gate(services.accounts, services.clock, session_hours=session_hours, turn=together.sign_in_turn),
        means=EvidenceRoom(services),
        pages=Pages(),
        known=KnownRules(services),
        keeping=keeping_means_of(services),
        atlas=Atlas(services.data_dir),
        workbench=workbench,
        case_work=CaseWork(
            rules=CaseLife(),
            papers=CasePaperRoom(),
            draft=draft_case,
            case_id_of=case_id_of,
            check_evidence=evidence_flaws,
        ),
        replay=replay,
        jobs=jobs,
        public_limit=RateLimit(
            services.clock, most=_PUBLIC_A_MINUTE, what="核验", counting=together.counting("public")
        ),
    )


def bring(door: Door) -> Callable[[Request], Awaitable[None]]:
    """The router's own dependency: it runs before all others, and needs no thread of its own."""

    async def bring_door(request: Request) -> None:
        request.state.ui_door = door

    return bring_door


def door_of(request: Request) -> Door:
    """The door of this request."""
    door = request.state.ui_door
    assert isinstance(door, Door)
    return door


def request_id_of(request: Request) -> str:
    """The request's number: the caller's own when it is a plain one, else drawn."""
    sent = request.headers.get("x-request-id", "")
    return sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


def same_origin(request: Request) -> None:
    """Raises PermissionRefusedError for a form sent by another site's page."""
    headers = request.headers
    check_origin(host=headers.get("host", ""), origin=headers.get("origin", ""), referer=headers.get("referer", ""))


def caller_of(request: Request, person: SignedIn | None) -> Caller:
    """The person with address and request number, for the audit chain."""
    return Caller(
        account=person.account if person else None,
        origin=request.client.host if request.client else "",
        request_id=request_id_of(request),
    )


def whose(request: Request) -> SignedIn | None:
    """Who sends this request, if anybody."""
    name = cookie_name(secure=request.url.scheme == "https")
    return door_of(request).gate.whose(request.cookies.get(name, ""))


def _visitor(request: Request) -> Visitor:
    person = whose(request)
    if person is None:
        raise SignInRequiredError("请先登录", cure="登录后继续")
    return Visitor(request=request, door=door_of(request), person=person, caller=caller_of(request, person))


Asked = Annotated[Visitor, Depends(_visitor)]
"""A signed-in person asks for a page."""


def _changing(request: Request, visitor: Asked, csrf_token: Annotated[str, Form(max_length=200)] = "") -> Visitor:
    same_origin(request)
    check_change(visitor.person.session, sent_token=csrf_token or request.headers.get("x-csrf-token", ""))
    return visitor


Changing = Annotated[Visitor, Depends(_changing)]
"""A signed-in person sends a form, shown to come from our own page."""


def sending(permission: Permission) -> Callable[[Request, Visitor], Visitor]:
    """For a form with files: a signed-in person who may do that sends it from our own page. Its token is checked once
    it is read, which a stranger's is not."""

    def sent(request: Request, visitor: Asked) -> Visitor:
        visitor.desk.need(permission)
        same_origin(request)
        return visitor

    return sent
