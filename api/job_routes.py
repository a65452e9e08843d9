"""Long work: asked for (202, its address in Location), looked at, followed as it goes, its file fetched.

Standard: RFC 9110 section 15.3.3 (202); WHATWG HTML section 9.2 (server-sent events).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Body, Depends, Header, Request, Response
from fastapi.responses import FileResponse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from api.door import SignedInNow, caller_of, changing, door_of, person_of
from api.examples import documented
from api.job_answers import JOB, JOB_PAGE, JobItem, JobPage, JobWish, asks_of
from api.lead_routes import Id
from api.paging import AskedPage
from api.problems import problem_responses
from offices.job_desk import JobDesk
from offices.sessions import SignedIn
from records.jobs import ENDED, Job, JobKind

__all__ = ["ChangingJobs", "accepted", "router"]

router = APIRouter(prefix="/jobs", tags=["任务"])

_HEARTBEAT_SECONDS = 15
_LOOK_SECONDS = 0.3
_STREAM: dict[str, Any] = {
    "description": "事件流：progress 逐条进度，end 为终态与结果；断开后带 Last-Event-ID 续读",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
_FILE: dict[str, Any] = {
    "description": "任务所成的文件",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def _desk(request: Request, person: SignedInNow) -> JobDesk:
    door = door_of(request)
    return JobDesk(door.services, caller_of(request, person), door.options.jobs)


def _changing_desk(request: Request, person: Annotated[SignedIn, Depends(changing)]) -> JobDesk:
    return _desk(request, person)


_Jobs = Annotated[JobDesk, Depends(_desk)]
ChangingJobs = Annotated[JobDesk, Depends(_changing_desk)]


@router.post(
    "", status_code=202, summary="交办后台任务", responses=documented(JOB, 401, 403, 404, 409, 422, 503, status=202)
)
def begin_job(response: Response, desk: ChangingJobs, wanted: Annotated[JobWish, Body()]) -> JobItem:
    """Ask for long work; a register file goes to /register/imports, a capture to /captures."""
    return accepted(response, desk.begin(JobKind(wanted.kind), asks_of(wanted)))


@router.get("", summary="后台任务", responses=documented(JOB_PAGE, 400, 401, 403, 410, 422))
def list_jobs(desk: _Jobs, paging: AskedPage) -> JobPage:
    """One's own jobs, newest first; who manages accounts sees all of their region."""
    total, following, shown = paging.cut(
        desk.jobs(), lambda one: (one.asked_at.isoformat(), one.job_id), newest_first=True
    )
    return JobPage(total=total, next_cursor=following, items=tuple(map(JobItem.of, shown)))


@router.get("/{job_id}", summary="一项后台任务", responses=documented(JOB, 401, 403, 404, 422))
def read_job(response: Response, desk: _Jobs, job_id: Id) -> JobItem:
    """How it stands; ask again every second or two, or follow `events`."""
    response.headers["Cache-Control"] = "no-store"
    return JobItem.of(desk.job(job_id))


@router.get(
    "/{job_id}/events",
    summary="跟随一项后台任务",
    response_class=EventSourceResponse,
    responses={200: _STREAM, **problem_responses(401, 403, 404, 422)},
)
def follow_job(
    request: Request,
    desk: _Jobs,
    job_id: Id,
    last_event_id: Annotated[str, Header(max_length=20, description="已收到的最后一条的 id")] = "",
) -> EventSourceResponse:
    """What is told on the way, each with its number as id; a comment every 15 seconds; the end ends the stream."""
    desk.job(job_id)
    seen = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else 0
    return EventSourceResponse(
        _events(request, desk, job_id, seen=seen), ping=_HEARTBEAT_SECONDS, headers={"Cache-Control": "no-store"}
    )


@router.get(
    "/{job_id}/file",
    summary="取任务所成的文件",
    response_class=FileResponse,
    responses={200: _FILE, **problem_responses(401, 403, 404, 422)},
)
def fetch_file(desk: _Jobs, job_id: Id) -> FileResponse:
    """An export, or the rows of a register file that are to be sent back; only by who asked for it."""
    path = desk.file(job_id)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        filename=path.name,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


def accepted(response: Response, job: Job) -> JobItem:
    """The answer to who asked for long work."""
    response.headers["Location"] = f"/api/v1/jobs/{job.job_id}"
    response.headers["Retry-After"] = "1"
    return JobItem.of(job)


async def _events(request: Request, desk: JobDesk, job_id: str, *, seen: int) -> AsyncIterator[ServerSentEvent]:
    while True:
        job = await run_in_threadpool(desk.job, job_id)
        for event in job.events:
            if event.number > seen:
                seen = event.number
                yield ServerSentEvent(event.model_dump_json(), event="progress", id=str(event.number))
        if job.state in ENDED:
            yield ServerSentEvent(JobItem.of(job).model_dump_json(), event="end", id=str(seen))
            return
        await anyio.sleep(_LOOK_SECONDS)
        if await run_in_threadpool(person_of, request, door_of(request)) is None:
            return  # signed out, or the key revoked
