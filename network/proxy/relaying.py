"""Bytes from one side to the other, within limits: one answer, or a tunnel of both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import h11

from network.proxy.dialling import Upstream
from network.proxy.facts import Exchange, ProxyLimits
from network.proxy.framing import RequestHead, response_framer
from records.errors import FetchError
from records.ports import Clock

__all__ = ["Budget", "CutError", "Relayed", "relay_response", "relay_tunnel"]

_READ_BYTES = 64 * 1024


class CutError(FetchError):
    """A limit was reached in the middle of an answer; `why` is a value of Exchange.truncated."""

    def __init__(self, why: str) -> None:
        super().__init__(f"应答被截断：{why}")
        self.why = why


class Budget:
    """Bytes one run may still take, over all its connections."""

    def __init__(self, limits: ProxyLimits) -> None:
        self.left_bytes = limits.total_bytes

    def take(self, size_bytes: int) -> None:
        """Count bytes that came in. Raises CutError when the run's total is used up."""
        self.left_bytes -= size_bytes
        if self.left_bytes < 0:
            raise CutError("length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """How an answer ended: whether the connection may be used again, and whether it changed to another protocol."""

    reusable: bool
    switched: bool = False
    leftover: bytes = b""


async def relay_response(
    upstream: Upstream,
    head: RequestHead,
    *,
    exchange: Exchange,
    forward: Callable[[bytes], object],
    drain: Callable[[], object],
    clock: Clock,
) -> Relayed:
    """Hand the answer on as it comes. `forward` takes each piece; `drain` is a coroutine function that waits.

    Raises:
        FetchError: The origin's bytes are not HTTP/1.1.
        CutError: From `forward`, when a limit is reached.
        ConnectionError: The origin closed too early, or the browser went away.
    """
    framer = response_framer(head)
    while True:
        event, raw = framer.next()
        if isinstance(event, h11.InformationalResponse):
            exchange.status = event.status_code
            exchange.interim += raw
        elif isinstance(event, h11.Response):
            exchange.status = event.status_code
            exchange.answered_at = clock()
        if raw:
            forward(raw)
        if isinstance(event, h11.EndOfMessage):
            states = framer.connection.states
            done = states[h11.CLIENT] is h11.DONE and states[h11.SERVER] is h11.DONE and not framer.leftover()
            return Relayed(reusable=done)
        if event is h11.PAUSED:
            return Relayed(reusable=False, switched=True, leftover=framer.leftover())
        if isinstance(event, h11.ConnectionClosed):
            raise ConnectionResetError("origin closed before answering")
        if event is h11.NEED_DATA:
            await drain()  # type: ignore[misc]  # a coroutine function; typed loosely to keep one Callable
            content = await upstream.reader.read(_READ_BYTES)
            if not content and not exchange.answered_at:
                raise ConnectionResetError("origin closed before answering")
            framer.feed(content)


async def relay_tunnel(
    browser: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    origin: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    *,
    budget: Budget,
    idle_seconds: float,
) -> None:
    """Both ways until either side closes, nothing is said for `idle_seconds`, or the budget is used up."""

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while content := await asyncio.wait_for(reader.read(_READ_BYTES), idle_seconds):
            budget.take(len(content))
            writer.write(content)
            await writer.drain()

    ways = {
        asyncio.ensure_future(one_way(browser[0], origin[1])),
        asyncio.ensure_future(one_way(origin[0], browser[1])),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        origin[1].transport.abort()
