"""Addresses are resolved, checked and pinned before every connection, so that a page cannot send us to our own network.

A caller connects to `Destination.address` and to nothing else; a name is never resolved a second time for the same
connection (a DNS answer that changes between check and connect changes nothing).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from records.errors import AddressRefusedError, FetchError, InvalidInputError

__all__ = ["AddressGuard", "Destination", "resolve_by_system"]

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to numeric addresses; raises OSError."""

_EXTRA_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "64:ff9b::/96")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a connection may go: `address` is the pinned one of `answers`, all of which were checked."""

    host: str
    port: int
    address: str
    answers: tuple[str, ...]


def resolve_by_system(host: str, port: int) -> tuple[str, ...]:
    """The system resolver's answers, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class AddressGuard:
    """Resolves and checks. `allow_private` is for tests and the demo only (`WANGJIAN_NETWORK__ALLOW_PRIVATE`)."""

    def __init__(self, *, allow_private: bool, resolve: Resolve = resolve_by_system) -> None:
        self._allow_private = allow_private
        self._resolve = resolve

    def check_url(self, url: str) -> tuple[str, int]:
        """Host and port of an http(s) address.

        Raises:
            InvalidInputError: Not an address at all.
            AddressRefusedError: Another scheme, or user information in the address.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as exc:
            raise InvalidInputError(f"网址无法识别：{url[:200]}", cure="应形如 https://example.cn/", url=url) from exc
        if parts.scheme not in ("http", "https"):
            if not parts.scheme:
                raise InvalidInputError(f"网址无法识别：{url[:200]}", cure="应形如 https://example.cn/", url=url)
            raise AddressRefusedError(f"不访问 {parts.scheme} 地址：{url[:200]}", url=url)
        if not parts.hostname:
            raise InvalidInputError(f"网址缺少主机名：{url[:200]}", cure="应形如 https://example.cn/", url=url)
        if parts.username is not None or parts.password is not None:
            raise AddressRefusedError(f"网址带有登录信息，不访问：{parts.hostname}", url=url)
        return parts.hostname, port or (443 if parts.scheme == "https" else 80)

    def destination(self, host: str, port: int) -> Destination:
        """Resolve once, check every answer, pin the first.

        Raises:
            FetchError: The name does not resolve.
            AddressRefusedError: Any answer is private, loopback, link-local, multicast or reserved.
        """
        try:
            answers = tuple(self._resolve(host, port))
        except (OSError, UnicodeError) as exc:
            raise FetchError(f"域名无法解析：{host}", host=host) from exc
        if not answers:
            raise FetchError(f"域名无法解析：{host}", host=host)
        for answer in answers:
            self.check_address(answer, host=host)
        return Destination(host=host, port=port, address=answers[0], answers=answers)

    def check_address(self, address: str, *, host: str = "") -> None:
        """Refuse a numeric address that is not public, unless private ones are allowed.

        Raises:
            AddressRefusedError: As said. Multicast, unspecified and link-local (169.254/16) are refused always.
        """
        found = ipaddress.ip_address(address.split("%", 1)[0])
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        never = found.is_multicast or found.is_unspecified or found.is_link_local
        private = not found.is_global or any(found in network for network in _EXTRA_REFUSED)
        if never or (private and not self._allow_private):
            raise AddressRefusedError(
                f"拒绝连接内网或保留地址：{host or address}（{address}）",
                cure="" if never else "仅测试与演示可加 --allow-private",
                host=host,
                address=address,
            )
