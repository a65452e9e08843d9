"""账号: made, changed, closed, unlocked; and one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from offices.account_desk import AccountAct, AccountDesk, AccountWish, IssuedPassword
from offices.permissions import PERMISSION_TITLES, PERMISSIONS
from records.errors import ConflictError, InvalidInputError, PermissionRefusedError
from records.people import Account, Permission, Role
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter()

_SAID = {"changed": "已保存。", "close": "已停用，该账号的会话已全部结束。", "open": "已启用。", "unlock": "已解锁。"}
_Field = Annotated[str, Form(max_length=100)]
_Secret = Annotated[str, Form(max_length=256)]


@router.get("/accounts", response_class=HTMLResponse)
def accounts(visitor: Asked) -> HTMLResponse:
    """Accounts of one's region, by 机构."""
    return _draw_list(visitor)


@router.post("/accounts", response_class=HTMLResponse)
def create(
    visitor: Changing,
    *,
    login: _Field = "",
    name: _Field = "",
    role: Annotated[list[Role] | None, Form()] = None,
    region: _Field = "",
    card_no: _Field = "",
) -> Response:
    """A new account; its password is shown this once."""
    wish = AccountWish(name=name, roles=tuple(role or ()), region_code=region.strip(), card_no=card_no)
    try:
        issued = _desk(visitor).create(login, wish)
    except (ConflictError, InvalidInputError, PermissionRefusedError) as exc:
        visitor.desk.need(Permission.USERS_MANAGE)
        return _draw_list(visitor, written=(login, wish), problem=why(exc), status=422)
    return _draw_issued(visitor, issued)


@router.get("/accounts/{login}", response_class=HTMLResponse)
def account(visitor: Asked, login: str, done: str = "") -> HTMLResponse:
    """One account."""
    return _draw_one(visitor, _desk(visitor).one(login), said=_SAID.get(done, ""))


@router.post("/accounts/{login}", response_class=HTMLResponse)
def change(
    visitor: Changing,
    login: str,
    *,
    name: _Field = "",
    role: Annotated[list[Role] | None, Form()] = None,
    region: _Field = "",
    card_no: _Field = "",
) -> Response:
    """Its name, roles, region and card number."""
    wish = AccountWish(name=name, roles=tuple(role or ()), region_code=region.strip(), card_no=card_no)
    try:
        _desk(visitor).change(login, wish)
    except (ConflictError, InvalidInputError) as exc:
        return _draw_one(visitor, _desk(visitor).one(login), problem=why(exc), status=422)
    return RedirectResponse(f"/accounts/{login}?done=changed", status_code=303)


@router.post("/accounts/{login}/actions", response_class=HTMLResponse)
def act(visitor: Changing, login: str, action: Annotated[AccountAct, Form()]) -> Response:
    """停用、启用、解锁、重置口令."""
    try:
        issued = _desk(visitor).act(login, action)
    except ConflictError as exc:
        return _draw_one(visitor, _desk(visitor).one(login), problem=why(exc), status=409)
    if issued.password:
        return _draw_issued(visitor, issued)
    return RedirectResponse(f"/accounts/{login}?done={action.value}", status_code=303)


@router.get("/me", response_class=HTMLResponse)
def me(visitor: Asked) -> HTMLResponse:
    """One's own account and what it may do."""
    return _draw_me(visitor)


@router.post("/me/password", response_class=HTMLResponse)
def own_password(visitor: Changing, *, old: _Secret = "", new: _Secret = "", again: _Secret = "") -> Response:
    """Another password; one signs in anew with it."""
    try:
        _desk(visitor).change_own_password(old=old, new=new, again=again)
    except InvalidInputError as exc:
        return _draw_me(visitor, problem=why(exc), status=422)
    return RedirectResponse("/login", status_code=303)


def _desk(visitor: Visitor) -> AccountDesk:
    return AccountDesk(visitor.services, visitor.caller)


def _draw_list(
    visitor: Visitor, *, written: tuple[str, AccountWish] | None = None, problem: str = "", status: int = 200
) -> HTMLResponse:
    found = _desk(visitor).accounts()
    offices: dict[str, list[Account]] = {}
    for one in found:
        offices.setdefault(one.region_code, []).append(one)
    login, wish = written or ("", AccountWish(name="", roles=(), region_code=visitor.desk.scope))
    return visitor.draw(
        "accounts.html",
        here="accounts",
        status=status,
        offices=tuple(sorted(offices.items())),
        total=len(found),
        roles=tuple(Role),
        granted=_granted(),
        now=visitor.services.clock(),
        login=login,
        wish=wish,
        problem=problem,
    )


def _draw_one(
    visitor: Visitor, account: Account, *, said: str = "", problem: str = "", status: int = 200
) -> HTMLResponse:
    now = visitor.services.clock()
    return visitor.draw(
        "account.html",
        here="accounts",
        status=status,
        one=account,
        own=account.account_id == visitor.person.account.account_id,
        locked=account.locked_until if account.locked_until and account.locked_until > now else None,
        roles=tuple(Role),
        granted=_granted(),
        said=said,
        problem=problem,
    )


def _draw_issued(visitor: Visitor, issued: IssuedPassword) -> HTMLResponse:
    return visitor.draw("account_issued.html", here="accounts", one=issued.account, password=issued.password)


def _draw_me(visitor: Visitor, *, problem: str = "", status: int = 200) -> HTMLResponse:
    titles = tuple(title for permission, title in PERMISSION_TITLES.items() if visitor.may(permission))
    return visitor.draw("me.html", here="me", status=status, titles=titles, problem=problem)


def _granted() -> tuple[tuple[Role, tuple[str, ...]], ...]:
    """What each role may, in words."""
    return tuple(
        (role, tuple(title for permission, title in PERMISSION_TITLES.items() if permission in PERMISSIONS[role]))
        for role in Role
    )
