"""A form with one table in it, kept under a name of ours until it has been read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePath

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from offices.sessions import check_change
from offices.upload_desk import limited
from records.errors import InvalidInputError
from ui.door import Visitor

__all__ = ["table_sent"]

_MOST_FIELDS = 12
_LONGEST_WORD = 500


@asynccontextmanager
async def table_sent(
    request: Request, visitor: Visitor, endings: Sequence[str]
) -> AsyncIterator[tuple[dict[str, str], Path]]:
    """The words of the form and its file, which is gone after the block. The form's token is checked first.

    Raises:
        InvalidInputError: No file, one of another ending, or more than may be sent.
        PermissionRefusedError: The token is not this session's.
    """
    body = Request(request.scope, limited(request.receive, visitor.services.preserver.upload_max_bytes))
    try:
        form = await body.form(max_files=1, max_fields=_MOST_FIELDS)
    except MultiPartException as exc:
        raise InvalidInputError("一次只收一个文件", cure="分几次导入") from exc
    try:
        words = {name: value.strip()[:_LONGEST_WORD] for name, value in form.items() if isinstance(value, str)}
        check_change(visitor.person.session, sent_token=words.get("csrf_token", ""))
        sent = next((one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename), None)
        ending = PurePath(sent.filename or "").suffix.lower() if sent else ""
        if sent is None or ending not in endings:
            raise InvalidInputError("没有可以读取的文件", cure=f"选一个 {'、'.join(endings)} 文件")
        with tempfile.TemporaryDirectory(prefix="wangjian-form-") as folder:
            path = Path(folder) / _plain(sent.filename or "", ending)
            await run_in_threadpool(_keep, sent, path)
            yield words, path
    finally:
        await form.close()


def _plain(name: str, ending: str) -> str:
    """What the sender calls the file, which messages name, as a name any disk takes.

    >>> _plain("C:\\\\甲\\\\名单 第3号.XLSX", ".xlsx"), _plain("../../x.csv", ".csv"), _plain("\\x00.csv", ".csv")
    ('名单 第3号.xlsx', 'x.csv', 'file.csv')
    """
    stem = PurePath(name.replace("\\", "/")).stem
    return f"{''.join(sign for sign in stem if sign.isprintable())[:60].strip('. ') or 'file'}{ending}"


def _keep(sent: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(sent.file, file, 1 << 20)
