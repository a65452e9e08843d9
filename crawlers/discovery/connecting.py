"""One GET over a connection to a checked, pinned address, bounded in time and size; nothing is followed or retried."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from network.guard import AddressGuard, Destination
from records.errors import FetchError

__all__ = ["RawAnswer", "fetch_once", "inflated"]

_CHUNK = 65_536
_CONNECT_SECONDS = 15.0
_READ_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswer:
    """What came. `body` has its Content-Encoding undone; `truncated`: it was cut at the limit."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool

    def header(self, name: str) -> str:
        """The first header of that name; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def fetch_once(
    url: str, guard: AddressGuard, *, headers: Mapping[str, str], max_bytes: int, deadline_seconds: float
) -> RawAnswer:
    """Ask for one address.

    Args:
        max_bytes: Of the body, before and after its Content-Encoding is undone.
        deadline_seconds: From the connection to the last byte.

    Raises:
        InvalidInputError, AddressRefusedError: The guard refuses the address.
        FetchError: No name, no connection, no valid certificate, no HTTP, or not in time.
    """
    host, port = guard.check_url(url)
    destination = guard.destination(host, port)
    parts = urlsplit(url)
    ends_at = time.monotonic() + deadline_seconds
    connection = _Pinned(destination, secure=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    watch = threading.Timer(deadline_seconds, connection.cut)  # a site that sends a byte at a time resets time-outs
    watch.daemon = True
    watch.start()
    try:
        connection.request("GET", path, headers={**headers, "Accept-Encoding": "gzip, deflate"})
        answer = connection.getresponse()
        body, truncated = _body(answer, max_bytes, ends_at)
        found = tuple(answer.getheaders())
        undone, cut = _decoded(body, answer.getheader("Content-Encoding", ""), max_bytes)
        if time.monotonic() > ends_at and not truncated:
            raise TimeoutError
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as exc:
        problem = TimeoutError() if time.monotonic() > ends_at else exc
        raise FetchError(f"未能取得 {url[:200]}：{_words(problem)}", cure="稍后再试", url=url) from exc
    finally:
        watch.cancel()
        connection.close()
    return RawAnswer(status=answer.status, headers=found, body=undone, truncated=truncated or cut)


def inflated(body: bytes, *, max_bytes: int) -> tuple[bytes, bool]:
    """A gzip file's content, and whether it was cut at the limit (a bomb costs no more than that).

    Raises:
        zlib.error: No gzip at all.
    """
    found, rest = bytearray(), body
    while rest and len(found) < max_bytes:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        found += inflater.decompress(rest, max_bytes - len(found))
        if not inflater.eof:
            return bytes(found), True
        rest = inflater.unused_data.lstrip(b"\0")
        if not rest.startswith(b"\x1f\x8b"):
            return bytes(found), False
    return bytes(found), bool(rest)


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was checked, whatever the name says by then."""

    def __init__(self, destination: Destination, *, secure: bool) -> None:
        super().__init__(destination.host, destination.port, timeout=_READ_SECONDS)
        self._destination = destination
        self._secure = secure
        self.default_port = 443 if secure else 80

    def connect(self) -> None:
        """Open the socket, with TLS and a certificate of the name where it is https."""
        self.sock = socket.create_connection(
            (self._destination.address, self._destination.port), timeout=_CONNECT_SECONDS
        )
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._destination.host)
        self.sock.settimeout(_READ_SECONDS)

    def cut(self) -> None:
        """End the exchange from another thread: whoever reads wakes up."""
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not that of TLS, which would take its state away


def _body(answer: http.client.HTTPResponse, max_bytes: int, ends_at: float) -> tuple[bytes, bool]:
    found = bytearray()
    while chunk := answer.read1(_CHUNK):
        found += chunk
        if len(found) > max_bytes:
            return bytes(found[:max_bytes]), True
        if time.monotonic() > ends_at:
            raise TimeoutError
    if answer.length:
        raise http.client.IncompleteRead(bytes(found), answer.length)
    return bytes(found), False


def _decoded(body: bytes, encoding: str, max_bytes: int) -> tuple[bytes, bool]:
    name = encoding.strip().lower()
    if name in ("gzip", "x-gzip") and body:
        return inflated(body, max_bytes=max_bytes)
    if name == "deflate" and body:
        inflater = zlib.decompressobj() if body[:1] == b"\x78" else zlib.decompressobj(-zlib.MAX_WBITS)
        return inflater.decompress(body, max_bytes), not inflater.eof
    return body, False


def _words(exc: BaseException) -> str:
    if isinstance(exc, TimeoutError):
        return "超时未答复"
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"证书不可信（{exc.verify_message}）"
    if isinstance(exc, ConnectionRefusedError):
        return "连接被拒绝"
    return f"连接或答复有误（{type(exc).__name__}）"
