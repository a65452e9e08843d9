"""ApiKey: how a program comes in, on behalf of an account and with no more than is written here."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime
from records.people import Permission

__all__ = ["ApiKey"]


class ApiKey(Record):
    """接口密钥. Acts as `account_id`, only within `permissions` and `region_code` (inside the account's own), before
    `expires_at`. The secret itself is shown once and never stored."""

    key_id: str
    key_sha256: DigestHex
    account_id: str
    name: str
    permissions: tuple[Permission, ...]
    region_code: str = ""
    created_by: str
    created_at: UtcDatetime
    expires_at: UtcDatetime
    revoked_at: UtcDatetime | None = None
    revoked_by: str = ""
