"""How a request becomes a desk: the session cookie or the key of a program, the check every change must pass, the
person's desks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.cursors import CursorBook, server_secret
from api.oidc import Elsewhere, OidcOptions
from api.problems import request_id_of
from evidence.desk import EvidenceRoom
from offices.api_keys import KeyDesk, holder_of
from offices.audit import Caller
from offices.evidence_desk import EvidenceDesk, EvidenceMeans
from offices.health_desk import HealthDesk
from offices.lead_desk import LeadDesk
from offices.limits import RateLimit
from offices.market_desk import MarketDesk
from offices.permissions import require
from offices.schedule_desk import ScheduleDesk
from offices.sessions import Gate, SignedIn, check_change, check_origin, cookie_name
from offices.together import Together
from records.errors import AwayError, SignInRequiredError
from records.jobs import JobRunner
from records.people import Permission
from records.ports import Services
from records.workbench import Workbench

__all__ = [
    "ChangingEvidence",
    "ChangingKeys",
    "ChangingLeads",
    "ChangingSchedules",
    "ChangingSurveyHealth",
    "Door",
    "DoorOptions",
    "Evidence",
    "Keys",
    "Leads",
    "Market",
    "Schedules",
    "SignedInNow",
    "SurveyHealth",
    "acting",
    "asking",
    "caller_of",
    "changing",
    "check_changing",
    "door_of",
    "open_door",
    "person_of",
    "signed_in",
]

CSRF_HEADER = "x-csrf-token"
_COOKIE = APIKeyCookie(
    name="__Host-wangjian",
    scheme_name="session",
    auto_error=False,
    description="POST /api/v1/session 登录后由浏览器保存；每次更改另须 X-CSRF-Token",
)
_BEARER = HTTPBearer(
    bearerFormat="wj_…",
    scheme_name="key",
    auto_error=False,
    description="接口密钥，由系统管理员签发；不需要 X-CSRF-Token",
)


_DeskT = TypeVar("_DeskT")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOptions:
    """How long a sign-in through the API lasts, and how often one account or key may ask and one address sign in;
    `together`: with the other processes that serve (None: there are none)."""

    session_hours: int = 10
    requests_a_minute: int = 1200
    sign_ins_a_minute: int = 60
    workbench: Workbench | None = None
    jobs: JobRunner | None = None
    oidc: OidcOptions | None = None
    metrics_token: str = ""
    together: Together | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the routes need, brought to each request by a dependency of the router."""

    services: Services
    gate: Gate
    means: EvidenceMeans
    cursors: CursorBook
    requests: RateLimit
    sign_ins: RateLimit
    options: DoorOptions
    elsewhere: Elsewhere | None
    together: Together

    @property
    def bench(self) -> Workbench:
        """What several rooms do together. Raises AwayError where the API was opened without it."""
        if self.options.workbench is None:
            raise AwayError("本服务没有接入这项功能", cure="用 wangjian serve 启动")
        return self.options.workbench


def open_door(services: Services, options: DoorOptions) -> Door:
    """Join the evidence room to the desks. Raises InvalidInputError for a provider's address that cannot be one."""
    secret = cache(lambda: server_secret(services.data_dir / "keys"))
    together, clock = options.together or Together(), services.clock
    asked, entered = together.counting("requests"), together.counting("sign_ins")
    return Door(
        services=services,
        gate=Gate(services.accounts, clock, session_hours=options.session_hours, turn=together.sign_in_turn),
        means=EvidenceRoom(services),
        cursors=CursorBook(secret, clock),
        requests=RateLimit(clock, most=options.requests_a_minute, counting=asked),
        sign_ins=RateLimit(clock, most=options.sign_ins_a_minute, what="登录", counting=entered),
        options=options,
        elsewhere=Elsewhere(options.oidc, clock, secret) if options.oidc else None,
        together=together,
    )


def bring(door: Door) -> Callable[[Request], Awaitable[None]]:
    """The router's own dependency: it runs before all others, and takes no thread for it."""

    async def bring_door(request: Request) -> None:
        request.state.api_door = door

    return bring_door


def door_of(request: Request) -> Door:
    """The door of this request."""
    door = request.state.api_door
    assert isinstance(door, Door)
    return door


