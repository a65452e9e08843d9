"""The proxy reaches only what the guard allows, changes no byte, and survives anything a client sends."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.guard import AddressGuard
from network.proxy import GuardedProxy, ProxyLimits
from tests.network.origins import ANSWERS, Kept, Origin, allow, asking, raw, raw_keep


def test_plain_request_reaches_the_origin_in_origin_form(origin: Origin) -> None:
    with GuardedProxy(allow()) as proxy, asking(proxy) as client:
        answer = client.get(f"http://127.0.0.1:{origin.port}/plain")
        assert answer.text == "hello"
        assert origin.asked[0].startswith(b"GET /plain HTTP/1.1\r\n")
        assert b"proxy-" not in origin.asked[0].lower()


def test_connect_is_a_tunnel_without_a_recorder(secure_origin: Origin, tls_files: Path) -> None:
    with GuardedProxy(allow()) as proxy:
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
            answer = raw(proxy, sent.encode())
            assert answer.startswith(b"HTTP/1.1 403 "), answer
            assert b"X-WangJian-Refused: address" in answer
        assert [refusal.kind for refusal in proxy.refusals] == ["address", "address"]


def test_link_local_is_refused_even_when_private_is_allowed() -> None:
    with GuardedProxy(allow()) as proxy:
        assert b" 403 " in raw(proxy, b"CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_name_answering_differently_later_changes_nothing(origin: Origin) -> None:
    answers = iter([("127.0.0.1",), ("169.254.169.254",)])
    guard = AddressGuard(allow_private=True, resolve=lambda host, port: next(answers))
    kept = Kept()
    with GuardedProxy(guard, kept) as proxy, asking(proxy) as client:
        client.get(f"http://shop.example:{origin.port}/plain")
    assert kept.exchanges[0][0].connection.address == "127.0.0.1"
    assert kept.exchanges[0][0].connection.answers == ("127.0.0.1",)


def test_a_private_answer_among_public_ones_is_refused() -> None:
    guard = AddressGuard(allow_private=False, resolve=lambda host, port: ("93.184.216.34", "10.0.0.1"))
    with GuardedProxy(guard) as proxy:
        assert b" 403 " in raw(proxy, b"GET http://two-faced.example/ HTTP/1.1\r\nHost: x\r\n\r\n")


def test_unknown_name_and_closed_port_are_said_apart() -> None:
    def resolve(host: str, port: int) -> tuple[str, ...]:
        if host == "nowhere.example":
            raise OSError("no such name")
        return ("127.0.0.1",)

    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    with GuardedProxy(AddressGuard(allow_private=True, resolve=resolve)) as proxy:
        assert b"X-WangJian-Refused: resolve" in raw(proxy, b"CONNECT nowhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        sent = f"CONNECT here.example:{closed} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        assert b"X-WangJian-Refused: connect" in raw(proxy, sent)


@pytest.mark.parametrize("path", sorted(set(ANSWERS) - {"/hints", "/short", "/garbage"}))
@pytest.mark.parametrize("secure", [False, True])
def test_recorded_bytes_are_the_bytes_of_the_wire(
    path: str, secure: bool, origin: Origin, secure_origin: Origin
) -> None:
    kept = Kept()
    found = secure_origin if secure else origin
    scheme = "https" if secure else "http"
    url = f"{scheme}://127.0.0.1:{found.port}{path}"
    with GuardedProxy(allow(), kept) as proxy, asking(proxy) as client:
        client.get(url)
    exchange, request, response = kept.exchanges[0]
    assert response == ANSWERS[path]
    assert request == found.asked[0]
    assert (exchange.url, exchange.method, exchange.truncated) == (url, "GET", "")
    assert (exchange.connection.address, exchange.connection.port) == ("127.0.0.1", found.port)


def test_interim_answers_are_kept_apart(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy:
        answer = raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/hints HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 103 Early Hints")
    exchange, _, response = kept.exchanges[0]
    assert exchange.interim + response == ANSWERS["/hints"]
    assert (exchange.status, response[:12]) == (200, b"HTTP/1.1 200")


def test_request_bodies_pass_unchanged(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy, asking(proxy) as client:
        client.post(f"http://127.0.0.1:{origin.port}/plain", content=b"\x00\xff" * 50_000)
    assert kept.exchanges[0][1] == origin.asked[0]
    assert origin.asked[0].endswith(b"\x00\xff" * 50_000)


def test_a_kept_alive_connection_carries_many_exchanges(secure_origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy, asking(proxy) as client:
        for path in ("/plain", "/gzip", "/chunked", "/plain"):
            client.get(f"https://127.0.0.1:{secure_origin.port}{path}")
    assert len({exchange.connection.connection_id for exchange, _, _ in kept.exchanges}) == 1
    assert [exchange.sequence for exchange, _, _ in kept.exchanges] == [0, 1, 2, 3]


def test_a_stale_connection_is_asked_again_on_a_new_one(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy, asking(proxy) as client:
        client.get(f"http://127.0.0.1:{origin.port}/plain")
        for found in tuple(origin._open):
            found.shutdown(socket.SHUT_RDWR)
        assert client.get(f"http://127.0.0.1:{origin.port}/gzip").status_code == 200
    assert len({exchange.connection.connection_id for exchange, _, _ in kept.exchanges}) == 2


def test_bad_certificate_is_passed_on_and_written_down(secure_origin: Origin, tls_files: Path) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy, asking(proxy) as client:
        assert client.get(f"https://127.0.0.1:{secure_origin.port}/plain").status_code == 200
    tls = kept.exchanges[0][0].connection.tls
    assert tls is not None
    assert (tls.valid, tls.version) == (False, "TLSv1.3")
    assert "self-signed" in tls.problem
    assert tls.chain == (ssl.PEM_cert_to_DER_cert((tls_files / "cert.pem").read_text()),)


def test_good_certificate_is_said_to_be_good(secure_origin: Origin, tls_files: Path) -> None:
    kept = Kept()
    with (
        GuardedProxy(allow(), kept, trust_pem=(tls_files / "cert.pem").read_text()) as proxy,
        asking(proxy) as client,
    ):
        client.get(f"https://127.0.0.1:{secure_origin.port}/plain")
    tls = kept.exchanges[0][0].connection.tls
    assert tls is not None
    assert (tls.valid, tls.problem) == (True, "")


@pytest.mark.parametrize(("path", "why"), [("/short", "disconnect"), ("/garbage", "protocol")])
def test_broken_answers_are_kept_as_cut(path: str, why: str, origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept) as proxy:
        raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert kept.exchanges[0][0].truncated in {why, "protocol"}


def test_endless_answer_is_cut_at_the_limit(origin: Origin) -> None:
    kept = Kept()
    limits = ProxyLimits(response_bytes=300_000)
    with GuardedProxy(allow(), kept, limits=limits) as proxy:
        raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/endless HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    exchange, _, response = kept.exchanges[0]
    assert exchange.truncated == "length"
    assert 0 < len(response) <= 300_000


def test_hanging_origin_is_cut_in_time(origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept, limits=ProxyLimits(exchange_seconds=0.2)) as proxy:
        answer = raw_keep(proxy, f"GET http://127.0.0.1:{origin.port}/hang HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 504 ")
    assert kept.exchanges[0][0].truncated == "time"


def test_total_budget_ends_the_run(origin: Origin) -> None:
    with GuardedProxy(allow(), limits=ProxyLimits(total_bytes=20)) as proxy:
        sent = f"GET http://127.0.0.1:{origin.port}/plain HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        raw_keep(proxy, sent)
        assert b"X-WangJian-Refused: limit" in raw_keep(proxy, sent)


@pytest.mark.parametrize("recorded", [False, True])
def test_websocket_passes_both_ways(recorded: bool, origin: Origin) -> None:
    kept = Kept()
    with GuardedProxy(allow(), kept if recorded else None) as proxy:
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
        pytest.param(b"A" * 400_000, id="no-end"),
    ],
)
def test_wrong_requests_are_refused_and_the_proxy_lives(sent: bytes, origin: Origin) -> None:
    with GuardedProxy(allow()) as proxy, asking(proxy) as client:
        answer = raw(proxy, sent)
        assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 403 ", b"HTTP/1.1 502 "))
        assert client.get(f"http://127.0.0.1:{origin.port}/plain").text == "hello"


@pytest.fixture(scope="module")
def hardened() -> Iterator[GuardedProxy]:
    with GuardedProxy(AddressGuard(allow_private=False), Kept()) as proxy:
        yield proxy


@settings(max_examples=60, deadline=None)
@given(sent=st.binary(min_size=1, max_size=300))
def test_any_bytes_leave_the_proxy_standing(hardened: GuardedProxy, sent: bytes) -> None:
    raw(hardened, sent)
    assert b" 403 " in raw(hardened, b"CONNECT 10.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n")


def test_stop_hands_over_what_was_running(origin: Origin) -> None:
    kept = Kept()
    proxy = GuardedProxy(allow(), kept)
    url = proxy.start()
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=20) as found:
        found.sendall(f"GET http://127.0.0.1:{origin.port}/endless HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        found.recv(1000)
        proxy.stop()
    assert kept.exchanges[0][0].truncated == "disconnect"
