"""WARC records as gzip members: put together here, one member a record, and taken apart again.

Not by warcio: it parses a message's head and prints it anew (white space, line ends), the block must be the bytes of
the wire. What is written here warcio reads and checks (tests/crawlers/archive).
Standard: WARC/1.1 (ISO 28500:2017), annex D (record-at-a-time compression).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from records.errors import IntegrityError

__all__ = ["Message", "WarcRecord", "member", "parse_record", "record_date", "split_message", "unpack"]

_GZIP = 16
_LARGE_BYTES = 32_768
# Level 3 packs a page of 9 KB in two thirds of the time of level 6 and 4 % larger. The smaller the record, the smaller
# the tables: making the standard ones ready costs more than packing a request.
_SMALL_PACKER = (3, zlib.DEFLATED, _GZIP + 14, 6)
_LARGE_PACKER = (3, zlib.DEFLATED, _GZIP + 15, 8)
_TINY_PACKER = (6, zlib.DEFLATED, _GZIP + 11, 3)
_TINY_BYTES = 2048
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNKED = re.compile(rb"^transfer-encoding:[^\r\n]*\bchunked\b", re.IGNORECASE | re.MULTILINE)
_CODED = re.compile(rb"^content-encoding:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """One record as it stands in the file; `fields` in its order, names as written."""

    fields: tuple[tuple[str, str], ...]
    block: bytes

    def field(self, name: str) -> str:
        """A header of the record; empty when it has none of that name."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")

    @property
    def block_is_whole(self) -> bool:
        """Whether the block still has the digest and the length that were written with it."""
        said = self.field("WARC-Block-Digest").removeprefix("sha256:")
        return self.field("Content-Length") == str(len(self.block)) and (
            not said or hashlib.sha256(self.block).hexdigest() == said
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An HTTP message of the wire. `payload` is the body with its chunk framing undone, its content coding kept."""

    head: bytes
    payload: bytes
    status: int
    chunked: bool
    codings: tuple[str, ...]


def record_date(moment: datetime) -> str:
    """WARC-Date: UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def member(fields: Mapping[str, str], block: bytes) -> bytes:
    """One record as one gzip member. `WARC-Block-Digest` and `Content-Length` are added."""
    lines = "".join(f"{name}: {_clean(value)}\r\n" for name, value in fields.items())
    digest = hashlib.sha256(block).hexdigest()
    head = f"WARC/1.1\r\n{lines}WARC-Block-Digest: sha256:{digest}\r\nContent-Length: {len(block)}\r\n\r\n"
    size = len(block)
    settings = _LARGE_PACKER if size > _LARGE_BYTES else _SMALL_PACKER if size > _TINY_BYTES else _TINY_PACKER
    packer = zlib.compressobj(*settings)
    return b"".join((packer.compress(head.encode() + block + b"\r\n\r\n"), packer.flush()))


def unpack(stored: bytes) -> bytes:
    """What one gzip member holds.

    Raises:
        IntegrityError: It is no whole member, or there is more than one.
    """
    reader = zlib.decompressobj(_GZIP + 15)
    try:
        content = reader.decompress(stored)
    except zlib.error as exc:
        raise IntegrityError(f"存档记录已损坏，无法解压：{exc}", cure="用备份恢复该存档文件") from exc
    if not reader.eof or reader.unused_data:
        raise IntegrityError("存档记录不完整或长度不符", cure="用备份恢复该存档文件")
    return content


def parse_record(content: bytes) -> WarcRecord:
    """A record from its uncompressed bytes.

    Raises:
        IntegrityError: They are no WARC record.
    """
    head, mark, rest = content.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", errors="replace").split("\r\n")
    if not mark or not lines[0].startswith("WARC/"):
        raise IntegrityError("存档记录的开头不是 WARC 记录", cure="用备份恢复该存档文件")
    pairs = (line.partition(":") for line in lines[1:])
    fields = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    return WarcRecord(fields=fields, block=rest.removesuffix(b"\r\n\r\n"))


def split_message(wire: bytes) -> Message:
    """Head and payload of an answer as it came over the wire, from the final status line on."""
    end = _HEAD_END.search(wire)
    head, body = (wire[: end.end()], wire[end.end() :]) if end is not None else (wire, b"")
    chunked = _CHUNKED.search(head) is not None
    codings = tuple(
        part.strip().lower() for value in _CODED.findall(head) for part in value.decode("latin-1").split(",")
    )
    return Message(
        head=head,
        payload=b"".join(_pieces(body)) if chunked else body,
        status=_status(head),
        chunked=chunked,
        codings=tuple(coding for coding in codings if coding and coding != "identity"),
    )


def _status(head: bytes) -> int:
    said = head[:64].split(b" ", 2)[1:2]
    return int(said[0][:3]) if said and said[0][:3].isdigit() else 0


def _pieces(body: bytes) -> Iterable[bytes]:
    """The data of chunks, as far as it came."""
    at = 0
    while (line_end := body.find(b"\n", at)) >= 0:
        said = body[at:line_end].split(b";", 1)[0].strip()
        try:
            size = int(said, 16)
        except ValueError:
            return
        if size <= 0:
            return
        yield body[line_end + 1 : line_end + 1 + size]
        at = line_end + 1 + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1


def _clean(value: str) -> str:
    """A header value is one line."""
    return value.replace("\r", " ").replace("\n", " ")
