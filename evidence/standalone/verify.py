#!/usr/bin/env python3
"""网鉴证据包独立核验程序: verifies one evidence package, by Python 3.8 or newer alone, without network.

    python3 verify.py PACKAGE.wacz --anchors anchors.pem [--json]

Exit code 0: everything holds. 1: something is wrong, or nobody vouches for the signature. 2: could not be called
or read, or some checks could not be made here (each is named). Signature and time stamp are checked through the
`openssl` command when there is one; otherwise they are unchecked, and that is said.

This file is also the one definition of the package format `wangjian-package/1`: `evidence/` writes packages with the
rendering functions below, and verifying is rendering again and comparing, so that there is no byte without a meaning.
It is longer than other modules because a court must be able to take it away as one file.
"""

# Written for Python 3.8, which courts have; nothing is run but `openssl`, without a shell:
# ruff: noqa: UP017, S603, B905

from __future__ import annotations

import argparse
import base64
import codecs
import contextlib
import hashlib
import html
import io
import json
import os
import queue
import re
import shutil
import struct
import subprocess  # runs `openssl` only, without a shell
import sys
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, BinaryIO
from urllib.parse import urlsplit

__all__ = [
    "FIXED_ROLES",
    "LOCAL_POLICY",
    "PAGE_CONTEXT",
    "PAGE_FORMAT",
    "PAGE_ROLES",
    "PAGE_TITLE",
    "REQUIRED_ROLES",
    "SM2_SIGNATURE",
    "Box",
    "Checkpoint",
    "Outcome",
    "RefusedError",
    "Step",
    "TokenFacts",
    "UPLOAD_ALWAYS",
    "UPLOAD_FILES",
    "UPLOAD_FORMAT",
    "UncheckedError",
    "canonical",
    "check_consistency",
    "check_key_ends",
    "checkpoint_text",
    "datapackage_bytes",
    "digest_statement",
    "examine",
    "inclusion_root",
    "index_files",
    "index_of_index",
    "digest_list",
    "is_member_name",
    "key_ends",
    "log_name",
    "main",
    "media_type_of",
    "pages_bytes",
    "read_checkpoint",
    "render_box",
    "renewal_members",
    "renewal_names",
    "scan_warc",
]

PASSED, FAILED, UNCHECKED = "passed", "failed", "unchecked"
LOCAL_POLICY = "2.25.278206310127561462183095413298421340719"
"""Policy of the bundled time-stamp authority: a token carrying it is 内部授时 whoever signed it."""

FIXED_ROLES: dict[str, str] = {
    "warc": "archive/data.warc.gz",
    "index": "indexes/index.cdx.gz",
    "index-of-index": "indexes/index.idx",
    "pages": "pages/pages.jsonl",
    "exchanges": "evidence/exchanges.jsonl",
    "visit": "evidence/visit.jsonl",
    "environment": "evidence/environment.json",
    "custody": "evidence/custody.jsonl",
    "certificates": "evidence/certificates.pem",
    "verifier": "evidence/verify.py",
    "readme": "evidence/readme-zh.txt",
    "screenshot": "evidence/screenshot.png",
    "viewport": "evidence/viewport.png",
    "dom": "evidence/page.html",
    "mhtml": "evidence/page.mhtml",
    "text": "evidence/page.txt",
    "pdf": "evidence/page.pdf",
    "recording": "evidence/recording.webm",
    "tls-certificates": "evidence/tls-certificates.pem",
    "lead-context": "evidence/context.json",
    "case": "evidence/case.jsonld",
    "sha256sums": "evidence/sha256sums.txt",
    "sm3sums": "evidence/sm3sums.txt",
    "certificates-sm2": "evidence/certificates-sm2.pem",
    "clicks": "evidence/clicks.jsonl",
}
_BESIDE = ("tls-certificates", "clicks", "lead-context", "case", "sha256sums", "sm3sums", "certificates-sm2")
REQUIRED_ROLES = tuple(role for role in FIXED_ROLES if role not in _BESIDE)
"""What a complete capture must hold unless its policy calls it optional; a partial one lacks some, and says which."""
ALWAYS_ROLES = REQUIRED_ROLES[:11]
"""What even a partial one must hold: the network data and what proves the package itself."""

TITLES: dict[str, str] = {
    "container": "压缩包结构",
    "manifest": "证据清单",
    "members": "文件齐全、无多余",
    "digests": "逐件校验值（SHA-256 与 SM3）",
    "datapackage": "WACZ 清单",
    "signature": "证据清单签名",
    "sm2-signature": "国密签名（SM2）",
    "package-signature": "整包签名",
    "timestamp": "时间戳",
    "custody": "保管链",
    "log": "存证日志",
    "renewal": "存档时间戳（续期）",
    "warc": "原始网络数据",
    "index": "索引与原始数据一致",
    "pages": "截图、页面、网络数据指向同一网址",
    "files": "原件与接收登记一致",
    "agreement": "各件相互印证",
    "state": "固证是否完整",
}

_MANIFEST = "evidence/manifest.json"
_SIGNATURE = "evidence/manifest.sig"
SM2_SIGNATURE = "evidence/manifest.sm2.sig"
_DATAPACKAGE = "datapackage.json"
_DIGEST = "datapackage-digest.json"
_LOG_PROOF = "evidence/log-proof.json"
_TOKEN = re.compile(r"evidence/timestamp-([1-9])\.tsr\Z")
_RENEWAL = re.compile(r"evidence/renewal-([1-9])(\.json|-[1-9]\.tsr)\Z")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99})?\Z")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z\Z")
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_SMALL = frozenset(
    {
        *(_SIGNATURE, SM2_SIGNATURE, _DIGEST, _LOG_PROOF),
        *(FIXED_ROLES[role] for role in ("certificates", "certificates-sm2", "index-of-index")),
    }
)
_READ_HEAD = frozenset(FIXED_ROLES[role] for role in ("screenshot", "viewport", "mhtml", "text"))
_READ_WHOLE = _SMALL | {
    *(_MANIFEST, _DATAPACKAGE, "archive/context.warc.gz"),
    *(FIXED_ROLES[role] for role in ("index", "pages", "exchanges", "visit", "environment", "custody", "dom")),
    *(FIXED_ROLES[role] for role in ("lead-context", "case", "sha256sums", "sm3sums", "clicks")),
    "evidence/files.json",
}
PAGE_FORMAT = "wangjian-page/1"
PAGE_CONTEXT = "archive/context.warc.gz"
PAGE_TITLE = "监测页面存证 "
PAGE_ROLES = ("warc", "index", "index-of-index", "pages", "certificates", "verifier", "readme")
"""What 监测页面存证 holds; the context beside it is the request, and what an unchanged or drawn page refers to."""
UPLOAD_FORMAT = "wangjian-upload/1"
UPLOAD_FILES = "evidence/files.json"
UPLOAD_ALWAYS = (
    *("original", "files", "environment", "custody", "certificates", "verifier", "readme", "sha256sums", "sm3sums"),
)
"""What 接收材料 always hold: the originals, what was noted of each, and what proves the package itself."""
_ORIGINAL = re.compile(r"files/([0-9]{4})(\.[a-z0-9]{1,8})?\Z")
_UPLOAD_KEYS = {
    *("format", "capture_id", "title", "state", "missing", "started_at", "finished_at", "operator", "lead_id"),
    *("case_id", "receipt", "formal", "environment", "policy", "artefacts", "custody_head_sha256"),
}
_RECEIPT_KEYS = {"source", "way", "obtained_at", "handed_by", "device", "place", "witness", "officers"}
_FILE_KEYS = {
    *("path", "name", "name_hex", "media_type", "mismatch", "digests", "received_at", "modified_at", "facts"),
    *("personal", "entries", "entries_note", "warnings", "same_as"),
}
_SNIFFED_BYTES = 4096
_PAGE_KEYS = {
    *("format", "capture_id", "run_id", "url", "final_url", "title", "started_at", "finished_at", "operator"),
    *("navigation", "environment", "artefacts"),
}
_MANIFEST_KEYS = {
    *("format", "capture_id", "url", "final_url", "title", "state", "missing", "started_at", "finished_at"),
    *("operator", "lead_id", "navigation", "environment", "policy", "artefacts", "custody_head_sha256"),
}
_POLICY_KEYS = {"required", "optional", "attempts", "clicks", "unclean", "limits"}
_ARTEFACT_KEYS = {"path", "role", "media_type", "made_by", "method", "made_at", "digests"}
_CLOCK_TOLERANCE = timedelta(minutes=5)
_RENEWAL_TOLERANCE = timedelta(hours=24)
"""Between what a renewal says of its time and its stamps: a large package is read meanwhile."""
_MOST_STAMPS = 9

MAX_BOX_BYTES = 4 * 1024**3 - 1
MAX_MEMBERS = 2000
MAX_TEXT_BYTES = 32 * 1024**2
MAX_MANIFEST_BYTES = 2 * 1024**2
MAX_LINE_BYTES = 256 * 1024
MAX_RECORDS = 50_000
MAX_RECORD_WORDS = 16 * 1024**2
MAX_INFLATED_BYTES = 8 * 1024**3
BOMB_BYTES, BOMB_RATIO = 512 * 1024**2, 50
"""A WARC that inflates beyond the first, and to more than so many times what was read, is a bomb; the largest answer
a capture keeps lies below the first, so that an honest page of zeros is none."""
_CHUNK = 1 << 20
_WINDOW = 1 << 16
_HEAD_BYTES = 512 * 1024
_SHOWN = 300
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What is raised when a sealed file does not hold what the format says it holds: a failed check, never a crash."""


class RefusedError(Exception):
    """A check failed; the message says in Chinese what was found."""


class UncheckedError(Exception):
    """A check could not be made here; the message says why."""


# --- the format: canonical JSON -----------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """RFC 8785 for strings, whole numbers, booleans, null, lists and objects."""
    return _write(value).encode("utf-8")


def _write(value: Any) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_write(item) for item in value) + "]"
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda member: str(member[0]).encode("utf-16-be"))
        return "{" + ",".join(json.dumps(key, ensure_ascii=False) + ":" + _write(item) for key, item in ordered) + "}"
    raise RefusedError("JSON 中有不允许的数值")


def _load(content: bytes, what: str) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            raise RefusedError(f"{what} 有重复的字段")
        return made

    def number(text: str) -> Any:
        raise RefusedError(f"{what} 含有不允许的数值 {text[:20]}")

    def whole(text: str) -> int:
        return int(text) if len(text) <= 17 else number(text)

    if len(content) > MAX_MANIFEST_BYTES:
        raise RefusedError(f"{what} 过大")
    hooks: Any = {"object_pairs_hook": pairs, "parse_float": number, "parse_constant": number, "parse_int": whole}
    try:
        return json.loads(content.decode("utf-8"), **hooks)
    except (ValueError, RecursionError) as exc:
        raise RefusedError(f"{what} 不是合法的 JSON") from exc


def _load_canonical(content: bytes, what: str) -> Any:
    value = _load(content, what)
    if canonical(value) != content:
        raise RefusedError(f"{what} 不是规范形式（RFC 8785），可能被改写")
    return value


# --- the format: container ----------------------------------------------------------------------------------


def render_local(name: str, crc: int, size: int) -> bytes:
    """The local header of a stored member: nothing in it is free to choose."""
    return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0) + name.encode("ascii")


def render_central(name: str, crc: int, size: int, offset: int) -> bytes:
    """The central directory entry of the same."""
    fields = (b"PK\1\2", 20, 20, 0, 0, 0, 0x21, crc, size, size, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", *fields) + name.encode("ascii")


def render_box(out: BinaryIO, members: dict[str, Callable[[], Iterable[bytes]]]) -> None:
    """Write the container: members by name, stored, no dates, no extras. Each is read twice (checksum, then bytes)."""
    central, offset = b"", 0
    for name in sorted(members):
        crc, size = 0, 0
        for chunk in members[name]():
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        head = render_local(name, crc, size)
        out.write(head)
        for chunk in members[name]():
            out.write(chunk)
        central += render_central(name, crc, size, offset)
        offset += len(head) + size
    out.write(central)
    out.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(members), len(members), len(central), offset, 0))


@dataclass(frozen=True)
class Member:
    """Where a member's bytes lie, and what they are."""

    name: str
    start: int
    size: int
    crc: int


