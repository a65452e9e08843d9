"""The proxy as a thing to start and stop; its event loop runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from types import TracebackType

import structlog

from network.guard import AddressGuard
from network.proxy.dialling import Dialler
from network.proxy.facts import ProxyLimits, Recorder, Refusal
from network.proxy.interception import RunAuthority, RunKey
from network.proxy.relaying import Budget
from network.proxy.session import Session
from network.proxy.upstreams import Shared
from records.errors import AwayError
from records.ports import Clock

__all__ = ["GuardedProxy"]

_log = structlog.get_logger(__name__)
_DEFAULT_LIMITS = ProxyLimits()


def _utc_now() -> datetime:
    return datetime.now(UTC)


class GuardedProxy:
    """A forward proxy on 127.0.0.1 for a browser that shall reach nothing the guard forbids.

    Args:
        guard: Asked before every connection, plain, tunnelled or recorded.
        recorder: With one, TLS is read in between and every exchange is handed over; the browser must then accept
            certificates of the run's throw-away authority. Without, CONNECT is a blind tunnel.
        limits: What the run may take.
        clock: For the times written on exchanges.
        trust_pem: Further roots that origins' certificates may end in.
        key: What the browser was told to accept when it was started before the proxy; else one is made.
    """

    def __init__(
        self,
        guard: AddressGuard,
        recorder: Recorder | None = None,
        *,
        limits: ProxyLimits = _DEFAULT_LIMITS,
        clock: Clock = _utc_now,
        trust_pem: str = "",
        key: RunKey | None = None,
    ) -> None:
        self._authority = RunAuthority(key) if recorder is not None else None
        self._shared = Shared(
            guard=guard,
            dialler=Dialler(guard, limits=limits, clock=clock, trust_pem=trust_pem),
            limits=limits,
            clock=clock,
            budget=Budget(limits),
            recorder=recorder,
            authority=self._authority,
        )
        self.url = ""
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._active: set[asyncio.Task[None]] = set()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Connections not made so far, in order."""
        return tuple(self._shared.refusals)

    @property
    def exchanges_begun(self) -> int:
        """How many exchanges have begun so far; their sequence numbers are below it."""
        return self._shared.begun

    @property
    def exchanges_open(self) -> int:
        """How many go on now, sockets that speak both ways left out."""
        return self._shared.open_exchanges

    @property
    def quiet_seconds(self) -> float:
        """How long ago an exchange last began or ended."""
        return time.monotonic() - self._shared.last_traffic

    @property
    def bytes_came(self) -> int:
        """What came from origins so far, heads and TLS included."""
        return self._shared.limits.total_bytes - self._shared.budget.left_bytes

    @property
    def spki_sha256(self) -> str:
        """The key a recorded browser must accept (ignore-certificate-errors-spki-list); empty without a recorder."""
        return self._authority.spki_sha256 if self._authority is not None else ""

    def start(self) -> str:
        """Begin to listen on a free port of 127.0.0.1; the proxy's address.

        Raises:
            AwayError: No port could be opened.
        """
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="guarded-proxy", daemon=True)
        self._thread.start()
        try:
            port = ready.result(timeout=30)
        except OSError as exc:
            raise AwayError(f"本机代理无法启动：{exc}") from exc
        self.url = f"http://127.0.0.1:{port}"
        return self.url

    def stop(self) -> None:
        """Cut what is open (each running exchange is handed over as cut), end the thread, forget the key."""
        if self._loop is not None and self._stopping is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._authority is not None:
            self._authority.close()

    def __enter__(self) -> GuardedProxy:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, ready: Future[int]) -> None:
        asyncio.run(self._main(ready))

    async def _main(self, ready: Future[int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        except OSError as exc:
            ready.set_exception(exc)
            return
        ready.set_result(server.sockets[0].getsockname()[1])
        await self._stopping.wait()
        server.close()
        for task in tuple(self._active):
            task.cancel()
        await asyncio.gather(*self._active, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._active) >= self._shared.limits.connections:
            writer.transport.abort()
            return
        self._active.add(task)
        try:
            await Session(reader, writer, self._shared).run()
        except asyncio.CancelledError:
            return
        except Exception:  # noqa: BLE001
            # The outermost loop of a browser connection: one bad connection must not end the proxy.
            _log.exception("proxy_session_failed")
            writer.transport.abort()
        finally:
            self._active.discard(task)
