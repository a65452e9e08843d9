"""Serve every origin of a market on 127.0.0.1 from one process, and remember every request.

The access log is how tests prove politeness; it holds what the server saw, not what a crawler says of itself.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import structlog

from records.base import stable_id
from records.errors import PortInUseError
from records.survey import Carrier, Target, TargetKind
from wangjian.sample.families.base import Reply, Site
from wangjian.sample.families.jishi import JishiSite
from wangjian.sample.families.standalone import StandaloneSite
from wangjian.sample.families.yunshang import YunshangSite
from wangjian.sample.market import Market
from wangjian.sample.models import Family
from wangjian.sample.pictures import font_note

__all__ = ["Access", "RunningMarket", "make_sites", "serve_market"]

_log = structlog.get_logger(__name__)

_CACHE_LIMIT = 20_000
_CONCURRENCY = 8
_STEP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Access:
    """One request as the server saw it. `at` is seconds of a monotonic clock; `path` holds the query."""

    at: float
    origin: str
    path: str
    user_agent: str
    status: int


def make_sites(market: Market) -> tuple[Site, ...]:
    """One site an origin, in the order of `market.origins`."""
    sites: list[Site] = []
    if market.shops_of(Family.JISHI):
        sites.append(JishiSite(market))
    if market.shops_of(Family.YUNSHANG):
        sites.append(YunshangSite(market))
    alone = (*market.shops_of(Family.INDEPENDENT), *market.shops_of(Family.UNSEEN))
    return (*sites, *(StandaloneSite(market, shop) for shop in alone))


class RunningMarket:
    """A market being served; made by `serve_market`."""

    def __init__(self, market: Market, *, host: str, base_port: int | None) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._log: list[Access] = []
        self._servers: dict[str, _OriginServer] = {}
        self._market = market
        if note := font_note():
            _log.warning("sample_font_missing", cure=note)
        sites = make_sites(market)
        try:
            for offset, site in enumerate(sites):
                port = 0 if base_port is None else base_port + offset
                self._servers[site.key] = _listen(host, port, site, self._record)
        except PortInUseError:
            self.stop()
            raise
        for server in self._servers.values():
            server.start()

    @property
    def market(self) -> Market:
        """The market as served now."""
        return self._market

    @property
    def origins(self) -> dict[str, str]:
        """Origin key to URL, without a slash at the end."""
        return {key: f"http://{self._host}:{server.server_address[1]}" for key, server in self._servers.items()}

    @property
    def access_log(self) -> tuple[Access, ...]:
        """Every request so far, in order."""
        with self._lock:
            return tuple(self._log)

    def set_day(self, day: int) -> None:
        """Move the market to another day: the next request sees its prices, counts and reviews."""
        self._market = self._market.at_day(day)
        for site in make_sites(self._market):
            self._servers[site.key].show(site)

    def targets(self, now: datetime) -> tuple[Target, ...]:
        """One target an origin. The market is our own, so there is no delay between requests."""
        families = {shop.origin: shop.family for shop in self._market.shops}
        return tuple(self._target(key, url, families[key], now) for key, url in self.origins.items())

    def stop(self) -> None:
        """Stop listening and end every open connection."""
        for server in self._servers.values():
            server.end()

    def _target(self, key: str, url: str, family: Family, now: datetime) -> Target:
        platform = family in (Family.JISHI, Family.YUNSHANG)
        return Target(
            target_id=stable_id("target", "sample", key),
            name=self._servers[key].site.name,
            kind=TargetKind.PLATFORM if platform else TargetKind.SITE,
            carrier=Carrier.SHOP if platform else Carrier.WEBSITE,
            seeds=(f"{url}/",),
            family=None if family is Family.UNSEEN else family.value,
            delay_seconds=0.0,
            concurrency=_CONCURRENCY,
            created_at=now,
        )

    def _record(self, access: Access) -> None:
        with self._lock:
            self._log.append(access)


@contextmanager
def serve_market(market: Market, *, host: str = "127.0.0.1", base_port: int | None = None) -> Iterator[RunningMarket]:
    """Serve until the block ends. Without `base_port` the system picks free ports; with it origin n listens on
    `base_port + n`, in the order of `market.origins`.

    Raises:
        PortInUseError: One of the ports is taken; none stays open.
    """
    running = RunningMarket(market, host=host, base_port=base_port)
    try:
        yield running
    finally:
        running.stop()


class _OriginServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], site: Site, record: Callable[[Access], None]) -> None:
        self._thread: threading.Thread | None = None
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self.show(site)
        self.record = record
        super().__init__(address, _Handler)

    def show(self, site: Site) -> None:
        self.site = site
        self._replies: dict[str, Reply] = {}

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve_forever, args=(_STEP_SECONDS,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        with self._open_lock:
            left = tuple(self._open)
        for connection in left:
            _close(connection)

    def answer(self, target: str) -> Reply:
        replies = self._replies
        known = replies.get(target)
        if known is None:
            parts = urlsplit(target)
            known = self.site.reply(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
            if len(replies) < _CACHE_LIMIT:
                replies[target] = known
        return known

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of the market."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _OriginServer
    server_version = "SampleMarket"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        reply = self.server.answer(self.path)
        access = Access(
            time.monotonic(), self.server.site.key, self.path, self.headers.get("User-Agent", ""), reply.status
        )
        self.server.record(access)
        if reply.delay_seconds:
            time.sleep(reply.delay_seconds)
        lines = [f"HTTP/1.1 {reply.status} {self.responses[reply.status][0]}", f"Content-Type: {reply.content_type}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines += [f"Content-Length: {len(reply.body)}", "", ""]
        head = "\r\n".join(lines).encode("latin-1")
        self.wfile.write(head + reply.body if with_body else head)

    def log_message(self, format: str, *args: Any) -> None:
        """The access log is kept in memory."""


def _listen(host: str, port: int, site: Site, record: Callable[[Access], None]) -> _OriginServer:
    try:
        return _OriginServer((host, port), site, record)
    except OSError as exc:
        if exc.errno != errno.EADDRINUSE:
            raise
        raise PortInUseError(
            f"样本市场无法监听 {host}:{port}，端口已被占用",
            cure="结束占用该端口的程序，或换一个起始端口",
            host=host,
            port=port,
        ) from exc


def _close(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        connection.close()
