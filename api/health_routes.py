"""Whether the process lives (/healthz) and whether its parts answer (/readyz)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from api.answers import Health
from api.door import door_of
from records.errors import StorageFullError, WangJianError
from records.ports import Services
from records.search import SearchKind

__all__ = ["router"]

router = APIRouter(tags=["健康"])

_LEAST_FREE_BYTES = 200_000_000
_PLACE = re.compile(r"(?<![\w/])/[^\s，；）（]+")
"""Where things lie is not for whoever may ask whether we are well."""


@router.get("/healthz", summary="进程存活")
def healthz(response: Response) -> Health:
    """The process answers; nothing else is asked."""
    response.headers["Cache-Control"] = "no-store"
    return Health(ready=True)


@router.get("/readyz", summary="各部件是否就绪", responses={503: {"model": Health, "description": "有部件不可用"}})
def readyz(request: Request, response: Response) -> Health:
    """Each part is asked one small question; 503 when any does not answer."""
    parts = {name: _asked(question) for name, question in _questions(door_of(request).services).items()}
    ready = all(answer == "正常" for answer in parts.values())
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 200 if ready else 503
    return Health(ready=ready, parts=parts)


def _questions(services: Services) -> dict[str, Callable[[], object]]:
    return {
        "数据库": services.outbox.waiting,
        "检索索引": lambda: services.index.count(SearchKind.LEAD),
        "证据存储": lambda: services.blobs.holds("0" * 64),
        "数据目录": lambda: _room(services),
    }


def _room(services: Services) -> None:
    free = shutil.disk_usage(services.data_dir).free
    if free < _LEAST_FREE_BYTES:
        raise StorageFullError(f"剩余空间不足：{free // 1_000_000} MB", cure="清出空间")


def _asked(question: Callable[[], object]) -> str:
    try:
        question()
    except WangJianError as exc:
        return _PLACE.sub("…", exc.message)
    except OSError as exc:
        return f"不可用（{exc.strerror}）"
    return "正常"
