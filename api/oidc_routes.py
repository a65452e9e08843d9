"""Going to the bureau's identity provider to sign in, and coming back signed in."""

from __future__ import annotations

import html
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.door import caller_of, door_of
from api.oidc import Elsewhere
from api.problems import problem_responses
from offices.audit import AuditAction, record
from offices.sessions import cookie_name
from records.errors import NotFoundError, SignInRequiredError

__all__ = ["router"]

router = APIRouter(prefix="/oidc", tags=["登录"])

_BACK = "/api/v1/oidc/callback"
_MINUTES = 10
_PAGE: dict[str, Any] = {
    "description": "已登录，转到所要的页面",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
_After = Annotated[str, Query(max_length=500, description="登录后去往的本站页面")]


@router.get(
    "/login",
    status_code=303,
    summary="去统一身份认证登录",
    response_class=RedirectResponse,
    responses={303: {"description": "转往身份认证服务"}, **problem_responses(401, 404, 422, 503)},
)
def go_elsewhere(request: Request, after: _After = "/") -> Response:
    """To the provider; the browser keeps a signed ticket for ten minutes."""
    url, ticket = _elsewhere(request).go(redirect_uri=_back(request), after=_local(after))
    answer = RedirectResponse(url, status_code=303, headers={"Cache-Control": "no-store"})
    secure = request.url.scheme == "https"
    answer.set_cookie(
        _ticket_name(secure=secure),
        ticket,
        max_age=_MINUTES * 60,
        path="/",
        httponly=True,
        secure=secure,
        samesite="lax",  # it must come back with the provider's redirect
    )
    return answer


@router.get(
    "/callback",
    summary="统一身份认证登录返回",
    response_class=HTMLResponse,
    responses={200: _PAGE, **problem_responses(401, 404, 422, 503)},
)
def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Open a session for the account of that login. A page, not a redirect, leads on: the session's cookie is sent by
    pages of our own alone."""
    door, elsewhere = door_of(request), _elsewhere(request)
    secure = request.url.scheme == "https"
    kept = request.cookies.get(_ticket_name(secure=secure), "")
    audit, now = door.services.audit, door.services.clock
    login = ""
    try:
        login, after = elsewhere.come_back(kept, redirect_uri=_back(request), state=state, code=code)
        person = door.gate.let_in(login)
    except SignInRequiredError as exc:
        detail = f"{elsewhere.title}：{exc.message}"
        failed = AuditAction.SIGN_IN_FAILED
        record(audit, caller_of(request, None), action=failed, at=now(), object_id=login, detail=detail)
        raise
    record(audit, caller_of(request, person), action=AuditAction.SIGNED_IN, at=now(), detail=elsewhere.title)
    answer = HTMLResponse(_onward(_local(after)), headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        cookie_name(secure=secure), person.token, path="/", httponly=True, secure=secure, samesite="strict"
    )
    answer.delete_cookie(_ticket_name(secure=secure), path="/", httponly=True, secure=secure, samesite="lax")
    return answer


def _elsewhere(request: Request) -> Elsewhere:
    found = door_of(request).elsewhere
    if found is None:
        raise NotFoundError("没有接入统一身份认证", cure="用本系统的账号与口令登录")
    return found


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}{_BACK}"


def _ticket_name(*, secure: bool) -> str:
    return "__Host-wangjian-oidc" if secure else "wangjian_oidc"


def _local(wanted: str) -> str:
    """A path on this site, or the first page: where a sign-in leads is never another site.

    >>> _local("/leads?q=1"), _local("//evil.example"), _local("https://evil.example/")
    ('/leads?q=1', '/', '/')
    """
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"


def _onward(path: str) -> str:
    shown = html.escape(path, quote=True)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>已登录</title>'
        f'<meta http-equiv="refresh" content="0;url={shown}"></head>'
        f'<body><p>已登录，<a href="{shown}">继续</a>。</p></body></html>'
    )
