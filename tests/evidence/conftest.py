"""A small shop on loopback that answers with exact bytes, over HTTP and HTTPS, and the means to capture it."""

from __future__ import annotations

import gzip
import io
import random
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image

from evidence.authority import LocalTimestampAuthority
from evidence.capturing.browser import Browsers, find_browser
from evidence.preserving import CaptureLimits, Means
from evidence.signing import open_signer
from evidence.trust import load_anchors
from network.guard import AddressGuard
from stores.backends import open_blobs, open_records

IMAGES = 24
PATIENT = CaptureLimits(capture_seconds=240, open_seconds=60, load_seconds=60, step_seconds=60)
"""What must succeed has this long; a test about a limit brings its own."""
_TLS_HANDSHAKE = b"\x16"


def _picture(seed: int) -> bytes:
    random.seed(seed)
    out = io.BytesIO()
    Image.effect_noise((120, 120), 60 + seed).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _index() -> bytes:
    items = "".join(
        f'<div class="item"><img loading="lazy" src="/img/{n}.png" width="160" height="160"><p>商品{n} 标价￥{99 + n}.00</p></div>'
        for n in range(IMAGES)
    )
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>测试网店  首页</title>
<link rel="stylesheet" href="/style.css"><script src="/shop.js" defer></script></head>
<body><h1>测试网店</h1><p>统一社会信用代码：91110108MA01ABCD2X 繁體 生僻字：㐂𠮷龘</p><div id="late"></div>{items}</body></html>""".encode()


def _answer(status: str, kind: str, body: bytes, *more: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def _chunked(body: bytes) -> bytes:
    out = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    packed = gzip.compress(body, mtime=0)
    for at in range(0, len(packed), 40):
        part = packed[at : at + 40]
        out += b"%x\r\n" % len(part) + part + b"\r\n"
    return out + b"0\r\n\r\n"


def shop_answers() -> dict[str, bytes]:
    """Every path of the shop with the exact bytes of its answer."""
    gzipped = gzip.compress(_index(), mtime=0)
    script = (
        "fetch('/late.json').then(r => r.json()).then(j => { document.getElementById('late').textContent = j.name })"
    )
    made = {
        "/": _answer(
            "200 OK",
            "text/html; charset=utf-8",
            gzipped,
            "Content-Encoding: gzip",
            "X-MiXed-Case: yes",
            "Set-Cookie: a=1; Path=/",
            "Set-Cookie: b=2; Path=/; HttpOnly",
        ),
        "/style.css": _answer(
            "200 OK",
            "text/css",
            gzip.compress(b"body{font-family:'Noto Sans CJK SC'}.item{display:inline-block}", mtime=0),
            "Content-Encoding: gzip",
        ),
        "/shop.js": _answer("200 OK", "application/javascript", script.encode()),
        "/late.json": _chunked('{"name":"后到的内容"}'.encode()),
        "/moved": _answer("302 Found", "text/plain", b"", "Location: /"),
        "/favicon.ico": _answer("404 Not Found", "text/plain", b"none"),
        "/gone": _answer("404 Not Found", "text/html; charset=utf-8", "<title>没有</title>没有这个页面".encode()),
        "/to-metadata": _answer("302 Found", "text/plain", b"", "Location: http://169.254.169.254/latest/meta-data"),
        "/file": _answer("200 OK", "application/octet-stream", b"\0" * 100, "Content-Disposition: attachment"),
        "/changing": _answer(
            "200 OK",
            "text/html",
            b"<title>c</title><p>x<script>let n=0;setInterval(()=>history.pushState(0,'','/changing?'+n++),30)</script>",
        ),
        "/short": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<title>s</title>only this",
    }
    for number in range(IMAGES):
        made[f"/img/{number}.png"] = _answer("200 OK", "image/png", _picture(number), "Cache-Control: max-age=60")
    return made


class Shop:
    """Serves `answers`; `/hang` never answers, `/endless` never ends, `/huge` is 500 MB.

    Without TLS it answers whoever begins TLS as plain servers do: 400 and a close, never by waiting for a head.
    """

    def __init__(self, answers: dict[str, bytes], context: ssl.SSLContext | None = None) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.stopping = threading.Event()
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self.stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for found in tuple(self._open):
            with suppress(OSError):
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
        held = found
        self._open.add(held)
        try:
            with suppress(OSError):
                if self._context is not None:
                    found = self._context.wrap_socket(found, server_side=True)
                    self._open.add(found)
                self._talk(found)
        finally:
            self._open.discard(held)
            self._open.discard(found)
            found.close()
            held.close()

    def _talk(self, found: socket.socket) -> None:
        held = b""
        while True:
            head, held = _head(found, held)
            if not head:
                return
            path = head.split(b" ")[1].decode()
            self.asked.append(path)
            if path == "/hang":
                self.stopping.wait(30)
                return
            if path == "/endless":
                found.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>endless</title>")
                while not self.stopping.wait(0.005):
                    found.sendall(b"<p>more</p>" * 5)
                return
            if path == "/huge":
                found.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500000000\r\n\r\n<p>huge")
                for _ in range(8_000):
                    found.sendall(b" " * 62_500)
                return
            found.sendall(self.answers.get(path, self.answers["/gone"]))
            if path == "/short":
                return


def _head(found: socket.socket, held: bytes) -> tuple[bytes, bytes]:
    """The next request's head and what came after it; nothing when none comes."""
    while b"\r\n\r\n" not in held:
        content = found.recv(65536)
        if not content:
            return b"", b""
        held += content
        if held[:1] == _TLS_HANDSHAKE:
            found.sendall(_answer("400 Bad Request", "text/plain", b"plain HTTP is spoken here"))
            return b"", b""
    head, _, rest = held.partition(b"\r\n\r\n")
    return head, rest


