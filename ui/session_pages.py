"""Sign in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from offices.audit import AuditAction, record
from offices.limits import RateLimit
from offices.sessions import cookie_name
from records.errors import RateLimitedError, SignInRequiredError
from ui.door import Changing, caller_of, door_of, same_origin, whose

__all__ = ["local_path", "router"]

router = APIRouter()

_LOST = "登录已失效，刚才提交的内容没有记入。登录后回到原来的页面，请再做一次。"


@router.get("/login", response_class=HTMLResponse)
def login_page(request: Request, after: str = "/", lost: str = "") -> Response:
    """The form; who is signed in already goes on."""
    if whose(request) is not None:
        return RedirectResponse(local_path(after), status_code=303)
    return _form(request, after=after, problem=_LOST if lost else "")


@router.post("/login", response_class=HTMLResponse)
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    after: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Open a session under a fresh token; an older one of this browser ends."""
    same_origin(request)
    door = door_of(request)
    before = whose(request)
    try:
        _count(request)
        person = door.gate.sign_in(login, password)
    except RateLimitedError as exc:
        refused = _form(request, after=after, login=login, problem=str(exc), status=429)
        refused.headers["Retry-After"] = str(exc.data["seconds"])
        return refused
    except SignInRequiredError as exc:
        record(
            door.services.audit,
            caller_of(request, None),
            action=AuditAction.SIGN_IN_FAILED,
            at=door.services.clock(),
            object_id=login,
        )
        return _form(request, after=after, login=login, problem=str(exc), status=401)
    if before is not None:
        door.gate.sign_out(before.session)
    record(door.services.audit, caller_of(request, person), action=AuditAction.SIGNED_IN, at=door.services.clock())
    answer = RedirectResponse(local_path(after), status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(
        cookie_name(secure=secure), person.token, path="/", httponly=True, secure=secure, samesite="strict"
    )
    return answer


@router.post("/logout")
def sign_out(request: Request, visitor: Changing) -> Response:
    """End the session."""
    visitor.door.gate.sign_out(visitor.person.session)
    visitor.desk.note(AuditAction.SIGNED_OUT, "")
    answer = RedirectResponse("/login", status_code=303)
    secure = request.url.scheme == "https"
    answer.delete_cookie(cookie_name(secure=secure), path="/", httponly=True, secure=secure, samesite="strict")
    return answer


def local_path(wanted: str) -> str:
    """A path on this site, or the first page: where a sign-in leads is never another site.

    >>> local_path("/leads?q=1"), local_path("//evil.example"), local_path("/\\\\evil.example"), local_path("https://e/")
    ('/leads?q=1', '/', '/', '/')
    """
    plain = wanted.isprintable() and "\\" not in wanted and wanted.isascii()
    return wanted if plain and wanted.startswith("/") and not wanted.startswith("//") else "/"


def _count(request: Request) -> None:
    """One more sign-in from this address, counted with those of the API. Raises RateLimitedError."""
    limit: RateLimit | None = getattr(request.app.state, "sign_ins", None)  # set where the API was put on
    if limit is not None:
        limit.take(request.client.host if request.client else "")


def _form(request: Request, *, after: str, login: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    context = {"after": local_path(after), "login": login, "problem": problem, "account": None, "here": ""}
    context["elsewhere"] = getattr(request.app.state, "sign_in_elsewhere", "")  # set where the API was put on
    return door_of(request).pages.draw("login.html", context, status=status)
