"""What the API is asked and answers about keys of programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from api.paging import PageOf
from records.api_keys import ApiKey
from records.base import Record, UtcDatetime
from records.people import Account, Permission

__all__ = ["ISSUED_KEY", "KEY_PAGE", "IssuedKey", "KeyItem", "KeyPage", "KeyWish"]


class KeyItem(Record):
    """A key without its secret, and for whom it acts."""

    key_id: str
    name: str
    login: str
    permissions: tuple[Permission, ...]
    region_code: str
    created_by: str
    created_at: UtcDatetime
    expires_at: UtcDatetime
    revoked_at: UtcDatetime | None
    revoked_by: str

    @classmethod
    def of(cls, key: ApiKey, owner: Account) -> KeyItem:
        """What may be shown of a key."""
        shown = key.model_dump(exclude={"key_sha256", "account_id"})
        return cls(login=owner.login, **shown)


class KeyPage(PageOf):
    """Keys, newest first."""

    items: tuple[KeyItem, ...]


class KeyWish(Record):
    """For which account, for what, how much of its permissions and region, and for how long."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1, max_length=50)]
    region_code: Annotated[str, Field(max_length=6)] = ""
    days: Annotated[int, Field(ge=1, le=366)] = 90


class IssuedKey(Record):
    """A key with its secret, which is not to be had again: `Authorization: Bearer SECRET`."""

    key: KeyItem
    secret: str


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_ITEM = KeyItem(
    key_id="key_5d0c1f0b2a9e4c77",
    name="县局大屏",
    login="dapingmu",
    permissions=(Permission.LEADS_READ, Permission.SURVEY_READ),
    region_code="330106",
    created_by="guanli",
    created_at=_AT,
    expires_at=_AT + timedelta(days=90),
    revoked_at=None,
    revoked_by="",
)
KEY_PAGE = KeyPage(total=1, items=(_ITEM,))
ISSUED_KEY = IssuedKey(key=_ITEM, secret="wj_" + "0" * 43)
