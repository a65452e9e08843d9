"""Sign in and out, and who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.answers import Me, SignIn
from api.door import SignedInNow, caller_of, changing, door_of, same_origin
from api.examples import ME, documented
from api.problems import problem_responses
from offices.audit import AuditAction, record
from offices.permissions import may
from offices.sessions import SignedIn, cookie_name, masked_csrf
from records.errors import PermissionRefusedError, SignInRequiredError
from records.people import Permission

__all__ = ["router"]

router = APIRouter(tags=["登录"])


@router.post(
    "/session",
    status_code=201,
    summary="登录",
    responses=documented(ME, 401, 403, 422, status=201),
)
def sign_in(request: Request, response: Response, wanted: SignIn) -> Me:
    """Open a session: the cookie is set, the token for changes is in the answer."""
    same_origin(request)
    door = door_of(request)
    try:
        person = door.gate.sign_in(wanted.login, wanted.password)
    except SignInRequiredError:
        record(
            door.services.audit,
            caller_of(request, None),
            action=AuditAction.SIGN_IN_FAILED,
            at=door.services.clock(),
            object_id=wanted.login,
        )
        raise
    record(door.services.audit, caller_of(request, person), action=AuditAction.SIGNED_IN, at=door.services.clock())
    secure = request.url.scheme == "https"
    response.set_cookie(
        cookie_name(secure=secure), person.token, path="/", httponly=True, secure=secure, samesite="strict"
    )
    response.headers["Cache-Control"] = "no-store"
    return _me(person)


@router.delete("/session", status_code=204, summary="退出", responses=problem_responses(401, 403))
def sign_out(request: Request, response: Response, person: Annotated[SignedIn, Depends(changing)]) -> None:
    """End the session. A key has none."""
    if person.key_id:
        raise PermissionRefusedError("接口密钥没有可退出的登录", cure="不再使用的密钥请系统管理员撤销")
    door = door_of(request)
    door.gate.sign_out(person.session)
    record(door.services.audit, caller_of(request, person), action=AuditAction.SIGNED_OUT, at=door.services.clock())
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(secure=secure), path="/", httponly=True, secure=secure, samesite="strict")


@router.get("/me", summary="我的账号与权限", responses=documented(ME, 401))
def me(response: Response, person: SignedInNow) -> Me:
    """Who is signed in."""
    response.headers["Cache-Control"] = "no-store"
    return _me(person)


def _me(person: SignedIn) -> Me:
    account = person.account
    return Me(
        login=account.login,
        name=account.name,
        roles=account.roles,
        region_code=account.region_code,
        permissions=tuple(permission for permission in Permission if may(account, permission)),
        csrf_token=masked_csrf(person.session),
        expires_at=person.session.expires_at,
    )
