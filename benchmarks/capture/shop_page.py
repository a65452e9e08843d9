"""A shop page of 102 responses on loopback, over TLS from a root of its own; every answer's bytes are known.

60 PNG of about 100 KB, 20 SVG, 5 style sheets, 5 scripts, 10 answers fetched by script, the page and its icon. The
page, styles and scripts are gzip, half of the script's answers chunked, one brotli.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import brotli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image, ImageFilter

__all__ = ["RESPONSES", "ShopPage", "shop_page"]

RESPONSES = 102
_PICTURES, _ICONS, _STYLES, _SCRIPTS, _CALLS = 60, 20, 5, 5, 10


@dataclass
class ShopPage:
    """The running page: its address, its root, and the bytes of every answer by path."""

    url: str
    root_pem: str
    answers: dict[str, bytes]
    asked: list[str] = field(default_factory=list)


@contextmanager
def shop_page() -> Iterator[ShopPage]:
    """Serve it while the block runs, one thread a connection."""
    answers = _answers()
    with tempfile.TemporaryDirectory() as folder:
        root_pem, chain, key = _certificates(Path(folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        page = ShopPage(f"https://127.0.0.1:{listener.getsockname()[1]}/", root_pem, answers)
        threading.Thread(target=_accept, args=(listener, context, page), daemon=True).start()
        try:
            yield page
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, page: ShopPage) -> None:
    while True:
        try:
            found, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(found, context, page), daemon=True).start()


def _serve(found: socket.socket, context: ssl.SSLContext, page: ShopPage) -> None:
    with suppress(OSError), found, context.wrap_socket(found, server_side=True) as secure:
        held = b""
        while True:
            while b"\r\n\r\n" not in held:
                content = secure.recv(65536)
                if not content:
                    return
                held += content
            head, _, held = held.partition(b"\r\n\r\n")
            method, path = head.split(b" ")[:2]
            page.asked.append(path.decode())
            answer = page.answers.get(path.decode(), _answer("text/plain", b"none", status="404 Not Found"))
            secure.sendall(answer if method != b"HEAD" else answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


def _answers() -> dict[str, bytes]:
    made = {
        "/": _answer("text/html; charset=utf-8", gzip.compress(_html(), mtime=0), "Content-Encoding: gzip"),
        "/favicon.ico": _answer("image/png", _picture(999, 48)),
    }
    for n in range(_PICTURES):
        made[f"/img/{n}.png"] = _answer("image/png", _picture(n, 230))
    for n in range(_ICONS):
        made[f"/icon/{n}.svg"] = _answer("image/svg+xml", _svg(n))
    for n in range(_STYLES):
        style = f".s{n}{{margin:{n}px}}\n".encode() * 200
        made[f"/style/{n}.css"] = _answer("text/css", gzip.compress(style, mtime=0), "Content-Encoding: gzip")
    for n in range(_SCRIPTS):
        made[f"/script/{n}.js"] = _answer(
            "application/javascript", gzip.compress(_script(n), mtime=0), "Content-Encoding: gzip"
        )
    for n in range(_CALLS):
        body = json.dumps({"name": f"评价{n}", "text": "很好，已回购。" * 40}, ensure_ascii=False).encode()
        made[f"/api/{n}.json"] = _chunked(body) if n % 2 else _answer("application/json", body)
    body = brotli.compress('{"name":"评价8","text":"用 brotli 发来"}'.encode())
    made["/api/8.json"] = _answer("application/json", body, "Content-Encoding: br")
    return made


def _answer(kind: str, body: bytes, *more: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def _chunked(body: bytes) -> bytes:
    packed = gzip.compress(body, mtime=0)
    parts = [packed[at : at + 100] for at in range(0, len(packed), 100)]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Encoding: gzip\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def _picture(seed: int, size: int) -> bytes:
    drawn = random.Random(seed)
    image = Image.effect_noise((size, size), 90).filter(ImageFilter.GaussianBlur(0.6)).convert("RGB")
    tint = Image.new("RGB", (size, size), tuple(drawn.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    Image.blend(image, tint, 0.4).save(out, "PNG")
    return out.getvalue()


def _svg(n: int) -> bytes:
    circle = f'<circle cx="12" cy="12" r="{4 + n % 8}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">{circle}</svg>'.encode()


def _script(n: int) -> bytes:
    calls = range(n * 2, n * 2 + 2)
    return "".join(
        f"fetch('/api/{k}.json').then(r=>r.json()).then(j=>{{const p=document.createElement('p');"
        f"p.textContent=j.name+' '+j.text;document.getElementById('reviews').append(p)}});\n"
        for k in calls
    ).encode()


def _html() -> bytes:
    head = "".join(f'<link rel="stylesheet" href="/style/{n}.css">' for n in range(_STYLES))
    head += "".join(f'<script src="/script/{n}.js" defer></script>' for n in range(_SCRIPTS))
    icons = "".join(f'<img src="/icon/{n}.svg" width="24" height="24" alt="">' for n in range(_ICONS))
    items = "".join(
        f'<div class="item s{n % 5}"><img src="/img/{n}.png" width="230" height="230" alt=""><p>商品{n} 有机山茶油礼盒 '
        f"标价 ￥{99 + n}.00 已售 {n * 37} 件</p></div>"
        for n in range(_PICTURES)
    )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>基准网店 全部商品</title>{head}'
        "<style>body{font-family:'Noto Sans CJK SC',sans-serif;width:1200px;margin:auto}"
        ".item{display:inline-block;width:230px;vertical-align:top;margin:2px}</style></head>"
        f"<body><h1>基准网店</h1><p>统一社会信用代码 91110108MA01ABCD2X</p><div>{icons}</div>{items}"
        '<div id="reviews"></div></body></html>'
    ).encode()


def _certificates(folder: Path) -> tuple[str, Path, Path]:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _issue("bench root", root_key.public_key(), root_key, ca=True)
    leaf = _issue("bench shop", key.public_key(), root_key, ca=False)
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(leaf + root)
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return root.decode(), chain, secret


def _issue(name: str, public: ec.EllipticCurvePublicKey, signer: ec.EllipticCurvePrivateKey, *, ca: bool) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench root")]))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


if __name__ == "__main__":
    with shop_page() as running:
        sys.stdout.write(f"{running.url}\n")
        sys.stdout.flush()
        sys.stdin.readline()
