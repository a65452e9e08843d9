"""AccountStore: accounts, sessions and keys of programs."""

from __future__ import annotations

from sqlalchemy import delete, select

from records.api_keys import ApiKey
from records.errors import ConflictError
from records.people import Account, Session
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.rows import body_of, look_up_body, read_one, upsert, walk

__all__ = ["SqlAccountStore"]


class SqlAccountStore:
    """See `records.ports.AccountStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_account(self, account: Account, *, before: Account | None = None) -> None:
        """As the port says."""
        table = tables.accounts
        with self._database.write(durable=True) as connection:
            owner = connection.execute(select(table.c.account_id).where(table.c.login == account.login)).scalar()
            if owner not in (None, account.account_id):
                raise ConflictError(f"登录名已被使用：{account.login}", cure="换一个登录名", login=account.login)
            if before is not None:
                kept = connection.execute(select(table.c.body).where(table.c.account_id == account.account_id)).scalar()
                if kept is None or Account.model_validate_json(kept) != before:
                    raise ConflictError(f"账号 {account.login} 已被他人更改，本次未作更改", cure="看过最新内容后再决定")
            row = {"account_id": account.account_id, "login": account.login, "body": body_of(account)}
            upsert(connection, table, [row])

    def account(self, account_id: str) -> Account:
        return read_one(self._database, Account, tables.accounts, account_id, what="账号")

    def account_by_login(self, login: str) -> Account | None:
        table = tables.accounts
        with self._database.read() as connection:
            body = connection.execute(select(table.c.body).where(table.c.login == login)).scalar()
        return None if body is None else Account.model_validate_json(body)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(walk(self._database, Account, tables.accounts))

    def save_session(self, session: Session) -> None:
        row = {"token_sha256": session.token_sha256, "body": body_of(session)}
        with self._database.write() as connection:
            upsert(connection, tables.sessions, [row])

    def session(self, token_sha256: str) -> Session | None:
        body = look_up_body(self._database, tables.sessions, token_sha256)
        return None if body is None else Session.model_validate_json(body)

    def end_session(self, token_sha256: str) -> None:
        # Durable: a session that was ended must not come back with the power.
        with self._database.write(durable=True) as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.token_sha256 == token_sha256))

    def end_sessions_of(self, account_id: str) -> None:
        table = tables.sessions
        with self._database.write(durable=True) as connection:
            named = table.c.body.contains(f'"account_id":"{account_id}"', autoescape=True)
            found = connection.execute(select(table.c.token_sha256, table.c.body).where(named)).all()
            ended = [one for one, body in found if Session.model_validate_json(body).account_id == account_id]
            connection.execute(delete(table).where(table.c.token_sha256.in_(ended)))

    def save_api_key(self, key: ApiKey) -> None:
        # Durable: a key that was revoked must not come back with the power.
        with self._database.write(durable=True) as connection:
            upsert(connection, tables.api_keys, [{"key_sha256": key.key_sha256, "body": body_of(key)}])

    def api_key(self, key_sha256: str) -> ApiKey | None:
        body = look_up_body(self._database, tables.api_keys, key_sha256)
        return None if body is None else ApiKey.model_validate_json(body)

    def api_keys(self) -> tuple[ApiKey, ...]:
        return tuple(walk(self._database, ApiKey, tables.api_keys))
