"""How index, evidence store and signing keys stand; candidates for the list of targets."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.door import Door, acting, asking, door_of
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.problems import problem_responses
from offices.audit import Caller
from offices.standing_desk import StandingDesk
from records.base import Record
from records.bench_standing import IndexStand, KeyStand, StoreStand
from records.candidates import CandidateState, DiscoveryMethod, Sighting, TargetCandidate
from records.search import SearchKind
from records.survey import TargetKind
from records.system_state import StateLine, StateSection, Tone

__all__ = ["router"]

router = APIRouter(tags=["系统与候选对象"])


def _make(door: Door, caller: Caller) -> StandingDesk:
    return StandingDesk(door.services, caller, door.bench.standing)


_Desk = Annotated[StandingDesk, Depends(asking(_make))]
_Acting = Annotated[StandingDesk, Depends(acting(_make))]
_ROOTS: dict[str, Any] = {
    "description": "根证书（PEM）",
    "content": {"application/x-pem-file": {"schema": {"type": "string", "format": "binary"}}},
}


class KeysAnswer(Record):
    """Signing keys, the current one first."""

    items: tuple[KeyStand, ...]


class SystemAnswer(Record):
    """How the machinery stands; a line says what is to be done where something is."""

    sections: tuple[StateSection, ...]


class CandidateItem(Record):
    """A site that was come across; `alike`: it may be known under another spelling."""

    candidate: TargetCandidate
    alike: str = ""


class CandidatePage(PageOf):
    """Candidates, newest first."""

    items: tuple[CandidateItem, ...]


class CandidateAct(StrEnum):
    """登记 or 忽略."""

    ACCEPT = "accept"
    IGNORE = "ignore"


class CandidateAction(Record):
    """What becomes of a candidate: a target, visited by `cadence` (“每天 03:30”); or nothing, and why."""

    action: CandidateAct
    cadence: Annotated[str, Field(max_length=100)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""


class Decided(Record):
    """The candidate as decided; `target_id` of one that was accepted."""

    candidate: TargetCandidate
    target_id: str = ""


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_SYSTEM = SystemAnswer(
    sections=(
        StateSection(title="备份", lines=(StateLine(part="上次备份", state="今天 03:00，完整", tone=Tone.GOOD),)),
    )
)
_INDEX = IndexStand(waiting={SearchKind.LEAD: 0}, held={SearchKind.LEAD: 128_000})
_STORE = StoreStand(kind="本机文件，写入后只读", ready=True, state="就绪")
_KEYS = KeysAnswer(
    items=(KeyStand(sha256="0" * 64, subject="CN=杭州市市场监督管理局", since=_AT, until=_AT, current=True),)
)
_CANDIDATE = TargetCandidate(
    candidate_id="candidate_1",
    key="shop.example.cn",
    twin_key="shop.example.cn",
    url="https://shop.example.cn/",
    kind=TargetKind.SITE,
    name="示例商城",
    sightings=(
        Sighting(
            method=DiscoveryMethod.LINKS, place="https://list.example.cn/", url="https://shop.example.cn", seen_at=_AT
        ),
    ),
    first_seen_at=_AT,
    last_seen_at=_AT,
)


@router.get("/system", summary="系统各部分的情况", responses=documented(_SYSTEM, 401, 403))
def read_system(request: Request, desk: _Desk) -> SystemAnswer:
    """Storage, clocks, keys and backups, one line a part; for 管理 and 审计."""
    return SystemAnswer(sections=desk.system(door_of(request).bench.system_state))


@router.get("/index", summary="检索索引的情况", responses=documented(_INDEX, 401, 403))
def read_index(desk: _Desk) -> IndexStand:
    """How far it is behind the records; it is made anew by POST /jobs (`index_rebuild`)."""
    return desk.index()


@router.get("/evidence/store", summary="证据存储的情况", responses=documented(_STORE, 401, 403))
def read_store(desk: _Desk) -> StoreStand:
    """Whether it takes and locks what is brought, and how much waits before it."""
    return desk.store()


@router.get("/evidence/keys", summary="签名密钥", responses=documented(_KEYS, 401, 403, 404))
def read_keys(desk: _Desk) -> KeysAnswer:
    """Keys and until when each is believed. They are changed at the machine (`wangjian evidence keys rotate`)."""
    return KeysAnswer(items=desk.signing_keys())


@router.get(
    "/evidence/trust",
    summary="核验所需的根证书",
    response_class=Response,
    responses={200: _ROOTS, **problem_responses(401, 403)},
)
def read_trust(desk: _Desk) -> Response:
    """The roots anybody needs to check our packages; compare their digest by another way when handing them over."""
    headers = {"Content-Disposition": 'attachment; filename="roots.pem"', "X-Content-Type-Options": "nosniff"}
    return Response(desk.trust(), media_type="application/x-pem-file", headers=headers)


@router.get(
    "/target-candidates",
    summary="候选对象",
    responses=documented(CandidatePage(total=1, items=(CandidateItem(candidate=_CANDIDATE),)), 400, 401, 403, 410, 422),
)
def list_candidates(
    desk: _Desk,
    paging: AskedPage,
    state: Annotated[CandidateState | None, Query(description="状态；不填为全部")] = None,
) -> CandidatePage:
    """Sites that were come across, with where each was seen."""
    total, following, shown = paging.cut(
        desk.candidates(state),
        lambda pair: (pair[0].last_seen_at.isoformat(), pair[0].candidate_id),
        newest_first=True,
    )
    items = tuple(CandidateItem(candidate=one, alike=alike) for one, alike in shown)
    return CandidatePage(total=total, next_cursor=following, items=items)


@router.get(
    "/target-candidates/{candidate_id}", summary="一个候选对象", responses=documented(_CANDIDATE, 401, 403, 404, 422)
)
def read_candidate(desk: _Desk, candidate_id: Id) -> TargetCandidate:
    """Every place it was kept as seen."""
    return desk.candidate(candidate_id)


@router.post(
    "/target-candidates/{candidate_id}/actions",
    summary="登记或忽略候选对象",
    responses=documented(Decided(candidate=_CANDIDATE), 401, 403, 404, 409, 422),
)
def act_on_candidate(desk: _Acting, candidate_id: Id, wanted: CandidateAction) -> Decided:
    """Decided once; what was ignored may still be accepted. What somebody else decided meanwhile is refused (409)."""
    if wanted.action is CandidateAct.IGNORE:
        return Decided(candidate=desk.ignore(candidate_id, reason=wanted.reason))
    target = desk.accept(candidate_id, cadence=wanted.cadence)
    return Decided(candidate=desk.candidate(candidate_id), target_id=target.target_id)
