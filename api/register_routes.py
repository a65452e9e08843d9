"""The register: how large and how new it is, searched, matched against, and what its offices are to correct."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.door import Door, Market, acting, asking, door_of
from api.examples import ENTITY, documented
from api.paging import AskedPage, PageOf
from matching.resolver import Resolver
from matching.rows import register_row
from offices.audit import Caller
from offices.market_desk import MarketDesk
from offices.masking import mask_entity, mask_match
from offices.register_desk import RegisterDesk
from records.base import Record, UtcDatetime, stable_id
from records.errors import InvalidInputError
from records.people import AuditEvent, Permission
from records.quality_tasks import QualityTask, TaskState
from records.register import Entity, EntityKind, Match, MatchDecision, MatchQuery, Reason, RegisterStats
from records.register_history import Snapshot

__all__ = ["router"]

router = APIRouter(tags=["登记库"])


def _make(door: Door, caller: Caller) -> RegisterDesk:
    return RegisterDesk(door.services, caller, door.bench)


_Desk = Annotated[RegisterDesk, Depends(asking(_make))]
_Matching = Annotated[MarketDesk, Depends(acting(lambda door, caller: MarketDesk(door.services, caller)))]
_MOST_FOUND = 1_000
_Short = Annotated[str, Field(max_length=200)]


class RegisterAnswer(Record):
    """Size by status, the last imports and the last checks, newest first."""

    stats: RegisterStats
    imports: tuple[Snapshot, ...]
    checks: tuple[AuditEvent, ...]


class EntitiesFound(PageOf):
    """Entities of that code or of names like it, the likest first; persons and telephones masked. `total` counts
    those looked at, at most 1,000."""

    items: tuple[Entity, ...]


class OfficeItem(Record):
    """An office with its problems by state; `left`: not corrected yet."""

    code: str
    name: str
    counts: dict[TaskState, int]
    left: int


class MonthItem(Record):
    """Problems found and corrected in a month of Asia/Shanghai."""

    month: str
    found: int
    corrected: int


class QualityAnswer(Record):
    """Problems of one's region: by state, office and month; of those that fit, the first 100."""

    counts: dict[TaskState, int]
    offices: tuple[OfficeItem, ...]
    months: tuple[MonthItem, ...]
    fitting: int
    tasks: tuple[QualityTask, ...]


class MatchWish(Record):
    """What a shop says of itself; at least a name, a code, a telephone, an address of a site or a filing number. The
    standing of a licence is judged as of `as_of`, now when it is not given."""

    name: _Short = ""
    code: Annotated[str, Field(max_length=60)] = ""
    region: _Short = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    address: Annotated[str, Field(max_length=500)] = ""
    legal_representative: Annotated[str, Field(max_length=60)] = ""
    shop_url: Annotated[str, Field(max_length=2000)] = ""
    icp_no: Annotated[str, Field(max_length=60)] = ""
    as_of: UtcDatetime | None = None


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_REGISTER = RegisterAnswer(
    stats=RegisterStats(total=1_000_000, snapshot_id="2026-11-01"),
    imports=(Snapshot(snapshot_id="2026-11-01", source="市局", known_at=_AT),),
    checks=(),
)
_QUALITY = QualityAnswer(
    counts={TaskState.OPEN: 3},
    offices=(OfficeItem(code="330106", name="西湖区市场监督管理局", counts={TaskState.OPEN: 3}, left=3),),
    months=(MonthItem(month="2026-11", found=3, corrected=0),),
    fitting=3,
    tasks=(),
)
_MATCH = Match(
    match_id="match_77aa88bb99cc00dd11ee",
    query=MatchQuery(query_id="query_1", name="杭州百草园商贸有限公司", as_of=_AT),
    decision=MatchDecision.MATCH,
    entity_code=ENTITY.code,
    entity_name=ENTITY.name,
    probability=0.98,
    not_in_register_probability=0.02,
    reasons=(Reason(feature="name", weight=6.2, sentence="名称完全一致"),),
    model_version="1",
    snapshot_id="2026-11-01",
    matched_at=_AT,
)


@router.get("/register", summary="登记库", responses=documented(_REGISTER, 401, 403))
def read_register(desk: _Desk) -> RegisterAnswer:
    """How large it is and when it was brought up to date."""
    return RegisterAnswer(stats=desk.stats(), imports=desk.imports(), checks=desk.checks())


@router.get("/register/quality", summary="登记库质量问题", responses=documented(_QUALITY, 401, 403, 422))
def read_quality(
    desk: _Desk,
    office: Annotated[str, Query(max_length=6, pattern=r"^\d*$", description="机关区划代码的开头")] = "",
    state: Annotated[TaskState | None, Query(description="状态")] = None,
) -> QualityAnswer:
    """What offices of one's region are to correct; a check is asked for by POST /jobs."""
    work = desk.work(office=office, state=state)
    return QualityAnswer(
        counts=work.counts,
        offices=tuple(
            OfficeItem(code=one.code, name=one.name, counts=one.counts, left=one.left) for one in work.offices
        ),
        months=tuple(MonthItem(month=month, found=found, corrected=done) for month, found, done in work.months),
        fitting=work.fitting,
        tasks=work.tasks,
    )


@router.get(
    "/entities",
    summary="检索登记主体",
    responses=documented(EntitiesFound(total=1, items=(ENTITY,)), 400, 401, 403, 410, 422),
)
def search_entities(
    request: Request,
    desk: Market,
    paging: AskedPage,
    q: Annotated[str, Query(min_length=1, max_length=200, description="名称、字号或代码")],
) -> EntitiesFound:
    """By code, or by likeness of the name. The register is the whole country's; in a list everybody is masked."""
    desk.need(Permission.SURVEY_READ)
    register = door_of(request).services.register
    exact = register.by_code(q.strip().upper())
    if exact is not None:
        return EntitiesFound(total=1, items=(mask_entity(exact),))
    probe = register_row(Entity(code="", name=q, kind=EntityKind.COMPANY))
    start = int(paging.after or 0)
    with register.reading() as reader:
        codes = [hit.code for hit in reader.by_grams(probe.grams, limit=min(_MOST_FOUND, start + paging.limit + 1))]
        shown = codes[start : start + paging.limit]
        whole = reader.whole(shown)
    more = start + len(shown) < len(codes)
    return EntitiesFound(
        total=len(codes),
        total_relation="gte" if more or len(codes) >= _MOST_FOUND else "eq",
        next_cursor=paging.following(str(start + len(shown))) if more else None,
        items=tuple(mask_entity(whole[code]) for code in shown),
    )


@router.post("/match", summary="比对：这家店是谁开的", responses=documented(_MATCH, 401, 403, 422))
def match_shop(request: Request, desk: _Matching, wanted: MatchWish) -> Match:
    """Match what is said against the register; nothing is kept. "Not in the register" is an answer of its own."""
    desk.need(Permission.SURVEY_READ)
    if not any(said.strip() for said in (wanted.name, wanted.code, wanted.phone, wanted.shop_url, wanted.icp_no)):
        raise InvalidInputError("没有可比对的内容", cure="至少给出名称、代码、电话、网址或备案号之一")
    services = door_of(request).services
    now = services.clock()
    told = wanted.model_dump(exclude={"as_of"})
    query = MatchQuery(query_id=stable_id("query", *told.values()), as_of=wanted.as_of or now, **told)
    resolver = Resolver(services.register, services.clock, recalibration=services.reviews.current_recalibration())
    found = resolver.match(query)
    return found if desk.may(Permission.PERSONAL_READ) else mask_match(found)
