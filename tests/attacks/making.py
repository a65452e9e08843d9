"""Packages built from parameters, without a browser: real recording, assembling, sealing and packing of made-up visits."""

from __future__ import annotations

import html
import random
import struct
import uuid
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from evidence.assembling import Visited, assemble
from evidence.authority import LocalTimestampAuthority
from evidence.capturing.environment import SOFTWARE
from evidence.capturing.recording import Recording, iso
from evidence.capturing.visit import Made, Visit
from evidence.means import CaptureRequest, Means
from evidence.package import write_package
from evidence.sealing import seal
from evidence.signing import KeySigner, open_signer
from evidence.standalone.verify import canonical
from evidence.trust import load_anchors
from network.guard import AddressGuard
from network.proxy.facts import ConnectionFacts, Exchange, Refusal, TlsFacts
from stores.backends import open_blobs, open_records

MADE_ROLES = ("screenshot", "viewport", "dom", "mhtml", "text", "pdf", "recording")
"""What the steps of a visit make."""

_TEXTS = (
    "店铺",
    "",
    "a" * 300,
    "象牙制品 <b>\"'&",
    "\u202eevil\u200b",
    "𠮷野家 😀",
    "\u2028\u2029\x7f",
    "line\nline\ttab",
    "\\u0000 \\",
    "é́ ﷺ",
)
_PLACES = (
    "http://127.0.0.1:8080/",
    "https://www.shop.example/item?id=1&b=2&a=%E4%B8%AD",
    "https://shop.example:8443/a/b/",
    "http://www2.shop.example/%C3%84?x",
    "https://xn--czrs0t.example/%E5%95%86%E5%93%81?%E5%90%8D=%E8%8C%B6#%E8%A7%84%E6%A0%BC",
    "http://[::1]:8080/x;y=1?z",
    "https://shop.example/" + "p" * 1500,
    "http://user.shop.example/?",
)
_ASKED = {4: "https://商店.example/商品?名=茶#规格", 3: "http://WWW2.Shop.Example/Ä?x"}
"""The same places as an officer types them; a browser shows the form above."""
_TYPES = ("text/html; charset=utf-8", "image/png", "", "application/json;charset=gbk", "TEXT/HTML", "a b", ";")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Shape:
    """What a package is to hold."""

    seed: int = 0
    exchanges: int = 3
    body_bytes: int = 40
    partial: bool = False
    tokens: int = 1
    rsa: bool = False
    random_bodies: bool = False
    left_out: tuple[str, ...] = ()
    changed: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    answer: Callable[[int], bytes] | None = None
    """The whole answer to the exchange of that number, instead of a made-up one."""


@dataclass
class Office:
    """Keys, a store and an authority to make packages with."""

    means: Means
    signer: KeySigner
    authority: LocalTimestampAuthority
    anchors_pem: str
    records: Any

    @classmethod
    def open(cls, folder: Path, *, signer: KeySigner | None = None) -> Office:
        records = open_records(f"sqlite:///{folder}/wangjian.db")
        records.migrate()
        signer = signer or open_signer(folder / "keys", organisation="测试局", clock=utc_now)
        authority = LocalTimestampAuthority(folder / "keys", clock=utc_now)
        anchors_pem = load_anchors(folder / "keys")
        means = Means(
            blobs=open_blobs(f"file:///{folder}/blobs"),
            evidence=records.evidence,
            log=records.evidence_log,
            signer=signer,
            authorities=(authority,),
            anchors_pem=anchors_pem,
            clock=utc_now,
            guard=AddressGuard(allow_private=True),
        )
        return cls(means, signer, authority, anchors_pem, records)


def make_package(path: Path, shape: Shape, office: Office) -> None:
    """Write the package of a made-up visit."""
    chance = random.Random(shape.seed)
    means = replace(office.means, authorities=(office.authority,) * shape.tokens)
    visited = _visited(path.with_suffix(".warc"), shape, chance)
    request = CaptureRequest(
        url=_ASKED.get(shape.seed % len(_PLACES), visited.navigation[0][1]),
        operator=chance.choice(_TEXTS) or "张三",
        lead_id=chance.choice(("", "lead_1")),
        capture_id=f"capture_{uuid.uuid4().hex[:20]}",
    )
    assembly = assemble(request, visited, means)
    sealed, stamps = seal(assembly.manifest, means)
    assert len(stamps.answers) >= shape.tokens
    write_package(path, sealed, assembly.members, signer=means.signer)


