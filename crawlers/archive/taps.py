"""The bytes of each exchange as they go over the wire, taken between Twisted's HTTP client and the connection.

Under the parser, which folds, reorders and renames header lines, undoes chunks and drops 1xx answers; above TLS. So
the request is kept as it was sent and the answer as it was received, byte for byte, 1xx answers left out. What lies
below is not seen: TLS records, TCP.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from scrapy.http import Response
from twisted.web.client import _HTTP11ClientFactory

__all__ = ["TAP_HEADER", "Tap", "TapRegistry", "cut_reason"]

TAP_HEADER = b"X-Wangjian-Tap"
"""Tells the connection which tap a request is for; taken off there, it never goes over the wire."""
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d\b.*?\r?\n\r?\n", re.DOTALL)


class Tap:
    """What went over the wire for one request. Closed, it takes no more."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.received = bytearray()
        self.address = ""
        self.whole = False
        self.closed = False

    @property
    def answer(self) -> bytes:
        """What was received from the final status line on: 1xx answers that came before are left out."""
        content = bytes(self.received)
        while content[:9] in (b"HTTP/1.1 ", b"HTTP/1.0 ") and (found := _INTERIM.match(content)) is not None:
            content = content[found.end() :]
        return content


class TapRegistry:
    """The taps of requests that are on their way; `install` puts it under a connection pool."""

    def __init__(self) -> None:
        self._open: dict[bytes, Tap] = {}
        self._number = 0

    def install(self, pool: Any) -> None:  # Twisted's HTTPConnectionPool
        """Make every new connection of the pool one that is tapped."""
        pool._factory = partial(_TappedFactory, self)

    def open(self, request: Request) -> Tap:
        """A tap for the request, which must be sent now and given to `close` whatever became of it."""
        self._number += 1
        name = b"%d" % self._number
        request.headers[TAP_HEADER] = name
        tap = self._open[name] = Tap()
        return tap

    def close(self, request: Request, tap: Tap) -> None:
        """The request is over."""
        tap.closed = True
        self._open.pop(request.headers.pop(TAP_HEADER, [b""])[0], None)

    def of(self, headers: Any) -> Tap | None:  # Twisted's Headers
        """The tap a request about to be sent is for; takes its mark off."""
        name = (headers.getRawHeaders(TAP_HEADER) or [b""])[0]
        headers.removeHeader(TAP_HEADER)
        return self._open.get(name)


def cut_reason(problem: BaseException | None, response: Response | None, tap: Tap) -> str:
    """WARC-Truncated of an exchange: empty, length, time, disconnect or unspecified (we did not want the rest)."""
    if tap.whole:
        return ""
    if problem is None:
        flags = response.flags if response is not None else ()
        return "length" if "download_stopped" in flags else ""
    name = type(problem).__name__
    if "Timeout" in name or name == "CancelledError":
        return "time"
    if name in ("DownloadCancelledError", "IgnoreRequest"):
        return "length"
    return "unspecified" if name == "StopDownload" else "disconnect"


class _Tee:
    """A transport whose writes are taken too."""

    def __init__(self, transport: Any, taken: bytearray) -> None:  # a Twisted transport
        self._transport = transport
        self._taken = taken

    def write(self, data: bytes) -> None:
        """As the transport's own."""
        self._taken += data
        self._transport.write(data)

    def writeSequence(self, data: Any) -> None:  # Twisted's name
        """As the transport's own."""
        self.write(b"".join(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _TappedProtocol(_LenientHTTP11ClientProtocol):
    """One connection; at any time it works for one request."""

    def __init__(self, registry: TapRegistry, quiescent: Any) -> None:  # a callback of the pool
        super().__init__(quiescent)  # type: ignore[no-untyped-call]  # Twisted has no types here
        self._registry = registry
        self._tap: Tap | None = None

    def request(self, request: Any) -> Any:  # Twisted's Request, a Deferred
        """Send a request, tapped when it is marked."""
        self._tap = tap = self._registry.of(request.headers)
        if tap is not None:
            write_to = request.writeTo
            request.writeTo = lambda transport: write_to(_Tee(transport, tap.sent))
            connection: Any = self.transport
            tap.address = str(getattr(connection.getPeer(), "host", ""))
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # Twisted's name
        """Bytes of the answer."""
        tap = self._tap
        if tap is not None and not tap.closed:
            tap.received += data
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # as above

    def _finishResponse(self, rest: bytes) -> None:  # Twisted's name
        tap, self._tap = self._tap, None
        if tap is not None and not tap.closed:
            tap.whole = True
            if rest:
                del tap.received[-len(rest) :]
        super()._finishResponse(rest)


class _TappedFactory(_HTTP11ClientFactory):
    noisy = False

    def __init__(self, registry: TapRegistry, quiescent: Any, metadata: str) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]  # as above
        self._registry = registry

    def buildProtocol(self, addr: Any) -> _TappedProtocol:  # Twisted's call
        return _TappedProtocol(self._registry, self._quiescentCallback)
