"""上传: files handed over or photographed on the spot received as evidence, from a telephone as well; no script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from offices.evidence_desk import chunks_of
from offices.sessions import check_change
from offices.upload_desk import FIELDS, Sent, incoming_of, limited, original_headers
from records.errors import AwayError, ConflictError, InvalidInputError, NotFoundError
from records.evidence import Capture
from records.people import Permission
from records.uploads import ObtainWay
from ui.door import Asked, Visitor, sending
from ui.evidence_pages import upload_desk_of
from ui.telling import why

__all__ = ["Sending", "router", "take"]

router = APIRouter(prefix="/evidence")
Sending = Annotated[Visitor, Depends(sending(Permission.EVIDENCE_RECEIVE))]

_MOST_FILES = 200
_MOST_FIELDS = 30


@router.get("/upload", response_class=HTMLResponse)
def upload_page(visitor: Asked, lead: str = "", case: str = "") -> HTMLResponse:
    """The form; `lead` or `case`: what is received will belong to it."""
    visitor.desk.need(Permission.EVIDENCE_RECEIVE)
    if lead:
        visitor.desk.scoped_lead(lead)
    return _draw(visitor, {"lead_id": lead[:100], "case_id": case[:100]})


@router.post("/upload", response_class=HTMLResponse)
async def upload(request: Request, visitor: Sending) -> Response:
    """Receive what was sent, and go to its page."""
    return await take(request, visitor, draw=_draw, done=lambda one: f"/evidence/{one.capture_id}?done=received")


async def take(
    request: Request,
    visitor: Visitor,
    *,
    draw: Callable[..., Response],
    done: Callable[[Capture], str],
    said: Callable[[dict[str, str]], dict[str, str]] = dict,
) -> Response:
    """Receive what a form sent. The body is read only for a person who may send one, and no further than the limit.

    Args:
        draw: The form again, with its words, a problem and a status.
        done: Where to go when it is sealed.
        said: The words of a receipt from those of the form.
    """
    words: dict[str, str] = {}
    most = visitor.services.preserver.upload_max_bytes
    try:
        form = await Request(request.scope, limited(request.receive, most)).form(
            max_files=_MOST_FILES, max_fields=_MOST_FIELDS
        )
    except MultiPartException:
        return draw(visitor, words, problem=f"一次最多 {_MOST_FILES} 个文件，请分次上传", status=422)
    except InvalidInputError as exc:
        return draw(visitor, words, problem=why(exc), status=413)
    try:
        words = {name: value[:500] for name, value in form.items() if isinstance(value, str)}
        check_change(visitor.person.session, sent_token=words.get("csrf_token", ""))
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and (one.filename or one.size)]
        sent = Sent(words=said(words), files=tuple(incoming_of(one.filename or "", one.file) for one in files))
        capture = await run_in_threadpool(upload_desk_of(visitor).receive, sent)
    except (InvalidInputError, ConflictError, NotFoundError) as exc:
        return draw(visitor, words, problem=why(exc), status=422)
    except AwayError as exc:
        return draw(visitor, words, problem=why(exc), status=503)
    finally:
        await form.close()
    return RedirectResponse(done(capture), status_code=303)


@router.get("/{capture_id}/files/{number}")
def original(visitor: Asked, capture_id: str, number: int) -> StreamingResponse:
    """One original, to be saved and never shown: whatever it is, the browser gets bytes."""
    one, stored = upload_desk_of(visitor).original(capture_id, number)
    return StreamingResponse(
        chunks_of(stored),
        media_type="application/octet-stream",
        headers=original_headers(capture_id, number, size_bytes=one.digests.size_bytes),
    )


def _draw(visitor: Visitor, words: dict[str, str], *, problem: str = "", status: int = 200) -> HTMLResponse:
    return visitor.draw(
        "upload.html",
        here="evidence",
        words={**dict.fromkeys(FIELDS, ""), **words},
        ways=tuple(ObtainWay),
        seconds=upload_desk_of(visitor).seconds(),
        me=visitor.person.account,
        most_mb=visitor.services.preserver.upload_max_bytes >> 20,
        problem=problem,
        status=status,
    )
