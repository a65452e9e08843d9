"""Where HTTP/1.1 messages begin and end, by h11, without touching a byte of them.

h11 says what it understood; the bytes it consumed are handed out beside it as they came, so that what is forwarded
and kept is the wire's own form: header order and case, chunk framing, content coding.
"""

from __future__ import annotations

from dataclasses import dataclass

import h11

from records.errors import FetchError

__all__ = ["Framer", "RequestHead", "origin_form", "read_head", "response_framer"]

_HEAD_LIMIT_BYTES = 256 * 1024


class Framer:
    """Feeds h11 and hands out each event with the bytes it was made of."""

    def __init__(self, connection: h11.Connection, leftover: bytes = b"") -> None:
        self.connection = connection
        self._held = bytearray()
        if leftover:
            self.feed(leftover)

    def feed(self, content: bytes) -> None:
        """Bytes from the wire; b"" says the other side closed."""
        self.connection.receive_data(content)
        self._held += content

    def next(self) -> tuple[object, bytes]:
        """The next event (h11.NEED_DATA when more bytes are wanted) and the bytes consumed for it.

        Raises:
            FetchError: The bytes are not HTTP/1.1.
        """
        try:
            event = self.connection.next_event()
        except h11.RemoteProtocolError as exc:
            raise FetchError(f"对方发送的内容不是合法的 HTTP/1.1 报文：{exc}") from exc
        keep = len(self.connection.trailing_data[0])
        taken = bytes(self._held[: len(self._held) - keep])
        del self._held[: len(self._held) - keep]
        return event, taken

    def leftover(self) -> bytes:
        """What was fed and not consumed: the beginning of the next message."""
        return bytes(self._held)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """The head of a request: its bytes, and what it says."""

    raw: bytes
    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]

    @property
    def waits_for_continue(self) -> bool:
        """Whether the client holds its body back until it is told to go on."""
        return any(name == b"expect" and value.lower() == b"100-continue" for name, value in self.headers)


def request_framer(leftover: bytes = b"") -> Framer:
    """For one request coming from the browser."""
    return Framer(h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_LIMIT_BYTES), leftover)


def read_head(event: h11.Request, raw: bytes) -> RequestHead:
    """What h11 read, with the bytes it was read from."""
    return RequestHead(
        raw=raw,
        method=event.method.decode("ascii"),
        target=event.target.decode("ascii"),
        headers=tuple((bytes(name), bytes(value)) for name, value in event.headers),
    )


def response_framer(head: RequestHead) -> Framer:
    """For the answer to one request: its end depends on the method and on a wish to upgrade."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_LIMIT_BYTES)
    kept = [pair for pair in head.headers if pair[0] in (b"host", b"connection", b"upgrade")]
    if not any(name == b"host" for name, _ in kept):
        kept.append((b"host", b"unknown"))
    connection.send(h11.Request(method=head.method, target=head.target, headers=kept))
    connection.send(h11.EndOfMessage())
    return Framer(connection)


def origin_form(raw: bytes) -> bytes:
    """The head of a proxied plain request as the origin is to see it: path only, and no header meant for the proxy.

    >>> origin_form(b"GET http://a.cn/b?c HTTP/1.1\\r\\nHost: a.cn\\r\\nProxy-Connection: keep-alive\\r\\n\\r\\n")
    b'GET /b?c HTTP/1.1\\r\\nHost: a.cn\\r\\n\\r\\n'
    """
    first, _, rest = raw.partition(b"\n")
    method, target, version = first.split(b" ", 2)
    after = target.partition(b"://")[2]
    cut = min((place for place in (after.find(b"/"), after.find(b"?")) if place >= 0), default=-1)
    path = after[cut:] if cut >= 0 else b"/"
    if not path.startswith(b"/"):
        path = b"/" + path
    lines = [line for line in rest.splitlines(keepends=True) if not line.lower().startswith(b"proxy-")]
    return method + b" " + path + b" " + version + b"\n" + b"".join(lines)