def signed_in(
    request: Request,
    _: Annotated[str | None, Security(_COOKIE)] = None,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)] = None,
) -> SignedIn:
    """Who asks, by key or by cookie. Raises SignInRequiredError."""
    if not hasattr(request.state, "api_person"):
        request.state.api_person = person_of(request, door_of(request))
    found: SignedIn | None = request.state.api_person
    if found is None and bearer is not None:
        raise SignInRequiredError("接口密钥无效、已过期或已撤销", cure="请系统管理员换发密钥：wangjian users key add")
    if found is None:
        raise SignInRequiredError("尚未登录或登录已过期", cure="POST /api/v1/session 登录，或在控制台登录")
    return found


def person_of(request: Request, door: Door) -> SignedIn | None:
    """Who sends this request, by key or by cookie; None: nobody who is let in."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return holder_of(door.services.accounts, door.services.clock, secret.strip())
    name = cookie_name(secure=request.url.scheme == "https")
    return door.gate.whose(request.cookies.get(name, ""))


def changing(request: Request, person: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
    """Who asks for a change, which must come from our own pages or with a key: no browser sends a key by itself.

    Raises:
        PermissionRefusedError: Without the session's token, or from another site.
    """
    check_changing(request, person)
    return person


def check_changing(request: Request, person: SignedIn) -> None:
    """Raises as `changing`."""
    if not person.key_id:
        same_origin(request)
        check_change(person.session, sent_token=request.headers.get(CSRF_HEADER, ""))


def same_origin(request: Request) -> None:
    """Raises PermissionRefusedError for a change sent by another site's page."""
    headers = request.headers
    check_origin(host=headers.get("host", ""), origin=headers.get("origin", ""), referer=headers.get("referer", ""))


def caller_of(request: Request, person: SignedIn | None) -> Caller:
    """The person with address and request number, for the audit chain."""
    address = request.client.host if request.client else ""
    return Caller(
        account=person.account if person else None,
        origin=f"{address} 密钥 {person.key_id}" if person and person.key_id else address,
        request_id=request_id_of(request),
    )


SignedInNow = Annotated[SignedIn, Depends(signed_in)]
_Changing = Annotated[SignedIn, Depends(changing)]


def asking(make: Callable[[Door, Caller], _DeskT]) -> Callable[[Request, SignedIn], _DeskT]:
    """A dependency that gives somebody's desk, to look."""

    def ask(request: Request, person: SignedInNow) -> _DeskT:
        return make(door_of(request), caller_of(request, person))

    return ask


def acting(make: Callable[[Door, Caller], _DeskT]) -> Callable[[Request, SignedIn], _DeskT]:
    """A dependency that gives somebody's desk, to change something."""

    def act(request: Request, person: _Changing) -> _DeskT:
        return make(door_of(request), caller_of(request, person))

    return act


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
    door = door_of(request)
    bench = door.options.workbench
    return ScheduleDesk(door.services, caller_of(request, person), bench.arranging if bench else None)


def _changing_schedules(request: Request, person: _Changing) -> ScheduleDesk:
    return _schedules(request, person)


def _evidence(request: Request, person: SignedInNow) -> EvidenceDesk:
    door = door_of(request)
    return EvidenceDesk(door.services, caller_of(request, person), door.means)


def _changing_evidence(request: Request, person: _Changing) -> EvidenceDesk:
    door = door_of(request)
    return EvidenceDesk(door.services, caller_of(request, person), door.means)


def _keys(request: Request, person: SignedInNow) -> KeyDesk:
    services = door_of(request).services
    require(person.account, Permission.USERS_MANAGE)
    return KeyDesk(services.accounts, services.audit, services.clock, caller_of(request, person))


def _changing_keys(request: Request, person: _Changing) -> KeyDesk:
    return _keys(request, person)


Leads = Annotated[LeadDesk, Depends(_leads)]
ChangingLeads = Annotated[LeadDesk, Depends(_changing_leads)]
Market = Annotated[MarketDesk, Depends(_market)]
SurveyHealth = Annotated[HealthDesk, Depends(_health)]
ChangingSurveyHealth = Annotated[HealthDesk, Depends(_changing_health)]
Schedules = Annotated[ScheduleDesk, Depends(_schedules)]
ChangingSchedules = Annotated[ScheduleDesk, Depends(_changing_schedules)]
Keys = Annotated[KeyDesk, Depends(_keys)]
ChangingKeys = Annotated[KeyDesk, Depends(_changing_keys)]
Evidence = Annotated[EvidenceDesk, Depends(_evidence)]
ChangingEvidence = Annotated[EvidenceDesk, Depends(_changing_evidence)]
