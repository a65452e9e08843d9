"""Captures: list, open, begin, download the package, verify it."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from api.answers import CaptureAnswer, CapturePage, CaptureRequest
from api.door import ChangingEvidence, Evidence
from api.examples import CAPTURE, CAPTURE_ANSWER, CAPTURE_PAGE, REPORT, documented
from api.job_routes import ChangingJobs, accepted
from api.lead_routes import Id
from api.paging import AskedPage
from api.problems import problem_responses
from offices.evidence_desk import chunks_of
from records.evidence import Capture, PackageKind, VerificationReport

__all__ = ["router"]

router = APIRouter(prefix="/captures", tags=["证据"])

_PACKAGE: dict[str, Any] = {
    "description": "封存的证据包",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get("", summary="证据列表", responses=documented(CAPTURE_PAGE, 400, 401, 403, 410, 422))
def list_captures(
    desk: Evidence,
    paging: AskedPage,
    lead_id: Annotated[str, Query(max_length=100)] = "",
    case_id: Annotated[str, Query(max_length=100)] = "",
    kind: PackageKind | None = None,
) -> CapturePage:
    """Captures of leads in one's region, newest first; of one lead, one case or one kind when it is named."""
    found = [
        one
        for one in desk.captures(lead_id=lead_id)
        if (not case_id or one.case_id == case_id) and kind in (None, one.kind)
    ]
    total, following, shown = paging.cut(
        found, lambda one: (one.started_at.isoformat(), one.capture_id), newest_first=True
    )
    return CapturePage(total=total, next_cursor=following, items=shown)


@router.get(
    "/{capture_id}",
    summary="证据详情",
    responses=documented(CAPTURE_ANSWER, 401, 403, 404, 422),
)
def read_capture(desk: Evidence, capture_id: Id) -> CaptureAnswer:
    """A capture with its custody chain; the look is recorded in it."""
    file = desk.file(capture_id)
    return CaptureAnswer(capture=file.capture, custody=file.custody)


@router.post(
    "",
    status_code=202,
    summary="发起固证",
    responses=documented(CAPTURE, 401, 403, 404, 422, 503, status=202),
)
def begin_capture(response: Response, desk: ChangingEvidence, jobs: ChangingJobs, wanted: CaptureRequest) -> Capture:
    """Begin in the background: the answer is the running capture, its job in Location, itself in Content-Location."""
    capture = desk.begin(wanted.url, lead_id=wanted.lead_id, clicks=wanted.clicks)
    accepted(response, jobs.follow(capture))
    response.headers["Content-Location"] = f"/api/v1/captures/{capture.capture_id}"
    return capture


@router.get(
    "/{capture_id}/package",
    summary="下载证据包",
    response_class=StreamingResponse,
    responses={200: _PACKAGE, **problem_responses(401, 403, 404, 422)},
)
def download_package(desk: Evidence, capture_id: Id) -> StreamingResponse:
    """The sealed package as it is kept; the download is in the audit and the custody chain."""
    capture, package, stored = desk.export(capture_id)
    return StreamingResponse(
        chunks_of(stored),
        media_type="application/zip",
        headers={
            "Content-Length": str(package.size_bytes),
            "Content-Disposition": f'attachment; filename="{capture.capture_id}.wacz"',
            "Repr-Digest": f"sha-256=:{_base64_of(package.sha256)}:",
            "Cache-Control": "no-store",
        },
    )


@router.post(
    "/{capture_id}/verification",
    summary="核验证据包",
    responses=documented(REPORT, 401, 403, 404, 422, 500),
)
def verify_capture(desk: ChangingEvidence, capture_id: Id) -> VerificationReport:
    """Check the stored package; `valid` says whether it holds, each check says why."""
    return desk.verify(capture_id)


def _base64_of(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode()