def _visited(warc: Path, shape: Shape, chance: random.Random) -> Visited:
    started = utc_now() - timedelta(seconds=chance.randint(3, 60))
    recording = Recording(warc, started_at=started, software=SOFTWARE)
    place = _PLACES[shape.seed % len(_PLACES)]
    document = place.split("#")[0]
    for number in range(shape.exchanges):
        url = document if number == 0 else f"{document}&n={number}"
        recording.exchange(_exchange(number + 1, url, shape, chance))
    if shape.seed % 5 == 0:
        recording.refused(Refusal(kind="address", host="10.0.0.1", port=80, reason="内网", at=started))
    recording.close()
    visit = _visit(place, shape, chance)
    return Visited(
        visit=visit,
        recording=recording,
        warc=warc,
        navigation=((200, place),),
        environment={"software": SOFTWARE, "browser": "测试", "note": chance.choice(_TEXTS)},
        started_at=started,
        finished_at=utc_now(),
    )


@dataclass
class _Seen:
    """What assembling reads of a visit, told instead of seen: a real one needs a browser."""

    final_url: str
    title: str
    browser_version: str = "156.0"
    made: list[Made] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    clicks: list[dict[str, object]] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def note(self, kind: str, **facts: str | int) -> None:
        self.lines.append(canonical({"kind": kind, "at": iso(utc_now()), **facts}) + b"\n")

    def lacks(self, what: str) -> None:
        self.missing.append(what)

    def visit_jsonl(self) -> bytes:
        return b"".join(self.lines)


def _visit(place: str, shape: Shape, chance: random.Random) -> Visit:
    visit = _Seen(final_url=place, title=chance.choice(_TEXTS))
    words = [chance.choice(_TEXTS) + str(chance.random()) for _ in range(chance.randrange(12))]
    for role in MADE_ROLES:
        if role in shape.left_out:
            continue
        content = shape.changed.get(role, bytes)(_content(role, place, words, chance))
        visit.made.append(
            Made(role=role, media_type="application/octet-stream", method="测试", made_at=utc_now(), content=content)
        )
        visit.note("step", step=role, title=role, outcome="done", attempt=1, url=place)
    visit.note("console", level="log", text=chance.choice(_TEXTS))
    if shape.partial or shape.left_out:
        visit.lacks("整页截图（超时）")
    return cast(Visit, visit)


def _content(role: str, place: str, words: list[str], chance: random.Random) -> bytes:
    if role in ("screenshot", "viewport"):
        return tiny_png(chance.randrange(256))
    if role == "mhtml":
        return b"From: <Saved by Blink>\r\nSnapshot-Content-Location: " + place.encode() + b"\r\n\r\n"
    if role == "dom":
        return "".join(f"<p>{html.escape(line)}</p>" for line in words).encode() or b"<html>"
    if role == "text":
        return ("\n".join(words) + "\n").encode()
    return chance.choice(_TEXTS).encode() + chance.randbytes(chance.randint(1, 2000))


def tiny_png(grey: int, *, side: int = 8) -> bytes:
    """A grey square."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes([grey]) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packed = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + packed + chunk(b"IEND", b"")


def _exchange(number: int, url: str, shape: Shape, chance: random.Random) -> Exchange:
    now = utc_now()
    tls = TlsFacts(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256", valid=False, problem="自签", chain=(b"\x30\0",))
    connection = ConnectionFacts(
        connection_id=number,
        host="shop.example",
        port=443,
        address=chance.choice(("127.0.0.1", "2001:db8::1")),
        answers=("127.0.0.1",),
        opened_at=now,
        tls=tls if url.startswith("https") else None,
    )
    made = Exchange(sequence=number, url=url, method="GET", connection=connection, started_at=now)
    made.request.write(f"GET / HTTP/1.1\r\nHost: shop.example\r\nX: {number}\r\n\r\n".encode())
    made.interim = b"HTTP/1.1 103 Early Hints\r\n\r\n" if shape.seed % 7 == 0 else b""
    made.status = 200
    ends = "\n" if shape.seed % 11 == 0 else "\r\n"
    head = ends.join(("HTTP/1.1 200 OK", f"Content-Type: {chance.choice(_TYPES)}", "Set-Cookie: a=1", "", ""))
    if shape.answer is not None:
        made.response.write(shape.answer(number))
    elif number == 1 or chance.random() < 0.9:  # some get no answer at all
        made.response.write(head.encode())
        size = shape.body_bytes
        made.response.write(chance.randbytes(size) if shape.random_bodies else b"<p>\xe8\x8c\xb6" * (size // 6))
    else:
        made.truncated = "disconnect"
    return made
