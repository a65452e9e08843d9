"""Where else the time can be had: the clock is compared with it before and after each visit.

A time-stamp authority of our own tells our own clock and proves nothing; that is said. An HTTPS `Date` is good to half
a second and stands under the host's certificate; NTP is better and stands under nothing.
Standard: RFC 9110 section 6.6.1 (Date), RFC 5905 section 14 (SNTP), RFC 3161.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
import struct
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from evidence.timestamping import read_time
from network.guard import AddressGuard, Destination
from records.errors import FetchError, InvalidInputError, WangJianError
from records.ports import Clock, TimestampAuthority

__all__ = ["TimeReading", "TimeSource", "ask_https", "authority_source", "host_source", "read_sources"]

_SECONDS = 4.0
_MOST_BYTES = 16_384
_PROBE = hashlib.sha256(b"wangjian clock probe").hexdigest()
_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReading:
    """What one source said: `offset_ms` is its time minus ours, None when it did not answer (`problem` says why)."""

    source: str
    independent: bool
    offset_ms: int | None = None
    uncertainty_ms: int = 0
    problem: str = ""

    def in_words(self) -> str:
        """One line."""
        if self.offset_ms is None:
            return f"{self.source}：{self.problem}"
        return f"{self.source}：相差 {self.offset_ms} 毫秒（±{self.uncertainty_ms}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSource:
    """A source by name. `tell` gives its time and how far it may be off; it raises OSError or WangJianError."""

    name: str
    independent: bool
    tell: Callable[[], tuple[datetime, timedelta]]


def authority_source(authority: TimestampAuthority) -> TimeSource:
    """A time-stamp authority, asked for a token over a fixed digest."""
    return TimeSource(
        name=authority.name,
        independent=not authority.internal,
        tell=lambda: (read_time(authority.stamp(_PROBE)), timedelta(0)),
    )


def host_source(address: str, guard: AddressGuard) -> TimeSource:
    """`https://host/` by its Date, or `ntp://host`.

    Raises:
        InvalidInputError: Another form of address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("https", "ntp") or not parts.hostname:
        raise InvalidInputError(f"时间来源的写法不对：{address[:100]}", cure="应为 https://主机/ 或 ntp://主机")
    host, port = parts.hostname, parts.port
    if parts.scheme == "ntp":
        return TimeSource(name=address, independent=True, tell=lambda: _ask_ntp(guard.destination(host, port or 123)))
    return TimeSource(name=address, independent=True, tell=lambda: _ask_date(address, guard))


def read_sources(sources: Sequence[TimeSource], clock: Clock) -> tuple[TimeReading, ...]:
    """All of them at the same time, in their order."""
    if not sources:
        return ()
    with ThreadPoolExecutor(max_workers=len(sources), thread_name_prefix="time") as pool:
        return tuple(pool.map(lambda source: _read(source, clock), sources))


def ask_https(url: str, guard: AddressGuard, *, method: str = "HEAD", trust_pem: str = "") -> tuple[str, bytes]:
    """Head and the beginning of the body of one answer, from the address the guard pinned, the certificate checked.

    Raises:
        FetchError, AddressRefusedError, OSError: It could not be had.
    """
    host, port = guard.check_url(url)
    context = ssl.create_default_context()
    if trust_pem:
        context.load_verify_locations(cadata=trust_pem)
    destination = guard.destination(host, port)
    path = urlsplit(url).path or "/"
    asked = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: wangjian\r\n\r\n"
    with (
        socket.create_connection((destination.address, port), timeout=_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        secure.sendall(asked.encode("ascii"))
        got, end = b"", time.monotonic() + _SECONDS
        while len(got) < _MOST_BYTES and time.monotonic() < end and (content := secure.recv(4096)):
            got += content
    head, _, body = got.partition(b"\r\n\r\n")
    return head.decode("latin-1"), body


def _read(source: TimeSource, clock: Clock) -> TimeReading:
    if not source.independent:
        words = "内部授时即本机时钟，不能证明时钟准确"
        return TimeReading(source=source.name, independent=False, problem=words)
    asked = clock()
    try:
        told, width = source.tell()
    except (OSError, WangJianError, ValueError) as exc:
        why = exc.message if isinstance(exc, WangJianError) else str(exc)
        return TimeReading(source=source.name, independent=True, problem=f"没有应答，未能比对（{why[:120]}）")
    half = (clock() - asked) / 2
    return TimeReading(
        source=source.name,
        independent=True,
        offset_ms=round((told - asked - half).total_seconds() * 1000),
        uncertainty_ms=round((half + width).total_seconds() * 1000),
    )


def _ask_date(url: str, guard: AddressGuard) -> tuple[datetime, timedelta]:
    head, _ = ask_https(url, guard)
    for line in head.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "date":
            # The header has whole seconds: its moment is the middle of one.
            return parsedate_to_datetime(value.strip()) + timedelta(milliseconds=500), timedelta(milliseconds=500)
    raise FetchError("应答中没有 Date")


def _ask_ntp(destination: Destination) -> tuple[datetime, timedelta]:
    family = socket.AF_INET6 if ":" in destination.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as found:
        found.settimeout(_SECONDS)
        found.connect((destination.address, destination.port))
        found.send(b"\x23" + bytes(47))
        answer = found.recv(512)
    if len(answer) < 48 or answer[0] & 7 != 4 or answer[1] == 0:
        raise FetchError("NTP 应答无效")
    received, sent = (_ntp_time(answer[at : at + 8]) for at in (32, 40))
    return received + (sent - received) / 2, timedelta(0)


def _ntp_time(raw: bytes) -> datetime:
    seconds, fraction = struct.unpack(">II", raw)
    return _NTP_EPOCH + timedelta(seconds=seconds, microseconds=fraction * 1_000_000 // 2**32)
