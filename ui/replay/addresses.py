"""Where a replay is opened: an origin no console session reaches, a fresh one for each opening where names allow it.

An archived page may hold any script. On the console's own origin it could act as the officer who looks at it, so it is
never replayed there; and two archived pages on one origin could read each other. A name under `localhost`, or under
the wildcard the office has set, gives each opening its own.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from records.errors import InvalidInputError, NotFoundError

__all__ = ["ReplayDoor", "Ticket", "check_replay_origin"]

TICKET_SECONDS = 3600
_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What one opening may read: a package by its digest, under one label of the replay's host name ("" for none)."""

    capture_id: str
    package_sha256: str
    url: str
    label: str


class ReplayDoor:
    """Gives and reads tickets of the replay served beside the console on `port`.

    Args:
        port: Where the replay is served.
        origin: Its address from outside (`https://*.replay.example.gov.cn`); "" for this machine's own names.
        secret: What tickets are signed with, the same for all processes that serve together; None: drawn here.
    """

    def __init__(self, *, port: int, origin: str = "", secret: bytes | None = None) -> None:
        self._port = port
        self._origin = check_replay_origin(origin)
        self._signer = URLSafeTimedSerializer(secret or secrets.token_bytes(32), salt="wangjian-replay")

    def address(self, *, host: str, capture_id: str, package_sha256: str, url: str) -> str:
        """The address that opens the replay, good for an hour, for a browser that reached the console as `host`."""
        origin = self._origin or _beside(host, self._port)
        label = f"r{secrets.token_hex(8)}" if "*" in origin else ""
        ticket = self._signer.dumps([capture_id, package_sha256, url, label])
        return f"{origin.replace('*', label)}/r/{ticket}"

    def read(self, ticket: str, *, host: str) -> Ticket:
        """What a ticket allows.

        Args:
            host: The host name it was sent to; a ticket of another label is not taken.

        Raises:
            NotFoundError: Not one of ours, too old, or brought to another name.
        """
        try:
            capture_id, package, url, label = self._signer.loads(ticket, max_age=TICKET_SECONDS)
        except BadSignature as exc:
            raise NotFoundError("回放地址无效或已过期", cure="回到证据页，重新点“回放”") from exc
        if label and host.partition(".")[0] != label:
            raise NotFoundError("回放地址不属于本来源", cure="回到证据页，重新点“回放”")
        return Ticket(capture_id=capture_id, package_sha256=package, url=url, label=label)


def check_replay_origin(origin: str) -> str:
    """The origin as it is used.

    Raises:
        InvalidInputError: Not `http(s)://` with a host name and no path.
    """
    plain = origin.strip().rstrip("/").lower()
    if plain and not _ORIGIN.fullmatch(plain):
        raise InvalidInputError(
            f"回放来源写法不对：{origin[:80]}", cure="形如 https://*.replay.example.gov.cn，不带路径"
        )
    return plain


def _beside(host: str, port: int) -> str:
    """The replay's origin for a console reached as `host`: names under localhost for a machine of one's own."""
    name = host.strip("[]").lower()
    try:
        loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        loopback = name == "localhost" or name.endswith(".localhost")
    if loopback:
        return f"http://*.localhost:{port}"
    return f"http://{host}:{port}"
