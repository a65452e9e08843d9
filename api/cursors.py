"""Where a list goes on: opaque, signed, good for one list of one person and for an hour.

A cursor holds the place after the last item shown, so that what comes or goes meanwhile neither doubles nor drops the
rest; it is signed with a secret of this server, so that nobody can ask the index for a place of their own making.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from records.errors import ExpiredError, StorageFullError, UsageError
from records.ports import Clock

__all__ = ["CursorBook", "server_secret"]

_GOOD_FOR = timedelta(hours=1)
_MAC_BYTES = 16
_SECRET_BYTES = 32


class CursorBook:
    """Signs places and reads them again."""

    def __init__(self, secret: Callable[[], bytes], clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def write(self, about: str, place: Sequence[str]) -> str:
        """A cursor for a place in the list that `about` names."""
        content = json.dumps([int(self._clock().timestamp()), about, *place], ensure_ascii=False, separators=(",", ":"))
        body = content.encode()
        return base64.urlsafe_b64encode(self._mac(body) + body).decode().rstrip("=")

    def read(self, about: str, cursor: str) -> tuple[str, ...]:
        """The place.

        Raises:
            UsageError: Not one of ours, or of another list, other conditions or another person.
            ExpiredError: Older than an hour.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            if not hmac.compare_digest(mac, self._mac(body)):
                raise ValueError
            written, said, *place = json.loads(body)
        except (ValueError, binascii.Error) as exc:
            raise _refused() from exc
        if said != about:
            raise _refused()
        if self._clock().timestamp() - written > _GOOD_FOR.total_seconds():
            raise ExpiredError("翻页游标已过期", cure="不带 cursor 从第一页重新开始")
        return tuple(place)

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._secret(), body, hashlib.sha256).digest()[:_MAC_BYTES]


def server_secret(folder: Path) -> bytes:
    """The secret cursors are signed with, made at the first use and kept with the keys (mode 600).

    Raises:
        StorageFullError: It can be neither read nor made.
    """
    path = folder / "cursors.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(_SECRET_BYTES))
        found = path.read_bytes()
    except OSError as exc:
        raise StorageFullError(f"翻页密钥无法读写（{exc.strerror or exc}）", cure="检查数据目录的权限与空间") from exc
    if len(found) != _SECRET_BYTES:
        raise StorageFullError("翻页密钥文件不完整", cure=f"删除 {path.name} 后重试，旧游标随之失效")
    return found


def _refused() -> UsageError:
    return UsageError("翻页游标无法识别，或不属于这个列表与这些条件", cure="不带 cursor 从第一页重新开始")
