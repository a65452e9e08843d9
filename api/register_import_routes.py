"""A register file taken in: kept first, then imported in the background."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.door import door_of
from api.examples import documented
from api.job_answers import JOB, JobItem
from api.job_routes import ChangingJobs, accepted
from api.one_file import form_body, keep_file, one_file
from offices.job_desk import JOBS_FOLDER
from records.errors import InvalidInputError
from records.jobs import JobKind

__all__ = ["router"]

router = APIRouter(prefix="/register", tags=["登记库"])

_KINDS = (".csv", ".xlsx", ".jsonl", ".dbf", ".parquet")
_MOST_SOURCE = 100
_BODY = form_body(
    ("file", "source"),
    source={"type": "string", "maxLength": _MOST_SOURCE, "description": "来源名称，每期相同"},
    profile={"type": "string", "maxLength": 100, "description": "列对照方案；空为自动"},
    full={"type": "string", "enum": ["", "yes"], "description": "完整快照"},
)


@router.post(
    "/imports",
    status_code=202,
    summary="导入登记库文件",
    responses=documented(JOB, 401, 403, 409, 422, 503, status=202),
    openapi_extra=_BODY,
)
async def import_register(request: Request, response: Response, desk: ChangingJobs) -> JobItem:
    """CSV, xlsx, JSON Lines, DBF or Parquet. Bad rows lose no other row; they are to be fetched as the job's file."""
    desk.check(JobKind.REGISTER_IMPORT)
    services = door_of(request).services
    async with one_file(request, _KINDS, most_bytes=services.preserver.upload_max_bytes) as form:
        asks = _asks(form.words, form.ending)
        job_id = desk.free_id()
        await run_in_threadpool(keep_file, form.sent, services.data_dir / JOBS_FOLDER / job_id / asks["file"])
        job = await run_in_threadpool(desk.begin, JobKind.REGISTER_IMPORT, asks, job_id=job_id)
    return accepted(response, job)


def _asks(words: dict[str, str], ending: str) -> dict[str, str]:
    source = words.get("source", "")[:_MOST_SOURCE]
    if not source:
        raise InvalidInputError("须说明来源名称", cure="字段 source，每期用同一个名称")
    if "/" in words.get("profile", "") or words.get("profile", "").endswith(".toml"):
        raise InvalidInputError("列对照方案只能用内置的名称", cure="自定方案用 wangjian registry import")
    full = "yes" if words.get("full") == "yes" else ""
    return {"file": f"register{ending}", "source": source, "profile": words.get("profile", "")[:100], "full": full}
