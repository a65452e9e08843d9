"""文书: drafted beside the facts, submitted, decided by 负责人, signed off, printed."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from records.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from records.papers import PaperState
from records.people import Permission
from ui.case_pages import Said, desk_of, draw_case
from ui.door import Asked, Changing, Visitor

__all__ = ["router"]

router = APIRouter()

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_REFUSED = (ConflictError, TransitionRefusedError, InvalidInputError)


@router.post("/cases/{case_id}/papers")
def begin(
    visitor: Changing,
    case_id: str,
    *,
    kind: Annotated[str, Form(max_length=4)] = "",
    subject: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """A new draft."""
    try:
        paper = desk_of(visitor).begin(case_id, kind, subject=subject)
    except (InvalidInputError, NotFoundError) as exc:
        return draw_case(visitor, case_id, Said(problem=str(exc), status=422))
    return RedirectResponse(f"/papers/{paper.paper_id}", status_code=303)


@router.get("/papers/{paper_id}", response_class=HTMLResponse)
def paper_page(visitor: Asked, paper_id: str, *, done: str = "") -> HTMLResponse:
    """What machines know on one side, what officers write on the other, and what it lacks."""
    return _draw(visitor, paper_id, done=done)


@router.post("/papers/{paper_id}/save")
async def save(request: Request, visitor: Changing, paper_id: str) -> Response:
    """Keep the fields as a new version; with `then` go on to submit or sign off."""
    form = await request.form()
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    fields = {name.removeprefix("f_"): value.replace("\r\n", "\n") for name, value in words.items() if name[:2] == "f_"}
    desk, then = desk_of(visitor), words.get("then", "")
    try:
        paper = desk.save(paper_id, fields, expected_version=_number(words.get("version", "")))
        if then == "submit":
            desk.submit(paper_id, expected_version=paper.version)
        elif then == "seal":
            desk.seal(paper_id, expected_version=paper.version)
    except _REFUSED as exc:
        return _draw(visitor, paper_id, problem=str(exc), status=409)
    return RedirectResponse(f"/papers/{paper_id}?done={then or 'saved'}", status_code=303)


@router.post("/papers/{paper_id}/withdraw")
def withdraw(visitor: Changing, paper_id: str, *, version: Annotated[int, Form(ge=0)] = 0) -> Response:
    """Take it back before it is decided."""
    try:
        desk_of(visitor).withdraw(paper_id, expected_version=version)
    except _REFUSED as exc:
        return _draw(visitor, paper_id, problem=str(exc), status=409)
    return RedirectResponse(f"/papers/{paper_id}?done=withdrawn", status_code=303)


@router.post("/papers/{paper_id}/decide")
def decide(
    visitor: Changing,
    paper_id: str,
    *,
    answer: Annotated[str, Form(max_length=20)] = "",
    opinion: Annotated[str, Form(max_length=1000)] = "",
    back: Annotated[str, Form(max_length=20)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """负责人 answers; from the phone's list one goes back to it."""
    try:
        desk_of(visitor).decide(paper_id, answer, opinion=opinion, expected_version=version)
    except _REFUSED as exc:
        return _draw(visitor, paper_id, problem=str(exc), status=409)
    if back == "approvals":
        return RedirectResponse("/approvals?done=decided", status_code=303)
    return RedirectResponse(f"/papers/{paper_id}?done=decided", status_code=303)


@router.get("/papers/{paper_id}/file.{form}")
def file(visitor: Asked, paper_id: str, form: str, *, version: int = 0) -> Response:
    """The paper as PDF or docx; `version` names an older one."""
    if form not in ("pdf", "docx"):
        raise NotFoundError("文书可取 pdf 或 docx", cure="改网址末尾")
    paper, content = desk_of(visitor).printed(paper_id, number=version, docx=form == "docx")
    name = quote(f"{paper.title.replace('/', '-')}{paper.document_no or '（草稿）'}.{form}")
    kind = "inline" if form == "pdf" else "attachment"
    headers = {
        "Content-Disposition": f"{kind}; filename=\"paper.{form}\"; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/pdf" if form == "pdf" else _DOCX, headers=headers)


def _draw(visitor: Visitor, paper_id: str, *, problem: str = "", done: str = "", status: int = 200) -> HTMLResponse:
    found = desk_of(visitor).file(paper_id)
    may_act = visitor.may(Permission.CASES_ACT)
    return visitor.draw(
        "paper.html",
        here="cases",
        file=found,
        paper=found.paper,
        form=found.form,
        case=found.case,
        editable=may_act and found.paper.state is not PaperState.SUBMITTED,
        sealed=found.paper.state is PaperState.SEALED,
        submitted=found.paper.state is PaperState.SUBMITTED,
        may_print=visitor.may(Permission.PERSONAL_READ),
        problem=problem,
        done=done,
        status=status,
    )


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
