"""核验: a page on which a browser verifies a package by itself. It needs no account: a party or a court has none."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from evidence.trust import fingerprint_of, read_certificates, subject_of
from ui.door import door_of

__all__ = ["router"]

router = APIRouter(prefix="/evidence")


@router.get("/verify", response_class=HTMLResponse)
def verify_page(request: Request) -> HTMLResponse:
    """The page with the roots this office seals under; what is chosen on it stays on the reader's machine."""
    door = door_of(request)
    pem = door.services.trust_anchors_pem
    anchors = [(subject_of(one), fingerprint_of(one)) for one in read_certificates(pem)]
    context = {"account": None, "here": "evidence", "anchors": anchors, "anchors_pem": pem}
    return door.pages.draw("verify.html", context)
