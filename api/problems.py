"""Every error answered as application/problem+json: one table from the error tree, one shape for wrong input.

Standard: RFC 9457 (Problem Details), RFC 9110 section 13 (412), RFC 6585 section 3 (428).
"""

from __future__ import annotations

import re
import secrets
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from records import errors
from records.base import Record

__all__ = [
    "PROBLEMS",
    "FieldError",
    "Problem",
    "ProblemKind",
    "answer_error",
    "install_problem_handlers",
    "problem_kind",
    "problem_responses",
    "request_id_of",
]

_log = structlog.get_logger(__name__)
_MEDIA_TYPE = "application/problem+json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class FieldError(Record):
    """One wrong part of the input: where it stands and what would be right."""

    place: str
    message: str


class Problem(Record):
    """What went wrong, what to do, and the number to name when asking for help."""

    type: str
    title: str
    status: int
    detail: str = ""
    cure: str = ""
    instance: str = ""
    errors: tuple[FieldError, ...] = ()
    request_id: str = ""


class ProblemKind(Record):
    """How one class of the error tree is answered."""

    status: int
    title: str


PROBLEMS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        "internal": ProblemKind(status=500, title="系统内部错误"),
        "usage": ProblemKind(status=400, title="请求有误"),
        "invalid-input": ProblemKind(status=422, title="输入不符合要求"),
        "not-found": ProblemKind(status=404, title="没有找到"),
        "precondition-missing": ProblemKind(status=428, title="更改须注明所依据的版本"),
        "precondition-failed": ProblemKind(status=412, title="内容已被他人更改"),
        "expired": ProblemKind(status=410, title="已过期"),
        "away": ProblemKind(status=503, title="所需部件不可用"),
        "store-away": ProblemKind(status=503, title="存储或检索不可用"),
        "storage-full": ProblemKind(status=507, title="存储空间不足或只读"),
        "browser-away": ProblemKind(status=503, title="固证浏览器不可用"),
        "port-in-use": ProblemKind(status=503, title="端口被占用"),
        "timestamp-away": ProblemKind(status=503, title="时间戳服务不可用"),
        "refused": ProblemKind(status=403, title="不予办理"),
        "address-refused": ProblemKind(status=422, title="不访问该地址"),
        "robots-refused": ProblemKind(status=422, title="目标站点不允许访问该地址"),
        "permission-refused": ProblemKind(status=403, title="没有权限"),
        "sign-in-required": ProblemKind(status=401, title="需要登录"),
        "transition-refused": ProblemKind(status=409, title="当前状态不能这样处置"),
        "bundle-refused": ProblemKind(status=409, title="摆渡包被拒收"),
        "rate-limited": ProblemKind(status=429, title="请求过于频繁"),
        "conflict": ProblemKind(status=409, title="与他人的更改冲突"),
        "fetch-failed": ProblemKind(status=502, title="目标站点没有正常应答"),
        "integrity": ProblemKind(status=500, title="完整性校验不符"),
        "custody": ProblemKind(status=500, title="监管链校验不符"),
        "verification": ProblemKind(status=422, title="证据包核验不通过"),
        "method-not-allowed": ProblemKind(status=405, title="不支持该操作"),
    }
)

_HTTP_KINDS = {400: "usage", 401: "sign-in-required", 403: "permission-refused", 404: "not-found"} | {
    405: "method-not-allowed",
    413: "invalid-input",
    422: "invalid-input",
}

