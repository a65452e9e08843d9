"""Long work over a file that is sent with it: matching a table, judging lines of text; and a run taken up again."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.door import door_of
from api.examples import documented
from api.job_answers import JOB, JobItem
from api.job_routes import ChangingJobs, accepted
from api.lead_routes import Id
from api.one_file import form_body, keep_file, one_file
from offices.job_desk import JOBS_FOLDER, JobDesk
from records.jobs import Job, JobKind

__all__ = ["router"]

router = APIRouter(tags=["任务"])


@router.post(
    "/match/batches",
    status_code=202,
    summary="成批比对",
    responses=documented(JOB, 401, 403, 409, 422, 503, status=202),
    openapi_extra=form_body(),
)
async def match_batch(request: Request, response: Response, desk: ChangingJobs) -> JobItem:
    """A CSV with the columns id, name, code, region, phone, address (any may be empty); the decisions are the job's
    file. Who may not read personal data gets the reasons with telephones masked."""
    return accepted(response, await _begin(request, desk, JobKind.MATCH_BATCH, ".csv"))


@router.post(
    "/rules/scans",
    status_code=202,
    summary="逐行试判文本",
    responses=documented(JOB, 401, 403, 409, 422, 503, status=202),
    openapi_extra=form_body(),
)
async def scan_lines(request: Request, response: Response, desk: ChangingJobs) -> JobItem:
    """JSON Lines of {"id", "text", "category", "source", "fields"}, judged by the rules in force today; the findings
    are the job's file."""
    return accepted(response, await _begin(request, desk, JobKind.RULES_SCAN, ".jsonl"))


@router.post(
    "/runs/{run_id}/resume",
    status_code=202,
    summary="续采",
    responses=documented(JOB, 401, 403, 404, 409, 422, 503, status=202),
)
def resume_run(response: Response, desk: ChangingJobs, run_id: Id) -> JobItem:
    """Take up a run where it was cut off, as a job."""
    return accepted(response, desk.resume(run_id))


async def _begin(request: Request, desk: JobDesk, kind: JobKind, ending: str) -> Job:
    desk.check(kind)
    services = door_of(request).services
    async with one_file(request, (ending,), most_bytes=services.preserver.upload_max_bytes) as form:
        job_id, name = desk.free_id(), f"asked{ending}"
        await run_in_threadpool(keep_file, form.sent, services.data_dir / JOBS_FOLDER / job_id / name)
        return await run_in_threadpool(desk.begin, kind, {"file": name, "called": form.name}, job_id=job_id)
