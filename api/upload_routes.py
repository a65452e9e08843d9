"""Uploads: files from outside received, what was noted of them, one original downloaded."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from api.door import SignedInNow, caller_of, changing, door_of
from api.examples import documented
from api.lead_routes import Id
from api.problems import problem_responses
from api.upload_examples import UPLOAD, UPLOAD_ANSWER, UploadAnswer
from evidence.uploads.opening import open_upload
from offices.evidence_desk import chunks_of
from offices.sessions import SignedIn
from offices.upload_desk import FIELDS, Sent, UploadDesk, incoming_of, limited, original_headers
from records.errors import InvalidInputError
from records.evidence import Capture

__all__ = ["router"]

router = APIRouter(prefix="/uploads", tags=["证据"])

_MOST_FILES = 200
_MOST_FIELDS = 30
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files", "source"],
                "properties": {
                    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    **{name: {"type": "string", "maxLength": 500} for name in FIELDS},
                },
            }
        }
    },
}
_FILE: dict[str, Any] = {
    "description": "原件",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def _desk(request: Request, person: SignedInNow) -> UploadDesk:
    door = door_of(request)
    blobs = door.services.blobs
    return UploadDesk(
        door.services, caller_of(request, person), door.means, opener=lambda capture: open_upload(capture, blobs)
    )


def _changing_desk(request: Request, person: Annotated[SignedIn, Depends(changing)]) -> UploadDesk:
    return _desk(request, person)


Number = Annotated[int, Path(ge=1, le=9999)]


@router.post(
    "",
    status_code=201,
    summary="接收材料",
    responses=documented(UPLOAD, 401, 403, 404, 409, 422, 503, status=201),
    openapi_extra={"requestBody": _BODY},
)
async def receive_upload(
    request: Request, response: Response, desk: Annotated[UploadDesk, Depends(_changing_desk)]
) -> Capture:
    """Files as multipart/form-data, read as a stream; no body is read before its sender is known. The answer is
    the sealed capture, its address in Location."""
    body = Request(request.scope, limited(request.receive, door_of(request).services.preserver.upload_max_bytes))
    try:
        form = await body.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS)
    except MultiPartException as exc:
        raise InvalidInputError(
            "上传的表单无法读取", cure="用 multipart/form-data 发送，一次不超过 200 个文件"
        ) from exc
    try:
        words = {name: value for name, value in form.items() if isinstance(value, str)}
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
        sent = Sent(words=words, files=tuple(incoming_of(one.filename or "", one.file) for one in files))
        capture = await run_in_threadpool(desk.receive, sent)
    finally:
        await form.close()
    response.headers["Location"] = f"/api/v1/uploads/{capture.capture_id}"
    return capture


@router.get("/{upload_id}", summary="接收材料详情", responses=documented(UPLOAD_ANSWER, 401, 403, 404, 422))
def read_upload(desk: Annotated[UploadDesk, Depends(_desk)], upload_id: Id) -> UploadAnswer:
    """What was noted of each file; the look is recorded in the custody chain."""
    file = desk.file(upload_id)
    received = desk.received(file.capture)
    if received is None:
        raise InvalidInputError(f"这不是接收的材料，或已销毁：{upload_id}", cure="固证见 /api/v1/captures")
    return UploadAnswer(capture=file.capture, manifest=received.manifest, files=received.files)


@router.get(
    "/{upload_id}/files/{number}",
    summary="下载原件",
    response_class=StreamingResponse,
    responses={200: _FILE, **problem_responses(401, 403, 404, 422)},
)
def download_original(desk: Annotated[UploadDesk, Depends(_desk)], upload_id: Id, number: Number) -> StreamingResponse:
    """One original, to be saved and never shown: whatever it is, it arrives as bytes."""
    one, stored = desk.original(upload_id, number)
    return StreamingResponse(
        chunks_of(stored),
        media_type="application/octet-stream",
        headers=original_headers(upload_id, number, size_bytes=one.digests.size_bytes),
    )
