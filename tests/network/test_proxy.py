"""The proxy reaches only what the guard allows, changes no byte, and survives anything a client sends."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import h11
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from network.guard import AddressGuard
from network.proxy import Exchange, GuardedProxy, ProxyLimits, Refusal

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


@pytest.fixture
def origin() -> Iterator[Origin]:
    found = Origin()
    yield found
    found.close()


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, its own root: cert.pem and key.pem."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin")])
    now = datetime.now(UTC)
    found = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(found.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


@pytest.fixture
def secure_origin(tls_files: Path) -> Iterator[Origin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls_files / "cert.pem", tls_files / "key.pem")
    found = Origin(context)
    yield found
    found.close()


def _allow() -> AddressGuard:
    return AddressGuard(allow_private=True)


def _client(proxy: GuardedProxy) -> httpx.Client:
    return httpx.Client(proxy=proxy.url, verify=False, trust_env=False, timeout=20)  # noqa: S501


def _raw(proxy: GuardedProxy, sent: bytes) -> bytes:
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


def test_plain_request_reaches_the_origin_in_origin_form(origin: Origin) -> None:
    with GuardedProxy(_allow()) as proxy, _client(proxy) as client:
        answer = client.get(f"http://127.0.0.1:{origin.port}/plain")
        assert answer.text == "hello"
        assert origin.asked[0].startswith(b"GET /plain HTTP/1.1\r\n")
        assert b"proxy-" not in origin.asked[0].lower()


def test_connect_is_a_tunnel_without_a_recorder(secure_origin: Origin, tls_files: Path) -> None:
    with GuardedProxy(_allow()) as proxy:
        context = ssl.create_default_context(cafile=str(tls_files / "cert.pem"))
        with httpx.Client(proxy=proxy.url, verify=context, trust_env=False) as client:
            # The client trusts the origin's own root only: nobody can have read in between.
            assert client.get(f"https://127.0.0.1:{secure_origin.port}/plain").text == "hello"


@pytest.mark.parametrize("host", ["169.254.169.254", "127.0.0.1", "[::1]", "10.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_private_addresses_are_refused_with_a_reason(host: str) -> None:
    with GuardedProxy(AddressGuard(allow_private=False)) as proxy:
        for sent in (
            f"GET http://{host}:9/ HTTP/1.1\r\nHost: x\r\n\r\n",
            f"CONNECT {host}:9 HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            answer = _raw(proxy, sent.encode())
            assert answer.startswith(b"HTTP/1.1 403 "), answer
            assert b"X-WangJian-Refused: address" in answer
        assert [refusal.kind for refusal in proxy.refusals] == ["address", "address"]


def test_link_local_is_refused_even_when_private_is_allowed() -> None:
    with GuardedProxy(_allow()) as proxy:
        assert b" 403 " in _raw(proxy, b"CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_name_answering_differently_later_changes_nothing(origin: Origin) -> None:
    answers = iter([("127.0.0.1",), ("169.254.169.254",)])
    guard = AddressGuard(allow_private=True, resolve=lambda host, port: next(answers))
    kept = Kept()
    with GuardedProxy(guard, kept) as proxy, _client(proxy) as client:
        client.get(f"http://shop.example:{origin.port}/plain")
    assert kept.exchanges[0][0].connection.address == "127.0.0.1"
    assert kept.exchanges[0][0].connection.answers == ("127.0.0.1",)


def test_a_private_answer_among_public_ones_is_refused() -> None:
    guard = AddressGuard(allow_private=False, resolve=lambda host, port: ("93.184.216.34", "10.0.0.1"))
    with GuardedProxy(guard) as proxy:
        assert b" 403 " in _raw(proxy, b"GET http://two-faced.example/ HTTP/1.1\r\nHost: x\r\n\r\n")


def test_unknown_name_and_closed_port_are_said_apart() -> None:
    def resolve(host: str, port: int) -> tuple[str, ...]:
        if host == "nowhere.example":
            raise OSError("no such name")
        return ("127.0.0.1",)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    with GuardedProxy(AddressGuard(allow_private=True, resolve=resolve)) as proxy:
        assert b"X-WangJian-Refused: resolve" in _raw(proxy, b"CONNECT nowhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        sent = f"CONNECT here.example:{closed} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        assert b"X-WangJian-Refused: connect" in _raw(proxy, sent)


@pytest.mark.parametrize("path", sorted(set(ANSWERS) - {"/hints", "/short", "/garbage"}))
@pytest.mark.parametrize("secure", [False, True])
def test_recorded_bytes_are_the_bytes_of_the_wire(
    path: str, secure: bool, origin: Origin, secure_origin: Origin
) -> None:
    kept = Kept()
    found = secure_origin if secure else origin
    scheme = "https" if secure else "http"
    url = f"{scheme}://127.0.0.1:{found.port}{path}"
    with GuardedProxy(_allow(), kept) as proxy, _client(proxy) as client:
        client.get(url)
    exchange, request, response = kept.exchanges[0]
    assert response == ANSWERS[path]
    assert request == found.asked[0]
    assert (exchange.url, exchange.method, exchange.truncated) == (url, "GET", "")
    assert (exchange.connection.address, exchange.connection.port) == ("127.0.0.1", found.port)


def test_interim_answers_are_kept_apart(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy:
        answer = _raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/hints HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 103 Early Hints")
    exchange, _, response = kept.exchanges[0]
    assert exchange.interim + response == ANSWERS["/hints"]
    assert (exchange.status, response[:12]) == (200, b"HTTP/1.1 200")


def test_request_bodies_pass_unchanged(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy, _client(proxy) as client:
        client.post(f"http://127.0.0.1:{origin.port}/plain", content=b"\x00\xff" * 50_000)
    assert kept.exchanges[0][1] == origin.asked[0]
    assert origin.asked[0].endswith(b"\x00\xff" * 50_000)


def test_a_kept_alive_connection_carries_many_exchanges(secure_origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy, _client(proxy) as client:
        for path in ("/plain", "/gzip", "/chunked", "/plain"):
            client.get(f"https://127.0.0.1:{secure_origin.port}{path}")
    assert len({exchange.connection.connection_id for exchange, _, _ in kept.exchanges}) == 1
    assert [exchange.sequence for exchange, _, _ in kept.exchanges] == [0, 1, 2, 3]


def test_a_stale_connection_is_asked_again_on_a_new_one(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy, _client(proxy) as client:
        client.get(f"http://127.0.0.1:{origin.port}/plain")
        for found in tuple(origin._open):
            found.shutdown(socket.SHUT_RDWR)
        assert client.get(f"http://127.0.0.1:{origin.port}/gzip").status_code == 200
    assert len({exchange.connection.connection_id for exchange, _, _ in kept.exchanges}) == 2


def test_bad_certificate_is_passed_on_and_written_down(secure_origin: Origin, tls_files: Path) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy, _client(proxy) as client:
        assert client.get(f"https://127.0.0.1:{secure_origin.port}/plain").status_code == 200
    tls = kept.exchanges[0][0].connection.tls
    assert tls is not None
    assert (tls.valid, tls.version) == (False, "TLSv1.3")
    assert "self-signed" in tls.problem
    assert tls.chain == (ssl.PEM_cert_to_DER_cert((tls_files / "cert.pem").read_text()),)


def test_good_certificate_is_said_to_be_good(secure_origin: Origin, tls_files: Path) -> None:
    kept = Kept()
    with (
        GuardedProxy(_allow(), kept, trust_pem=(tls_files / "cert.pem").read_text()) as proxy,
        _client(proxy) as client,
    ):
        client.get(f"https://127.0.0.1:{secure_origin.port}/plain")
    tls = kept.exchanges[0][0].connection.tls
    assert tls is not None
    assert (tls.valid, tls.problem) == (True, "")


@pytest.mark.parametrize(("path", "why"), [("/short", "disconnect"), ("/garbage", "protocol")])
def test_broken_answers_are_kept_as_cut(path: str, why: str, origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept) as proxy:
        _raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert kept.exchanges[0][0].truncated in {why, "protocol"}


def test_endless_answer_is_cut_at_the_limit(origin: Origin) -> None:
    kept = Kept()
    limits = ProxyLimits(response_bytes=300_000)
    with GuardedProxy(_allow(), kept, limits=limits) as proxy:
        _raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/endless HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    exchange, _, response = kept.exchanges[0]
    assert exchange.truncated == "length"
    assert 0 < len(response) <= 300_000


def test_hanging_origin_is_cut_in_time(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept, limits=ProxyLimits(exchange_seconds=0.2)) as proxy:
        answer = _raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/hang HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 504 ")
    assert kept.exchanges[0][0].truncated == "time"


def test_total_budget_ends_the_run(origin: Origin) -> None:
    with GuardedProxy(_allow(), limits=ProxyLimits(total_bytes=20)) as proxy:
        sent = f"GET http://127.0.0.1:{origin.port}/plain HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        _raw_keep(proxy, sent)
        assert b"X-WangJian-Refused: limit" in _raw_keep(proxy, sent)


@pytest.mark.parametrize("recorded", [False, True])
def test_websocket_passes_both_ways(recorded: bool, origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(_allow(), kept if recorded else None) as proxy:
        port = int(proxy.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as found:
            found.sendall(f"CONNECT 127.0.0.1:{origin.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert found.recv(100).startswith(b"HTTP/1.1 200")
            found.sendall(b"GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            assert b" 101 " in found.recv(1000)
            found.sendall(b"abc")
            assert found.recv(100) == b"cba"
    if recorded:
        assert (kept.exchanges[0][0].status, kept.exchanges[0][0].websocket) == (101, True)


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET ftp://a/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://user:pw@127.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://127.0.0.1:99999/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT nonsense HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT a:b:c HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT [::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"A" * 400_000,
    ],
)
def test_wrong_requests_are_refused_and_the_proxy_lives(sent: bytes, origin: Origin) -> None:
    with GuardedProxy(_allow()) as proxy, _client(proxy) as client:
        answer = _raw(proxy, sent)
        assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 403 ", b"HTTP/1.1 502 "))
        assert client.get(f"http://127.0.0.1:{origin.port}/plain").text == "hello"


@pytest.fixture(scope="module")
def hardened() -> Iterator[GuardedProxy]:
    with GuardedProxy(AddressGuard(allow_private=False), Kept()) as proxy:
        yield proxy


@settings(max_examples=60, deadline=None)
@given(sent=st.binary(min_size=1, max_size=300))
def test_any_bytes_leave_the_proxy_standing(hardened: GuardedProxy, sent: bytes) -> None:
    _raw(hardened, sent)
    assert b" 403 " in _raw(hardened, b"CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_stop_hands_over_what_was_running(origin: Origin) -> None:
    kept = Kept()
    proxy = GuardedProxy(_allow(), kept)
    url = proxy.start()
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=20) as found:
        found.sendall(f"GET http://127.0.0.1:{origin.port}/endless HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        found.recv(1000)
        proxy.stop()
    assert kept.exchanges[0][0].truncated == "disconnect"


def _raw_keep(proxy: GuardedProxy, sent: bytes) -> bytes:
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
