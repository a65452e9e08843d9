"""A form with one file and some words, kept under a name of ours before anybody reads it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from offices.upload_desk import limited
from records.errors import InvalidInputError, StorageFullError

__all__ = ["OneFile", "form_body", "keep_file", "kept_for_now", "one_file"]

_MOST_FIELDS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFile:
    """The words of a form, trimmed, and its file: what it was called, its lower-case ending, and where it lies."""

    words: dict[str, str]
    name: str
    ending: str
    sent: UploadFile


def form_body(required: Sequence[str] = ("file",), **words: dict[str, Any]) -> dict[str, Any]:
    """The description of such a form, for `openapi_extra`."""
    shown = {"file": {"type": "string", "format": "binary"}, **words}
    schema = {"type": "object", "required": list(required), "properties": shown}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@asynccontextmanager
async def one_file(request: Request, endings: Sequence[str], *, most_bytes: int) -> AsyncIterator[OneFile]:
    """The form of a request.

    Raises:
        InvalidInputError: No such form, no file, or a file whose name has another ending.
    """
    form = await _form(request, most_bytes)
    try:
        words = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        sent = next((one for one in form.getlist("file") if isinstance(one, UploadFile)), None)
        ending = PurePath(sent.filename or "").suffix.lower() if sent else ""
        if sent is None or ending not in endings:
            raise InvalidInputError("没有可以读取的文件", cure=f"字段 file，文件名以 {'、'.join(endings)} 之一结尾")
        yield OneFile(words=words, name=PurePath(sent.filename or "").name[:100], ending=ending, sent=sent)
    finally:
        await form.close()


@asynccontextmanager
async def kept_for_now(file: OneFile) -> AsyncIterator[Path]:
    """The file on disk until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="wangjian-form-") as folder:
        path = Path(folder) / f"file{file.ending}"
        await run_in_threadpool(keep_file, file.sent, path)
        yield path


def keep_file(sent: UploadFile, path: Path) -> None:
    """Write it where it is to lie. Raises StorageFullError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            while piece := sent.file.read(1 << 20):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as exc:
        raise StorageFullError("上传的文件写不下去", cure="检查数据目录的空间") from exc


async def _form(request: Request, most_bytes: int) -> FormData:
    body = Request(request.scope, limited(request.receive, most_bytes))
    try:
        return await body.form(max_files=1, max_fields=_MOST_FIELDS)
    except MultiPartException as exc:
        raise InvalidInputError("上传的表单无法读取", cure="用 multipart/form-data 发送一个文件") from exc
