"""A register file taken in: kept first, then imported in the background."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from api.door import door_of
from api.examples import documented
from api.job_answers import JOB, JobItem
from api.job_routes import ChangingJobs, accepted
from offices.job_desk import JOBS_FOLDER
from offices.upload_desk import limited
from records.errors import InvalidInputError, StorageFullError
from records.jobs import JobKind

__all__ = ["router"]

router = APIRouter(prefix="/register", tags=["登记库"])

_KINDS = (".csv", ".xlsx", ".jsonl", ".dbf", ".parquet")
_MOST_SOURCE = 100
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file", "source"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "source": {"type": "string", "maxLength": _MOST_SOURCE, "description": "来源名称，每期相同"},
                    "profile": {"type": "string", "maxLength": 100, "description": "列对照方案；空为自动"},
                    "full": {"type": "string", "enum": ["", "yes"], "description": "完整快照"},
                },
            }
        }
    },
}


@router.post(
    "/imports",
    status_code=202,
    summary="导入登记库文件",
    responses=documented(JOB, 401, 403, 409, 422, 503, status=202),
    openapi_extra={"requestBody": _BODY},
)
async def import_register(request: Request, response: Response, desk: ChangingJobs) -> JobItem:
    """CSV, xlsx, JSON Lines, DBF or Parquet. Bad rows lose no other row; they are to be fetched as the job's file."""
    desk.check(JobKind.REGISTER_IMPORT)
    services = door_of(request).services
    body = Request(request.scope, limited(request.receive, services.preserver.upload_max_bytes))
    try:
        form = await body.form(max_files=1, max_fields=5)
    except MultiPartException as exc:
        raise InvalidInputError("上传的表单无法读取", cure="用 multipart/form-data 发送一个文件") from exc
    try:
        words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        sent = next((one for one in form.getlist("file") if isinstance(one, UploadFile)), None)
        asks = _asks(words, sent)
        assert sent is not None
        job_id = desk.free_id()
        await run_in_threadpool(_keep, sent, services.data_dir / JOBS_FOLDER / job_id / asks["file"])
        job = await run_in_threadpool(desk.begin, JobKind.REGISTER_IMPORT, asks, job_id=job_id)
    finally:
        await form.close()
    return accepted(response, job)


def _asks(words: dict[str, str], sent: UploadFile | None) -> dict[str, str]:
    kind = PurePath(sent.filename or "").suffix.lower() if sent else ""
    source = words.get("source", "")[:_MOST_SOURCE]
    if sent is None or kind not in _KINDS:
        raise InvalidInputError("没有可以导入的文件", cure=f"字段 file，文件名以 {'、'.join(_KINDS)} 之一结尾")
    if not source:
        raise InvalidInputError("须说明来源名称", cure="字段 source，每期用同一个名称")
    if "/" in words.get("profile", "") or words.get("profile", "").endswith(".toml"):
        raise InvalidInputError("列对照方案只能用内置的名称", cure="自定方案用 wangjian registry import")
    full = "yes" if words.get("full") == "yes" else ""
    return {"file": f"register{kind}", "source": source, "profile": words.get("profile", "")[:100], "full": full}


def _keep(sent: UploadFile, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            while piece := sent.file.read(1 << 20):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as exc:
        raise StorageFullError("上传的文件写不下去", cure="检查数据目录的空间") from exc
