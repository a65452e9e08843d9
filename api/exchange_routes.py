"""往来: peers, bundles and their receipts, and the matters between bureaus."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.door import acting, asking
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.problems import problem_responses
from offices.exchange_desk import ExchangeDesk, MatterFile
from records.base import Record, UtcDatetime
from records.errors import InvalidInputError
from records.exchange import Bundle, BundleState, BundleWay, Direction, Peer, Refusal, RefusalReason, Relation, Zone
from records.exchange_matters import Matter, MatterKind, MatterState, MatterWay
from records.lists import ListPlace

__all__ = ["router"]

router = APIRouter(prefix="/exchange", tags=["往来"])

_MOST_BYTES = 2_000_000_000
_REFUSALS_SHOWN = 200
_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_Looking = Annotated[ExchangeDesk, Depends(asking(lambda door, caller: ExchangeDesk(door.services, caller)))]
_Doing = Annotated[ExchangeDesk, Depends(acting(lambda door, caller: ExchangeDesk(door.services, caller)))]


class PeerItem(Record):
    """A peer without its certificates; `revoked_at` says since when nothing is taken from it."""

    code: str
    name: str
    region_code: str
    zone: Zone
    relation: Relation
    root_sha256: str
    added_at: UtcDatetime
    revoked_at: UtcDatetime | None
    revoked_reason: str

    @classmethod
    def of(cls, peer: Peer) -> PeerItem:
        """As the ledger has it."""
        return cls(**peer.model_dump(include=set(cls.model_fields)))


class PeerList(Record):
    """All peers, by code."""

    items: tuple[PeerItem, ...]


class LedgerAnswer(PageOf):
    """Bundles newest first, a page of them; those no receipt has come for; the newest (200) that were refused here."""

    items: tuple[Bundle, ...]
    waiting: tuple[Bundle, ...]
    refusals: tuple[Refusal, ...]


class RefusalList(PageOf):
    """What was refused here and why, newest first."""

    items: tuple[Refusal, ...]


class BundleList(Record):
    """Bundles made by one sending; fetched one by one."""

    items: tuple[Bundle, ...]


class ReceivedAnswer(Record):
    """What a file was: a bundle taken in (now or before), the bundle a receipt was of, or a refusal with its reason."""

    bundle: Bundle | None
    refusal: Refusal | None


class MatterAnswer(Record):
    """A matter, the card of its period (`none` where none runs), and what may be answered to it now."""

    matter: Matter
    peer_name: str
    card: str
    card_sentence: str
    answers: tuple[MatterState, ...]

    @classmethod
    def of(cls, file: MatterFile) -> MatterAnswer:
        """As the desk has it."""
        names = ("matter", "peer_name", "card", "card_sentence", "answers")
        return cls(**{name: getattr(file, name) for name in names})


class MatterList(PageOf):
    """Matters, newest first."""

    items: tuple[MatterAnswer, ...]


class Revocation(Record):
    """Why nothing more is taken from a peer."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class NewMatter(Record):
    """移送 (with a number of its paper) or 协查 of a lead."""

    lead_id: Annotated[str, Field(min_length=1, max_length=100)]
    peer: Annotated[str, Field(min_length=1, max_length=40)]
    assistance: bool = False
    reason: Annotated[str, Field(max_length=2000)] = ""
    article: Annotated[str, Field(max_length=200)] = ""
    paper_no: Annotated[str, Field(max_length=100)] = ""


