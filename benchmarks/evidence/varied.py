"""Packages of every kind the office makes, each unlike the one before: for `clean_packages.py` and `fuzz_packages.py`.

Made-up visits go through the real recording, assembling, sealing, logging and packing; only the browser is left out.
"""

from __future__ import annotations

import gzip
import io
import random
import socketserver
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import brotli
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from crawlers.archive.files import FolderFiles  # noqa: E402
from crawlers.archive.reading import stored_around, stored_bytes  # noqa: E402
from crawlers.archive.writer import Exchanged, RunArchive, RunFacts  # noqa: E402
from documents.case_uco import case_jsonld  # noqa: E402
from documents.context import context_json  # noqa: E402
from documents.extraction_record import extraction_record_docx, extraction_record_pdf  # noqa: E402
from documents.facts import extraction_facts  # noqa: E402
from evidence.authority import Sm3LocalTimestampAuthority  # noqa: E402
from evidence.keys import KeyPair  # noqa: E402
from evidence.manifest import Paper  # noqa: E402
from evidence.means import CaptureRequest  # noqa: E402
from evidence.page_proof import KeptPage, write_page_proof  # noqa: E402
from evidence.preserving import preserve  # noqa: E402
from evidence.renewal import renew_package  # noqa: E402
from evidence.signing import KeySigner  # noqa: E402
from evidence.sm2 import open_sm2_signer  # noqa: E402
from evidence.transparency import log_means  # noqa: E402
from evidence.trust import load_anchors  # noqa: E402
from evidence.uploads.means import UploadMeans  # noqa: E402
from evidence.uploads.receiving import receive  # noqa: E402
from records.digests import digests_of  # noqa: E402
from records.evidence import Manifest  # noqa: E402
from records.evidence_log import LeafKind, LogLeaf  # noqa: E402
from records.leads import Officer  # noqa: E402
from records.uploads import Incoming, ObtainWay, Receipt, UploadRequest  # noqa: E402
from tests.attacks.certifying import certify  # noqa: E402
from tests.attacks.making import Office, Shape, make_package, tiny_png, utc_now  # noqa: E402

__all__ = ["Made", "Offices", "real_packages", "varied_packages"]

_CHARSETS = ("utf-8", "gbk", "gb18030", "big5", "utf-16", "utf-8-sig", "shift_jis", "latin-1")
_WORDS = (
    "象牙手串 一级",
    "最佳品質",
    "减肥糖果 见效",
    "特价 ￥99",
    "<b>\"'&amp;",
    "茶\u3000叶",
    "𠮷野家",
    "e\u0301té",
    "",
)
_NAMES = ("张三", "阿卜杜拉·买买提", "𠮷田", "O'Neil", "李四（代）", "王 五", "x" * 60)
_LEFT_OUT = ((), (), (), ("pdf",), ("recording",), ("mhtml",), ("recording", "pdf"))
_FILE_NAMES = (
    "聊天记录.txt",
    "照片 (1).PNG",
    "../../etc/passwd",
    "a" * 200 + ".bin",
    "录音.m4a",
    "包.zip",
    ".x",
    "无扩展名",
)
_FRAMINGS = ("length", "chunked", "close", "cut")
_KINDS = ("plain", "plain", "papers", "plain", "sm", "papers", "rsa", "renewed", "upload", "page")


@dataclass(frozen=True, slots=True)
class Made:
    """A package, what it is, the roots to trust, and the office it is of."""

    path: Path
    kind: str
    anchors_pem: str
    office: Office


@dataclass
class Offices:
    """Three offices: usual keys, SM2 with an SM3 authority beside, and an RSA key brought along."""

    usual: Office
    chinese: Office
    rsa: Office
    archive: RunArchive
    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Offices:
        """Make the keys and stores below the folder."""
        for name in ("usual", "chinese", "rsa"):
            (folder / name).mkdir(parents=True)
        facts = RunFacts(run_id="run-1", target="t", seeds=(), robots="obey", user_agent="x", contact="", software="x")
        archive = RunArchive(FolderFiles(folder / "archive"), facts, started_at=utc_now())
        return cls(Office.open(folder / "usual"), _chinese(folder / "chinese"), _rsa(folder / "rsa"), archive, folder)

    def close(self) -> None:
        """Close the stores."""
        self.archive.close()
        for office in (self.usual, self.chinese, self.rsa):
            office.records.close()


def varied_packages(offices: Offices, count: int, *, seed: int) -> Iterator[Made]:
    """`count` packages, one after the other; whoever takes them removes them."""
    chance = random.Random(seed)
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        path = offices.folder / f"{number:05d}.wacz"
        yield _MAKERS[kind](path, offices, chance)
        path.unlink(missing_ok=True)


