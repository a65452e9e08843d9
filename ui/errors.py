"""Errors as pages for people; what is not the console's goes to whoever answered before."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from records import errors
from ui.rendering import Pages

__all__ = ["install_error_pages"]

_log = structlog.get_logger(__name__)

_MACHINES = ("/api/", "/healthz", "/readyz", "/metrics", "/static/")

_STATUSES: tuple[tuple[type[errors.WangJianError], int], ...] = (
    (errors.SignInRequiredError, 401),
    (errors.PermissionRefusedError, 403),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.TransitionRefusedError, 409),
    (errors.UsageError, 422),
    (errors.RefusedError, 422),
    (errors.AwayError, 503),
)

_TITLES = {
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持该操作",
    409: "内容已变化",
    422: "输入不符合要求",
    503: "所需部件不可用",
}


def install_error_pages(app: FastAPI, pages: Pages) -> None:
    """Answer errors of the console's addresses as pages; other addresses keep the handlers installed before."""
    for kind in (errors.WangJianError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, _answer(pages, app.exception_handlers.get(kind)))


def _answer(pages: Pages, before: Callable[..., Any] | None) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        if before is not None and request.url.path.startswith(_MACHINES):
            told = before(request, error)
            assert isinstance(told, Response)
            return told
        if isinstance(error, errors.SignInRequiredError) and request.url.path != "/login":
            return _to_login(request)
        status, message, cure = _said(error)
        if status >= 500:
            _log.error("page_failed", path=request.url.path, kind=type(error).__name__, trace=_trace(error))
        context = {
            "title": _TITLES.get(status, "系统内部错误"),
            "message": message,
            "cure": cure,
            "status": status,
            "account": None,
            "here": "",
        }
        return pages.draw("error.html", context, status=status)

    return answer


def _trace(error: Exception) -> str:
    """Where it happened, without the values of variables: those may be personal data."""
    return "".join(traceback.format_exception(error))


def _to_login(request: Request) -> Response:
    """To the sign-in, and from there back; what was being sent is not taken, and the page says so."""
    if request.method == "GET":
        path = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        target = f"/login?{urlencode({'after': path})}" if path != "/" else "/login"
    else:
        target = f"/login?{urlencode({'after': _came_from(request), 'lost': '1'})}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def _came_from(request: Request) -> str:
    """The page of ours a form was sent from, as a path."""
    origin, came = str(request.base_url).rstrip("/"), request.headers.get("referer", "")
    return came.removeprefix(origin) if came.startswith(f"{origin}/") else "/"


def _said(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, errors.WangJianError):
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
        return status, error.message, error.cure
    if isinstance(error, RequestValidationError):
        return 422, "提交的内容不符合要求，未作任何更改", "返回上一页检查后重试"
    if isinstance(error, HTTPException):
        return (
            error.status_code,
            "没有这个页面" if error.status_code == 404 else "该地址不支持这种请求",
            "核对网址，或回到今天，从导航进入",
        )
    return 500, "请求未能完成，未预料的错误已记入日志", "稍后重试；仍不行请告知系统管理员"
