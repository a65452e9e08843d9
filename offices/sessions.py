"""Sign in, stay signed in, sign out; and what every change must carry so that no other site can send it.

Only the SHA-256 of a session's token is stored: who reads the database cannot become somebody. Pure of any web
framework; both doors use it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from offices.passwords import hash_password, password_matches
from records.errors import ConflictError, PermissionRefusedError, SignInRequiredError
from records.people import Account, Session
from records.ports import AccountStore, Clock

__all__ = ["Gate", "SignedIn", "check_change", "check_origin", "cookie_name", "masked_csrf", "secret_sha256"]

_FAILURES_BEFORE_LOCK = 5
_LOCKED_FOR = timedelta(minutes=10)
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person at a door. `token` is known only in the answer to the sign-in itself; empty afterwards. `key_id`: a
    program with an API key, not a browser."""

    account: Account
    session: Session
    token: str = ""
    key_id: str = ""


class Gate:
    """Lets people in.

    Args:
        turn: Held while a sign-in is judged. All gates of a console share one, so that parallel guesses are counted,
            whichever door and process they came by, and cannot fill the memory with argon2 work.
    """

    def __init__(
        self,
        accounts: AccountStore,
        clock: Clock,
        *,
        session_hours: int = 10,
        turn: AbstractContextManager[object] | None = None,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._session_hours = session_hours
        self._turn = turn or threading.Lock()
        self._nobody = ""

    def sign_in(self, login: str, password: str) -> SignedIn:
        """Open a session under a fresh token.

        Raises:
            SignInRequiredError: Wrong login or password (which of them is not said), or the account is closed or
                locked (5 failures lock it for 10 minutes).
        """
        with self._turn:
            now = self._clock()
            # A login nobody has costs as much time as a wrong password: an answer's time tells nothing either.
            self._nobody = self._nobody or hash_password(secrets.token_urlsafe(16))
            account = self._accounts.account_by_login(login.strip().casefold())
            if account is not None and account.locked_until is not None and account.locked_until > now:
                raise self._locked(account.locked_until - now)
            if not password_matches(password, account.password_hash if account else self._nobody) or account is None:
                self._count_failure(account, now)
                raise SignInRequiredError("登录名或口令不正确", cure="请核对后重试；连续 5 次失败将锁定 10 分钟")
            if not account.active:
                raise SignInRequiredError("该账号已停用", cure="请联系系统管理员")
            if account.failed_sign_ins or account.locked_until is not None:
                account = self._changed(account, lambda _: {"failed_sign_ins": 0, "locked_until": None})
        return self._open(account, now)

    def let_in(self, login: str) -> SignedIn:
        """Open a session for somebody whom another service vouches for. Nobody is made an account by that.

        Raises:
            SignInRequiredError: No open account of that login.
        """
        account = self._accounts.account_by_login(login.strip().casefold())
        if account is None or not account.active:
            raise SignInRequiredError("本系统没有这个账号，或已停用", cure="请系统管理员先建立同名账号")
        return self._open(account, self._clock())

    def whose(self, token: str) -> SignedIn | None:
        """Who holds this token; None when nobody does any more."""
        if not token or len(token) > 128:
            return None
        session = self._accounts.session(secret_sha256(token))
        if session is None:
            return None
        if session.expires_at <= self._clock():
            self._accounts.end_session(session.token_sha256)
            return None
        account = self._accounts.account(session.account_id)
        return SignedIn(account=account, session=session) if account.active else None

    def sign_out(self, session: Session) -> None:
        """End a session for good."""
        self._accounts.end_session(session.token_sha256)

    def _open(self, account: Account, now: datetime) -> SignedIn:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        session = Session(
            token_sha256=secret_sha256(token),
            account_id=account.account_id,
            csrf_token=secrets.token_hex(_TOKEN_BYTES),
            created_at=now,
            expires_at=now + timedelta(hours=self._session_hours),
        )
        self._accounts.save_session(session)
        return SignedIn(account=account, session=session, token=token)

    def _count_failure(self, account: Account | None, now: datetime) -> None:
        if account is None:
            return

        def counted(known: Account) -> dict[str, object]:
            failures = known.failed_sign_ins + 1
            lock = failures >= _FAILURES_BEFORE_LOCK
            return {"failed_sign_ins": 0 if lock else failures, "locked_until": now + _LOCKED_FOR if lock else None}

        self._changed(account, counted)

    def _changed(self, account: Account, change: Callable[[Account], dict[str, object]]) -> Account:
        """The account as it is kept now, changed. The password took its time: somebody may have closed the account
        since it was read, or another machine counted a failure, and neither may be undone by what is kept here."""
        while True:
            changed = account.model_copy(update=change(account))
            try:
                self._accounts.save_account(changed, before=account)
            except ConflictError:
                account = self._accounts.account(account.account_id)
            else:
                return changed

    def _locked(self, left: timedelta) -> SignInRequiredError:
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        return SignInRequiredError("连续多次登录失败，账号已锁定", cure=f"约 {minutes} 分钟后重试，或请管理员重置口令")


def cookie_name(*, secure: bool) -> str:
    """`__Host-` where HTTPS allows it; a plain name on loopback http, which browsers would refuse the prefix."""
    return "__Host-wangjian" if secure else "wangjian_session"


def masked_csrf(session: Session) -> str:
    """The session's token under a fresh mask, so that compressed pages do not give it away byte by byte.

    Standard: the BREACH attack (CVE-2013-3587) and its usual cure.
    """
    token = bytes.fromhex(session.csrf_token)
    mask = secrets.token_bytes(len(token))
    return mask.hex() + bytes(left ^ right for left, right in zip(mask, token, strict=True)).hex()


def check_change(session: Session, *, sent_token: str) -> None:
    """A change must carry the session's token.

    Raises:
        PermissionRefusedError: No token, or not this session's.
    """
    if not hmac.compare_digest(_unmasked(sent_token).encode(), session.csrf_token.encode()):
        raise PermissionRefusedError("请求缺少有效的防伪令牌，未作任何更改", cure="刷新页面后重试")


def check_origin(*, host: str, origin: str, referer: str = "") -> None:
    """A change sent by a browser must come from our own pages. A caller that names no origin is no browser: only its
    token counts then.

    Raises:
        PermissionRefusedError: Another origin, or an opaque one.
    """
    said = origin or referer
    if not said:
        return
    if urlsplit(said).netloc.casefold() != host.casefold() or not host:
        raise PermissionRefusedError("请求来自其他站点，未作任何更改", cure="请从本系统页面操作")


def _unmasked(sent: str) -> str:
    try:
        both = bytes.fromhex(sent)
    except ValueError:
        return ""
    half = len(both) // 2
    if half != _TOKEN_BYTES or len(both) != 2 * half:
        return ""
    return bytes(left ^ right for left, right in zip(both[:half], both[half:], strict=True)).hex()


def secret_sha256(token: str) -> str:
    """What is stored of a session's token or a key, and found by."""
    return hashlib.sha256(token.encode()).hexdigest()
