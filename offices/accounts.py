"""Accounts: made, changed, and a set of them for the demo."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offices.passwords import check_password_rules, hash_password, random_password
from records.base import stable_id
from records.errors import ConflictError, InvalidInputError
from records.people import Account, Role
from records.ports import AccountStore, Clock

__all__ = ["REGION", "NewAccount", "create_account", "create_demo_accounts", "set_password"]

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,31}")
REGION = re.compile(r"([0-9]{2}){0,3}")
"""A data scope: a prefix of GB/T 2260 codes, two digits a level."""

_DEMO = (
    ("wangjian", "王监", (Role.MONITOR,), "演0001"),
    ("banan", "潘案", (Role.OFFICER,), "演0002"),
    ("fuze", "傅泽", (Role.CHIEF,), "演0003"),
    ("shenji", "沈计", (Role.AUDITOR,), ""),
    ("guanli", "关理", (Role.ADMIN,), ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is asked for. `region_code` is the data scope (prefix of GB/T 2260, two digits a level; "" sees all)."""

    login: str
    name: str
    roles: tuple[Role, ...]
    password: str
    region_code: str = ""
    card_no: str = ""


def create_account(accounts: AccountStore, wanted: NewAccount) -> Account:
    """Make an account.

    Raises:
        InvalidInputError: A login, region, role or password that breaks the rules.
        ConflictError: The login is taken.
    """
    if not _LOGIN.fullmatch(wanted.login):
        raise InvalidInputError(
            f"登录名不符合要求：{wanted.login[:40]}", cure="3–32 位，小写字母开头，可含数字与 . _ -", login=wanted.login
        )
    if not REGION.fullmatch(wanted.region_code):
        raise InvalidInputError(
            f"辖区代码无法识别：{wanted.region_code[:20]}", cure="应为 2、4 或 6 位行政区划代码，留空为不限"
        )
    if not wanted.roles or not wanted.name.strip():
        raise InvalidInputError("账号须有姓名和至少一个岗位", cure="补全后重试", login=wanted.login)
    check_password_rules(wanted.password, login=wanted.login)
    if accounts.account_by_login(wanted.login) is not None:
        raise ConflictError(f"登录名已被使用：{wanted.login}", cure="换一个登录名", login=wanted.login)
    account = Account(
        account_id=stable_id("account", wanted.login),
        login=wanted.login,
        name=wanted.name.strip(),
        roles=wanted.roles,
        region_code=wanted.region_code,
        card_no=wanted.card_no,
        password_hash=hash_password(wanted.password),
    )
    accounts.save_account(account)
    return account


def set_password(accounts: AccountStore, account: Account, *, password: str) -> Account:
    """Give an account another password and lift its lock.

    Raises:
        InvalidInputError: The password breaks the rules.
    """
    check_password_rules(password, login=account.login)
    changed = account.model_copy(
        update={"password_hash": hash_password(password), "failed_sign_ins": 0, "locked_until": None}
    )
    accounts.save_account(changed)
    return changed


def create_demo_accounts(accounts: AccountStore, clock: Clock) -> list[tuple[str, str, tuple[Role, ...]]]:
    """One account for each role, with random passwords given back once as (login, password, roles).

    Called again it draws new passwords for the same accounts: what was printed before is worth nothing then. `clock`
    is taken so that the caller need not change when accounts get an expiry.
    """
    del clock
    made: list[tuple[str, str, tuple[Role, ...]]] = []
    for login, name, roles, card_no in _DEMO:
        password = random_password()
        known = accounts.account_by_login(login)
        if known is None:
            create_account(
                accounts, NewAccount(login=login, name=name, roles=roles, password=password, card_no=card_no)
            )
        else:
            set_password(accounts, known, password=password)
        made.append((login, password, roles))
    return made
