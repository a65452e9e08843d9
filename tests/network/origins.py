"""An origin that answers byte by byte as told, with or without TLS, and ways to ask it through the proxy."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing, suppress

import h11
import httpx

from network.guard import AddressGuard
from network.proxy import Exchange, GuardedProxy, Refusal

GZIPPED = gzip.compress("网店".encode() * 200, mtime=0)
ANSWERS = {
    "/plain": b"HTTP/1.1 200 OK\r\nX-MiXed-Case: yes\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 5\r\n\r\nhello",
    "/gzip": b"HTTP/1.1 200 Fine\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(GZIPPED) + GZIPPED,
    "/chunked": b"HTTP/1.1 200 OK\r\ntransfer-encoding:  chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n",
    "/redirect": b"HTTP/1.1 302 Found\r\nLocation: /plain\r\nContent-Length: 0\r\n\r\n",
    "/hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "/until-close": b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end",
    "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
    "/garbage": b"\x00\x01 this is not HTTP at all\r\n\r\n",
    "/no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
}
CLOSING = {"/until-close", "/short", "/garbage"}


class Origin:
    """An origin that answers with exact bytes and keeps the exact bytes it was asked with."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[bytes] = []
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self.stopping = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for found in tuple(self._open):
            with closing(found), suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        while True:
            try:
                found, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(found,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, found: socket.socket) -> None:
        try:
            if self._context is not None:
                found = self._context.wrap_socket(found, server_side=True)
            self._open.add(found)
            self._answer(found)
        except OSError:
            pass
        finally:
            self._open.discard(found)
            found.close()

    def _answer(self, found: socket.socket) -> None:  # noqa: C901  # one branch a way to misbehave
        held = b""
        while True:
            while b"\r\n\r\n" not in held:
                content = found.recv(65536)
                if not content:
                    return
                held += content
            head, _, held = held.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:")
                ),
                0,
            )
            while len(held) < length:
                held += found.recv(65536)
            body, held = held[:length], held[length:]
            self.asked.append(head + b"\r\n\r\n" + body)
            path = head.split(b" ")[1].decode()
            if path == "/hang":
                self.stopping.wait(30)
                return
            if path == "/endless":
                found.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
                while not self.stopping.is_set():
                    found.sendall(b"x" * 65536)
                return
            if path == "/socket":
                found.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                while content := found.recv(100):
                    found.sendall(content[::-1])
                return
            found.sendall(ANSWERS.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
            if path in CLOSING:
                return


class Kept:
    """A recorder that keeps what it was told, spools read out."""

    def __init__(self) -> None:
        self.exchanges: list[tuple[Exchange, bytes, bytes]] = []
        self.refusals: list[Refusal] = []

    def exchange(self, exchange: Exchange) -> None:
        self.exchanges.append((exchange, exchange.request.read(), exchange.response.read()))
        exchange.request.close()
        exchange.response.close()

    def refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)


def allow() -> AddressGuard:
    return AddressGuard(allow_private=True)


def asking(proxy: GuardedProxy) -> httpx.Client:
    return httpx.Client(proxy=proxy.url, verify=False, trust_env=False, timeout=20)


def raw(proxy: GuardedProxy, sent: bytes) -> bytes:
    port = int(proxy.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as found:
        found.sendall(sent)
        found.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while content := found.recv(65536):
                got += content
        except ConnectionError:
            pass
        return got


def raw_keep(proxy: GuardedProxy, sent: bytes) -> bytes:
    """Ask on a connection left open, read until the other side is silent or closes."""
    port = int(proxy.url.rsplit(":", 1)[1])
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as found:
        found.sendall(sent)
        framer = h11.Connection(h11.CLIENT)
        framer.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
        framer.send(h11.EndOfMessage())
        while True:
            try:
                content = found.recv(65536)
                framer.receive_data(content)
                got += content
                if _ended(framer) or not content:
                    return got
            except (h11.RemoteProtocolError, ConnectionError):
                return got


def _ended(framer: h11.Connection) -> bool:
    next_event: Callable[[], object] = framer.next_event
    while (event := next_event()) is not h11.NEED_DATA:
        if isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            return True
    return False