def real_packages(offices: Offices, count: int, *, seed: int) -> Iterator[Made]:
    """`count` captures of a real browser, of a site on loopback that answers each request in another way."""
    chance = random.Random(seed)

    class Answering(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline(65536).strip():
                continue  # the request's own lines
            self.wfile.write(_answer(chance, _body(chance), framings=("length", "chunked", "close")))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for number in range(count):
            means = offices.usual.means
            request = CaptureRequest(
                url=f"http://127.0.0.1:{server.server_address[1]}/商品?号={number}", operator=chance.choice(_NAMES)
            )
            capture = preserve(request, means)
            if capture.package is None:
                raise RuntimeError(f"no package: {capture.reason}")
            path = offices.folder / f"real-{number}.wacz"
            path.write_bytes(means.blobs.get(capture.package.sha256))
            yield Made(path, f"浏览器固证（{capture.state}）", offices.usual.anchors_pem, offices.usual)
            path.unlink(missing_ok=True)
        server.shutdown()


def _plain(path: Path, offices: Offices, chance: random.Random) -> Made:
    return _made(path, offices.usual, chance, kind="固证包")


def _made(path: Path, office: Office, chance: random.Random, *, kind: str) -> Made:
    make_package(path, _shape(chance), office)
    return Made(path, kind, office.anchors_pem, office)


def _with_papers(path: Path, offices: Offices, chance: random.Random) -> Made:
    count = chance.randrange(3)
    office = replace(
        offices.usual, means=replace(offices.usual.means, papers=lambda manifest: _papers(manifest, chance, count))
    )
    return _made(path, office, chance, kind=f"带文书，执法人员 {count} 名")


def _sm(path: Path, offices: Offices, chance: random.Random) -> Made:
    return _made(path, offices.chinese, chance, kind="SM2 签名、SM3 时间戳")


def _of_rsa(path: Path, offices: Offices, chance: random.Random) -> Made:
    return _made(path, offices.rsa, chance, kind="RSA 密钥")


def _renewed(path: Path, offices: Offices, chance: random.Random) -> Made:
    office = chance.choice((offices.usual, offices.chinese, offices.rsa))
    make_package(path, _shape(chance), office)
    times = chance.randint(1, 3)
    for _ in range(times):
        longer = path.with_suffix(".renewed")
        renew_package(path, longer, log_means(office.means))
        longer.replace(path)
    return Made(path, f"续期 {times} 次", office.anchors_pem, office)


def _page(path: Path, offices: Offices, chance: random.Random) -> Made:
    office, means, at = offices.usual, log_means(offices.usual.means), utc_now()
    url = f"https://shop.cn/{path.stem}?id={chance.random()}&名=茶"
    body = _body(chance)
    answer = _answer(chance, body)
    asked = f"GET /{path.stem} HTTP/1.1\r\nHost: shop.cn\r\n\r\n".encode()
    kept = offices.archive.keep(
        Exchanged(url=url, started_at=at, request=asked, response=answer, address=chance.choice(("1.2.3.4", "::1")))
    )
    assert kept is not None
    drawn = chance.random() < 0.4
    if drawn:
        kept = offices.archive.keep_rendered(url, body, at=at, main=kept)
    record = stored_bytes(FolderFiles(offices.folder / "archive"), kept.place)
    digests = digests_of(record)
    page_id = f"page-{path.stem}"
    means.log.append(
        (LogLeaf(kind=LeafKind.PAGE, id=page_id, sha256=digests.sha256, sm3=digests.sm3, at=means.clock()),)
    )
    page = KeptPage(
        page_id=page_id,
        run_id="run-1",
        url=url,
        kept_at=_date_of(record),
        record=record,
        context=stored_around(FolderFiles(offices.folder / "archive"), kept.place),
    )
    write_page_proof(path, page, means, operator=chance.choice(_NAMES))
    return Made(path, "监测页面存证" + "（渲染后）" * drawn, office.anchors_pem, office)


def _upload(path: Path, offices: Offices, chance: random.Random) -> Made:
    office = chance.choice((offices.usual, offices.rsa, offices.chinese))
    means = UploadMeans(
        blobs=office.means.blobs,
        evidence=office.means.evidence,
        log=office.means.log,
        signer=office.signer,
        authorities=office.means.authorities,
        anchors_pem=office.anchors_pem,
        clock=utc_now,
        sm2_signer=office.means.sm2_signer,
    )
    request = UploadRequest(
        files=tuple(_incoming(chance) for _ in range(chance.choice((1, 1, 2, 5, 12)))),
        receipt=Receipt(
            source=chance.choice(_WORDS) or "投诉人",
            way=chance.choice(tuple(ObtainWay)),
            obtained_at=utc_now(),
            handed_by=chance.choice(("", *_NAMES)),
            place=chance.choice(_WORDS),
            officers=tuple(Officer(name=_NAMES[n], card_no=f"3301{n:04d}") for n in range(chance.randrange(3))),
        ),
        operator=chance.choice(_NAMES),
    )
    capture = receive(request, means)
    if capture.package is None:
        raise RuntimeError(f"no package: {capture.reason}")
    path.write_bytes(means.blobs.get(capture.package.sha256))
    return Made(path, "接收材料", office.anchors_pem, office)


def _incoming(chance: random.Random) -> Incoming:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("里面/x.txt", chance.choice(_WORDS))
    content = chance.choice(
        (
            lambda: _body(chance),
            lambda: tiny_png(chance.randrange(256)),
            zipped.getvalue,
            lambda: b"%PDF-1.7\n/JavaScript" + chance.randbytes(30),
            lambda: chance.randbytes(chance.choice((1, 5000, 300_000))),
        )
    )()
    return Incoming(name=chance.choice(_FILE_NAMES).encode(), open=lambda: closing(io.BytesIO(content)))


_MAKERS: dict[str, Callable[[Path, Offices, random.Random], Made]] = {
    "plain": _plain,
    "papers": _with_papers,
    "sm": _sm,
    "rsa": _of_rsa,
    "renewed": _renewed,
    "page": _page,
    "upload": _upload,
}


def _date_of(record: bytes) -> str:
    line = next(line for line in gzip.decompress(record).split(b"\r\n") if line.startswith(b"WARC-Date:"))
    return line.split(b": ")[1].decode()


def _shape(chance: random.Random) -> Shape:
    """Of any seed (place, title, words, TLS, refused addresses), any size, with answers in any encoding."""
    answers = random.Random(chance.random())
    encoded = chance.random() < 0.7
    return Shape(
        seed=chance.randrange(1 << 30),
        exchanges=chance.choice((1, 1, 2, 3, 5, 8, 30)),
        body_bytes=chance.choice((0, 1, 40, 4096, 70_000, 1_200_000)),
        partial=chance.random() < 0.1,
        tokens=chance.choice((1, 1, 1, 2, 3)),
        random_bodies=chance.random() < 0.5,
        left_out=chance.choice(_LEFT_OUT),
        answer=(lambda _: _answer(answers, _body(answers))) if encoded else None,
    )


def _body(chance: random.Random) -> bytes:
    charset = chance.choice(_CHARSETS)
    words = "".join(f"<p>{chance.choice(_WORDS)}{chance.random()}</p>\n" for _ in range(chance.choice((0, 1, 20, 900))))
    return f'<!doctype html><meta charset="{charset}"><title>店铺</title>{words}'.encode(charset, "replace")


def _answer(chance: random.Random, body: bytes, *, framings: tuple[str, ...] = _FRAMINGS) -> bytes:
    """An answer as shops give them: packed or not, in chunks, by length or by closing, cut off now and then."""
    packings: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
        ("", bytes),
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
    )
    encoding, pack = chance.choice(packings)
    body = pack(body)
    head = [b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Connection: close"]
    head += [b"Content-Encoding: " + encoding.encode()] if encoding else []
    framing = chance.choice(framings)
    if framing == "chunked":
        head.append(b"Transfer-Encoding: chunked")
        size = chance.choice((1, 100, 8192)) if len(body) < 5000 else 8192
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    elif framing != "close":
        head.append(b"Content-Length: %d" % len(body))
    if framing == "cut":
        body = body[: len(body) // 2]
    return b"\r\n".join((*head, b"Set-Cookie: a=%d" % chance.randrange(99), b"", b"")) + body


def _papers(manifest: Manifest, chance: random.Random, count: int) -> tuple[Paper, ...]:
    """The record as PDF and docx, the facts of the lead, and the case file, as a bureau has them made."""
    facts = extraction_facts(manifest, organisation="测试局", prepared_at=utc_now()).model_copy(
        update={
            "officers": tuple(Officer(name=chance.choice(_NAMES), card_no=f"3301{n:04d}") for n in range(count)),
            "case_title": chance.choice(_WORDS),
            "party_name": chance.choice(_NAMES),
            "shop_name": chance.choice(_WORDS),
        }
    )
    told = (
        ("extraction-record.pdf", "extraction_record", "application/pdf", extraction_record_pdf(facts)),
        ("extraction-record.docx", "extraction_record_editable", "application/msword", extraction_record_docx(facts)),
        ("context.json", "lead-context", "application/json", context_json(manifest, as_of=utc_now())),
        ("case.jsonld", "case", "application/ld+json", case_jsonld(manifest, organisation="测试局")),
    )
    return tuple(
        Paper(path=f"evidence/{name}", role=role, media_type=kind, content=content)
        for name, role, kind, content in told
    )


def _chinese(folder: Path) -> Office:
    office = Office.open(folder)
    keys = folder / "keys"
    signer = open_sm2_signer(keys, organisation="测试局", clock=utc_now)
    authority = Sm3LocalTimestampAuthority(keys, clock=utc_now)
    anchors = load_anchors(keys)
    means = replace(office.means, sm2_signer=signer, authorities=(authority,), anchors_pem=anchors)
    return replace(office, means=means, authority=authority, anchors_pem=anchors)


def _rsa(folder: Path) -> Office:
    root_key, root = certify(issuer=None, issuer_key=None, ca=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    _, leaf = certify(issuer=root, issuer_key=root_key, key=key)
    office = Office.open(folder, signer=KeySigner(KeyPair(key=key, certificates=(leaf, root))))
    anchors = office.anchors_pem + root.public_bytes(serialization.Encoding.PEM).decode()
    return replace(office, anchors_pem=anchors, means=replace(office.means, anchors_pem=anchors))
