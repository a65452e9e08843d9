"""任务: long work one has asked for, how it goes, and the file it made."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from offices.job_desk import JobDesk
from records.jobs import ENDED, Job, JobKind
from ui.door import Asked, Changing, Visitor
from ui.facet_pages import list_state

__all__ = ["router"]

router = APIRouter()

_SHOWN = 100


@router.get("/jobs", response_class=HTMLResponse)
def jobs(visitor: Asked) -> HTMLResponse:
    """One's own, newest first; who manages accounts sees those of the region."""
    return visitor.draw("jobs.html", here="jobs", jobs=_desk(visitor).jobs()[:_SHOWN])


@router.get("/jobs/{job_id}", response_class=HTMLResponse)
def job(visitor: Asked, job_id: str) -> HTMLResponse:
    """One with all it told; htmx asks for the changing part until it has ended."""
    found = _desk(visitor).job(job_id)
    return visitor.draw(
        "job_state.html" if visitor.wants_piece else "job.html",
        here="jobs",
        job=found,
        ended=found.state in ENDED,
        mine=found.account_id == visitor.person.account.account_id,
    )


@router.get("/jobs/{job_id}/file")
def job_file(visitor: Asked, job_id: str) -> FileResponse:
    """The file it made, to whom it was made for."""
    path = _desk(visitor).file(job_id)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("/cases/{case_id}/export")
def export_case(visitor: Changing, case_id: str) -> Response:
    """导出案卷 in the background."""
    return _begun(_desk(visitor).begin(JobKind.CASE_EXPORT, {"case_id": case_id}))


@router.post("/exports/{name}")
def export_list(
    visitor: Changing,
    name: str,
    *,
    state: Annotated[str, Form(max_length=4000)] = "",
    form: Annotated[str, Form(pattern="^(xlsx|csv|jsonl)$")] = "xlsx",
) -> Response:
    """A list as a file, with what was asked, when and how many rows."""
    query = list_state(name, QueryParams(state)).query()
    filters = {facet.value: list(values) for facet, values in query.filters.items()}
    asks = {"subject": name, "format": form, "text": query.text, "filters": json.dumps(filters, ensure_ascii=False)}
    return _begun(_desk(visitor).begin(JobKind.EXPORT, asks))


def _begun(begun: Job) -> Response:
    return RedirectResponse(f"/jobs/{begun.job_id}", status_code=303)


def _desk(visitor: Visitor) -> JobDesk:
    return JobDesk(visitor.services, visitor.caller, visitor.door.jobs)