_SAID = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这个参数",
    "json_invalid": "不是有效的 JSON",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "string_type": "应为文本",
    "list_type": "应为列表",
    "string_too_short": "不得少于 {min_length} 个字符",
    "string_too_long": "不得超过 {max_length} 个字符",
    "string_pattern_mismatch": "格式不符",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "enum": "应为以下之一：{expected}",
    "literal_error": "应为以下之一：{expected}",
    "model_attributes_type": "应为对象",
}


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of this app as a problem; nothing of a traceback reaches the caller."""
    app.add_exception_handler(errors.WangJianError, answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unforeseen)
    describe = app.openapi
    app.openapi = lambda: _with_problem_media_type(describe())  # type: ignore[method-assign]  # FastAPI's own way


def problem_kind(error: errors.WangJianError, *, with_if_match: bool = False) -> tuple[str, ProblemKind]:
    """The problem an error is answered as; a conflict under If-Match is a failed precondition."""
    stale = with_if_match and isinstance(error, errors.ConflictError) and "holder" not in error.data
    name = "precondition-failed" if stale else error.problem
    if name not in PROBLEMS:
        name = "internal"
    return name, PROBLEMS[name]


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented error answers of an operation, for OpenAPI."""
    return {status: {"description": _TITLES.get(status, "错误"), "model": Problem} for status in statuses}


def request_id_of(request: Request) -> str:
    """The request's number: the caller's own when it is a plain one, else drawn once for the request."""
    known = getattr(request.state, "request_id", "")
    if known:
        return str(known)
    sent = request.headers.get("x-request-id", "")
    drawn = sent if _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)
    request.state.request_id = drawn
    return drawn


_TITLES: Mapping[int, str] = MappingProxyType({kind.status: kind.title for kind in reversed(list(PROBLEMS.values()))})


def _with_problem_media_type(described: dict[str, Any]) -> dict[str, Any]:
    """FastAPI writes every model as what the operation answers; problems have a media type of their own."""
    for operations in described.get("paths", {}).values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                for kind in [one for one, said in content.items() if status >= "400" and "/Problem'" in str(said)]:
                    content[_MEDIA_TYPE] = content.pop(kind)
    return described


def answer_error(request: Request, error: Exception) -> Response:
    """One of our errors as a problem."""
    assert isinstance(error, errors.WangJianError)
    name, kind = problem_kind(error, with_if_match="if-match" in request.headers)
    if kind.status >= 500:
        _log.error("request_failed", problem=name, request_id=request_id_of(request), error=str(error))
    answer = _problem(request, name, detail=error.message, cure=error.cure)
    if isinstance(error, errors.RateLimitedError):
        answer.headers["Retry-After"] = str(error.data.get("seconds", 60))
    return answer


def _answer_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = tuple(FieldError(place=_place(item["loc"]), message=_say(item)) for item in error.errors())
    return _problem(
        request, "invalid-input", detail="；".join(f"{item.place}：{item.message}" for item in wrong), wrong=wrong
    )


def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = _HTTP_KINDS.get(error.status_code, "usage" if error.status_code < 500 else "internal")
    detail = {404: "没有这个地址", 405: "该地址不支持这种请求方法"}.get(error.status_code, "")
    answer = _problem(request, name, detail=detail, status=error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _answer_unforeseen(request: Request, error: Exception) -> Response:
    _log.error("request_crashed", request_id=request_id_of(request), kind=type(error).__name__, trace=_trace(error))
    return _problem(request, "internal", detail="请求未能完成，未预料的错误已记入日志", cure="把请求编号告知系统管理员")


def _trace(error: Exception) -> str:
    """Where it happened, without the values of variables: those may be personal data."""
    return "".join(traceback.format_exception(error))


def _problem(
    request: Request,
    name: str,
    *,
    detail: str,
    cure: str = "",
    wrong: tuple[FieldError, ...] = (),
    status: int | None = None,
) -> Response:
    kind = PROBLEMS[name]
    problem = Problem(
        type=f"urn:wangjian:problem:{name}",
        title=kind.title,
        status=status or kind.status,
        detail=detail,
        cure=cure,
        instance=request.url.path,
        errors=wrong,
        request_id=request_id_of(request),
    )
    headers = {"Cache-Control": "no-store"}
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Cookie realm="wangjian", Bearer realm="wangjian"'
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "10"
    return Response(problem.model_dump_json(), status_code=problem.status, media_type=_MEDIA_TYPE, headers=headers)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _say(item: Mapping[str, object]) -> str:
    known = _SAID.get(str(item.get("type", "")))
    if known is None:
        return "不符合要求"
    context = item.get("ctx")
    return known.format_map(_Blank(context if isinstance(context, dict) else {}))


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
