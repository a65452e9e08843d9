"""Evidence after it was made: held, destroyed by two persons, captured again, compared, proved, logged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.door import acting, asking
from api.examples import CAPTURE, documented
from api.keeping_means import make_keeping_desk
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.problems import problem_responses
from offices.keeping_desk import KeepingDesk
from records.base import Record
from records.capture_comparing import CaptureComparison, ComparedCapture, TextDifference
from records.destruction import DestructionCertificate
from records.digests import digests_of
from records.evidence import Capture, CustodyAction, CustodyEvent, TimestampState
from records.evidence_log import LogHead
from records.keeping import KeepAct, KeptStanding
from records.people import AuditEvent
from records.wanted_captures import WantedCapture, WantedPurpose

__all__ = ["router"]

router = APIRouter(tags=["证据保管"])

_Desk = Annotated[KeepingDesk, Depends(asking(make_keeping_desk))]
_Acting = Annotated[KeepingDesk, Depends(acting(make_keeping_desk))]
_PACKAGE: dict[str, Any] = {
    "description": "监测页面存证包",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


class KeepStand(Record):
    """What the custody chain says of a capture: its hold, the request to destroy it, its destruction."""

    held: CustodyEvent | None = None
    asked: CustodyEvent | None = None
    destroyed: CustodyEvent | None = None

    @classmethod
    def of(cls, standing: KeptStanding) -> KeepStand:
        """As the desk has it."""
        return cls(held=standing.held, asked=standing.asked, destroyed=standing.destroyed)


class KeepAction(Record):
    """冻结 (hold), 解除冻结 (release), 申请销毁 (ask), 批准销毁 (destroy), and why."""

    action: KeepAct
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class HandoverWish(Record):
    """移交 or 交付, to whom, and why."""

    way: Literal[CustodyAction.TRANSFERRED, CustodyAction.HANDED_OVER]
    to: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(max_length=300)] = ""


class KeptItem(Record):
    """A capture that is held, asked to be destroyed or destroyed."""

    capture: Capture
    standing: KeepStand


class KeptPage(PageOf):
    """Such captures, the newest act first."""

    items: tuple[KeptItem, ...]


class ComparisonAnswer(Record):
    """Two captures held against each other, and the same in Chinese sentences."""

    comparison: CaptureComparison
    sentences: tuple[str, ...]


class ProofWish(Record):
    """A surveyed page by its id or address, and why it is wanted; `lead_id` of a lead that names the page."""

    page: Annotated[str, Field(min_length=1, max_length=2000)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    lead_id: Annotated[str, Field(max_length=100)] = ""


class ProbeItem(Record):
    """A known page captured again and again; `set`: it is still asked for."""

    url: str
    set: bool
    made: tuple[WantedCapture, ...]


class LogAnswer(Record):
    """The evidence log and its newest head, captures that wait for a stamp, known pages, and the last looks through all
    evidence."""

    size: int
    head: LogHead | None
    heads: int
    pending: tuple[Capture, ...]
    probes: tuple[ProbeItem, ...]
    audits: tuple[AuditEvent, ...]


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_SHA = digests_of(b"example")
_HELD = CustodyEvent(
    sequence=9,
    capture_id=CAPTURE.capture_id,
    action=CustodyAction.HELD,
    actor="banan",
    role="办案",
    reason="行政复议中",
    subject_sha256=_SHA.sha256,
    at=_AT,
    event_sha256=_SHA.sha256,
    event_sm3=_SHA.sm3,
)
_STAND = KeepStand(held=_HELD)
_SIDE = ComparedCapture(
    capture_id=CAPTURE.capture_id,
    package_sha256=_SHA.sha256,
    url=CAPTURE.url,
    final_url=CAPTURE.url,
    title=CAPTURE.title,
    state=CAPTURE.state,
    operator="banan",
    started_at=_AT,
)
_COMPARISON = ComparisonAnswer(
    comparison=CaptureComparison(
        first=_SIDE,
        second=_SIDE.model_copy(update={"capture_id": "capture_7e6d5c4b3a291807f6e5"}),
        same_address=True,
        seconds_between=600,
        text_score=0.98,
        text=(TextDifference(added=True, line=12, text="已下架"),),
    ),
    sentences=("两次固证相隔 10 分钟，文字有 1 行不同",),
)
_WANTED = WantedCapture(
    wanted_id="second_1",
    lead_id=CAPTURE.lead_id,
    url=CAPTURE.url,
    why="banan 要求二次固证",
    purpose=WantedPurpose.SECOND,
    second_of=CAPTURE.capture_id,
    asked_at=_AT,
    not_before=_AT,
)
_CERTIFICATE = DestructionCertificate(
    capture_id=CAPTURE.capture_id,
    url=CAPTURE.url,
    objects=(_SHA,),
    asked_by="banan",
    asked_at=_AT,
    approved_by="fuze",
    approved_at=_AT,
    reason="保管期满",
    basis="证据保管规定",
    custody_sha256=_SHA.sha256,
)
_LOG = LogAnswer(
    size=128,
    head=LogHead(
        size=128,
        root_sha256=_SHA.sha256,
        root_sm3=_SHA.sm3,
        at=_AT,
        timestamp=TimestampState.LOCAL,
        head_sha256=_SHA.sha256,
    ),
    heads=4,
    pending=(),
    probes=(ProbeItem(url="https://www.example.cn/", set=True, made=()),),
    audits=(),
)


_HANDED = CustodyEvent(
    sequence=4,
    capture_id=CAPTURE.capture_id,
    action=CustodyAction.TRANSFERRED,
    actor="banan",
    role="办案",
    at=_AT,
    reason="移交给 某市公安局：涉嫌犯罪",
    subject_sha256="0" * 64,
    previous_sha256="0" * 64,
    previous_sm3="0" * 64,
    event_sha256="0" * 64,
    event_sm3="0" * 64,
)


@router.get(
    "/captures/{capture_id}/keeping", summary="证据的冻结与销毁", responses=documented(_STAND, 401, 403, 404, 422)
)
def read_keeping(desk: _Desk, capture_id: Id) -> KeepStand:
    """Hold, request, destruction, as the custody chain says."""
    return KeepStand.of(desk.standing(capture_id))


@router.post(
    "/captures/{capture_id}/keeping",
    summary="冻结、解除冻结、申请销毁、批准销毁",
    responses=documented(_STAND, 401, 403, 404, 409, 422),
)
def act_on_keeping(desk: _Acting, capture_id: Id, wanted: KeepAction) -> KeepStand:
    """The second person must be another than the first."""
    desk.keep(capture_id, wanted.action, reason=wanted.reason)
    return KeepStand.of(desk.standing(capture_id))


@router.post(
    "/captures/{capture_id}/handovers",
    status_code=201,
    summary="登记移交、交付",
    responses=documented(_HANDED, 401, 403, 404, 422, status=201),
)
def hand_over(desk: _Acting, capture_id: Id, wanted: HandoverWish) -> CustodyEvent:
    """移交 to another authority with the case, or 交付 of a copy to a party or a court; into the custody chain."""
    return desk.hand(capture_id, CustodyAction(wanted.way), to=wanted.to, reason=wanted.reason)


@router.get(
    "/captures/{capture_id}/certificate", summary="销毁证书", responses=documented(_CERTIFICATE, 401, 403, 404, 422)
)
def read_certificate(desk: _Desk, capture_id: Id) -> DestructionCertificate:
    """Of a destroyed capture."""
    return desk.certificate(capture_id)[0]


@router.post(
    "/captures/{capture_id}/second",
    status_code=202,
    summary="二次固证",
    responses=documented(_WANTED, 401, 403, 404, 409, 422, status=202),
)
def ask_second(desk: _Acting, response: Response, capture_id: Id) -> WantedCapture:
    """By another process, as soon as one is free; how it stands is in `second`."""
    wanted = desk.ask_second(capture_id)
    response.headers["Location"] = f"/api/v1/captures/{capture_id}/second"
    return wanted


class SecondsAnswer(Record):
    """Second captures asked of one, newest first."""

    items: tuple[WantedCapture, ...]


@router.get(
    "/captures/{capture_id}/second",
    summary="二次固证情况",
    responses=documented(SecondsAnswer(items=(_WANTED,)), 401, 403, 404, 422),
)
def read_seconds(desk: _Desk, capture_id: Id) -> SecondsAnswer:
    """Second captures asked of this one."""
    return SecondsAnswer(items=tuple(one.model_copy(update={"token": ""}) for one in desk.seconds(capture_id)))


@router.get(
    "/captures/{capture_id}/comparison/{other_id}",
    summary="两次固证比对",
    responses=documented(_COMPARISON, 401, 403, 404, 422, 500),
)
def compare_captures(desk: _Desk, capture_id: Id, other_id: Id) -> ComparisonAnswer:
    """What differs between two captures, the older first; nothing here says which of the two is right."""
    comparison, sentences = desk.compare(capture_id, other_id)
    return ComparisonAnswer(comparison=comparison, sentences=sentences)


@router.get(
    "/evidence/kept",
    summary="冻结与销毁台账",
    responses=documented(
        KeptPage(total=1, items=(KeptItem(capture=CAPTURE, standing=_STAND),)), 400, 401, 403, 410, 422
    ),
)
def list_kept(desk: _Desk, paging: AskedPage) -> KeptPage:
    """What is held, asked to be destroyed, or destroyed."""

    def place(pair: tuple[Capture, KeptStanding]) -> tuple[str, str]:
        events = (pair[1].held, pair[1].asked, pair[1].destroyed)
        newest = max(event.sequence for event in events if event is not None)
        return f"{newest:012}", pair[0].capture_id

    total, following, shown = paging.cut(desk.kept(), place, newest_first=True)
    items = tuple(KeptItem(capture=capture, standing=KeepStand.of(standing)) for capture, standing in shown)
    return KeptPage(total=total, next_cursor=following, items=items)


@router.get("/evidence/log", summary="存证日志与核查", responses=documented(_LOG, 401, 403))
def read_log(desk: _Desk) -> LogAnswer:
    """How the log and its stamps stand; a look through all evidence is asked for by POST /jobs."""
    state = desk.log_state()
    return LogAnswer(
        size=state.size,
        head=state.head,
        heads=state.heads,
        pending=state.pending,
        probes=tuple(ProbeItem(url=one.url, set=one.set, made=one.made) for one in desk.probes()),
        audits=desk.audits(),
    )


@router.post(
    "/evidence/page-proofs",
    summary="监测页面存证",
    response_class=Response,
    responses={200: _PACKAGE, **problem_responses(401, 403, 404, 422, 500)},
)
def prove_page(desk: _Acting, wanted: ProofWish) -> Response:
    """A surveyed page as a package that anybody can check; written into the custody chain."""
    made = desk.prove(wanted.page, reason=wanted.reason, lead_id=wanted.lead_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{made.page.page_id}.wacz"',
        "X-Log-Position": str(made.position),
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type="application/zip", headers=headers)