class Box:
    """A package opened strictly; every rule of the container has been checked once it exists."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file = file
        self.size = size
        self.members: dict[str, Member] = {}
        self.kept: dict[str, bytes] = {}
        central, count, end = self._end_record(size)
        self.end = end
        offset = 0
        for name, crc, length in self._entries(central, count):
            head = render_local(name, crc, length)
            if offset + len(head) + length > end:
                raise RefusedError(f"成员超出压缩包的范围：{name}")
            if self._at(offset, len(head)) != head:
                raise RefusedError(f"本地文件头与中央目录不一致，或成员之间有空隙：{name}")
            self.members[name] = Member(name, offset + len(head), length, crc)
            offset += len(head) + length
        if offset != end:
            raise RefusedError("成员与中央目录之间有空隙或重叠")

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, as a stream."""
        member = self.members[name]
        done = 0
        while done < member.size:
            chunk = self._at(member.start + done, min(_CHUNK, member.size - done))
            if not chunk:
                raise RefusedError(f"文件被截断：{name}")
            done += len(chunk)
            yield chunk

    def read(self, name: str) -> bytes:
        """The bytes of a small member."""
        if name not in self.members:
            raise RefusedError(f"缺少 {name}")
        if self.members[name].size > _most_bytes(name):
            raise RefusedError(f"{name} 过大")
        return self.kept[name] if name in self.kept else b"".join(self.chunks(name))

    def head(self, name: str) -> bytes:
        """The first bytes of a member of any size."""
        member = self.members[name]
        return self.kept.get(name, b"")[:_HEAD_BYTES] or self._at(member.start, min(_HEAD_BYTES, member.size))

    def read_through(self, warc: str, *, whole: bool = False) -> Reading:
        """Everything once, from the first byte to the last, while other threads digest and unpack what was read. A
        `whole` WARC is kept in memory when it is not too large for that."""
        reading = Reading()
        lanes = [_Lane(_sm3_of_members), _Lane(scan_warc)]
        try:
            reading.sha256 = self._through(reading, lanes, warc, whole=whole)
        finally:
            for lane in lanes:
                lane.close()
        reading.sm3 = lanes[0].result or {}
        reading.records, reading.warc_problem = lanes[1].result or [], lanes[1].problem
        return reading

    def _through(self, reading: Reading, lanes: list[_Lane], warc: str, *, whole: bool) -> str:
        everything = hashlib.sha256()
        for name, member in self.members.items():
            everything.update(render_local(name, member.crc, member.size))
            sha256, crc, kept, most = hashlib.sha256(), 0, bytearray(), _kept_bytes(name, member.size)
            if whole and name == warc and member.size <= MAX_TEXT_BYTES:
                most = member.size
            for chunk in self.chunks(name):
                lanes[0].put((name, chunk))
                if name == warc:
                    lanes[1].put(chunk)
                everything.update(chunk)
                sha256.update(chunk)
                crc = zlib.crc32(chunk, crc)
                if len(kept) < most:
                    kept += chunk[: most - len(kept)]
            if crc != member.crc:
                reading.problem = reading.problem or f"CRC 与内容不符：{name}"
            if most:
                self.kept[name] = bytes(kept)
            reading.sha256_of[name] = sha256.hexdigest()
        everything.update(self._at(self.end, self.size - self.end))
        return everything.hexdigest()

    def _at(self, offset: int, size: int) -> bytes:
        self.file.seek(offset)
        return self.file.read(size)

    def _end_record(self, size: int) -> tuple[bytes, int, int]:
        if not 22 <= size <= MAX_BOX_BYTES:
            raise RefusedError(f"文件大小 {size} 字节不在允许范围内")
        found = self._at(size - 22, 22)
        if found[:4] != b"PK\5\6":
            raise RefusedError("末尾不是压缩包结束记录：文件被截断，或末尾有多余内容")
        _, disk, start, here, count, length, offset, comment = struct.unpack("<4s4H2IH", found)
        if disk or start or comment or here != count:
            raise RefusedError("压缩包结束记录的字段与规定不符")
        if count > MAX_MEMBERS or length > MAX_MEMBERS * 256:
            raise RefusedError(f"成员过多：{count}")
        if offset + length + 22 != size:
            raise RefusedError("中央目录与结束记录之间有空隙或多余内容")
        return self._at(offset, length), count, offset

    def _entries(self, central: bytes, count: int) -> Iterator[tuple[str, int, int]]:
        place, offset, previous = 0, 0, ""
        for _ in range(count):
            fixed = central[place : place + 46]
            if len(fixed) < 46 or fixed[:4] != b"PK\1\2":
                raise RefusedError("中央目录损坏")
            fields = struct.unpack("<4s6H3I5H2I", fixed)
            name = _member_name(central[place + 46 : place + 46 + fields[10]])
            _check_entry(fields, name, previous)
            expected = render_central(name, fields[7], fields[9], offset)
            if central[place : place + len(expected)] != expected:
                raise RefusedError(f"中央目录的字段与规定不符，或成员之间有空隙：{name}")
            yield name, fields[7], fields[9]
            offset += 30 + len(name) + fields[9]
            place, previous = place + len(expected), name
        if place != len(central):
            raise RefusedError("中央目录中有多余内容")


@dataclass
class Reading:
    """What one reading of the whole file gave. `problem` is the first member whose checksum is not its content's."""

    sha256: str = ""
    sha256_of: dict[str, str] = field(default_factory=dict)
    sm3: dict[str, str] = field(default_factory=dict)
    records: list[WarcRecord] = field(default_factory=list)
    warc_problem: str = ""
    problem: str = ""


class _Lane:
    """A thread that eats what is handed to it; a problem ends the eating, never the handing."""

    def __init__(self, eat: Callable[[Iterator[Any]], Any]) -> None:
        self.result: Any = None
        self.problem = ""
        self._eat = eat
        self._ended = False
        self._queue: queue.Queue[Any] = queue.Queue(8)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, piece: Any) -> None:
        self._queue.put(piece)

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            self.result = self._eat(self._pieces())
        except RefusedError as exc:
            self.problem = str(exc)
        except _BROKEN as exc:
            self.problem = f"内容与格式不符（{type(exc).__name__}）"
        for _ in self._pieces():
            pass

    def _pieces(self) -> Iterator[Any]:
        while not self._ended:
            piece = self._queue.get()
            if piece is None:
                self._ended = True
            else:
                yield piece


def _sm3_of_members(pieces: Iterator[tuple[str, bytes]]) -> dict[str, str]:
    if _sm3() is None:
        return {}
    made: dict[str, Any] = {}
    for name, chunk in pieces:
        if name not in made:
            made[name] = _sm3()
        made[name].update(chunk)
    return {name: digest.hexdigest() for name, digest in made.items()}


def _most_bytes(name: str) -> int:
    """Beyond this a member that must be held in memory whole is refused."""
    if name in (_MANIFEST, _DATAPACKAGE):
        return MAX_MANIFEST_BYTES
    if name in _SMALL or _TOKEN.match(name) or _RENEWAL.match(name):
        return 1 << 20
    return MAX_TEXT_BYTES


def _kept_bytes(name: str, size: int) -> int:
    """How much of a member is kept while reading, for the checks after it."""
    if name in _READ_WHOLE or _TOKEN.match(name) or _RENEWAL.match(name):
        return size if size <= _most_bytes(name) else 0
    if _ORIGINAL.match(name):
        return min(size, _SNIFFED_BYTES)
    return min(size, _HEAD_BYTES) if name in _READ_HEAD else 0


def is_member_name(name: str) -> bool:
    """Whether a path may be a member: at most one folder, lower-case letters, digits, `.`, `-`, `_`."""
    return _NAME.match(name) is not None and ".." not in name


def _member_name(raw: bytes) -> str:
    try:
        name = raw.decode("ascii")
    except UnicodeDecodeError as exc:
        raise RefusedError("成员名含有不允许的字符") from exc
    if not is_member_name(name):
        raise RefusedError(f"成员名不合规：{name[:100]!r}")
    return name


def _check_entry(fields: tuple[Any, ...], name: str, previous: str) -> None:
    if fields[4] != 0:
        raise RefusedError(f"成员被压缩存放，规定为原样存放：{name}")
    if name == previous:
        raise RefusedError(f"成员重名：{name}")
    if name < previous:
        raise RefusedError(f"成员次序与规定不符（或重名）：{name}")
    if fields[8] != fields[9]:
        raise RefusedError(f"成员的两个长度不一致：{name}")


# --- the format: WARC and its index -------------------------------------------------------------------------


