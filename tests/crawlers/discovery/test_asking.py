"""A look asks as a survey does: guarded, by robots.txt, at its pace, in its hours, one of them a host."""

from __future__ import annotations

import contextlib
import gzip
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from crawlers.discovery.asking import HostTerms
from crawlers.discovery.connecting import inflated
from network.hosts import host_key
from records.digests import digests_of
from records.errors import AddressRefusedError, FetchError, RobotsRefusedError
from records.schedules import HoursWindow


def _robots(site, text):
    site.pages["/robots.txt"] = site.answer(body=text.encode(), headers={"Content-Type": "text/plain"})


def test_page_comes_with_its_digests_and_is_kept(site, new_asker):
    site.put("/a", "<p>茶</p>")
    answer = new_asker().get(f"{site.url}a", max_bytes=1000)
    assert (answer.status, answer.body.decode()) == (200, "<p>茶</p>")
    assert answer.digests == digests_of(answer.body)
    assert [path for _, path in site.asked] == ["/robots.txt", "/a"]


def test_what_robots_forbids_is_not_asked_for(site, new_asker):
    _robots(site, "User-agent: *\nDisallow: /search\n")
    with pytest.raises(RobotsRefusedError, match="robots.txt 不允许"):
        new_asker().get(f"{site.url}search?q=1", max_bytes=1000)
    assert site.paths == []


def test_robots_that_cannot_be_had_forbids_all(site, new_asker):
    site.pages["/robots.txt"] = site.answer(body=b"", status=500)
    with pytest.raises(RobotsRefusedError, match="无法读取"):
        new_asker().get(site.url, max_bytes=1000)
    assert site.paths == []


def test_recorded_authorisation_overrides_robots(site, new_asker):
    _robots(site, "User-agent: *\nDisallow: /\n")
    site.put("/", "ok")
    assert new_asker(terms=HostTerms(delay_seconds=0.0, authorised=True)).get(site.url, max_bytes=99).body == b"ok"


def test_private_address_is_refused_also_behind_a_redirect(site, new_asker):
    with pytest.raises(AddressRefusedError):
        new_asker(allow_private=False).get(site.url, max_bytes=1000)
    site.pages["/go"] = site.answer(status=302, headers={"Location": "http://169.254.169.254/latest/"})
    with pytest.raises(AddressRefusedError):
        new_asker().get(f"{site.url}go", max_bytes=1000)
    assert site.paths == ["/go"]


def test_crawl_delay_is_kept(site, new_asker):
    _robots(site, "User-agent: *\nCrawl-delay: 300\n")
    site.put("/", "ok")
    asker = new_asker(longest_wait_seconds=1.0)
    with pytest.raises(FetchError, match="还要等"):
        for _ in range(2):
            asker.get(site.url, max_bytes=99)
    assert len(site.paths) <= 1


def test_silence_asked_for_outlives_the_look(site, new_asker):
    site.pages["/"] = site.answer(status=429, headers={"Retry-After": "600"})
    with pytest.raises(FetchError, match="600 秒内不再访问"):
        new_asker().get(site.url, max_bytes=99)
    new_asker().close()
    with pytest.raises(FetchError, match="还要等"):
        new_asker().get(site.url, max_bytes=99)
    assert site.paths == ["/"]


def test_host_under_survey_is_left_alone(site, records, new_asker):
    now = datetime.now(UTC)
    records.hosts.hold(host_key(site.url), holder="run-7", now=now, until=now + timedelta(minutes=5))
    with pytest.raises(FetchError, match="run-7"):
        new_asker().get(site.url, max_bytes=99)
    assert site.asked == []


def test_hours_and_daily_pages_of_the_target_hold(site, new_asker):
    local = datetime.now(UTC) + timedelta(hours=8)
    shut = HoursWindow(opens=(local + timedelta(hours=2)).time(), closes=(local + timedelta(hours=3)).time())
    with pytest.raises(FetchError, match="不在允许时段"):
        new_asker(terms=HostTerms(allowed_hours=(shut,))).get(site.url, max_bytes=99)
    assert site.asked == []
    site.put("/", "ok")
    asker = new_asker(terms=HostTerms(delay_seconds=0.0, daily_pages=2))
    asker.get(site.url, max_bytes=99)
    with pytest.raises(FetchError, match="今天的 2 次已用完"):
        asker.get(site.url, max_bytes=99)


@pytest.mark.parametrize("kind", ["loop", "chain"])
def test_redirects_end(site, new_asker, kind):
    for number in range(20):
        further = "/r0" if kind == "loop" else f"/r{number + 1}"
        site.pages[f"/r{number}"] = site.answer(status=302, headers={"Location": further})
    with pytest.raises(FetchError, match="跳转次数过多"):
        new_asker().get(f"{site.url}r0", max_bytes=99)
    assert len(site.paths) <= 6


def test_bomb_and_long_page_are_cut(site, new_asker):
    bomb = gzip.compress(b"0" * 30_000_000)
    site.pages["/bomb"] = site.answer(body=bomb, headers={"Content-Encoding": "gzip"})
    site.pages["/long"] = site.answer(body=b"x" * 500_000)
    asker = new_asker()
    for path in ("bomb", "long"):
        answer = asker.get(site.url + path, max_bytes=100_000)
        assert answer.truncated and len(answer.body) <= 100_000


def test_gzip_of_several_members_is_read_whole():
    body = gzip.compress(b"one") + gzip.compress(b"two")
    assert inflated(body, max_bytes=100) == (b"onetwo", False)
    assert inflated(body[:-9], max_bytes=100)[1] is True


@pytest.mark.parametrize("answer", [b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", b""])
def test_answer_that_is_none_is_a_failed_fetch(site, new_asker, answer):
    _robots(site, "")

    def stream(handler):
        handler.wfile.write(answer)
        handler.close_connection = True

    site.pages["/x"] = site.answer(stream=stream)
    with pytest.raises(FetchError, match="未能取得"):
        new_asker().get(f"{site.url}x", max_bytes=1000)


def test_site_that_sends_a_sign_at_a_time_is_given_up(site, new_asker):
    let_go = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not let_go.wait(0.05):
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                return

    site.pages["/slow"] = site.answer(stream=drip)
    with pytest.raises(FetchError, match="超时未答复"):
        new_asker(deadline_seconds=2.0).get(f"{site.url}slow", max_bytes=1000)
    let_go.set()


def test_certificate_nobody_vouches_for_is_refused(new_asker, tmp_path):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, made.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(made, hashes.SHA256())
    )
    cert.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with contextlib.suppress(OSError), listening.accept()[0] as raw, context.wrap_socket(raw, server_side=True):
                pass

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        with pytest.raises(FetchError, match="证书不可信"):
            new_asker().get(f"https://127.0.0.1:{listening.getsockname()[1]}/", max_bytes=99)
        server.join(10)
