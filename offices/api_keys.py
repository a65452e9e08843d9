"""Keys for programs: issued on behalf of an account, narrower than it, for a time; revoked at once.

A key is `wj_` and 43 characters (256 random bits), so that it is found by whoever searches a leaked file for it and
cannot be guessed; only its SHA-256 is stored. What a key may do is never more than its account may at that moment.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from offices.accounts import REGION
from offices.audit import AuditAction, Caller, record
from offices.permissions import PERMISSION_TITLES, in_scope, may
from offices.sessions import SignedIn, secret_sha256
from records.api_keys import ApiKey
from records.base import stable_id
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.people import Account, Permission, Session
from records.ports import AccountStore, AuditLog, Clock

__all__ = ["KEY_PREFIX", "KeyDesk", "NewKey", "NewSecret", "holder_of"]

KEY_PREFIX = "wj_"
MOST_DAYS = 366
_SECRET = re.compile(r"wj_[A-Za-z0-9_-]{43}")
_NEVER = frozenset({Permission.USERS_MANAGE})  # a key must not be able to make itself others


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """What is asked for. `days` from now, at most a year and a day."""

    login: str
    name: str
    permissions: tuple[Permission, ...]
    region_code: str = ""
    days: int = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A key just issued. `secret` is not to be had again."""

    key: ApiKey
    owner: Account
    secret: str


class KeyDesk:
    """Issues, lists and revokes keys of accounts in the caller's region (the command line's: all); what is done is
    written into the audit chain."""

    def __init__(self, accounts: AccountStore, audit: AuditLog, clock: Clock, caller: Caller) -> None:
        self._accounts = accounts
        self._audit = audit
        self._clock = clock
        self._caller = caller

    def issue(self, wanted: NewKey) -> NewSecret:
        """Make a key.

        Raises:
            NotFoundError: No such account.
            InvalidInputError: Without a name or a permission, beyond what the account may or sees, or for too long.
        """
        account = self._accounts.account_by_login(wanted.login.strip().casefold())
        if account is None or not account.active or not self._mine(account):
            raise NotFoundError(f"没有可用的账号：{wanted.login[:40]}", cure="wangjian users list 列出账号")
        _check(wanted, account)
        now = self._clock()
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            key_id=stable_id("key", secret),
            key_sha256=secret_sha256(secret),
            account_id=account.account_id,
            name=wanted.name.strip(),
            permissions=tuple(sorted(set(wanted.permissions))),
            region_code=wanted.region_code or account.region_code,
            created_by=self._caller.login or self._caller.origin,
            created_at=now,
            expires_at=now + timedelta(days=wanted.days),
        )
        self._accounts.save_api_key(key)
        scope = "、".join(PERMISSION_TITLES[one] for one in key.permissions)
        self._write(
            AuditAction.KEY_ISSUED, key, f"{key.name}：{scope}，辖区 {key.region_code or '不限'}，{wanted.days} 天"
        )
        return NewSecret(key=key, owner=account, secret=secret)

    def issued(self) -> tuple[tuple[ApiKey, Account], ...]:
        """Every key with its account, newest first."""
        owners = {account.account_id: account for account in self._accounts.accounts()}
        found = sorted(self._accounts.api_keys(), key=lambda key: key.created_at, reverse=True)
        return tuple((key, owners[key.account_id]) for key in found if self._mine(owners[key.account_id]))

    def revoke(self, key_id: str) -> ApiKey:
        """End a key for good; the next request with it is refused.

        Raises:
            NotFoundError: No such key.
            ConflictError: It was revoked before.
        """
        key = next((one for one, _ in self.issued() if one.key_id == key_id), None)
        if key is None:
            raise NotFoundError(f"没有这个接口密钥：{key_id[:60]}", cure="wangjian users key list 列出密钥")
        if key.revoked_at is not None:
            raise ConflictError("该密钥此前已撤销", cure="无须再撤销", holder=key.revoked_by)
        by = self._caller.login or self._caller.origin
        ended = key.model_copy(update={"revoked_at": self._clock(), "revoked_by": by})
        self._accounts.save_api_key(ended)
        self._write(AuditAction.KEY_REVOKED, ended, ended.name)
        return ended

    def _mine(self, account: Account) -> bool:
        return self._caller.account is None or in_scope(self._caller.account, account.region_code)

    def _write(self, action: AuditAction, key: ApiKey, detail: str) -> None:
        record(self._audit, self._caller, action=action, at=self._clock(), object_id=key.key_id, detail=detail)


def holder_of(accounts: AccountStore, clock: Clock, secret: str) -> SignedIn | None:
    """Whom a key lets in, cut down to what it allows; None: unknown, expired, revoked, or its account closed."""
    if not _SECRET.fullmatch(secret):
        return None
    key = accounts.api_key(secret_sha256(secret))
    if key is None or key.revoked_at is not None or key.expires_at <= clock():
        return None
    account = accounts.account(key.account_id)
    if not account.active or not in_scope(account, key.region_code):
        return None
    narrowed = account.model_copy(update={"region_code": key.region_code, "only": key.permissions})
    session = Session(
        token_sha256=key.key_sha256,
        account_id=account.account_id,
        csrf_token="",
        created_at=key.created_at,
        expires_at=key.expires_at,
    )
    return SignedIn(account=narrowed, session=session, key_id=key.key_id)


def _check(wanted: NewKey, account: Account) -> None:
    if not wanted.name.strip() or len(wanted.name) > 100:
        raise InvalidInputError("接口密钥须有名称（100 字以内）", cure="写明给哪个系统、作什么用")
    if not wanted.permissions:
        raise InvalidInputError("接口密钥须写明权限", cure="至少给出一项，如 leads.read")
    beyond = [one for one in wanted.permissions if one in _NEVER or not may(account, one)]
    if beyond:
        names = "、".join(PERMISSION_TITLES[one] for one in beyond)
        raise InvalidInputError(f"不能给予密钥：{names}", cure="密钥的权限不能超出其账号，也不能管理账号")
    if not REGION.fullmatch(wanted.region_code) or not in_scope(account, wanted.region_code or account.region_code):
        raise InvalidInputError(
            f"辖区超出账号的数据范围：{wanted.region_code[:20]}",
            cure=f"应以 {account.region_code or '任意区划代码'} 开头",
        )
    if not 1 <= wanted.days <= MOST_DAYS:
        raise InvalidInputError(f"有效期无效：{wanted.days} 天", cure=f"1 至 {MOST_DAYS} 天，到期前换发新密钥")