@dataclass
class WarcRecord:
    """One record as read back: where it lies, its headers, the digests of its block and payload."""

    offset: int
    length: int
    headers: dict[str, str]
    block_sha256: str
    payload_sha256: str
    status: str
    mime: str

    def __getitem__(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


class _RecordParser:
    """One gzip member at a time: exactly one record, its length as declared, two empty lines after it."""

    def __init__(self) -> None:
        self.head = b""
        self.headers: dict[str, str] | None = None
        self.left = 0
        self.tail = b""
        self.block = hashlib.sha256()
        self.payload = hashlib.sha256()
        self.http: bytes = b""
        self.in_payload = False

    def feed(self, piece: bytes) -> None:
        if self.headers is None:
            self.head += piece
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                if len(self.head) > _HEAD_BYTES:
                    raise RefusedError("WARC 记录头过长")
                return
            self.headers = _warc_headers(self.head[:end])
            self.left = _block_bytes(self.headers)
            piece = self.head[end + 4 :]
        block, rest = piece[: self.left], piece[self.left :]
        self.left -= len(block)
        self.block.update(block)
        self._payload(block)
        self.tail += rest[:8]

    def _payload(self, block: bytes) -> None:
        if self.headers is None or self.headers.get("warc-type") != "response":
            return
        if self.in_payload:
            self.payload.update(block)
            return
        self.http += block
        end = re.search(rb"\r?\n\r?\n", self.http)
        if end is not None:
            self.in_payload = True
            self.payload.update(self.http[end.end() :])
            self.http = self.http[: end.end()]
        elif len(self.http) > _HEAD_BYTES:
            self.http, self.in_payload = b"", True

    def finish(self, offset: int, length: int) -> WarcRecord:
        if self.headers is None or self.left or self.tail != b"\r\n\r\n":
            raise RefusedError(f"WARC 第 {offset} 字节处的记录不完整或有多余内容")
        status, mime = _http_facts(self.http)
        kept = {name: value for name, value in self.headers.items() if name in _RECORD_WORDS}
        return WarcRecord(offset, length, kept, self.block.hexdigest(), self.payload.hexdigest(), status, mime)


_RECORD_TYPES = frozenset({"warcinfo", "request", "response", "metadata"})
"""What a capture writes. Another kind would stand in no list of exchanges, and a replay tool might show it."""
_RECORD_WORDS = frozenset(
    {"warc-type", "warc-record-id", "warc-date", "warc-target-uri", "warc-ip-address", "warc-block-digest"}
)


def _block_bytes(headers: dict[str, str]) -> int:
    found = headers.get("content-length", "")
    if not re.match(r"[0-9]{1,12}\Z", found):
        raise RefusedError("WARC 记录没有合法的长度")
    return int(found)


def _warc_headers(raw: bytes) -> dict[str, str]:
    lines = raw.decode("utf-8").split("\r\n")
    if lines[0] != "WARC/1.1":
        raise RefusedError("不是 WARC/1.1 记录")
    made: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or name.lower() in made:
            raise RefusedError("WARC 记录头有误或重复")
        made[name.lower()] = value.strip()
    return made


def scan_warc(chunks: Iterable[bytes]) -> list[WarcRecord]:
    """All records of a record-at-a-time gzip WARC; memory does not grow with its size.

    Raises:
        RefusedError: Truncated, damaged, or inflating beyond the limit.
    """
    found: list[WarcRecord] = []
    position, start, inflated, words = 0, 0, 0, 0
    decoder: Any = None
    parser = _RecordParser()
    for data in _windows(chunks):
        while data:
            if decoder is None:
                decoder, start, parser = zlib.decompressobj(31), position, _RecordParser()
            try:
                piece = decoder.decompress(data, _CHUNK)
            except zlib.error as exc:
                raise RefusedError(f"WARC 第 {position} 字节附近的压缩数据损坏") from exc
            inflated += len(piece)
            parser.feed(piece)
            rest: bytes = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            position += len(data) - len(rest)
            _check_inflated(inflated, position)
            if decoder.eof:
                found.append(parser.finish(start, position - start))
                words += sum(map(len, found[-1].headers.values())) + len(found[-1].mime)
                if len(found) > MAX_RECORDS or words > MAX_RECORD_WORDS:
                    raise RefusedError("WARC 的记录过多，停止核验")
                decoder = None
            data = rest
    if decoder is not None:
        raise RefusedError("WARC 在记录中间被截断")
    return found


def _windows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces: what is left of one after each record is copied, and records may be tiny."""
    for chunk in chunks:
        for start in range(0, len(chunk), _WINDOW):
            yield chunk[start : start + _WINDOW]


def _check_inflated(inflated: int, position: int) -> None:
    if inflated > MAX_INFLATED_BYTES or (inflated > BOMB_BYTES and inflated > BOMB_RATIO * position):
        raise RefusedError("WARC 解压后过大，停止核验")


def _surt(url: str) -> str:
    """The sort key replay tools look an address up by."""
    rest = re.sub(r"^(https?://)www\d*\.", r"\1", url.lower())
    match = re.match(r"https?://([^/?#]*)([^?#]*)(\?[^#]*)?", rest)
    if match is None:
        return rest
    host, _, port = match.group(1).partition(":")
    query = match.group(3) or ""
    if query:
        query = "?" + "&".join(sorted(query[1:].split("&"), key=lambda part: part.split("=")[0]))
    key = ",".join(reversed(host.split("."))) + (":" + port if port else "")
    return key + ")" + (match.group(2) or "/") + query


def _http_facts(head: bytes) -> tuple[str, str]:
    lines = head.decode("latin-1").splitlines()
    parts = lines[0].split(" ") if lines else []
    status = parts[1] if len(parts) > 1 else ""
    mime = ""
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-type" and not mime:
            mime = re.split(r"[;\s,]", value.strip())[0]
    return status, mime


def index_files(records: Iterable[WarcRecord]) -> tuple[bytes, bytes]:
    """The text of the index (to be compressed) for the responses among the records, and its first key."""
    lines = []
    for record in records:
        if record["WARC-Type"] != "response":
            continue
        fields = {
            "url": record["WARC-Target-URI"],
            "mime": record.mime,
            "status": record.status,
            "digest": "sha256:" + record.payload_sha256,
            "length": str(record.length),
            "offset": str(record.offset),
            "filename": "data.warc.gz",
        }
        stamp = re.sub(r"\D", "", record["WARC-Date"])[:14]
        lines.append(_surt(record["WARC-Target-URI"]) + " " + stamp + " " + json.dumps(fields) + "\n")
    lines.sort()
    return "".join(lines).encode("utf-8"), (lines[0].split("{")[0].strip() if lines else "").encode("utf-8")


def index_of_index(compressed: bytes, first: bytes) -> bytes:
    """index.idx: one block, the whole index."""
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"})
    block = {"offset": 0, "length": len(compressed), "digest": "sha256:" + hashlib.sha256(compressed).hexdigest()}
    return f"!meta 0 {meta}\n".encode() + first + f" {json.dumps(block)}\n".encode()


# --- the format: pages and data package ---------------------------------------------------------------------


def document_url(manifest: dict[str, Any]) -> str:
    """The address whose answer became the page: the last of the redirect chain."""
    navigation = manifest["navigation"]
    return str(navigation[-1][1] if navigation else manifest["final_url"])


def pages_bytes(manifest: dict[str, Any]) -> bytes:
    """pages/pages.jsonl."""
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    page = {
        "id": manifest["capture_id"],
        "url": document_url(manifest),
        "ts": manifest["started_at"],
        "title": manifest["title"],
    }
    return canonical(head) + b"\n" + canonical(page) + b"\n"


def datapackage_bytes(manifest: dict[str, Any], resources: dict[str, tuple[int, str]]) -> bytes:
    """datapackage.json: nothing but the manifest's facts and the size and SHA-256 of every member. Received files are
    no web archive, and do not say they are."""
    of_a_page: dict[str, Any] = {}
    if manifest["format"] != UPLOAD_FORMAT:
        address = document_url(manifest)
        of_a_page = {"wacz_version": "1.1.1", "mainPageUrl": address, "mainPageDate": manifest["started_at"]}
    return canonical(
        {
            "profile": "data-package",
            "title": manifest["title"] or of_a_page["mainPageUrl"],
            "software": manifest["environment"]["software"],
            "created": manifest["finished_at"],
            **of_a_page,
            "resources": [
                {"name": name, "path": name, "bytes": size, "hash": "sha256:" + sha256}
                for name, (size, sha256) in sorted(resources.items())
            ],
        }
    )


def digest_list(artefacts: Iterable[dict[str, Any]], algorithm: str) -> bytes:
    """evidence/sha256sums.txt and sm3sums.txt, in the form `sha256sum -c` reads from the package's folder; neither
    names itself or the other."""
    named = [one for one in artefacts if one["role"] not in ("sha256sums", "sm3sums")]
    return "".join(f"{one['digests'][algorithm]}  {one['path']}\n" for one in named).encode("ascii")


def renewal_names(names: Iterable[str]) -> list[str]:
    """The members of archive time stamps among these, numbered from one without a gap.

    Raises:
        RefusedError: A number is missing, or a stamp is of no renewal.
    """
    found = sorted(name for name in names if _RENEWAL.match(name))
    records = [name for name in found if name.endswith(".json")]
    if records != [f"evidence/renewal-{number + 1}.json" for number in range(len(records))]:
        raise RefusedError("续期记录编号不连续")
    if any(_renewal_number(name) > len(records) for name in found):
        raise RefusedError("续期的时间戳没有对应的续期记录")
    return found


def _renewal_number(name: str) -> int:
    """Of which renewal a member is; 0 when of none."""
    match = _RENEWAL.match(name)
    return int(match.group(1)) if match else 0


def renewal_members(facts: dict[str, tuple[int, str, str]]) -> list[dict[str, Any]]:
    """What an archive time stamp is over: every member of the package as it was, by both algorithms."""
    return [
        {"path": name, "size_bytes": size, "sha256": sha256, "sm3": sm3}
        for name, (size, sha256, sm3) in sorted(facts.items())
    ]


def _from_base64(text: Any) -> bytes:
    """What was encoded, from the one way of writing it."""
    with contextlib.suppress(TypeError, ValueError):
        content = base64.b64decode(text, validate=True)
        if base64.b64encode(content).decode("ascii") == text:
            return content
    raise RefusedError("日志头的时间戳写法有误")


def _told(facts: TokenFacts) -> str:
    return f"{'内部授时' if facts.internal else '授时'} {facts.gen_time}"


def _facts_of(content: bytes) -> tuple[int, str, str]:
    sm3 = _sm3()
    if sm3 is not None:
        sm3.update(content)
    return len(content), hashlib.sha256(content).hexdigest(), sm3.hexdigest() if sm3 is not None else ""


def digest_statement(datapackage_sha256: str) -> bytes:
    """What the signature over the whole package signs."""
    return f"wangjian-package/1 sha256:{datapackage_sha256}\n".encode("ascii")


# --- the evidence log ---------------------------------------------------------------------------------------


@dataclass
class Checkpoint:
    """A head of the evidence log: its size, both roots, the end of the custody chain as (number, digest), and when."""

    name: str
    size: int
    sha256: bytes
    sm3: bytes
    custody: tuple[int, str]
    time: str

    def body(self) -> str:
        """What is signed."""
        number, digest = self.custody
        roots = [base64.b64encode(root).decode("ascii") for root in (self.sha256, self.sm3)]
        lines = [self.name, str(self.size), roots[0], f"sm3 {roots[1]}", f"custody {number} {digest or '-'}"]
        return "\n".join([*lines, f"time {self.time}", ""])


def log_name(certificates_pem: str) -> str:
    """What the log of the holder of these certificates is called: by the last of them, the root."""
    return "wangjian-log/" + hashlib.sha256(_ders(certificates_pem)[-1]).hexdigest()[:16]


def checkpoint_text(point: Checkpoint, signature: bytes, certificates_pem: str) -> str:
    """A checkpoint with its signature, in the manner of a C2SP signed note."""
    signed = base64.b64encode(_key_id(point.name, certificates_pem) + signature).decode("ascii")
    return f"{point.body()}\n\u2014 {point.name} {signed}\n"


_MOST_HEAD_CHARS = 8192


def read_checkpoint(text: str, certificates_pem: str) -> tuple[Checkpoint, bytes]:
    """A checkpoint and its signature, which is not checked here.

    Raises:
        RefusedError: It is not in the one form it can have, or not of the holder of these certificates.
    """
    if len(text) > _MOST_HEAD_CHARS:
        raise RefusedError("日志头过长")
    lines = text.split("\n")
    try:
        _, number, digest = lines[4].split(" ")
        point = Checkpoint(
            lines[0],
            int(lines[1]),
            base64.b64decode(lines[2], validate=True),
            base64.b64decode(lines[3][4:], validate=True),
            (int(number), "" if digest == "-" else digest),
            lines[5][5:],
        )
        signature = base64.b64decode(lines[7].split(" ")[2], validate=True)[4:]
        _moment(point.time)
        sound = len(point.sha256) == len(point.sm3) == 32 and 0 < point.size < 2**48
        sound = sound and bool(_HEX.match(digest)) == (point.custody[0] > 0)
        if not sound or checkpoint_text(point, signature, certificates_pem) != text:
            raise RefusedError("日志头的写法与规定不符")
    except (ValueError, IndexError) as exc:
        raise RefusedError("日志头的写法与规定不符") from exc
    if point.name != log_name(certificates_pem):
        raise RefusedError("日志头的名称与其签名证书不符")
    return point, signature


def inclusion_root(algorithm: str, leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its path lead to (RFC 9162 section 2.1.3.2), or RefusedError."""
    here, last, node = position, size - 1, _hash(algorithm, b"\0" + leaf)
    for sibling in path:
        if not last:
            raise RefusedError("存证日志的证明过长")
        if here & 1 or here == last:
            node = _hash(algorithm, b"\1" + sibling + node)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            node = _hash(algorithm, b"\1" + node + sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise RefusedError("存证日志的证明过短")
    return node


def check_consistency(algorithm: str, first: tuple[int, bytes], second: tuple[int, bytes], path: list[bytes]) -> None:
    """The tree of the second (size, root) begins with that of the first (RFC 9162 section 2.1.4.2), or RefusedError."""
    if first[0] == second[0]:
        if path or first[1] != second[1]:
            raise RefusedError("两个日志头大小相同而内容不同")
        return
    nodes = path if first[0] & (first[0] - 1) else [first[1], *path]
    here, last = first[0] - 1, second[0] - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not nodes:
        raise RefusedError("存证日志的一致性证明过短")
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            raise RefusedError("存证日志的一致性证明过长")
        if here & 1 or here == last:
            old, new = _hash(algorithm, b"\1" + node + old), _hash(algorithm, b"\1" + node + new)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new = _hash(algorithm, b"\1" + new + node)
        here, last = here >> 1, last >> 1
    if last or (old, new) != (first[1], second[1]):
        raise RefusedError("此前的日志头与现在的不一致：存证日志被改写过")


def _check_log_proof(proof: Any) -> tuple[Checkpoint, Checkpoint | None]:
    """Everything about a proof that needs no trust; its head, and the earlier one when there is one."""
    _need_keys(proof, {"format", "leaf", "position", "head", "inclusion", "earlier"}, "wangjian-log-proof/1")
    leaf, position, algorithms = proof["leaf"], proof["position"], ("sha256", "sm3") if _sm3() else ("sha256",)
    _need_keys(leaf, {"kind", "id", "sha256", "sm3", "at"})
    point = _point_of(proof["head"])
    if isinstance(position, bool) or not isinstance(position, int) or not 0 <= position < point.size:
        raise RefusedError("存证日志中没有这个位置")
    if _moment(leaf["at"]) > _moment(point.time):
        raise RefusedError("存证日志的条目晚于日志头")
    paths = _paths(proof["inclusion"])
    for algorithm in algorithms:
        root = inclusion_root(algorithm, canonical(leaf), position, point.size, paths[algorithm])
        if root != getattr(point, algorithm):
            raise RefusedError(f"存证日志的证明不成立（{algorithm.upper()}）：该条目不在日志中")
    if proof["earlier"] is None:
        return point, None
    _need_keys(proof["earlier"], {"head", "consistency"})
    earlier, paths = _point_of(proof["earlier"]["head"]), _paths(proof["earlier"]["consistency"])
    if earlier.size > point.size or _moment(earlier.time) > _moment(point.time):
        raise RefusedError("此前的日志头并不在前")
    for algorithm in algorithms:
        first, second = getattr(earlier, algorithm), getattr(point, algorithm)
        check_consistency(algorithm, (earlier.size, first), (point.size, second), paths[algorithm])
    return point, earlier


def _point_of(head: Any) -> Checkpoint:
    _need_keys(head, {"format", "checkpoint", "certificates", "tokens"}, "wangjian-head/1")
    return read_checkpoint(head["checkpoint"], head["certificates"])[0]


def _paths(found: Any) -> dict[str, list[bytes]]:
    _need_keys(found, {"sha256", "sm3"})
    if len(found["sha256"]) != len(found["sm3"]) or len(found["sha256"]) > 100:
        raise RefusedError("存证日志的证明长度有误")
    if not all(isinstance(node, str) and _HEX.match(node) for name in ("sha256", "sm3") for node in found[name]):
        raise RefusedError("存证日志的证明写法有误")
    return {name: [bytes.fromhex(node) for node in found[name]] for name in ("sha256", "sm3")}


def _need_keys(found: Any, keys: set[str], form: str = "") -> None:
    if not isinstance(found, dict) or set(found) != keys or (form and found["format"] != form):
        raise RefusedError("存证日志证明的字段与规定不符")


def _hash(algorithm: str, content: bytes) -> bytes:
    return hashlib.new(algorithm, content).digest()


def _key_id(name: str, certificates_pem: str) -> bytes:
    return hashlib.sha256(name.encode("ascii") + b"\n\xff" + _ders(certificates_pem)[0]).digest()[:4]


def _ders(certificates_pem: str) -> list[bytes]:
    found = re.findall("-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", certificates_pem, re.DOTALL)
    if not found:
        raise RefusedError("签名证书无法读取")
    try:
        return [base64.b64decode("".join(each.split()), validate=True) for each in found]
    except ValueError as exc:
        raise RefusedError("签名证书无法读取") from exc


_ONLY_CERTIFICATES = re.compile(rb"(?:-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n)+")


# --- checking -----------------------------------------------------------------------------------------------


@dataclass
class Step:
    """One line of the report."""

    check_id: str
    title: str
    result: str
    detail: str = ""


@dataclass
class TokenFacts:
    """What a checked time-stamp token says."""

    gen_time: str
    internal: bool
    name: str = ""


@dataclass
class Outcome:
    """The whole report."""

    package_sha256: str = ""
    steps: list[Step] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    timestamp: str = "待加戳"
    timestamp_at: str = ""
    wanted: int = len(TITLES)

    @property
    def valid(self) -> bool:
        """No check failed and none is left unchecked."""
        return len(self.steps) == self.wanted and all(step.result == PASSED for step in self.steps)


_EMPTY_SM3 = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"


@dataclass
class _Stamp:
    """A token that was checked: the answer, what it is over (SHA-256, SM3), and what it says."""

    response: bytes
    digests: tuple[str, str]
    facts: TokenFacts

    @property
    def at(self) -> datetime:
        return _moment(self.facts.gen_time)


class _Examination:
    """The checks, in order; each sees what the ones before established."""

    always: tuple[str, ...] = ALWAYS_ROLES
    deed, leaf_kind = "固证", "capture"

    def __init__(self, box: Box, reading: Reading, trust: Any, now: datetime) -> None:
        self.box = box
        self.reading = reading
        self.trust = trust
        self.now = now
        self.manifest: dict[str, Any] = {}
        self.artefacts: dict[str, dict[str, Any]] = {}
        self.records: list[WarcRecord] = []
        self.token: TokenFacts | None = None
        self.stamps: list[_Stamp] = []
        self.facts: dict[str, tuple[int, str, str]] = {
            name: (member.size, reading.sha256_of[name], reading.sm3.get(name, _EMPTY_SM3 if reading.sm3 else ""))
            for name, member in box.members.items()
        }

    def check_manifest(self) -> str:
        manifest = _load_canonical(self.box.read(_MANIFEST), "证据清单")
        _check_manifest_shape(manifest)
        self._take_artefacts(manifest)
        self.manifest = manifest
        return f"固证编号 {manifest['capture_id']}，共 {len(self.artefacts)} 件"

    def _take_artefacts(self, manifest: dict[str, Any]) -> None:
        for artefact in manifest["artefacts"]:
            _check_artefact_shape(artefact)
            if artefact["path"] in self.artefacts:
                raise RefusedError(f"清单中重复列出 {artefact['path']}")
            self.artefacts[artefact["path"]] = artefact

    def check_members(self) -> str:
        expected = set(self.artefacts) | {_MANIFEST, _SIGNATURE, _DATAPACKAGE, _DIGEST, _LOG_PROOF}
        tokens = sorted(name for name in self.box.members if _TOKEN.match(name))
        expected |= set(tokens) | set(renewal_names(self.box.members))
        if FIXED_ROLES["certificates-sm2"] in self.artefacts:
            expected.add(SM2_SIGNATURE)
        if tokens != [f"evidence/timestamp-{number + 1}.tsr" for number in range(len(tokens))]:
            raise RefusedError("时间戳文件编号不连续")
        missing, extra = expected - set(self.box.members), set(self.box.members) - expected
        if missing:
            raise RefusedError("清单所列文件缺失：" + "、".join(sorted(missing)))
        if extra:
            raise RefusedError("有清单未列的文件：" + "、".join(sorted(extra)))
        roles = {artefact["role"]: path for path, artefact in self.artefacts.items()}
        for role in self.always:
            if role not in roles:
                raise RefusedError(f"缺少必备文件：{FIXED_ROLES.get(role, role)}")
        for role, path in roles.items():
            if FIXED_ROLES.get(role, path) != path:
                raise RefusedError(f"文件位置与用途不符：{path}")
        return f"{len(self.box.members)} 个文件"

    def check_digests(self) -> str:
        for path, artefact in self.artefacts.items():
            size, sha256, sm3 = self.facts.get(path, (-1, "", ""))
            told = artefact["digests"]
            if (size, sha256) != (told["size_bytes"], told["sha256"]):
                raise RefusedError(f"SHA-256 或大小与清单不符：{path}")
            if sm3 and sm3 != told["sm3"]:
                raise RefusedError(f"SM3 与清单不符：{path}")
        if _sm3() is None:
            raise UncheckedError("SHA-256 全部一致；本机 Python 没有 SM3 算法，SM3 未核")
        return f"{len(self.artefacts)} 件全部一致"

    def check_datapackage(self) -> str:
        resources = {n: (f[0], f[1]) for n, f in self.facts.items() if n not in (_DATAPACKAGE, _DIGEST)}
        if self.box.read(_DATAPACKAGE) != datapackage_bytes(self.manifest, resources):
            raise RefusedError("datapackage.json 与包内文件或证据清单不一致")
        found = _load_canonical(self.box.read(_DIGEST), _DIGEST)
        if set(found) != {"path", "hash", "wangjian_signature"} or found["path"] != _DATAPACKAGE:
            raise RefusedError(f"{_DIGEST} 的字段与规定不符（签名可能被去掉）")
        if found["hash"] != "sha256:" + self.facts[_DATAPACKAGE][1]:
            raise RefusedError(f"{_DIGEST} 的校验值与 datapackage.json 不符")
        return "与包内文件逐字节一致"

    def check_signature(self) -> str:
        return self._signed(self.box.read(_MANIFEST), self.box.read(_SIGNATURE))

    def check_sm2_signature(self) -> str:
        if FIXED_ROLES["certificates-sm2"] not in self.artefacts:
            return "出证时未配置国密签名"
        certificates = self.box.read(FIXED_ROLES["certificates-sm2"])
        content, signature = self.box.read(_MANIFEST), self.box.read(SM2_SIGNATURE)
        _check_two_numbers(signature)
        return str(self.trust.sm2_signature(content, signature, certificates, at=self.manifest["finished_at"]))

    def check_package_signature(self) -> str:
        found = _load_canonical(self.box.read(_DIGEST), _DIGEST)
        try:
            signature = bytes.fromhex(str(found["wangjian_signature"]))
        except (KeyError, ValueError) as exc:
            raise RefusedError("没有整包签名，或其格式有误") from exc
        if not signature or signature.hex() != found["wangjian_signature"]:
            raise RefusedError("整包签名的写法与规定不符")
        return self._signed(digest_statement(self.facts[_DATAPACKAGE][1]), signature, renewals=len(self._renewals()))

    def _signed(self, content: bytes, signature: bytes, *, renewals: int = 0) -> str:
        """By whom; a package that was renewed is signed as a whole by whoever renewed it last."""
        _check_low_s(signature)
        certificates, at = self.box.read(FIXED_ROLES["certificates"]), self.manifest["finished_at"]
        if renewals:
            renewal = self._renewals()[renewals - 1]
            certificates, at = renewal["certificates"].encode(), renewal["made_at"]
        if not _ONLY_CERTIFICATES.fullmatch(certificates):
            raise RefusedError("签名证书无法读取")  # a library passes over half of one at the end
        return str(self.trust.signature(content, signature, certificates, at=at))

    def _renewals(self) -> list[dict[str, Any]]:
        names = [name for name in renewal_names(self.box.members) if name.endswith(".json")]
        return [_load_canonical(self.box.read(name), "续期记录") for name in names]

    def check_renewal(self) -> str:
        renewals, said, stamps = self._renewals(), [], self.stamps
        before = _moment(self.manifest["finished_at"])
        for number, renewal in enumerate(renewals, 1):
            _need_keys(renewal, {"format", "made_at", "members", "digest", "certificates"}, "wangjian-renewal/1")
            made_at = _moment(renewal["made_at"])
            if made_at < before:
                raise RefusedError(f"第 {number} 次续期的时间早于前一次")
            self._check_renewed(number, renewal)
            earlier, stamps = stamps, self._renewal_stamps(number, renewal["made_at"])
            self._check_succession(number, earlier, stamps)
            said.append(f"第 {number} 次 {'、'.join(_told(stamp.facts) for stamp in stamps)}")
            before = made_at
        if renewals and _sm3() is None:
            raise UncheckedError("；".join(said) + "；本机 Python 没有 SM3 算法，SM3 未核")
        return "；".join(said) or "尚未续期"

    def _check_renewed(self, number: int, renewal: dict[str, Any]) -> None:
        """The package as it was before: its members, its data package and the signature over them."""
        older = {
            name: facts
            for name, facts in self.facts.items()
            if name not in (_DATAPACKAGE, _DIGEST) and _renewal_number(name) < number
        }
        datapackage = datapackage_bytes(self.manifest, {name: (facts[0], facts[1]) for name, facts in older.items()})
        told = renewal["digest"]
        older[_DATAPACKAGE], older[_DIGEST] = _facts_of(datapackage), _facts_of(canonical(told))
        expected = renewal_members(older)
        if [one["sm3"] for one in expected if not one["sm3"]]:
            expected = [{**mine, "sm3": theirs["sm3"]} for mine, theirs in zip(expected, renewal["members"])]
        if expected != renewal["members"]:
            raise RefusedError(f"第 {number} 次续期所列的文件与包内文件不符")
        if set(told) != {"path", "hash", "wangjian_signature"} or told["hash"] != "sha256:" + older[_DATAPACKAGE][1]:
            raise RefusedError(f"第 {number} 次续期之前的整包签名有误")
        statement, signature = digest_statement(older[_DATAPACKAGE][1]), bytes.fromhex(told["wangjian_signature"])
        self._signed(statement, signature, renewals=number - 1)

    def _renewal_stamps(self, number: int, made_at: str) -> list[_Stamp]:
        start, found = f"evidence/renewal-{number}-", []
        digests = self.facts[f"evidence/renewal-{number}.json"][1:]
        for name in sorted(name for name in self.box.members if name.startswith(start)):
            stamp = self._stamp(self.box.read(name), digests)
            self._check_token_time(stamp, made_at, f"第 {number} 次续期")
            if stamp.at > _moment(made_at) + _RENEWAL_TOLERANCE:
                raise RefusedError(f"第 {number} 次续期所记时间 {made_at} 远早于其时间戳 {stamp.facts.gen_time}")
            found.append(stamp)
        if not found:
            raise RefusedError(f"第 {number} 次续期没有时间戳")
        return found

    def _stamp(self, response: bytes, digests: tuple[str, str]) -> _Stamp:
        return _Stamp(response, digests, self.trust.token(response, *digests))

    def _check_succession(self, number: int, earlier: list[_Stamp], stamps: list[_Stamp]) -> None:
        """RFC 4998 section 5.3: what was stamped before could still be believed when it was stamped again."""
        if not earlier:
            raise RefusedError(f"第 {number} 次续期之前没有成立的时间戳")
        first = min(stamps, key=lambda stamp: stamp.at)
        if first.at + _CLOCK_TOLERANCE < max(stamp.at for stamp in earlier):
            raise RefusedError(f"第 {number} 次续期的时间戳早于前一道时间戳：次序有误")
        for stamp in earlier:
            with contextlib.suppress(RefusedError):
                self.trust.token(stamp.response, *stamp.digests, at=first.facts.gen_time)
                return
        raise RefusedError(f"第 {number} 次续期时前一道时间戳的证书已经失效：续期中断过")

    def check_timestamp(self) -> str:
        tokens = sorted(name for name in self.box.members if _TOKEN.match(name))
        if not tokens:
            raise UncheckedError("待加戳：固证时授时机构没有应答，尚无时间戳")
        details, stamps, ended = [], [], self.manifest["finished_at"]
        for name in tokens:
            stamp = self._stamp(self.box.read(name), self.facts[_MANIFEST][1:])
            self._check_token_time(stamp, ended, "固证结束")
            late = stamp.at - _moment(ended)
            said = f"，补加于固证结束 {late} 之后" if late > _CLOCK_TOLERANCE else ""
            details.append(f"{_told(stamp.facts)} {stamp.facts.name}{said}")
            stamps.append(stamp)
        certificates = self.box.read(FIXED_ROLES["certificates"])
        self._check_signed_in_time(self.box.read(_MANIFEST), self.box.read(_SIGNATURE), certificates, stamps, ended)
        self.stamps, self.token = stamps, min((stamp.facts for stamp in stamps), key=lambda facts: facts.internal)
        return "；".join(details)

    def _check_signed_in_time(
        self, content: bytes, signature: bytes, certificates: bytes, stamps: list[_Stamp], made_at: str
    ) -> None:
        """What was stamped later than it says it was made must have been signed by a certificate that stood even then:
        the time a signature tells of itself is the signer's word alone."""
        first = min(stamps, key=lambda stamp: stamp.at)
        if first.at > _moment(made_at) + _CLOCK_TOLERANCE:
            try:
                self.trust.signature(content, signature, certificates, at=first.facts.gen_time)
            except RefusedError as exc:
                raise RefusedError(f"加盖时间戳（{first.facts.gen_time}）时签名证书已经失效") from exc

    def check_custody(self) -> str:
        previous: dict[str, Any] = {}
        actions = []
        for line in _lines(self.box.read(FIXED_ROLES["custody"]), "保管链"):
            event = _load_canonical(line, "保管链")
            _check_link(event, previous)
            if event["capture_id"] != self.manifest["capture_id"]:
                raise RefusedError("保管链中有别的固证的记录")
            actions.append(event["action"])
            previous = event
        if not previous or previous["event_sha256"] != self.manifest["custody_head_sha256"]:
            raise RefusedError("保管链的末端与清单所记不符")
        if self.deed not in actions:
            raise RefusedError(f"保管链没有{self.deed}记录")
        return f"{len(actions)} 条：{'、'.join(actions)}"

    def check_log(self) -> str:
        proof = _load_canonical(self.box.read(_LOG_PROOF), "存证日志证明")
        point, earlier = _check_log_proof(proof)
        self._check_leaf(proof["leaf"], point)
        stamps = self._head(proof["head"])
        details = [f"第 {proof['position'] + 1} 条，日志头共 {point.size} 条 {point.time}{stamps}"]
        if earlier is not None:
            stamps = self._head(proof["earlier"]["head"])
            details.append(f"与此前 {earlier.time} 的日志头（{earlier.size} 条）一致{stamps}")
        if _sm3() is None:
            raise UncheckedError("；".join(details) + "；本机 Python 没有 SM3 算法，SM3 的证明未核")
        return "；".join(details)

    def _check_leaf(self, leaf: dict[str, Any], point: Checkpoint) -> None:
        _, sha256, sm3 = self.facts[_MANIFEST]
        told = (leaf["kind"], leaf["id"], leaf["sha256"], leaf["sm3"])
        if told != (self.leaf_kind, self.manifest["capture_id"], sha256, sm3 or leaf["sm3"]):
            raise RefusedError("存证日志的条目不是这份清单的")
        if _moment(leaf["at"]) + _CLOCK_TOLERANCE < _moment(self.manifest["finished_at"]):
            raise RefusedError("存证日志的条目早于固证结束时间")
        last = _load(list(_lines(self.box.read(FIXED_ROLES["custody"]), "保管链"))[-1], "保管链")
        number, digest = point.custody
        if number < last["sequence"] or (number == last["sequence"] and digest != last["event_sha256"]):
            raise RefusedError("日志头所记的保管链末端与本包的保管链不符")

    def _head(self, head: dict[str, Any]) -> str:
        """The signature and the stamps of a head; what the stamps say, in words."""
        point, signature = read_checkpoint(head["checkpoint"], head["certificates"])
        _check_low_s(signature)
        content, certificates = point.body().encode(), head["certificates"].encode()
        self.trust.signature(content, signature, certificates, at=point.time)
        stamps = self._stamps(head)
        if stamps:
            self._check_signed_in_time(content, signature, certificates, stamps, point.time)
        return f"（{'、'.join(_told(stamp.facts) for stamp in stamps)}）" if stamps else ""

    def _stamps(self, head: dict[str, Any]) -> list[_Stamp]:
        if not isinstance(head["tokens"], list) or len(head["tokens"]) > _MOST_STAMPS:
            raise RefusedError("日志头的时间戳过多或写法有误")
        digests, found = _facts_of(head["checkpoint"].encode())[1:], []
        made_at = read_checkpoint(head["checkpoint"], head["certificates"])[0].time
        for text in head["tokens"]:
            response = _from_base64(text)
            found.append(self._stamp(response, digests))
            self._check_token_time(found[-1], made_at, "日志头")
        return found

    def _check_token_time(self, stamp: _Stamp, made_at: str, what: str) -> None:
        if stamp.at + _CLOCK_TOLERANCE < _moment(made_at):
            raise RefusedError(f"时间戳 {stamp.facts.gen_time} 早于{what}（{made_at}）")
        if stamp.at > self.now + _CLOCK_TOLERANCE:
            raise RefusedError(f"时间戳 {stamp.facts.gen_time} 晚于现在")

    def check_warc(self) -> str:
        if self.reading.warc_problem:
            raise RefusedError(self.reading.warc_problem)
        self.records = self.reading.records
        for record in self.records:
            if record["WARC-Type"] not in _RECORD_TYPES:
                raise RefusedError(f"WARC 中有来历不明的记录：{record['WARC-Type']} {record['WARC-Target-URI']}")
            if record["WARC-Block-Digest"] != "sha256:" + record.block_sha256:
                raise RefusedError(f"WARC 记录与其校验值不符：{record['WARC-Target-URI'] or record.offset}")
        identifiers = [record["WARC-Record-ID"] for record in self.records]
        if len(set(identifiers)) != len(identifiers):
            raise RefusedError("WARC 有重复的记录")
        told = self._compare()
        return f"{told} 次网络往来，{len(self.records)} 条记录，逐条一致"

    def _compare(self) -> int:
        kinds = ("request", "response")
        mine = {kind: iter([record for record in self.records if record["WARC-Type"] == kind]) for kind in kinds}
        told = 0
        for raw in _lines(self.box.read(FIXED_ROLES["exchanges"]), "往来清单"):
            line = _load(raw, "exchanges.jsonl")
            told += 1
            for kind in kinds:
                if not line[f"{kind}_size_bytes"]:
                    continue
                record = next(mine[kind], None)
                if record is None:
                    raise RefusedError(f"WARC 的 {kind} 记录数与往来清单不符：少于往来清单所列")
                facts = (record["WARC-Target-URI"], record.block_sha256, record["WARC-IP-Address"])
                if facts != (line["url"], line[f"{kind}_sha256"], line["address"]):
                    raise RefusedError(f"WARC 与往来清单不一致：第 {line['sequence']} 次 {str(line['url'])[:200]}")
        for kind in kinds:
            if next(mine[kind], None) is not None:
                raise RefusedError(f"WARC 的 {kind} 记录数与往来清单不符：多于往来清单所列")
        return told

    def check_index(self) -> str:
        if not self.records:
            raise UncheckedError("原始网络数据未通过，索引无从核对")
        compressed = self.box.read(FIXED_ROLES["index"])
        text, first = index_files(self.records)
        if _inflate(compressed) != text:
            raise RefusedError("索引与原始网络数据不一致")
        if self.box.read(FIXED_ROLES["index-of-index"]) != index_of_index(compressed, first):
            raise RefusedError("索引的目录与索引不一致")
        return f"{text.count(chr(10).encode())} 条"

    def check_pages(self) -> str:
        if self.box.read(FIXED_ROLES["pages"]) != pages_bytes(self.manifest):
            raise RefusedError("pages.jsonl 与证据清单不一致")
        target = document_url(self.manifest).split("#")[0]
        answers = {(r["WARC-Target-URI"], r.status) for r in self.records if r["WARC-Type"] == "response"}
        for status, address in self.manifest["navigation"]:
            if (address.split("#")[0], str(status)) not in answers:
                raise RefusedError(f"跳转链中的地址在原始网络数据中没有对应应答：{address[:200]}")
        if self.manifest["navigation"] and _host(self.manifest["navigation"][0][1]) != _host(self.manifest["url"]):
            raise RefusedError(f"跳转链不是从所固证的网址开始：{self.manifest['navigation'][0][1][:200]}")
        self._check_steps()
        self._check_formats()
        return target

    def _check_steps(self) -> None:
        if self.manifest["state"] != "complete":
            return
        shown = {}
        for line in _lines(self.box.read(FIXED_ROLES["visit"]), "访问过程"):
            step = _load(line, "visit.jsonl")
            if step.get("kind") == "step" and step.get("outcome") == "done":
                shown[step["step"]] = step["url"]
        for name in ("screenshot", "dom", "mhtml", "text"):
            if shown.get(name) != self.manifest["final_url"]:
                raise RefusedError(f"访问过程中 {name} 一步所在网址与清单不一致：{str(shown.get(name))[:200]}")

    def _check_formats(self) -> None:
        roles = {artefact["role"] for artefact in self.artefacts.values()}
        for role in ("screenshot", "viewport"):
            head = self.box.head(FIXED_ROLES[role])[:24] if role in roles else b""
            if role in roles and (head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR"):
                raise RefusedError(f"{FIXED_ROLES[role]} 不是 PNG 图像")
        if "mhtml" in roles and self.manifest["state"] == "complete":
            head = self.box.head(FIXED_ROLES["mhtml"]).replace(b"\r\n ", b" ")
            found = re.search(rb"^Snapshot-Content-Location: *(\S+)", head, re.MULTILINE)
            if found is None or found.group(1).decode("latin-1") != self.manifest["final_url"]:
                raise RefusedError("MHTML 所记网址与清单不一致")

    def check_agreement(self) -> str:
        """What stands in two places of a package stands there alike."""
        roles = {artefact["role"] for artefact in self.artefacts.values()}
        said = []
        for role, title, check in (
            ("environment", "取证环境", self._check_environment),
            ("sha256sums", "固定清单（SHA-256）", lambda: self._check_list("sha256sums", "sha256")),
            ("sm3sums", "固定清单（SM3）", lambda: self._check_list("sm3sums", "sm3")),
            ("lead-context", "线索与比对", self._check_context_facts),
            ("case", "CASE/UCO", self._check_case),
        ):
            if role in roles:
                check()
                said.append(title)
        if roles >= {"screenshot", "viewport"}:
            self._check_pictures()
            said.append("两张截图")
        if roles >= {"dom", "text"}:
            said.append(self._check_text())
        return "、".join(said) or "没有可相互印证的文件"

    def _check_environment(self) -> None:
        if self.box.read(FIXED_ROLES["environment"]) != canonical(self.manifest["environment"]):
            raise RefusedError("取证环境记录与证据清单所记不一致")

    def _check_list(self, role: str, algorithm: str) -> None:
        if self.box.read(FIXED_ROLES[role]) != digest_list(self.manifest["artefacts"], algorithm):
            raise RefusedError(f"{FIXED_ROLES[role]} 与证据清单不一致")

    def _check_context_facts(self) -> None:
        told = _load_canonical(self.box.read(FIXED_ROLES["lead-context"]), "context.json")
        lead = told["lead"]
        named = (told["format"], told["capture_id"], told["lead_id"])
        if named != ("wangjian-context/1", self.manifest["capture_id"], self.manifest["lead_id"]):
            raise RefusedError("context.json 不是这次固证的")
        if lead is not None and lead["lead_id"] != self.manifest["lead_id"]:
            raise RefusedError("context.json 所载线索不是清单所记的线索")

    def _check_case(self) -> None:
        graph = _load_canonical(self.box.read(FIXED_ROLES["case"]), "case.jsonld")["@graph"]
        for node in graph:
            if node["@type"] != "uco-observable:File":
                continue
            name, content = node["uco-core:hasFacet"]
            path = name["uco-observable:filePath"]
            told = self.artefacts[path]["digests"] if path in self.artefacts else {}
            if told.get("sha256") != content["uco-observable:hash"]["uco-types:hashValue"]["@value"]:
                raise RefusedError(f"case.jsonld 所载校验值与证据清单不一致：{path}")

    def _check_pictures(self) -> None:
        whole, first = (self.box.head(FIXED_ROLES[role]) for role in ("screenshot", "viewport"))
        if any(a + _PICTURE_SLACK < b for a, b in zip(_png_size(whole), _png_size(first))):
            raise RefusedError("整页截图小于首屏截图：两张图不是同一页，或被对调")

    def _check_text(self) -> str:
        """Whether the visible text is that of the document; a share may differ, as pages move on by themselves."""
        if self.box.members[FIXED_ROLES["dom"]].size > _MOST_DOM_BYTES:
            return "页面代码过大，未与可见文字比对"
        lines = [
            _squeezed(line)
            for line in self.box.head(FIXED_ROLES["text"])[:_TEXT_BYTES].decode("utf-8", "replace").split("\n")
        ]
        lines = list(dict.fromkeys(line[:_LINE_CHARS] for line in lines[:-1] if len(line) > 1))[:_TEXT_LINES]
        document = re.sub(r"<[^<>]*>", "", self.box.read(FIXED_ROLES["dom"]).decode("utf-8", "replace"))
        document = _squeezed(html.unescape(re.sub(r"&#x?[0-9a-fA-F]{8,}", "", document)))
        found = sum(line in document for line in lines)
        if len(lines) >= _FEWEST_LINES and found < len(lines) * _LEAST_SHARE:
            raise RefusedError(f"可见文字与页面代码不是同一页：{len(lines)} 行中只有 {found} 行相符")
        return f"可见文字与页面代码（{len(lines)} 行中 {found} 行相符）"

    def check_state(self) -> str:
        state, missing = self.manifest["state"], self.manifest["missing"]
        roles, policy = {artefact["role"] for artefact in self.artefacts.values()}, self.manifest["policy"]
        lacking = [role for role in policy["required"] if role not in roles]
        if state == "complete":
            self._check_clicks(policy["clicks"])
            if missing or lacking:
                raise RefusedError("清单称固证完整，但缺少：" + "、".join([*missing, *lacking]))
            return "完整" + ("；按固证要求可缺：" + "、".join(policy["optional"]) if policy["optional"] else "")
        if state != "partial" or not missing:
            raise RefusedError(f"固证状态 {state} 不应出现在证据包中")
        return "部分完成，缺少：" + "、".join(missing)

    def _check_clicks(self, wanted: list[str]) -> None:
        lines = _lines(self.box.read(FIXED_ROLES["clicks"]), "点击展示") if wanted else []
        clicks = [_load(line, "clicks.jsonl") for line in lines]
        if [click["wanted"] for click in clicks] != wanted or any(click["outcome"] != "done" for click in clicks):
            raise RefusedError("清单称固证完整，但点击展示的记录与固证要求不符")


class _PageExamination(_Examination):
    """The checks of 监测页面存证: one record of a survey's archive, and the proof that the log held it at that time."""

    def check_manifest(self) -> str:
        manifest = _load_canonical(self.box.read(_MANIFEST), "证据清单")
        if set(manifest) != _PAGE_KEYS or manifest["format"] != PAGE_FORMAT or manifest["navigation"] != []:
            raise RefusedError("清单的字段与规定不符")
        if set(manifest["environment"]) != {"software"}:
            raise RefusedError("清单没有取证环境")
        names = ("capture_id", "run_id", "url", "final_url", "title", "operator")
        _all_text([*(manifest[name] for name in names), manifest["environment"]["software"]])
        if manifest["final_url"] != manifest["url"] or manifest["title"] != PAGE_TITLE + manifest["url"]:
            raise RefusedError("清单另写了网址或标题：应与采集记录的网址相同")
        if _moment(manifest["started_at"]) > _moment(manifest["finished_at"]):
            raise RefusedError("存证的时间早于采集时间")
        self._take_artefacts(manifest)
        self.manifest = manifest
        return f"监测页面存证 {manifest['capture_id']}，共 {len(self.artefacts)} 件"

    def check_members(self) -> str:
        wanted = {FIXED_ROLES[role] for role in PAGE_ROLES}
        if not wanted <= set(self.artefacts) <= {*wanted, PAGE_CONTEXT}:
            raise RefusedError("清单所列文件与规定不符")
        roles = {**{FIXED_ROLES[role]: role for role in PAGE_ROLES}, PAGE_CONTEXT: "context"}
        if any(artefact["role"] != roles[path] for path, artefact in self.artefacts.items()):
            raise RefusedError("文件位置与用途不符")
        expected = set(self.artefacts) | {_MANIFEST, _SIGNATURE, _DATAPACKAGE, _DIGEST, _LOG_PROOF}
        missing, extra = expected - set(self.box.members), set(self.box.members) - expected
        if missing or extra:
            raise RefusedError("文件缺失或多余：" + "、".join(sorted(missing | extra)))
        return f"{len(self.box.members)} 个文件"

    def check_timestamp(self) -> str:
        head = _load(self.box.read(_LOG_PROOF), "存证日志证明")["head"]
        if not head["tokens"]:
            raise UncheckedError("待加戳：日志头尚无时间戳")
        said = [stamp.facts for stamp in self._stamps(head)]
        self.token = min(said, key=lambda found: (found.internal, found.gen_time))
        names = [f"{_told(found)} {found.name}" for found in said]
        return "该页的记录不晚于此时已在存证日志中：" + "；".join(names)

    def _check_leaf(self, leaf: dict[str, Any], point: Checkpoint) -> None:
        _, sha256, sm3 = self.facts[FIXED_ROLES["warc"]]
        told = (leaf["kind"], leaf["id"], leaf["sha256"], leaf["sm3"])
        if told != ("page", self.manifest["capture_id"], sha256, sm3 or leaf["sm3"]):
            raise RefusedError("存证日志的条目不是这一页的记录")
        if _moment(leaf["at"]) + _CLOCK_TOLERANCE < _moment(self.manifest["started_at"]):
            raise RefusedError("存证日志的条目早于采集时间")

    def check_warc(self) -> str:
        if self.reading.warc_problem:
            raise RefusedError(self.reading.warc_problem)
        self.records = self.reading.records
        content = self.box.read(FIXED_ROLES["warc"])
        found = _small_records(content)
        if len(self.records) != 1 or len(found) != 1:
            raise RefusedError("应恰有一条采集记录")
        head, block = found[0]
        told = (head.get("warc-target-uri", ""), head.get("warc-date", ""))
        if told != (self.manifest["url"], self.manifest["started_at"]):
            raise RefusedError("采集记录的网址或时间与清单不符")
        if head.get("warc-block-digest") != "sha256:" + hashlib.sha256(block).hexdigest():
            raise RefusedError("采集记录与其校验值不符")
        context = _small_records(self.box.read(PAGE_CONTEXT)) if PAGE_CONTEXT in self.artefacts else []
        return self._check_context(head, block, context)

    def _check_context(self, head: dict[str, str], block: bytes, context: list[tuple[dict[str, str], bytes]]) -> str:
        """Every record beside the page's own belongs to it; the body of a revisit is that of what it names."""
        kind, refers, payload, said = head.get("warc-type", ""), head.get("warc-refers-to", ""), block, [""]
        urls = {head["warc-record-id"]: head["warc-target-uri"]}
        for other, content in context:
            if other.get("warc-block-digest") != "sha256:" + hashlib.sha256(content).hexdigest():
                raise RefusedError("随附记录与其校验值不符")
            if other.get("warc-type") == "request" and other.get("warc-concurrent-to") in urls:
                if other.get("warc-target-uri") != urls[other["warc-concurrent-to"]]:
                    raise RefusedError("随附请求的网址不是该答复的")
                said.append("请求")
            elif refers and other.get("warc-record-id") == refers:
                urls[refers] = other.get("warc-target-uri", "")
                payload = content if kind == "revisit" else payload
                said.append("内容相同的原件" if kind == "revisit" else "所据的答复")
            else:
                raise RefusedError("随附记录与该页无关")
        if kind == "revisit" and payload is block:
            raise RefusedError("该页的内容未变，原件却不在包内")
        if kind not in ("response", "revisit", "conversion", "resource"):
            raise RefusedError(f"不是答复的记录：{kind}")
        body = payload if kind in ("conversion", "resource") else _http_payload(payload)
        if head.get("wangjian-payload-sha256") != hashlib.sha256(body).hexdigest():
            raise RefusedError("页面内容与采集时的校验值不符")
        return f"{kind} 记录一条，内容 {len(body)} 字节" + "，另有".join(dict.fromkeys(said))

    def check_index(self) -> str:
        return super().check_index() if self.records else "无"

    def check_pages(self) -> str:
        if self.box.read(FIXED_ROLES["pages"]) != pages_bytes(self.manifest):
            raise RefusedError("pages.jsonl 与证据清单不一致")
        return str(self.manifest["url"])


_MOST_BESIDE = 50


def _small_records(content: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Headers and block of each record of a WARC that fits in memory."""
    found: list[tuple[dict[str, str], bytes]] = []
    left = MAX_TEXT_BYTES
    while content:
        if len(found) == _MOST_BESIDE:
            raise RefusedError("随附的记录过多")
        decoder = zlib.decompressobj(31)
        try:
            made = decoder.decompress(content, left)
        except zlib.error as exc:
            raise RefusedError("采集记录的压缩数据损坏") from exc
        if not decoder.eof:
            raise RefusedError("采集记录不完整或过大")
        content, left = decoder.unused_data, left - len(made)
        head, mark, rest = made.partition(b"\r\n\r\n")
        headers = _warc_headers(head)
        if not mark or rest[_block_bytes(headers) :] != b"\r\n\r\n" or left <= 0:
            raise RefusedError("采集记录不完整或有多余内容")
        found.append((headers, rest[:-4]))
    return found


def _http_payload(block: bytes) -> bytes:
    """The body of an answer with its chunk framing undone, as far as it came."""
    end = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: end.end()], block[end.end() :]) if end is not None else (block, b"")
    if not re.search(rb"^transfer-encoding:[^\r\n]*\bchunked\b", head, re.IGNORECASE | re.MULTILINE):
        return body
    made, at = bytearray(), 0
    while (line_end := body.find(b"\n", at)) >= 0:
        size = body[at:line_end].split(b";")[0].strip()
        if not re.match(rb"[0-9a-fA-F]{1,8}\Z", size) or not int(size, 16):
            break
        made += body[line_end + 1 : line_end + 1 + int(size, 16)]
        at = line_end + 1 + int(size, 16)
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    return bytes(made)


class _UploadExamination(_Examination):
    """The checks of 接收材料: originals as they were received, what was noted of each, and how they came."""

    always = UPLOAD_ALWAYS
    deed, leaf_kind = "接收", "upload"

    def check_manifest(self) -> str:
        manifest = _load_canonical(self.box.read(_MANIFEST), "证据清单")
        if set(manifest) != _UPLOAD_KEYS or manifest["format"] != UPLOAD_FORMAT:
            raise RefusedError("清单的字段与规定不符")
        names = ("capture_id", "title", "state", "operator", "lead_id", "case_id")
        _all_text([*(manifest[name] for name in names), *manifest["missing"], *manifest["environment"].values()])
        if not manifest["environment"].get("software"):
            raise RefusedError("清单没有接收环境")
        if _moment(manifest["started_at"]) > _moment(manifest["finished_at"]):
            raise RefusedError("接收的结束时间早于开始时间")
        if not isinstance(manifest["formal"], bool) or not _HEX.match(str(manifest["custody_head_sha256"])):
            raise RefusedError("清单没有保管链的位置，或没有写明是否正式件")
        if set(manifest["policy"]) != {"required"} or not set(UPLOAD_ALWAYS) <= set(manifest["policy"]["required"]):
            raise RefusedError("清单的接收要求放过了必备文件")
        self._take_artefacts(manifest)
        self.manifest = manifest
        return f"接收编号 {manifest['capture_id']}，共 {len(self.artefacts)} 件"

    def check_members(self) -> str:
        told = super().check_members()
        for path, artefact in self.artefacts.items():
            if (_ORIGINAL.match(path) is not None) != (artefact["role"] == "original"):
                raise RefusedError(f"文件位置与用途不符：{path}")
            if artefact["role"] == "files" and path != UPLOAD_FILES:
                raise RefusedError(f"文件位置与用途不符：{path}")
        if [int(path[6:10]) for path in self._originals()] != list(range(1, len(self._originals()) + 1)):
            raise RefusedError("原件编号不连续")
        return told

    def _originals(self) -> list[str]:
        return sorted(path for path, artefact in self.artefacts.items() if artefact["role"] == "original")

    def check_custody(self) -> str:
        told = super().check_custody()
        lines = _lines(self.box.read(FIXED_ROLES["custody"]), "保管链")
        received = [event for event in (_load(line, "保管链") for line in lines) if event["action"] == self.deed]
        if [event["subject_sha256"] for event in received] != [self.facts[UPLOAD_FILES][1]]:
            raise RefusedError("保管链所记接收的不是这份接收登记")
        return told

    def check_files(self) -> str:
        """What was noted of each original is so; kinds are told from the content again."""
        told = _load_canonical(self.box.read(UPLOAD_FILES), "接收登记")
        if set(told) != {"format", "upload_id", "files"} or told["format"] != "wangjian-files/1":
            raise RefusedError("接收登记的字段与规定不符")
        if told["upload_id"] != self.manifest["capture_id"]:
            raise RefusedError("接收登记不是这次接收的")
        if sorted({one["path"] for one in told["files"]}) != self._originals():
            raise RefusedError("接收登记所列与原件不符")
        for one in told["files"]:
            self._check_file(one)
        return f"{len(told['files'])} 个文件，{len(self._originals())} 份原件，种类按内容复核一致"

    def _check_file(self, one: dict[str, Any]) -> None:
        path, artefact = one["path"], self.artefacts[one["path"]]
        if set(one) != _FILE_KEYS or not one["name"]:
            raise RefusedError(f"接收登记的字段与规定不符：{path}")
        if one["digests"] != artefact["digests"]:
            raise RefusedError(f"接收时的校验值与原件不符：{path}")
        kind = media_type_of(self.box.head(path)[:_SNIFFED_BYTES])
        if (one["media_type"], artefact["media_type"]) != (kind, kind):
            raise RefusedError(f"所记种类与内容不符：{path} 应为 {kind}")
        started, ended = (_moment(self.manifest[name]) for name in ("started_at", "finished_at"))
        if not started <= _moment(one["received_at"]) <= ended or one["received_at"] != artefact["made_at"]:
            raise RefusedError(f"接收时间不在接收过程之内：{path}")

    def check_agreement(self) -> str:
        self._check_environment()
        self._check_list("sha256sums", "sha256")
        self._check_list("sm3sums", "sm3")
        return "接收环境、固定清单（SHA-256）、固定清单（SM3）"

    def check_state(self) -> str:
        receipt, state, missing = self.manifest["receipt"], self.manifest["state"], self.manifest["missing"]
        if set(receipt) != _RECEIPT_KEYS or not receipt["source"].strip():
            raise RefusedError("没有写明材料来源")
        if _moment(receipt["obtained_at"]) > _moment(self.manifest["finished_at"]):
            raise RefusedError("取得时间晚于接收时间")
        cards = {one["card_no"].strip() for one in receipt["officers"] if one["name"].strip()} - {""}
        if self.manifest["formal"] != (len(cards) >= 2):
            raise RefusedError("是否正式件与所记执法人员不符：正式件须两名执法人员各有证号")
        roles = {artefact["role"] for artefact in self.artefacts.values()}
        lacking = [role for role in self.manifest["policy"]["required"] if role not in roles]
        if state == "complete" and (missing or lacking):
            raise RefusedError("清单称接收完整，但缺少：" + "、".join([*missing, *lacking]))
        if state not in ("complete", "partial") or (state == "partial" and not missing):
            raise RefusedError(f"接收状态 {state} 不应出现在证据包中")
        form = "正式件" if self.manifest["formal"] else "内部监测件（未载明两名执法人员及证号）"
        return ("完整" if state == "complete" else "部分完成，缺少：" + "、".join(missing)) + f"；{form}"


_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"AVI ", "video/x-msvideo"),
    (8, b"WAVE", "audio/wav"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypM4A ", "audio/mp4"),
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftyp3gp", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"FLV\1", "video/x-flv"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK", "audio/silk"),
    (0, b"\2#!SILK", "audio/silk"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\7", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"MZ", "application/x-dosexec"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"BM", "image/bmp"),
)
_OOXML = "application/vnd.openxmlformats-officedocument."
_ZIP_KINDS: tuple[tuple[bytes, str], ...] = (
    (rb"PK\x03\x04.{26}word/", _OOXML + "wordprocessingml.document"),
    (rb"PK\x03\x04.{26}xl/", _OOXML + "spreadsheetml.sheet"),
    (rb"PK\x03\x04.{26}ppt/", _OOXML + "presentationml.presentation"),
    (
        rb"\APK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text",
        "application/vnd.oasis.opendocument.text",
    ),
    (rb"PK\x03\x04.{26}AndroidManifest\.xml", "application/vnd.android.package-archive"),
)


def media_type_of(head: bytes) -> str:
    """What a file is by its first 4,096 bytes, whatever it is called."""
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return next((kind for mark, kind in _ZIP_KINDS if re.search(mark, head, re.DOTALL)), "application/zip")
    for place, mark, kind in _MAGIC:
        if head[place : place + len(mark)] == mark and (place != 8 or head[:4] == b"RIFF"):
            return kind
    return _text_type(head)


def _text_type(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if start.startswith(b"<") and re.search(rb"<(!doctype html|html|head|body|script|iframe)\b", start):
        return "text/html"
    if start.startswith(b"<") and b"<svg" in start:
        return "image/svg+xml"
    if start.startswith(b"<?xml"):
        return "text/xml"
    if re.search(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "application/octet-stream"
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            codecs.getincrementaldecoder(encoding)().decode(head)
            return "text/plain"
    return "application/octet-stream"


_CHECKS: tuple[tuple[str, str], ...] = (
    ("manifest", "check_manifest"),
    ("members", "check_members"),
    ("digests", "check_digests"),
    ("datapackage", "check_datapackage"),
    ("signature", "check_signature"),
    ("sm2-signature", "check_sm2_signature"),
    ("package-signature", "check_package_signature"),
    ("timestamp", "check_timestamp"),
    ("custody", "check_custody"),
    ("log", "check_log"),
    ("renewal", "check_renewal"),
    ("warc", "check_warc"),
    ("index", "check_index"),
    ("pages", "check_pages"),
    ("agreement", "check_agreement"),
    ("state", "check_state"),
)
_CAPTURE_ONLY = ("sm2-signature", "custody", "renewal", "agreement", "state")
_PAGE_CHECKS = tuple(check for check in _CHECKS if check[0] not in _CAPTURE_ONLY)
_OF_A_PAGE = ("warc", "index", "pages", "agreement", "state")
_UPLOAD_CHECKS = (
    *(check for check in _CHECKS if check[0] not in _OF_A_PAGE),
    ("files", "check_files"),
    ("agreement", "check_agreement"),
    ("state", "check_state"),
)


def examine(path: str, trust: Any, now: datetime) -> Outcome:
    """All checks of one package. `trust` answers for signature and token (RefusedError, UncheckedError or a detail)."""
    outcome = Outcome()
    with open(path, "rb") as file:
        try:
            box = Box(file, file.seek(0, os.SEEK_END))
        except RefusedError as exc:
            outcome.package_sha256 = _sha256_of(file)
            return _not_opened(outcome, str(exc))
        a_page, an_upload = _is_of(box, PAGE_FORMAT), _is_of(box, UPLOAD_FORMAT)
        reading = box.read_through(FIXED_ROLES["warc"], whole=a_page)
    outcome.package_sha256 = reading.sha256
    if reading.problem:
        return _not_opened(outcome, reading.problem)
    outcome.steps.append(_step("container", PASSED, f"{len(box.members)} 个文件，无压缩、无空隙"))
    kind, checks = _Examination, _CHECKS
    if a_page:
        kind, checks = _PageExamination, _PAGE_CHECKS
    elif an_upload:
        kind, checks = _UploadExamination, _UPLOAD_CHECKS
    examination = kind(box, reading, trust, now)
    outcome.wanted = len(checks) + 1
    for check_id, method in checks:
        outcome.steps.append(_run(check_id, getattr(examination, method), examination))
    return _conclude(outcome, examination)


def _is_of(box: Box, form: str) -> bool:
    manifest = box.members.get(_MANIFEST)
    if manifest is None or manifest.size > MAX_MANIFEST_BYTES:
        return False
    return f'"format":"{form}"'.encode() in box.read(_MANIFEST)


def _not_opened(outcome: Outcome, why: str) -> Outcome:
    outcome.steps.append(_step("container", FAILED, why))
    outcome.steps.extend(_step(check_id, UNCHECKED, "压缩包结构不合格，未继续") for check_id, _ in _CHECKS)
    return outcome


def _step(check_id: str, result: str, detail: str) -> Step:
    return Step(check_id, TITLES[check_id], result, shown(detail))


def shown(text: str) -> str:
    """Text out of a package made fit to be shown: nothing that moves a terminal's cursor or turns the line around."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(char if char.isprintable() else f"〔U+{ord(char):04X}〕" for char in cut)


def _run(check_id: str, check: Callable[[], str], examination: _Examination) -> Step:
    if check_id != "manifest" and not examination.manifest:
        return _step(check_id, UNCHECKED, "证据清单不合格，未继续")
    try:
        return _step(check_id, PASSED, check())
    except RefusedError as exc:
        return _step(check_id, FAILED, str(exc))
    except UncheckedError as exc:
        return _step(check_id, UNCHECKED, str(exc))
    except _BROKEN as exc:
        return _step(check_id, FAILED, f"内容与格式不符（{type(exc).__name__}）")


def _conclude(outcome: Outcome, examination: _Examination) -> Outcome:
    outcome.manifest = examination.manifest
    token = examination.token
    if token is not None and any(s.check_id == "timestamp" and s.result == PASSED for s in outcome.steps):
        outcome.timestamp = "内部授时" if token.internal else "已授时"
        outcome.timestamp_at = token.gen_time
    return outcome


def _sha256_of(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest()


def _check_manifest_shape(manifest: Any) -> None:
    if not isinstance(manifest, dict) or set(manifest) != _MANIFEST_KEYS:
        raise RefusedError("清单的字段与规定不符")
    if manifest["format"] != "wangjian-manifest/1":
        raise RefusedError(f"不认识的清单格式：{str(manifest['format'])[:50]}")
    for name in ("capture_id", "url", "final_url", "title", "state", "operator", "lead_id"):
        if not isinstance(manifest[name], str):
            raise RefusedError(f"清单的字段类型不对：{name}")
    for name in ("started_at", "finished_at"):
        _moment(manifest[name])
    if _moment(manifest["started_at"]) > _moment(manifest["finished_at"]):
        raise RefusedError("固证的结束时间早于开始时间")
    _check_manifest_lists(manifest)


def _check_manifest_lists(manifest: dict[str, Any]) -> None:
    if not all(isinstance(manifest[name], list) for name in ("artefacts", "missing", "navigation")):
        raise RefusedError("清单的字段类型不对")
    for step in manifest["navigation"]:
        if not (isinstance(step, list) and len(step) == 2 and isinstance(step[0], int) and isinstance(step[1], str)):
            raise RefusedError("清单的跳转链有误")
    if not isinstance(manifest["environment"], dict) or not manifest["environment"].get("software"):
        raise RefusedError("清单没有取证环境")
    _all_text([*manifest["missing"], *manifest["environment"].values()])
    _check_policy_shape(manifest["policy"])
    if not _HEX.match(str(manifest["custody_head_sha256"])):
        raise RefusedError("清单没有保管链的位置")


def _check_policy_shape(policy: Any) -> None:
    if not isinstance(policy, dict) or set(policy) != _POLICY_KEYS:
        raise RefusedError("清单的固证要求与规定不符")
    _all_text([*policy["required"], *policy["optional"], *policy["clicks"], *policy["limits"].values()])
    named = {*policy["required"], *policy["optional"]}
    left = [role for role in REQUIRED_ROLES if role not in named]
    if left or set(ALWAYS_ROLES) & set(policy["optional"]):
        raise RefusedError("清单的固证要求放过了必备文件：" + "、".join(left or sorted(policy["optional"])))


def _check_artefact_shape(artefact: Any) -> None:
    if not isinstance(artefact, dict) or set(artefact) != _ARTEFACT_KEYS:
        raise RefusedError("清单中文件条目的字段与规定不符")
    digests = artefact["digests"]
    if set(digests) != {"size_bytes", "sha256", "sm3"} or type(digests["size_bytes"]) is not int:
        raise RefusedError("清单中校验值的字段与规定不符")
    if not _HEX.match(digests["sha256"]) or not _HEX.match(digests["sm3"]):
        raise RefusedError("清单中校验值的写法与规定不符")
    _all_text([artefact[name] for name in ("path", "role", "media_type", "made_by", "method")])
    _moment(artefact["made_at"])
    _member_name(artefact["path"].encode("utf-8"))


def _all_text(values: Iterable[Any]) -> None:
    if not all(isinstance(value, str) for value in values):
        raise RefusedError("清单的字段类型不对：应为文字")


def _check_link(event: dict[str, Any], previous: dict[str, Any]) -> None:
    content = {key: value for key, value in event.items() if key not in ("event_sha256", "event_sm3")}
    body = canonical(content)
    if hashlib.sha256(body).hexdigest() != event["event_sha256"]:
        raise RefusedError(f"保管链第 {event['sequence']} 条内容与其校验值不符")
    sm3 = _sm3()
    if sm3 is not None:
        sm3.update(body)
        if sm3.hexdigest() != event["event_sm3"]:
            raise RefusedError(f"保管链第 {event['sequence']} 条内容与其 SM3 校验值不符")
    if previous and event["sequence"] <= previous["sequence"]:
        raise RefusedError("保管链次序有误")
    adjacent = previous and event["sequence"] == previous["sequence"] + 1
    if adjacent and event["previous_sha256"] != previous["event_sha256"]:
        raise RefusedError(f"保管链第 {event['sequence']} 条与上一条不衔接")


def _check_low_s(signature: bytes) -> None:
    """An ECDSA signature has a twin that verifies as well; only the smaller one is ours, so that no byte is free."""
    if signature[:1] != b"\x30" or len(signature) > 80:
        return
    r_length = signature[3]
    s = int.from_bytes(signature[6 + r_length :], "big")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    if s > order // 2:
        raise RefusedError("签名不是规定的写法（低 s 值）")


def _check_two_numbers(signature: bytes) -> None:
    """An SM2 signature is two positive numbers of at most 256 bits, in the one way DER has for them."""
    numbers: list[bytes] = []
    rest = signature[2:]
    while rest[:1] == b"\2" and len(rest) > 2 and len(numbers) < 2:
        numbers.append(rest[2 : 2 + rest[1]])
        rest = rest[2 + rest[1] :]
    body = b"".join(b"\2" + bytes([len(number)]) + number for number in numbers)
    whole = all(number != b"\0" and 0 < len(number) <= 33 and _is_shortest(number) for number in numbers)
    if len(numbers) != 2 or not whole or signature != b"\x30" + bytes([len(body)]) + body:
        raise RefusedError("国密签名的写法与规定不符")


def _is_shortest(number: bytes) -> bool:
    """Positive, with no zero before it but one that its sign needs."""
    return number[0] < 0x80 and (number[0] > 0 or number[1:2] >= b"\x80")


_PICTURE_SLACK = 25
_MOST_DOM_BYTES = 8 * 1024**2
_TEXT_BYTES, _TEXT_LINES, _LINE_CHARS, _FEWEST_LINES, _LEAST_SHARE = 64 * 1024, 100, 60, 5, 0.3
_MOST_HOST_CHARS = 500


def _png_size(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", head[16:24].ljust(8, b"\0"))
    return width, height


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    if len(host) > _MOST_HOST_CHARS:  # older Pythons take very long over such a name
        raise RefusedError("网址的主机名过长")
    return host.encode("idna").decode("ascii").lower() if not host.isascii() else host


def _lines(content: bytes, what: str) -> Iterator[bytes]:
    if content and not content.endswith(b"\n"):
        raise RefusedError(f"{what} 最后一行不完整")
    start = 0
    while start < len(content):
        end = content.index(b"\n", start)
        if end - start > MAX_LINE_BYTES:
            raise RefusedError(f"{what} 的一行过长")
        yield content[start:end]
        start = end + 1


def _moment(text: Any) -> datetime:
    if not isinstance(text, str) or not _TIME.match(text):
        raise RefusedError(f"时间的写法与规定不符：{str(text)[:40]}")
    whole, _, part = text[:-1].partition(".")
    found = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return found + timedelta(microseconds=int((part + "000000")[:6]))


def _inflate(content: bytes) -> bytes:
    decoder = zlib.decompressobj(31)
    try:
        made = decoder.decompress(content, MAX_TEXT_BYTES)
    except zlib.error as exc:
        raise RefusedError("索引的压缩数据损坏") from exc
    if not decoder.eof or decoder.unused_data:
        raise RefusedError("索引不完整、过大或有多余内容")
    return made


def _sm3() -> Any:
    try:
        return hashlib.new("sm3")
    except ValueError:
        return None


# --- signature and token through the openssl command --------------------------------------------------------


_KEY_ENDS = re.compile(r"wangjian-key-ends: ([0-9a-f]{64}) (\S{1,30})\s*\Z")


def key_ends(anchors_pem: str) -> dict[str, datetime]:
    """What a file of roots says beside them: by the SHA-256 of its certificate, when a signing key was given up. What
    was signed or stamped later is not believed, though the certificate may run on.

    Raises:
        RefusedError: Such a line cannot be read; to pass over it would be to believe the key.
    """
    found = {}
    for line in anchors_pem.splitlines():
        if "wangjian-key-ends" in line:
            match = _KEY_ENDS.match(line)
            if match is None:
                raise RefusedError("根证书文件中停用密钥的一行无法读取")
            found[match.group(1)] = _moment(match.group(2))
    return found


def check_key_ends(ends: dict[str, datetime], certificate: bytes, at: datetime) -> None:
    """Raises RefusedError when the key of this certificate (DER) had been given up then."""
    end = ends.get(hashlib.sha256(certificate).hexdigest())
    if end is not None and at > end:
        raise RefusedError(f"签名密钥已于 {end.isoformat()} 停用，此后的签名不予承认")


@dataclass
class _Leaf:
    """What the command says of a signing certificate."""

    key: bytes
    rsa: bool
    strong: bool
    for_documents: bool
    subject: str


class OpensslTrust:
    """Asks the `openssl` command, when there is one, whether the anchors vouch for a signature or token."""

    def __init__(self, anchors_pem: str) -> None:
        self.anchors = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", anchors_pem, re.DOTALL)
        self.command = shutil.which("openssl")
        self.ends = key_ends(anchors_pem)
        self._leaves: dict[bytes, _Leaf] = {}
        self._usable: bytes | None = None

    def signature(self, content: bytes, signature: bytes, certificates_pem: bytes, at: str) -> str:
        """The signature fits the content, and its certificate ends in an anchor for documents."""
        leaf = self._leaf(certificates_pem)
        with self._folder(content=content, signature=signature, key=leaf.key) as run:
            padding: tuple[str, ...] = ()
            if leaf.rsa:
                padding = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
            done = run("dgst", "-sha256", *padding, "-verify", "key", "-signature", "signature", "content")
            if done.returncode:
                raise RefusedError("签名与内容不符")
        if not leaf.strong:
            raise RefusedError("签名证书的密钥种类不受支持")
        if not leaf.for_documents:
            raise RefusedError("签名证书的用途不是文书签名")
        self._chain(certificates_pem, at)
        check_key_ends(self.ends, _ders(certificates_pem.decode("ascii", "replace"))[0], _moment(at))
        return leaf.subject

    def sm2_signature(self, content: bytes, signature: bytes, certificates_pem: bytes, at: str) -> str:
        """The same by SM2 with SM3, by a command that knows them."""
        identity = "distid:1234567812345678"
        with self._folder(content=content, signature=signature, certificates=certificates_pem) as run:
            run.write("key", run.need("x509", "-in", "certificates", "-pubkey", "-noout"))
            done = run("dgst", "-sm3", "-verify", "key", "-sigopt", identity, "-signature", "signature", "content")
            if b"Verified OK" not in done.stdout:
                if b"Verification failure" in done.stdout + done.stderr:
                    raise RefusedError("国密签名与内容不符")
                raise UncheckedError("本机的 openssl 不能核对国密签名（SM2、SM3）")
            if not _for_documents(run, "certificates"):
                raise RefusedError("国密签名证书的用途不是文书签名")
            run.write("usable", self._document_anchors())
            words = ("-no-CApath", "-no-CAstore", "-CAfile", "usable", "-attime", str(int(_moment(at).timestamp())))
            if not any(b"SM2" in run("x509", "-in", "one", "-noout", "-text").stdout for _ in self._each(run)):
                raise UncheckedError("国密签名与内容相符；没有提供可信的国密根证书（--anchors），不能确认是谁签的")
            if run("verify", "-vfyopt", identity, *words, "-untrusted", "certificates", "certificates").returncode:
                raise RefusedError("国密签名证书不是由可信机构签发，或在固证时无效")
            told = run.need("x509", "-in", "certificates", "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus")
            return told.decode("utf-8", "replace").strip()

    def _each(self, run: _Openssl) -> Iterator[None]:
        """Each anchor for documents in turn as the file `one`."""
        pattern = rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----"
        for anchor in re.findall(pattern, self._document_anchors(), re.DOTALL):
            run.write("one", anchor + b"\n")
            yield

    def _leaf(self, certificates_pem: bytes) -> _Leaf:
        if certificates_pem not in self._leaves:
            with self._folder(certificates=certificates_pem) as run:
                run.need("crl2pkcs7", "-nocrl", "-certfile", "certificates", "-out", "all")  # each one can be read
                run.need("x509", "-in", "certificates", "-out", "leaf")
                told = run.need("x509", "-in", "leaf", "-noout", "-text", "-subject", "-nameopt", "utf8,sep_comma_plus")
                self._leaves[certificates_pem] = _Leaf(
                    run.need("x509", "-in", "leaf", "-pubkey", "-noout"),
                    b"rsaEncryption" in told,
                    _strong(told),
                    _for_documents(run, "leaf"),
                    told.decode("utf-8", "replace").strip().splitlines()[-1],
                )
        return self._leaves[certificates_pem]

    def _chain(self, certificates_pem: bytes, at: str) -> None:
        usable = self._document_anchors()
        if not usable:
            raise UncheckedError("签名与内容相符；没有提供可信的签发机构证书（--anchors），不能确认是谁签的")
        with self._folder(usable=usable, certificates=certificates_pem) as run:
            epoch = str(int(_moment(at).timestamp()))
            words = ("-no-CApath", "-no-CAstore", "-CAfile", "usable", "-untrusted", "certificates")
            if run("verify", *words, "-attime", epoch, "certificates").returncode:
                raise RefusedError("签名证书不是由可信机构签发，或在固证时无效")

    def _document_anchors(self) -> bytes:
        if self._usable is None:
            self._usable = b""
            for anchor in self.anchors:
                with self._folder(anchor=anchor.encode()) as run:
                    if _for_documents(run, "anchor"):
                        self._usable += anchor.encode()
        return self._usable

    def token(self, response: bytes, sha256: str, sm3: str = "", at: str = "") -> TokenFacts:
        """The response is a granted token over either digest, from an anchored authority whose certificates stood when
        it was given; `at` asks whether they also stood then."""
        _check_nothing_behind(response)
        with self._folder(response=response, anchors="".join(self.anchors).encode()) as run:
            told = run.need("ts", "-reply", "-in", "response", "-text").decode("utf-8", "replace")
            stamp = re.search(r"^Time stamp: (\w{3} +\d+ [\d:]+)(\.\d+)? (\d{4}) GMT", told, re.MULTILINE)
            policy = re.search(r"^Policy OID: (\S+)", told, re.MULTILINE)
            if stamp is None:
                raise RefusedError("不是已授予的时间戳应答")
            moment = datetime.strptime(f"{stamp.group(1)} {stamp.group(3)}", "%b %d %H:%M:%S %Y")
            gen_time = moment.strftime("%Y-%m-%dT%H:%M:%S") + (stamp.group(2) or "") + "Z"
            if not self.anchors:
                raise UncheckedError("没有提供可信的授时机构证书（--anchors），不能确认时间戳")
            epoch = str(int(_moment(at or gen_time).timestamp()))
            by_sm3 = re.search(r"^Hash Algorithm: sm3\s*$", told, re.MULTILINE) is not None
            if by_sm3 and not sm3:
                raise UncheckedError("时间戳是对 SM3 校验值加的；本机 Python 没有 SM3 算法，未核")
            digest = sm3 if by_sm3 else sha256
            done = run("ts", "-verify", "-digest", digest, "-in", "response", "-CAfile", "anchors", "-attime", epoch)
            if done.returncode or b"Verification: OK" not in done.stdout + done.stderr:
                raise RefusedError("时间戳与证据清单不符，或不是可信机构所发")
            return TokenFacts(gen_time, policy is not None and policy.group(1) == LOCAL_POLICY)

    @contextlib.contextmanager
    def _folder(self, **files: bytes) -> Iterator[_Openssl]:
        if self.command is None:
            raise UncheckedError("本机没有 openssl 命令，不能核对签名与时间戳")
        with tempfile.TemporaryDirectory() as folder:
            run = _Openssl(self.command, folder)
            for name, content in files.items():
                run.write(name, content)
            yield run


_OPENSSL_SECONDS = 60


class _Openssl:
    """The command, run in a folder of its own."""

    def __init__(self, command: str, folder: str) -> None:
        self.command = command
        self.folder = folder

    def __call__(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        given: dict[str, Any] = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "capture_output": True}
        try:
            return subprocess.run([self.command, *words], timeout=_OPENSSL_SECONDS, **given)
        except subprocess.TimeoutExpired as exc:
            raise RefusedError(f"openssl 在 {_OPENSSL_SECONDS} 秒内没有读完证书、签名或时间戳") from exc

    def need(self, *words: str) -> bytes:
        done = self(*words)
        if done.returncode:
            raise RefusedError("证书、签名或时间戳无法读取")
        return done.stdout

    def write(self, name: str, content: bytes) -> None:
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content)


def _check_nothing_behind(der: bytes) -> None:
    """The command reads one value and leaves what stands behind it."""
    octets = der[1] & 0x7F if len(der) > 1 and der[1] > 0x80 else 0
    length = int.from_bytes(der[2 : 2 + octets], "big") if octets else der[1] if len(der) > 1 else 0
    if der[:1] != b"\x30" or len(der) != 2 + octets + length:
        raise RefusedError("时间戳应答的编码有误")


def _strong(told: bytes) -> bool:
    """ECDSA P-256, or RSA of 2048 bits and more."""
    bits = re.search(rb"Public-Key: \(([0-9]{1,6}) bit", told)
    if b"rsaEncryption" in told:
        return bits is not None and int(bits.group(1)) >= 2048
    return b"id-ecPublicKey" in told and b"ASN1 OID: prime256v1" in told


def _for_documents(run: _Openssl, name: str) -> bool:
    done = run("x509", "-in", name, "-noout", "-ext", "extendedKeyUsage")
    return b"1.3.6.1.5.5.7.3.36" in done.stdout


# --- command ------------------------------------------------------------------------------------------------

_MARKS = {PASSED: "通过", FAILED: "不通过", UNCHECKED: "未核"}


def _exit_code(outcome: Outcome) -> int:
    if outcome.valid:
        return 0
    return 1 if any(step.result == FAILED for step in outcome.steps) else 2


def _print_words(outcome: Outcome) -> None:
    print(f"整包 SHA-256：{outcome.package_sha256}")
    if outcome.manifest:
        an_upload = outcome.manifest["format"] == UPLOAD_FORMAT
        print(f"材料：{shown(outcome.manifest['title'])}" if an_upload else f"网址：{shown(outcome.manifest['url'])}")
        span = f"{outcome.manifest['started_at']} 至 {outcome.manifest['finished_at']}"
        print(f"{'接收' if an_upload else '固证'}时间（UTC）：{span}")
        print(f"时间戳：{outcome.timestamp} {outcome.timestamp_at}")
    for step in outcome.steps:
        print(f"[{_MARKS[step.result]}] {step.title}" + (f"：{step.detail}" if step.detail else ""))
    words = {0: "结论：全部通过，证据包自封存后未被改动", 1: "结论：不通过", 2: "结论：有项目未能核对，不能认定有效"}
    print(words[_exit_code(outcome)])


def _print_json(outcome: Outcome) -> None:
    print(
        json.dumps(
            {
                "package_sha256": outcome.package_sha256,
                "valid": outcome.valid,
                "capture_id": outcome.manifest.get("capture_id", ""),
                "url": outcome.manifest.get("url", ""),
                "timestamp": outcome.timestamp,
                "timestamp_at": outcome.timestamp_at,
                "checks": [vars(step) for step in outcome.steps],
            },
            ensure_ascii=False,
        )
    )


def main(words: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description="网鉴证据包独立核验（不联网）")
    parser.add_argument("package", help="证据包文件（.wacz）")
    parser.add_argument("--anchors", help="可信签发机构与授时机构的根证书（PEM），须从包外可靠途径取得")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    chosen = parser.parse_args(words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        anchors = ""
        if chosen.anchors:
            with open(chosen.anchors, encoding="utf-8") as file:
                anchors = file.read()
        outcome = examine(chosen.package, OpensslTrust(anchors), datetime.now(timezone.utc))
    except (OSError, UnicodeDecodeError, RefusedError) as exc:
        print(f"无法读取：{exc}", file=sys.stderr)
        return 2
    (_print_json if chosen.json else _print_words)(outcome)
    return _exit_code(outcome)


if __name__ == "__main__":
    sys.exit(main())
