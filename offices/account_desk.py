"""账号: made, changed, closed and opened by those who manage them, inside the region they manage.

Nobody changes their own rights, the last manager cannot be closed, and nobody both manages accounts and reads the
audit. Law: 《网络安全等级保护基本要求》GB/T 22239-2019 8.1.5 (管理员与审计员权限分离).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from offices.accounts import NewAccount, create_account, set_password
from offices.audit import AuditAction
from offices.desk import Desk, not_found
from offices.passwords import password_matches, random_password
from offices.permissions import in_scope
from records.base import content_tag
from records.errors import ConflictError, InvalidInputError, PermissionRefusedError
from records.people import Account, Permission, Role

__all__ = ["AccountAct", "AccountDesk", "AccountWish", "IssuedPassword"]

_APART = frozenset({Role.ADMIN, Role.AUDITOR})


class AccountAct(StrEnum):
    """What may be done with an account beside changing its facts."""

    CLOSE = "close"
    OPEN = "open"
    UNLOCK = "unlock"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWish:
    """What an account is to be."""

    name: str
    roles: tuple[Role, ...]
    region_code: str = ""
    card_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPassword:
    """An account with the password drawn for it, shown this once; "" when none was drawn."""

    account: Account
    password: str = ""


class AccountDesk(Desk):
    """Accounts at a desk; everything but one's own password needs 管理账号."""

    def accounts(self) -> tuple[Account, ...]:
        """Accounts of one's region, open ones first, by region and login."""
        self.need(Permission.USERS_MANAGE)
        found = (one for one in self._services.accounts.accounts() if in_scope(self.account, one.region_code))
        return tuple(sorted(found, key=lambda one: (not one.active, one.region_code, one.login)))

    def one(self, login: str) -> Account:
        """An account of one's region. Raises NotFoundError."""
        self.need(Permission.USERS_MANAGE)
        found = self._services.accounts.account_by_login(login)
        if found is None or not in_scope(self.account, found.region_code):
            raise not_found("账号", login)
        return found

    def create(self, login: str, wish: AccountWish) -> IssuedPassword:
        """Make an account with a drawn password.

        Raises:
            InvalidInputError: A login, region or role that breaks the rules.
            ConflictError: The login is taken.
            PermissionRefusedError: Not one's region.
        """
        self.need(Permission.USERS_MANAGE)
        self._check(wish)
        password = random_password()
        made = create_account(
            self._services.accounts,
            NewAccount(
                login=login.strip().casefold(),
                name=wish.name,
                roles=wish.roles,
                password=password,
                region_code=wish.region_code,
                card_no=wish.card_no,
            ),
        )
        self.note(AuditAction.ACCOUNT_CHANGED, made.login, f"新增：{_told(made)}")
        return IssuedPassword(account=made, password=password)

    def tag(self, account: Account) -> str:
        """Of an account's facts as they stand: a change names the one it was made from."""
        return content_tag(account.model_copy(update={"password_hash": "", "failed_sign_ins": 0, "locked_until": None}))

    def change(self, login: str, wish: AccountWish, *, expected: str = "") -> Account:
        """Change name, roles, region, card number; `expected` is its tag as it was read ("" is any).

        Raises:
            NotFoundError: No such account of one's region.
            PermissionRefusedError: One's own account, or a region that is not one's.
            ConflictError: The last manager would be no more, or somebody changed it since.
            InvalidInputError: No role or name.
        """
        known = self._others(login)
        if expected and self.tag(known) != expected:
            raise ConflictError(f"账号 {login} 已被他人更改，本次未作更改", cure="看过最新内容后再决定")
        self._check(wish)
        changed = known.model_copy(
            update={
                "name": wish.name.strip(),
                "roles": wish.roles,
                "region_code": wish.region_code,
                "card_no": wish.card_no.strip(),
            }
        )
        self._check_last(known, changed)
        self._services.accounts.save_account(changed, before=known)
        self.note(AuditAction.ACCOUNT_CHANGED, login, f"{_told(known)} → {_told(changed)}")
        return changed

    def act(self, login: str, act: AccountAct) -> IssuedPassword:
        """停用, 启用, 解锁, 重置口令; whoever is closed or gets another password is signed out everywhere.

        Raises:
            NotFoundError, PermissionRefusedError, ConflictError: As `change`.
        """
        known = self._others(login)
        accounts, password = self._services.accounts, ""
        if act is AccountAct.CLOSE:
            changed = known.model_copy(update={"active": False})
            self._check_last(known, changed)
            accounts.save_account(changed)
        elif act is AccountAct.OPEN:
            changed = known.model_copy(update={"active": True})
            accounts.save_account(changed)
        elif act is AccountAct.UNLOCK:
            changed = known.model_copy(update={"failed_sign_ins": 0, "locked_until": None})
            accounts.save_account(changed)
        else:
            password = random_password()
            changed = set_password(accounts, known, password=password)
        if act in (AccountAct.CLOSE, AccountAct.RESET):
            accounts.end_sessions_of(known.account_id)
        titles = {AccountAct.CLOSE: "停用", AccountAct.OPEN: "启用", AccountAct.UNLOCK: "解锁"}
        self.note(AuditAction.ACCOUNT_CHANGED, login, titles.get(act, "重置口令"))
        return IssuedPassword(account=changed, password=password)

    def change_own_password(self, *, old: str, new: str, again: str) -> None:
        """One's own; all sessions of the account end, so that one signs in anew.

        Raises:
            InvalidInputError: The old one is wrong, the two new ones differ, or the new one breaks the rules.
        """
        account = self._services.accounts.account(self.account.account_id)
        if not password_matches(old, account.password_hash):
            raise InvalidInputError("现口令不正确", cure="核对后重试")
        if new != again:
            raise InvalidInputError("两次输入的新口令不同", cure="重新输入")
        if new == old:
            raise InvalidInputError("新口令与现口令相同", cure="换一个口令")
        set_password(self._services.accounts, account, password=new)
        self.note(AuditAction.CREDENTIAL_CHANGED, account.login)
        self._services.accounts.end_sessions_of(account.account_id)

    def _others(self, login: str) -> Account:
        known = self.one(login)
        if known.account_id == self.account.account_id:
            raise PermissionRefusedError("不能变更自己的账号", cure="由另一名系统管理员办理")
        return known

    def _check(self, wish: AccountWish) -> None:
        if not wish.roles or not wish.name.strip():
            raise InvalidInputError("账号须有姓名和至少一个岗位", cure="补全后重试")
        if set(wish.roles) >= _APART:
            raise InvalidInputError("“管理”与“审计”不能由同一账号兼任", cure="分设两个账号")
        region = wish.region_code
        if region and not (region.isascii() and region.isdigit() and len(region) in (2, 4, 6)):
            raise InvalidInputError(f"辖区代码无法识别：{region[:20]}", cure="2、4 或 6 位行政区划代码，留空为不限")
        if not in_scope(self.account, region):
            raise PermissionRefusedError("只能管理本辖区的账号", cure=f"辖区代码应以 {self.scope} 开头，不能留空")

    def _check_last(self, known: Account, changed: Account) -> None:
        def manages(account: Account) -> bool:
            return account.active and Role.ADMIN in account.roles and not account.region_code

        if not manages(known) or manages(changed):
            return
        others = (one for one in self._services.accounts.accounts() if one.account_id != known.account_id)
        if not any(manages(one) for one in others):
            raise ConflictError("这是最后一个不限辖区的管理账号", cure="先另设一个管理账号")


def _told(account: Account) -> str:
    region = account.region_code or "不限辖区"
    return f"{account.name}（{'、'.join(account.roles)}；{region}；{account.card_no or '无证号'}）"
