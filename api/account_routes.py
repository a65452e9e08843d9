"""Accounts: made, changed, closed and opened by those who manage them; and one's own password."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from api.door import acting, asking
from api.examples import documented
from api.paging import AskedPage, PageOf
from api.preconditions import IfMatch, etag_of, tag_asked
from api.problems import problem_responses
from offices.account_desk import AccountAct, AccountDesk, AccountWish
from records.base import Record, UtcDatetime
from records.people import Account, Permission, Role

__all__ = ["router"]

router = APIRouter(tags=["账号"])

_Desk = Annotated[AccountDesk, Depends(asking(lambda door, caller: AccountDesk(door.services, caller)))]
_Acting = Annotated[AccountDesk, Depends(acting(lambda door, caller: AccountDesk(door.services, caller)))]
_Login = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9_.-]+$")]


class AccountItem(Record):
    """An account without its password."""

    login: str
    name: str
    roles: tuple[Role, ...]
    region_code: str
    card_no: str
    active: bool
    locked_until: UtcDatetime | None

    @classmethod
    def of(cls, account: Account) -> AccountItem:
        """What may be shown of an account."""
        return cls(**account.model_dump(exclude={"account_id", "password_hash", "failed_sign_ins", "only"}))


class AccountPage(PageOf):
    """Accounts, open ones first, by region and login."""

    items: tuple[AccountItem, ...]


class AccountFacts(Record):
    """What an account is to be; an empty region is the whole country."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=5)]
    region_code: Annotated[str, Field(max_length=6, pattern=r"^(\d{2}){0,3}$")] = ""
    card_no: Annotated[str, Field(max_length=40)] = ""

    def wish(self) -> AccountWish:
        """As the desk is asked."""
        return AccountWish(name=self.name, roles=self.roles, region_code=self.region_code, card_no=self.card_no)


class NewAccountFacts(AccountFacts):
    """The same with the login it is to have."""

    login: Annotated[str, Field(min_length=1, max_length=64)]


class AccountAction(Record):
    """停用, 启用, 解锁, 重置口令."""

    action: AccountAct


class IssuedAccount(Record):
    """An account with the password drawn for it, shown this once; "" when none was drawn."""

    account: AccountItem
    password: str = ""


class PasswordChange(Record):
    """One's password and the new one."""

    old: Annotated[str, Field(min_length=1, max_length=256)]
    new: Annotated[str, Field(min_length=1, max_length=256)]


_ITEM = AccountItem(
    login="banan",
    name="潘案",
    roles=(Role.OFFICER,),
    region_code="3301",
    card_no="浙A0001",
    active=True,
    locked_until=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
)
_ISSUED = IssuedAccount(account=_ITEM, password="Kd7-" + "x" * 12)


@router.get(
    "/accounts",
    summary="账号",
    responses=documented(AccountPage(total=1, items=(_ITEM,)), 400, 401, 403, 410, 422),
)
def list_accounts(desk: _Desk, paging: AskedPage) -> AccountPage:
    """Accounts of one's region."""
    total, following, shown = paging.cut(
        desk.accounts(), lambda one: (f"{0 if one.active else 1}{one.region_code}", one.login)
    )
    return AccountPage(total=total, next_cursor=following, items=tuple(map(AccountItem.of, shown)))


@router.post(
    "/accounts", status_code=201, summary="新增账号", responses=documented(_ISSUED, 401, 403, 409, 422, status=201)
)
def create_account(desk: _Acting, response: Response, wanted: NewAccountFacts) -> IssuedAccount:
    """Make an account. Its password is in this answer and nowhere else."""
    made = desk.create(wanted.login, wanted.wish())
    response.headers["Location"] = f"/api/v1/accounts/{made.account.login}"
    return _issued(response, made.account, made.password)


@router.get("/accounts/{login}", summary="一个账号", responses=documented(_ITEM, 401, 403, 404, 422))
def read_account(response: Response, desk: _Desk, login: _Login) -> AccountItem:
    """An account of one's region. The ETag is needed to change it."""
    found = desk.one(login)
    response.headers["ETag"] = etag_of(desk.tag(found))
    return AccountItem.of(found)


@router.put("/accounts/{login}", summary="变更账号", responses=documented(_ITEM, 401, 403, 404, 409, 412, 422, 428))
def change_account(
    response: Response, desk: _Acting, *, login: _Login, wanted: AccountFacts, if_match: IfMatch = None
) -> AccountItem:
    """Change name, roles, region, card number; nobody changes their own."""
    desk.need(Permission.USERS_MANAGE)
    changed = desk.change(login, wanted.wish(), expected=tag_asked(if_match))
    response.headers["ETag"] = etag_of(desk.tag(changed))
    return AccountItem.of(changed)


@router.post(
    "/accounts/{login}/actions",
    summary="停用、启用、解锁、重置口令",
    responses=documented(_ISSUED, 401, 403, 404, 409, 422),
)
def act_on_account(desk: _Acting, response: Response, login: _Login, wanted: AccountAction) -> IssuedAccount:
    """Whoever is closed or gets another password is signed out everywhere."""
    made = desk.act(login, wanted.action)
    return _issued(response, made.account, made.password)


@router.put("/me/password", status_code=204, summary="变更本人口令", responses=problem_responses(401, 403, 422))
def change_password(desk: _Acting, wanted: PasswordChange) -> None:
    """All sessions of the account end."""
    desk.change_own_password(old=wanted.old, new=wanted.new, again=wanted.new)


def _issued(response: Response, account: Account, password: str) -> IssuedAccount:
    response.headers["Cache-Control"] = "no-store"
    return IssuedAccount(account=AccountItem.of(account), password=password)