@dataclass(frozen=True)
class TlsFiles:
    """A root and a certificate of it for 127.0.0.1."""

    root_pem: str
    chain: Path
    key: Path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    folder = tmp_path_factory.mktemp("tls")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def issue(name: str, public: ec.EllipticCurvePublicKey, *, ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name("shop root"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(root_key, hashes.SHA256())

    root = issue("shop root", root_key.public_key(), ca=True).public_bytes(serialization.Encoding.PEM)
    leaf = issue("shop", key.public_key(), ca=False).public_bytes(serialization.Encoding.PEM)
    (folder / "chain.pem").write_bytes(leaf + root)
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return TlsFiles(root.decode(), folder / "chain.pem", folder / "key.pem")


@pytest.fixture
def shop() -> Iterator[Shop]:
    found = Shop(shop_answers())
    yield found
    found.close()


@pytest.fixture
def secure_shop(tls_files: TlsFiles) -> Iterator[Shop]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls_files.chain, tls_files.key)
    found = Shop(shop_answers(), context)
    yield found
    found.close()


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    """As a worker holds them: the driver stays, each capture has a new browser."""
    found = Browsers(find_browser())
    yield found
    found.close()


@pytest.fixture
def make_means(
    tmp_path: Path, tls_files: TlsFiles, new_database: Callable[[Path], Path], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Means]]:
    """Means over a real database and blob store in a fresh folder; keywords replace fields."""
    new_database(tmp_path / "wangjian.db")
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    records.migrate()
    keys = tmp_path / "keys"

    def make(**changes: object) -> Means:
        fields: dict[str, object] = {
            "blobs": open_blobs(f"file:///{tmp_path}/blobs"),
            "evidence": records.evidence,
            "log": records.evidence_log,
            "signer": open_signer(keys, organisation="测试市场监督管理局", clock=utc_now),
            "authorities": (LocalTimestampAuthority(keys, clock=utc_now),),
            "anchors_pem": load_anchors(keys),
            "clock": utc_now,
            "guard": AddressGuard(allow_private=True),
            "tls_roots_pem": tls_files.root_pem,
            "limits": PATIENT,
        }
        if "browser_executable" not in changes and request.node.get_closest_marker("browser"):
            fields["browsers"] = request.getfixturevalue("browsers")
        return Means(**{**fields, **changes})  # type: ignore[arg-type]

    yield make
    records.close()
