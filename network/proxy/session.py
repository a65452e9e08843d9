"""One browser connection: plain requests forwarded, CONNECT tunnelled or, with a recorder, read in between."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from urllib.parse import urlsplit

import h11
import structlog

from network.proxy.dialling import Upstream, upgrade_to_tls
from network.proxy.facts import ConnectionFacts, Exchange
from network.proxy.framing import Framer, RequestHead, origin_form, read_head, request_framer
from network.proxy.relaying import CutError, relay_response, relay_tunnel
from network.proxy.upstreams import RefusedRequestError, Route, Shared, Upstreams
from records.errors import AddressRefusedError, FetchError, InvalidInputError

__all__ = ["Session"]

_log = structlog.get_logger(__name__)
_READ_BYTES = 64 * 1024
_TLS_RECORD_HANDSHAKE = b"\x16"
_REPLIES = {
    "address": (403, "Forbidden"),
    "request": (400, "Bad Request"),
    "limit": (403, "Forbidden"),
    "resolve": (502, "Bad Gateway"),
    "connect": (502, "Bad Gateway"),
    "tls": (502, "Bad Gateway"),
    "protocol": (502, "Bad Gateway"),
    "time": (504, "Gateway Timeout"),
}


class Session:
    """From accept to close. Never raises but for cancellation."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, shared: Shared) -> None:
        self._reader = reader
        self._writer = writer
        self._shared = shared
        self._upstreams = Upstreams(shared)
        self._fixed: Route | None = None
        self._under: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Serve requests until the browser closes, a limit is reached, or something else than HTTP comes."""
        try:
            await self._serve()
        except RefusedRequestError as refused:
            await self._reply(refused.kind, refused.reason)
        except (OSError, TimeoutError, FetchError) as exc:
            _log.debug("proxy_session_ended", reason=str(exc))
        finally:
            self._upstreams.drop()
            self._writer.transport.abort()

    async def _serve(self) -> None:
        leftover = b""
        while True:
            found = await self._next_request(leftover)
            if found is None:
                return
            head, framer = found
            if head.method == "CONNECT" and self._fixed is None:
                if not await self._connect(head, framer):
                    return
                leftover = b""
                continue
            if not await self._exchange(head, framer):
                await self._close_gently()
                return
            leftover = framer.leftover()

    async def _next_request(self, leftover: bytes) -> tuple[RequestHead, Framer] | None:
        framer = request_framer(leftover)
        raw = b""
        while True:
            try:
                event, taken = framer.next()
            except FetchError as exc:
                raise self._shared.refused("request", "", 0, reason=str(exc.message)) from exc
            raw += taken
            if isinstance(event, h11.Request):
                return read_head(event, raw), framer
            if isinstance(event, h11.ConnectionClosed):
                return None
            framer.feed(await asyncio.wait_for(self._reader.read(_READ_BYTES), self._shared.limits.idle_seconds))

    # --- CONNECT ---

    async def _connect(self, head: RequestHead, framer: Framer) -> bool:
        """Whether requests are to be read on from this connection (TLS is read in between)."""
        host, port = self._authority_of(head.target)
        upstream = await self._upstreams.dial(host, port)
        if self._shared.authority is None:
            self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self._writer.drain()
            await self._tunnel(upstream)
            return False
        if framer.leftover():
            raise self._shared.refused("request", host, port, reason="CONNECT 之后过早发送了数据")
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]  # selector transports have it
        self._writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._writer.drain()
        secure = await _first_byte(self._writer, self._shared.limits.idle_seconds) == _TLS_RECORD_HANDSHAKE
        self._fixed = Route(scheme="https" if secure else "http", host=host, port=port)
        if not secure:
            self._writer.transport.resume_reading()  # type: ignore[attr-defined]
            return True
        context = self._shared.authority.context_for(host)
        self._under = self._writer  # kept alive: see Upstream.under
        self._reader, self._writer = await upgrade_to_tls(
            self._writer, context, server_side=True, seconds=self._shared.limits.connect_seconds
        )
        return True

    async def _tunnel(self, upstream: Upstream, already: bytes = b"") -> None:
        if already:
            self._writer.write(already)
        await relay_tunnel(
            (self._reader, self._writer),
            (upstream.reader, upstream.writer),
            budget=self._shared.budget,
            idle_seconds=self._shared.limits.idle_seconds,
        )

    def _authority_of(self, target: str) -> tuple[str, int]:
        try:
            parts = urlsplit(f"//{target}")
            host, port = parts.hostname, parts.port
        except ValueError as exc:
            raise self._shared.refused("request", target[:200], 0, reason="CONNECT 的地址无法识别") from exc
        if not host or not port or parts.path:
            raise self._shared.refused("request", target[:200], 0, reason="CONNECT 的地址无法识别")
        return host, port

    # --- one exchange ---

    async def _exchange(self, head: RequestHead, framer: Framer) -> bool:
        """Whether the browser's connection may carry another request."""
        route, target = self._route_of(head)
        upstream = await self._upstreams.for_route(route)
        exchange = self._open_exchange(head, route.url(target), upstream.facts)
        try:
            async with asyncio.timeout(self._shared.limits.exchange_seconds):
                return await self._carry(head, framer, exchange)
        except TimeoutError:
            exchange.truncated = "time"
        except CutError as exc:
            exchange.truncated = exc.why
        except FetchError:
            exchange.truncated = "protocol"
        except (OSError, asyncio.CancelledError) as exc:
            exchange.truncated = "disconnect"
            if isinstance(exc, asyncio.CancelledError):
                raise
        finally:
            self._close_exchange(exchange)
        if exchange.truncated in ("time", "protocol") and not exchange.response.size_bytes:
            await self._reply(exchange.truncated, "对方没有给出完整的应答")
        return False

    async def _carry(self, head: RequestHead, framer: Framer, exchange: Exchange) -> bool:
        upstream = self._upstreams.live()
        retry = upstream.used
        try:
            relayed = await self._ask(upstream, head, framer, exchange=exchange)
        except ConnectionError:
            # A kept-alive connection may have been closed by the origin meanwhile; ask once more on a new one,
            # but only what may be asked twice and of which nothing was answered.
            if not retry or head.method not in ("GET", "HEAD") or exchange.response.size_bytes:
                raise
            self._upstreams.drop()
            upstream = await self._upstreams.for_route(
                Route(scheme=upstream.scheme, host=upstream.facts.host, port=upstream.facts.port)
            )
            exchange.connection = upstream.facts
            exchange.request.close()
            exchange.request = type(exchange.request)()
            relayed = await self._ask(upstream, head, framer, exchange=exchange)
        if not relayed[1]:
            return relayed[0]
        exchange.websocket = True
        self._shared.open_exchanges -= 1  # it may stay open for as long as the page does
        await self._tunnel(upstream)
        return False

    async def _ask(
        self, upstream: Upstream, head: RequestHead, framer: Framer, *, exchange: Exchange
    ) -> tuple[bool, bool]:
        upstream.used = True
        await self._send_request(upstream, head, framer, exchange=exchange)
        limits, recording = self._shared.limits, self._shared.recorder is not None
        received = 0

        def forward(raw: bytes) -> None:
            nonlocal received
            received += len(raw)
            self._shared.budget.take(len(raw))
            if received > limits.response_bytes:
                raise CutError("length")
            if exchange.answered_at is not None:
                if recording:
                    exchange.response.write(raw)
                else:
                    exchange.response.size_bytes += len(raw)
            self._writer.write(raw)

        relayed = await relay_response(
            upstream, head, exchange=exchange, forward=forward, drain=self._writer.drain, clock=self._shared.clock
        )
        if relayed.leftover:
            self._writer.write(relayed.leftover)
        await self._writer.drain()
        if not relayed.reusable and not relayed.switched:
            self._upstreams.drop()
        return relayed.reusable, relayed.switched

    async def _send_request(self, upstream: Upstream, head: RequestHead, framer: Framer, *, exchange: Exchange) -> None:
        raw = head.raw if self._fixed is not None else origin_form(head.raw)
        recording = self._shared.recorder is not None
        if head.waits_for_continue:
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while True:
            if raw:
                if recording:
                    exchange.request.write(raw)
                upstream.writer.write(raw)
                await upstream.writer.drain()
            if framer.connection.their_state is not h11.SEND_BODY:
                return
            event, raw = framer.next()
            if event is h11.NEED_DATA:
                content = await self._reader.read(_READ_BYTES)
                if not content:
                    raise ConnectionResetError("browser closed in the middle of a request")
                framer.feed(content)

    def _route_of(self, head: RequestHead) -> tuple[Route, str]:
        if self._fixed is not None:
            if not head.target.startswith("/") and head.target != "*":
                raise self._shared.refused("request", self._fixed.host, self._fixed.port, reason="请求行的地址无法识别")
            return self._fixed, head.target
        try:
            host, port = self._shared.guard.check_url(head.target)
        except (InvalidInputError, AddressRefusedError) as exc:
            raise self._shared.refused("request", head.target[:200], 0, reason=exc.message) from exc
        if not head.target.lower().startswith("http://"):
            raise self._shared.refused("request", host, port, reason="代理只转发 http 请求；https 请用 CONNECT")
        target = origin_form(head.raw).split(b" ", 2)[1].decode("ascii")
        return Route(scheme="http", host=host, port=port), target

    def _open_exchange(self, head: RequestHead, url: str, connection: ConnectionFacts) -> Exchange:
        self._shared.begun += 1
        self._shared.open_exchanges += 1
        self._shared.last_traffic = time.monotonic()
        return Exchange(
            sequence=self._shared.begun - 1,
            url=url,
            method=head.method,
            connection=connection,
            started_at=self._shared.clock(),
        )

    def _close_exchange(self, exchange: Exchange) -> None:
        exchange.finished_at = self._shared.clock()
        self._shared.last_traffic = time.monotonic()
        if not exchange.websocket:
            self._shared.open_exchanges -= 1
        if self._shared.recorder is not None:
            self._shared.recorder.exchange(exchange)
        else:
            exchange.request.close()
            exchange.response.close()

    # --- answers of the proxy itself ---

    async def _reply(self, kind: str, reason: str) -> None:
        status, words = _REPLIES.get(kind, (502, "Bad Gateway"))
        body = f"网鉴代理：{reason}\n".encode()
        head = (
            f"HTTP/1.1 {status} {words}\r\nX-WangJian-Refused: {kind}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        try:
            self._writer.write(head.encode("ascii") + body)
            await self._writer.drain()
            await self._close_gently()
        except OSError:
            return

    async def _close_gently(self) -> None:
        """Let what was written reach the browser before the connection is torn down."""
        self._writer.close()
        try:
            await asyncio.wait_for(self._writer.wait_closed(), 2.0)
        except (OSError, TimeoutError):
            return


async def _first_byte(writer: asyncio.StreamWriter, seconds: float) -> bytes:
    """The next byte of a paused connection, left where it is."""
    loop = asyncio.get_running_loop()
    peeked = socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno()))
    ready: asyncio.Future[None] = loop.create_future()
    try:
        loop.add_reader(peeked.fileno(), lambda: None if ready.done() else ready.set_result(None))
        await asyncio.wait_for(ready, seconds)
        return peeked.recv(1, socket.MSG_PEEK)
    finally:
        loop.remove_reader(peeked.fileno())
        peeked.close()