class MatterReply(Record):
    """An answer to a matter that came; `prolong_until` alone with a reason tells of a later day."""

    state: MatterState | None = None
    text: Annotated[str, Field(max_length=5000)] = ""
    paper_no: Annotated[str, Field(max_length=100)] = ""
    prolong_until: date | None = None


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_PEER = PeerItem(
    code="330106",
    name="西湖区市场监督管理局",
    region_code="330106",
    zone=Zone.WHOLE,
    relation=Relation.LOWER,
    root_sha256="0" * 64,
    added_at=_AT,
    revoked_at=None,
    revoked_reason="",
)
_BUNDLE = Bundle(
    bundle_id="0" * 64,
    peer="330106",
    way=BundleWay.SENT,
    sequence=12,
    direction=Direction.DOWNWARD,
    state=BundleState.HANDED_OUT,
    size_bytes=48_213,
    file="330106-000012.wjx",
    made_at=_AT,
    expires_at=_AT + timedelta(days=30),
    by="fuze",
)
_LEDGER = LedgerAnswer(total=1, items=(_BUNDLE,), waiting=(_BUNDLE,), refusals=())
_REFUSALS = RefusalList(
    total=1,
    items=(
        Refusal(
            refusal_id="refusal_1",
            peer="330106",
            file_sha256="0" * 64,
            reason=RefusalReason.GAP,
            detail="缺少第 11 号包，第 12 号暂不能收录",
            at=_AT,
        ),
    ),
)
_MATTER = Matter(
    matter_id="matter_1",
    kind=MatterKind.ASSISTANCE,
    way=MatterWay.OURS,
    peer="330106",
    title="某店 涉嫌宣称治病",
    lead_id="lead_2f6c1b0a9d8e7f605142",
    reason="请核实经营地址",
    state=MatterState.SENT,
    by="fuze",
    opened_at=_AT,
    due_on=date(2026, 12, 11),
)
_MATTER_FILE = MatterAnswer(
    matter=_MATTER, peer_name=_PEER.name, card="green", card_sentence="还有 15 个工作日", answers=()
)


@router.get("/peers", summary="往来单位", responses=documented(PeerList(items=(_PEER,)), 401, 403, 422))
def list_peers(desk: _Looking) -> PeerList:
    """Zones and bureaus registered here; registering needs their card and is done at the command line."""
    return PeerList(items=tuple(map(PeerItem.of, desk.peers())))


@router.post("/peers/{code}/revocation", summary="停止往来", responses=documented(_PEER, 401, 403, 404, 422))
def revoke_peer(desk: _Doing, *, code: Id, wanted: Revocation) -> PeerItem:
    """Neither take from a peer nor send to it any more."""
    return PeerItem.of(desk.revoke(code, reason=wanted.reason))


@router.post(
    "/peers/{code}/bundles",
    status_code=201,
    summary="制作摆渡包",
    responses=documented(BundleList(items=(_BUNDLE,)), 401, 403, 404, 409, 422, 503, status=201),
)
def send_bundles(desk: _Doing, *, code: Id) -> BundleList:
    """What the peer does not have yet, in signed bundles; none when there is nothing new."""
    return BundleList(items=desk.send(code))


@router.get("/bundles", summary="收发台账", responses=documented(_LEDGER, 400, 401, 403, 410, 422))
def list_bundles(desk: _Looking, paging: AskedPage, peer: Annotated[str, Query(max_length=40)] = "") -> LedgerAnswer:
    """What was sent and received, what waits for a receipt, what was refused and why."""
    following, shown = paging.take(
        lambda after, limit: desk.bundles(peer, after=after, limit=limit),
        lambda one: ListPlace(one.made_at, one.bundle_id),
    )
    return LedgerAnswer(
        total=desk.count_bundles(peer),
        next_cursor=following,
        items=shown,
        waiting=desk.waiting(peer),
        refusals=desk.refusals(peer, limit=_REFUSALS_SHOWN),
    )


@router.get("/refusals", summary="拒收记录", responses=documented(_REFUSALS, 400, 401, 403, 410, 422))
def list_refusals(desk: _Looking, paging: AskedPage, peer: Annotated[str, Query(max_length=40)] = "") -> RefusalList:
    """Every file that was refused here, with the reason its sender is told."""
    following, shown = paging.take(
        lambda after, limit: desk.refusals(peer, after=after, limit=limit),
        lambda one: ListPlace(one.at, one.refusal_id),
    )
    return RefusalList(total=desk.count_refusals(peer), next_cursor=following, items=shown)


