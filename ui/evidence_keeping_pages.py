"""证据: holds and destructions by two persons, surveyed pages proved, probes, and the look through everything kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from evidence.trust import fingerprint_of, read_certificates, subject_of
from records.errors import ConflictError, IntegrityError, InvalidInputError, NotFoundError
from records.keeping import KeepAct
from records.people import Permission
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["keep_problem", "router"]

router = APIRouter(prefix="/evidence")

_SOON_DAYS = 90
_Text = Annotated[str, Form(max_length=2000)]
_SAID = {"begun": "已开始核查，完成后结果列在下方。"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """A certificate as people compare it. `left_days` until it ends; `soon`: fewer than 90."""

    subject: str
    sha256: str
    until: datetime
    left_days: int

    @property
    def soon(self) -> bool:
        """Whether somebody should see to it."""
        return self.left_days < _SOON_DAYS


@router.get("/keeping", response_class=HTMLResponse)
def keeping(visitor: Asked, done: str = "") -> HTMLResponse:
    """核查与授时: log, stamps, keys, the last looks, what is held or to be destroyed."""
    return _draw_keeping(visitor, said=_SAID.get(done, ""))


@router.post("/keeping/audit")
def audit(visitor: Changing) -> Response:
    """Look at a sample of everything now, in the background."""
    try:
        visitor.keeping.audit()
    except ConflictError as exc:
        return _draw_keeping(visitor, problem=why(exc), status=409)
    return RedirectResponse("/evidence/keeping?done=begun", status_code=303)


@router.get("/keeping/state", response_class=HTMLResponse)
def audit_state(visitor: Asked) -> Response:
    """Tells htmx to load the page again when the look has ended."""
    ended = visitor.keeping.auditing_since() is None
    return Response("", status_code=200 if ended else 204, headers={"HX-Refresh": "true"} if ended else {})


@router.get("/probes", response_class=HTMLResponse)
def probes(visitor: Asked) -> HTMLResponse:
    """探针: that the system worked at that time."""
    desk = visitor.keeping
    return visitor.draw("probes.html", here="evidence", probes=desk.probes(), hours=visitor.door.bench.probe_hours)


@router.get("/prove", response_class=HTMLResponse)
def prove_page(visitor: Asked, page: str = "", lead: str = "") -> HTMLResponse:
    """The form for 监测页面存证."""
    visitor.desk.need(Permission.EVIDENCE_EXPORT)
    if lead:
        found = visitor.desk.scoped_lead(lead)
        page = page or (found.urls[0] if found.urls else "")
    return _draw_prove(visitor, page=page[:2000], lead_id=lead)


@router.post("/prove")
def prove(
    visitor: Changing,
    *,
    page: _Text = "",
    reason: Annotated[str, Form(max_length=500)] = "",
    lead_id: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """The package of one surveyed page, as a file."""
    try:
        made = visitor.keeping.prove(page, reason=reason, lead_id=lead_id)
    except (InvalidInputError, NotFoundError, IntegrityError) as exc:
        return _draw_prove(visitor, page=page, lead_id=lead_id, reason=reason, problem=why(exc), status=422)
    name = f"{made.page.page_id}.wacz"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Log-Position": str(made.position)}
    return Response(made.content, media_type="application/zip", headers=headers)


@router.post("/{capture_id}/keep", response_class=HTMLResponse)
def keep(
    visitor: Changing,
    capture_id: str,
    *,
    action: Annotated[KeepAct, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """冻结、解除冻结、申请销毁、批准销毁."""
    try:
        visitor.keeping.keep(capture_id, action, reason=reason)
    except (ConflictError, InvalidInputError) as exc:
        status = 409 if isinstance(exc, ConflictError) else 422
        return keep_problem(visitor, capture_id, problem=why(exc), status=status)
    return RedirectResponse(f"/evidence/{capture_id}?done={action.value}", status_code=303)


@router.get("/{capture_id}/certificate", response_class=HTMLResponse)
def certificate(visitor: Asked, capture_id: str) -> HTMLResponse:
    """销毁证书, to be read and printed."""
    read, kept = visitor.keeping.certificate(capture_id)
    return visitor.draw("certificate.html", here="evidence", certificate=read, size=len(kept))


@router.get("/{capture_id}/certificate.json")
def certificate_file(visitor: Asked, capture_id: str) -> Response:
    """The certificate as it is signed and kept."""
    _, kept = visitor.keeping.certificate(capture_id)
    name = f"{capture_id}-destroyed.json"
    return Response(
        kept, media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def keep_problem(visitor: Visitor, capture_id: str, *, problem: str, status: int) -> HTMLResponse:
    """Why an act was not done, with the way back."""
    return visitor.draw("keep_refused.html", here="evidence", status=status, capture_id=capture_id, problem=problem)


def _draw_keeping(visitor: Visitor, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    desk, services = visitor.keeping, visitor.services
    state = desk.log_state()
    return visitor.draw(
        "evidence_keeping.html",
        here="evidence",
        status=status,
        state=state,
        audits=desk.audits(),
        since=desk.auditing_since(),
        kept=desk.kept(),
        authorities=services.timestamp_authorities,
        algorithm=services.signer.algorithm,
        keys_list=_keys(visitor, services.signer.certificate_pem),
        sm2=_keys(visitor, services.sm2_signer.certificate_pem) if services.sm2_signer else (),
        anchors=_keys(visitor, services.trust_anchors_pem),
        said=said,
        problem=problem,
    )


def _draw_prove(
    visitor: Visitor, *, page: str, lead_id: str = "", reason: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    return visitor.draw(
        "prove_page.html",
        here="evidence",
        status=status,
        page=page,
        lead_id=lead_id,
        reason=reason,
        bound=bool(visitor.desk.scope),
        problem=problem,
    )


def _keys(visitor: Visitor, pem: str) -> tuple[_Key, ...]:
    now = visitor.services.clock()
    return tuple(
        _Key(
            subject=subject_of(one),
            sha256=fingerprint_of(one),
            until=one.not_valid_after_utc,
            left_days=(one.not_valid_after_utc - now).days,
        )
        for one in read_certificates(pem)
    )
