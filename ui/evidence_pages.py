"""证据: captures, their artefacts and custody, verified and downloaded."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from evidence.uploads.opening import open_upload
from offices.evidence_desk import CaptureFile, chunks_of
from offices.upload_desk import UploadDesk
from records.errors import NotFoundError
from records.evidence import CaptureState, PackageKind, VerificationReport
from ui.door import Asked, Changing, Visitor
from ui.security import IMAGE_POLICY
from ui.session_pages import local_path

__all__ = ["router", "upload_desk_of"]

router = APIRouter(prefix="/evidence")

_PAGE = 50
_SAID = {
    "received": "已接收并封存。",
    "second": "已排入二次固证，由另一进程完成并与本次比对；结果列在“二次固证与比对”。",
    "hold": "已冻结：解除之前任何人不得销毁。",
    "release": "已解除冻结。",
    "ask": "已申请销毁，三十日内由另一名负责人批准。",
    "destroy": "已销毁，销毁证书见下。",
}


@router.get("", response_class=HTMLResponse)
def captures(visitor: Asked, state: str = "", offset: int = 0) -> HTMLResponse:
    """Captures, newest first, by state."""
    everything = visitor.evidence.captures()
    chosen = tuple(capture for capture in everything if not state or capture.state.value == state)
    start = max(0, min(offset, len(chosen))) // _PAGE * _PAGE
    counts = tuple(
        (known, sum(capture.state is known for capture in everything), known.value == state) for known in CaptureState
    )
    return visitor.draw(
        "captures.html",
        here="evidence",
        captures=chosen[start : start + _PAGE],
        total=len(chosen),
        everything=len(everything),
        counts=counts,
        state=state if any(is_chosen for _, _, is_chosen in counts) else "",
        start=start,
        before=start - _PAGE if start else None,
        after=start + _PAGE if start + _PAGE < len(chosen) else None,
    )


@router.get("/{capture_id}", response_class=HTMLResponse)
def capture_page(visitor: Asked, capture_id: str, done: str = "") -> HTMLResponse:
    """One capture whole."""
    return _draw(visitor, visitor.evidence.file(capture_id), report=None, said=_SAID.get(done, ""))


@router.get("/{capture_id}/state", response_class=HTMLResponse)
def capture_state(visitor: Asked, capture_id: str) -> Response:
    """How far a running capture is; tells htmx to load the page again when it has ended."""
    capture = next((one for one in visitor.evidence.captures() if one.capture_id == capture_id), None)
    ended = capture is None or capture.state is not CaptureState.RUNNING
    return Response("", status_code=200 if ended else 204, headers={"HX-Refresh": "true"} if ended else {})


@router.post("/{capture_id}/verify", response_class=HTMLResponse)
def verify(visitor: Changing, capture_id: str) -> HTMLResponse:
    """核验: the stored package, check by check; htmx gets the report and the longer custody chain."""
    report = visitor.evidence.verify(capture_id)
    file = visitor.evidence.file(capture_id)
    if visitor.wants_piece:
        return visitor.draw("report.html", here="evidence", report=report, custody=file.custody, piece=True)
    return _draw(visitor, file, report=report)


@router.get("/{capture_id}/screenshot.png")
def screenshot(visitor: Asked, capture_id: str) -> Response:
    """The picture, as a picture and nothing else."""
    return Response(
        visitor.evidence.screenshot(capture_id),
        media_type="image/png",
        headers={"Content-Security-Policy": IMAGE_POLICY, "Cache-Control": "private, max-age=3600"},
    )


@router.get("/{capture_id}/replay")
def replay(visitor: Asked, capture_id: str) -> RedirectResponse:
    """回放: to the archived page on an origin of its own, by an address good for an hour."""
    if visitor.door.replay is None:
        raise NotFoundError("本控制台没有接入回放", cure="用 wangjian serve 启动控制台")
    capture, package = visitor.evidence.replay(capture_id)
    address = visitor.door.replay.address(
        host=visitor.request.url.hostname or "",
        capture_id=capture_id,
        package_sha256=package.sha256,
        url=capture.final_url or capture.url,
    )
    return RedirectResponse(address, status_code=303)


@router.get("/{capture_id}/package")
def package(visitor: Asked, capture_id: str) -> StreamingResponse:
    """The sealed package as it is kept; in the audit and the custody chain before it leaves."""
    capture, digests, stored = visitor.evidence.export(capture_id)
    an_upload = capture.kind is PackageKind.UPLOAD
    return StreamingResponse(
        chunks_of(stored),
        media_type="application/zip",
        headers={
            "Content-Length": str(digests.size_bytes),
            "Content-Disposition": f'attachment; filename="{capture.capture_id}.{"zip" if an_upload else "wacz"}"',
        },
    )


def _draw(visitor: Visitor, file: CaptureFile, *, report: VerificationReport | None, said: str = "") -> HTMLResponse:
    wanted = visitor.request.query_params.get("from", "")
    capture_id, desk = file.capture.capture_id, visitor.keeping
    return visitor.draw(
        "capture.html",
        here="evidence",
        capture=file.capture,
        custody=file.custody,
        rerendering=file.rerendering,
        report=report,
        back=local_path(wanted) if wanted else "",
        standing=desk.standing(capture_id),
        seconds=desk.seconds(capture_id),
        received=upload_desk_of(visitor).received(file.capture),
        me=visitor.person.account.login,
        said=said,
    )


def upload_desk_of(visitor: Visitor) -> UploadDesk:
    """The desk for files from outside."""
    door, blobs = visitor.door, visitor.services.blobs
    return UploadDesk(door.services, visitor.caller, door.means, opener=lambda one: open_upload(one, blobs))
