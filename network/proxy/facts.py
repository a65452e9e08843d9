"""What the proxy knows of a connection and of an exchange, and who is told."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

__all__ = ["ConnectionFacts", "Exchange", "ProxyLimits", "Recorder", "Refusal", "Spool", "TlsFacts"]

_IN_MEMORY_BYTES = 1 << 20


class Spool:
    """Bytes of one message in the order of the wire: in memory while small, in an unnamed file when large."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115  # closed by close()
        self.size_bytes = 0

    def write(self, content: bytes) -> None:
        """Append."""
        self._file.write(content)
        self.size_bytes += len(content)

    def read(self) -> bytes:
        """All of it."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Give the room back; the bytes are gone."""
        self._file.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyLimits:
    """How much one run of the proxy may take. Reaching one cuts the exchange and is written on it."""

    response_bytes: int = 200_000_000
    total_bytes: int = 1_000_000_000
    connect_seconds: float = 10.0
    exchange_seconds: float = 60.0
    idle_seconds: float = 60.0
    connections: int = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFacts:
    """TLS with the origin, on the very connection the bytes came over.

    `valid` is the result of OpenSSL's check of chain, name and dates; `problem` its words when it failed.
    `chain` are the certificates as the origin sent them, DER, leaf first.
    """

    version: str
    cipher: str
    valid: bool
    problem: str
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFacts:
    """One connection to an origin: `answers` is all DNS said, `address` what was connected to, `local_address` the
    address of ours it left from."""

    connection_id: int
    host: str
    port: int
    address: str
    answers: tuple[str, ...]
    opened_at: datetime
    tls: TlsFacts | None
    local_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A connection that was not made. `kind` is address, resolve, connect, tls, limit or request."""

    kind: str
    host: str
    port: int
    reason: str
    at: datetime


@dataclass(slots=True, kw_only=True)
class Exchange:
    """One request and its answer. `request` and `response` hold the bytes of the wire, framing and coding kept;
    `interim` the 1xx answers that came before. `truncated` is empty, or length, time, disconnect, protocol."""

    sequence: int
    url: str
    method: str
    connection: ConnectionFacts
    started_at: datetime
    request: Spool = field(default_factory=Spool)
    interim: bytes = b""
    response: Spool = field(default_factory=Spool)
    status: int = 0
    answered_at: datetime | None = None
    finished_at: datetime | None = None
    truncated: str = ""
    websocket: bool = False


class Recorder(Protocol):
    """Is told of everything, in the proxy's thread; must be quick and must not raise."""

    def exchange(self, exchange: Exchange) -> None:
        """An exchange ended, whole or cut; the recorder closes its two spools when done with them."""
        ...

    def refused(self, refusal: Refusal) -> None:
        """A connection was not made."""
        ...
