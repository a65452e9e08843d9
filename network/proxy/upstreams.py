"""What the sessions of one proxy share, and the one connection to an origin that each of them holds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog

from network.guard import AddressGuard
from network.proxy.dialling import Dialler, Upstream
from network.proxy.facts import ProxyLimits, Recorder, Refusal
from network.proxy.interception import RunAuthority
from network.proxy.relaying import Budget
from records.errors import AddressRefusedError, FetchError, WangJianError
from records.ports import Clock

__all__ = ["RefusedRequestError", "Route", "Shared", "Upstreams"]

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Shared:
    """What all sessions of one proxy share."""

    guard: AddressGuard
    dialler: Dialler
    limits: ProxyLimits
    clock: Clock
    budget: Budget
    recorder: Recorder | None
    authority: RunAuthority | None
    refusals: list[Refusal] = field(default_factory=list)
    begun: int = 0
    open_exchanges: int = 0
    last_traffic: float = field(default_factory=time.monotonic)

    def refused(self, kind: str, host: str, port: int, *, reason: str) -> RefusedRequestError:
        """Write down a connection that is not made; what to raise for it."""
        refusal = Refusal(kind=kind, host=host, port=port, reason=reason, at=self.clock())
        self.refusals.append(refusal)
        _log.info("proxy_refused", kind=kind, host=host, port=port)
        if self.recorder is not None:
            self.recorder.refused(refusal)
        return RefusedRequestError(kind, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a request goes."""

    scheme: str
    host: str
    port: int

    def url(self, target: str) -> str:
        """The whole address of a request target."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        place = host if self.port == usual else f"{host}:{self.port}"
        return f"{self.scheme}://{place}{target}"


class RefusedRequestError(Exception):
    """Answer with this kind and end; already written down."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class Upstreams:
    """The connection a session holds to an origin: used again while it lives and leads to the right place."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self.held: Upstream | None = None

    def drop(self) -> None:
        """Close what is held."""
        if self.held is not None:
            self.held.close()
            self.held = None

    async def for_route(self, route: Route) -> Upstream:
        """The held connection when it leads there and lives, else a new one. Raises RefusedRequestError."""
        held = self.held
        if held is not None:
            same = (held.facts.host, held.facts.port) == (route.host, route.port)
            if same and held.scheme == route.scheme and not held.reader.at_eof():
                return held
            if same and not held.used and route.scheme == "https":
                self.held = None
                self.held = await self._secure(held)
                return self.held
            held.close()
            self.held = None
        upstream = await self.dial(route.host, route.port)
        self.held = await self._secure(upstream) if route.scheme == "https" else upstream
        return self.held

    def live(self) -> Upstream:
        """The held connection; ConnectionResetError when there is none."""
        if self.held is None:
            raise ConnectionResetError("no connection to the origin")
        return self.held

    async def _secure(self, upstream: Upstream) -> Upstream:
        try:
            return await self._shared.dialler.secure(upstream)
        except FetchError as exc:
            raise self._shared.refused("tls", upstream.facts.host, upstream.facts.port, reason=exc.message) from exc

    async def dial(self, host: str, port: int) -> Upstream:
        """A new plain connection, held from now on. Raises RefusedRequestError."""
        if self._shared.budget.left_bytes <= 0:
            raise self._shared.refused("limit", host, port, reason="本次访问的流量上限已到")
        try:
            self.held = await self._shared.dialler.dial(host, port)
            return self.held
        except AddressRefusedError as exc:
            raise self._shared.refused("address", host, port, reason=exc.message) from exc
        except WangJianError as exc:
            raise self._shared.refused(str(exc.data.get("kind", "resolve")), host, port, reason=exc.message) from exc
