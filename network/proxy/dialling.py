"""Connections to origins: checked and pinned by the guard, TLS validated for real, certificates kept.

A certificate that does not validate does not end the visit (an unlawful shop may well have a bad one): the failure is
written on the connection and travels with every exchange over it. The connection used is then a second one to the same
pinned address, and its own chain is the one kept.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from dataclasses import dataclass, replace

from network.guard import AddressGuard, Destination
from network.proxy.facts import ConnectionFacts, ProxyLimits, TlsFacts
from records.errors import AddressRefusedError, FetchError
from records.os_words import os_reason
from records.ports import Clock

__all__ = ["Dialler", "Upstream", "upgrade_to_tls"]

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True, kw_only=True)
class Upstream:
    """An open connection to an origin."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    facts: ConnectionFacts
    scheme: str
    used: bool = False
    under: asyncio.StreamWriter | None = None
    """The plain writer beneath TLS: asyncio closes the socket when it is collected, so it must live as long."""

    def close(self) -> None:
        """At once; what was not read is lost."""
        self.writer.transport.abort()


class Dialler:
    """Opens connections. `trust_pem` are further roots for origins (tests, a bureau's own CA)."""

    def __init__(self, guard: AddressGuard, *, limits: ProxyLimits, clock: Clock, trust_pem: str = "") -> None:
        self._guard = guard
        self._limits = limits
        self._clock = clock
        self._numbers = itertools.count(1)
        self._strict = _client_context(trust_pem, strict=True)
        self._lax = _client_context(trust_pem, strict=False)

    async def dial(self, host: str, port: int) -> Upstream:
        """Resolve, check, pin, connect; no TLS yet.

        Raises:
            AddressRefusedError: The guard forbids an answer.
            FetchError: No name, or nobody answers there.
        """
        loop = asyncio.get_running_loop()
        destination = await loop.run_in_executor(None, self._guard.destination, host, port)
        problem: Exception | None = None
        for address in destination.answers:
            try:
                return await self._open(destination, address)
            except (OSError, TimeoutError) as exc:
                problem = exc
        raise FetchError(
            f"无法连接 {host}:{port}：{os_reason(problem) if problem else '没有应答'}", host=host, kind="connect"
        ) from problem

    async def secure(self, upstream: Upstream) -> Upstream:
        """Begin TLS on an open connection, checking the origin's certificate.

        Raises:
            FetchError: No TLS could be agreed on at all.
        """
        host = upstream.facts.host
        try:
            streams = await self._handshake((upstream.reader, upstream.writer), self._strict, host)
        except ssl.SSLCertVerificationError as exc:
            upstream.close()
            return await self._secure_unverified(upstream, f"{exc.verify_message}")
        except (OSError, TimeoutError) as exc:
            upstream.close()
            raise FetchError(f"与 {host} 的 TLS 握手失败：{os_reason(exc)}", host=host, kind="tls") from exc
        return _secured(upstream, streams, problem="")

    async def _secure_unverified(self, first: Upstream, problem: str) -> Upstream:
        facts = first.facts
        destination = Destination(host=facts.host, port=facts.port, address=facts.address, answers=facts.answers)
        try:
            second = await self._open(destination, facts.address)
        except (OSError, TimeoutError) as exc:
            raise FetchError(
                f"无法连接 {facts.host}:{facts.port}：{os_reason(exc)}", host=facts.host, kind="connect"
            ) from exc
        try:
            streams = await self._handshake((second.reader, second.writer), self._lax, facts.host)
        except (OSError, TimeoutError) as exc:
            second.close()
            raise FetchError(f"与 {facts.host} 的 TLS 握手失败：{os_reason(exc)}", host=facts.host, kind="tls") from exc
        return _secured(second, streams, problem=problem)

    async def _open(self, destination: Destination, address: str) -> Upstream:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(address, destination.port), self._limits.connect_seconds
        )
        peer = writer.get_extra_info("peername")
        try:
            # What the socket says it reached is checked again: the pin is a fact, not an intention.
            self._guard.check_address(str(peer[0]), host=destination.host)
        except AddressRefusedError:
            writer.transport.abort()
            raise
        facts = ConnectionFacts(
            connection_id=next(self._numbers),
            host=destination.host,
            port=destination.port,
            address=str(peer[0]),
            answers=destination.answers,
            opened_at=self._clock(),
            tls=None,
            local_address=str((writer.get_extra_info("sockname") or ("",))[0]),
        )
        return Upstream(reader=reader, writer=writer, facts=facts, scheme="http")

    async def _handshake(self, streams: Streams, context: ssl.SSLContext, host: str) -> Streams:
        return await upgrade_to_tls(
            streams[1], context, server_side=False, host=host, seconds=self._limits.connect_seconds
        )


async def upgrade_to_tls(
    writer: asyncio.StreamWriter, context: ssl.SSLContext, *, server_side: bool, host: str = "", seconds: float
) -> Streams:
    """Begin TLS on an open stream; the old writer must be kept as long as the new one, and not be used again."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport = await loop.start_tls(
        writer.transport,
        protocol,
        context,
        server_side=server_side,
        server_hostname=None if server_side else host,
        ssl_handshake_timeout=seconds,
    )
    if transport is None:
        raise ConnectionResetError("connection closed during the TLS handshake")
    protocol.connection_made(transport)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _secured(upstream: Upstream, streams: Streams, *, problem: str) -> Upstream:
    reader, writer = streams
    found = writer.get_extra_info("ssl_object")
    cipher = found.cipher()
    tls = TlsFacts(
        version=found.version() or "",
        cipher=cipher[0] if cipher else "",
        valid=not problem,
        problem=problem,
        chain=_chain(found),
    )
    facts = replace(upstream.facts, tls=tls)
    return Upstream(reader=reader, writer=writer, facts=facts, scheme="https", under=upstream.writer)


def _chain(found: ssl.SSLObject) -> tuple[bytes, ...]:
    # Python 3.13 has SSLObject.get_unverified_chain(); before, only the C object beneath it, since 3.10.
    inner = getattr(found, "_sslobj", None)
    get = getattr(found, "get_unverified_chain", None) or getattr(inner, "get_unverified_chain", None)
    if get is not None:
        return tuple(_der(entry) for entry in get() or ())
    leaf = found.getpeercert(binary_form=True)
    return (leaf,) if leaf else ()


def _der(entry: object) -> bytes:
    if isinstance(entry, bytes):
        return entry
    der_format = 2  # _ssl.ENCODING_DER
    return bytes(entry.public_bytes(der_format))  # type: ignore[attr-defined]  # _ssl.Certificate has no stub


def _client_context(trust_pem: str, *, strict: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if trust_pem:
        context.load_verify_locations(cadata=trust_pem)
    context.set_alpn_protocols(["http/1.1"])
    if not strict:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