@router.post(
    "/bundles/{bundle_id}/file",
    summary="取摆渡包",
    response_class=FileResponse,
    responses={200: {"description": "摆渡包", **_BYTES}, **problem_responses(401, 403, 404, 422)},
)
def fetch_bundle(desk: _Doing, *, bundle_id: Id) -> FileResponse:
    """A sent bundle as a file, signed by today's keys; it counts as handed out."""
    path = desk.file_of(bundle_id)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post(
    "/files",
    summary="收录摆渡包或回执",
    responses=documented(ReceivedAnswer(bundle=_BUNDLE, refusal=None), 401, 403, 422, 503),
    openapi_extra={"requestBody": {"required": True, **_BYTES}},
)
async def receive_file(request: Request, desk: _Doing) -> ReceivedAnswer:
    """One file as the body. A bundle is taken in whole or refused whole; the answer says which, and why."""
    await run_in_threadpool(desk.peers)  # nobody's bytes are read who may not send any
    with tempfile.TemporaryDirectory(prefix="wangjian-exchange-") as folder:
        path = Path(folder) / "received.wjx"
        await _written(request, path)
        bundle, refusal = await run_in_threadpool(desk.receive, path)
    return ReceivedAnswer(bundle=bundle, refusal=refusal)


@router.get(
    "/matters",
    summary="移送与协查",
    responses=documented(MatterList(total=1, items=(_MATTER_FILE,)), 400, 401, 403, 410, 422),
)
def list_matters(desk: _Looking, paging: AskedPage) -> MatterList:
    """移送、交办、协查 and reports of one's region, with the card of each period."""
    following, shown = paging.take(
        lambda after, limit: desk.matters(after=after, limit=limit),
        lambda one: ListPlace(one.matter.opened_at, one.matter.matter_id),
    )
    return MatterList(total=desk.count_matters(), next_cursor=following, items=tuple(map(MatterAnswer.of, shown)))


@router.post(
    "/matters",
    status_code=201,
    summary="移送或请求协查",
    responses=documented(_MATTER, 401, 403, 404, 409, 422, status=201),
)
def open_matter(desk: _Doing, *, wanted: NewMatter) -> Matter:
    """It goes with the next bundle to that peer; the lead takes its step at once."""
    if wanted.assistance:
        return desk.assist(wanted.lead_id, wanted.peer, words=(wanted.reason, wanted.paper_no))
    return desk.transfer(wanted.lead_id, wanted.peer, words=(wanted.reason, wanted.article, wanted.paper_no))


@router.get("/matters/{matter_id}", summary="往来事项详情", responses=documented(_MATTER_FILE, 401, 403, 404, 422))
def read_matter(desk: _Looking, matter_id: Id) -> MatterAnswer:
    """One matter."""
    return MatterAnswer.of(desk.matter(matter_id))


@router.post(
    "/matters/{matter_id}/reply", summary="答复往来事项", responses=documented(_MATTER, 401, 403, 404, 409, 422)
)
def reply_to_matter(desk: _Doing, *, matter_id: Id, wanted: MatterReply) -> Matter:
    """Accept or return a 移送, answer a 协查, or tell of a later day; it goes with the next bundle."""
    if wanted.state is not None:
        return desk.answer(matter_id, wanted.state, words=(wanted.text, wanted.paper_no))
    if wanted.prolong_until is None:
        raise InvalidInputError("未写明答复", cure="填写 state，或延期填写 prolong_until 与 text")
    return desk.prolong(matter_id, until=wanted.prolong_until, reason=wanted.text)


async def _written(request: Request, path: Path) -> None:
    size = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > _MOST_BYTES:
                raise InvalidInputError("文件过大，未收录", cure="请发送单位分包重发")
            file.write(chunk)
    if not size:
        raise InvalidInputError("没有收到文件", cure="把摆渡包或回执作为请求正文发送")
