"""现场拍照入证: the screen of a telephone on the spot. Photographs are received as files from outside and their digests
shown as soon as they are sealed; the time is the server's. Nothing is kept before it has arrived: the page says so."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from records.errors import NotFoundError
from records.people import Permission
from records.uploads import ObtainWay
from ui.door import Asked, Visitor
from ui.evidence_pages import upload_desk_of
from ui.upload_pages import Sending, take

__all__ = ["router"]

router = APIRouter(prefix="/evidence/photo")

_FIELDS = ("note", "place", "second", "lead_id", "case_id")


@router.get("", response_class=HTMLResponse)
def photo_page(visitor: Asked, lead: str = "", case: str = "") -> Response:
    """The camera and what is said of its pictures; `lead` or `case`: they will belong to it."""
    visitor.desk.need(Permission.EVIDENCE_RECEIVE)
    if lead:
        visitor.desk.scoped_lead(lead)
    return _draw(visitor, {"lead_id": lead[:100], "case_id": case[:100]})


@router.post("", response_class=HTMLResponse)
async def photographed(request: Request, visitor: Sending) -> Response:
    """Receive the pictures, and show what was sealed of them."""
    return await take(
        request, visitor, draw=_draw, done=lambda one: f"/evidence/photo/{one.capture_id}", said=_as_receipt
    )


@router.get("/{capture_id}", response_class=HTMLResponse)
def receipt(visitor: Asked, capture_id: str) -> HTMLResponse:
    """Each picture with its digests. Raises NotFoundError for what is no upload of one's region."""
    visitor.desk.need(Permission.EVIDENCE_RECEIVE)
    desk = upload_desk_of(visitor)
    capture = desk.file(capture_id).capture
    received = desk.received(capture)
    if received is None:
        raise NotFoundError(f"{capture_id[:80]} 不是接收的材料", cure="回到证据页查看")
    return visitor.draw("photo_taken.html", here="evidence", capture=capture, received=received)


def _as_receipt(words: dict[str, str]) -> dict[str, str]:
    """The receipt of the form: no time, which is the server's then."""
    note = words.get("note", "").strip()
    said = {name: words.get(name, "") for name in ("place", "second", "lead_id", "case_id")}
    return {**said, "source": f"现场拍照：{note}" if note else "", "way": ObtainWay.PHOTOGRAPHED.value}


def _draw(visitor: Visitor, words: dict[str, str], *, problem: str = "", status: int = 200) -> Response:
    return visitor.draw(
        "photo.html",
        here="evidence",
        words={**dict.fromkeys(_FIELDS, ""), **words},
        seconds=upload_desk_of(visitor).seconds(),
        me=visitor.person.account,
        now=visitor.services.clock(),
        most_mb=visitor.services.preserver.upload_max_bytes >> 20,
        problem=problem,
        status=status,
    )
