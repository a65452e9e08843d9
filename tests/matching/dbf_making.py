"""DBF tables and memo files written byte by byte, as the programs of their time wrote them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Column:
    heading: str
    type: str
    length: int
    decimals: int = 0


def dbf_bytes(
    columns: Sequence[Column],
    records: Sequence[bytes],
    *,
    version: int = 0x03,
    encoding: str = "gb18030",
    page: int = 0,
) -> bytes:
    """Header, descriptors, 0x0D (Visual FoxPro: 263 bytes of backlink), records, 0x1A."""
    tail = b"\x0d" + (b"\0" * 263 if version in (0x30, 0x31, 0x32) else b"")
    header_bytes = 32 + 32 * len(columns) + len(tail)
    record_bytes = 1 + sum(column.length for column in columns)
    head = struct.pack("<BBBBIHH", version, 126, 11, 20, len(records), header_bytes, record_bytes)
    head += b"\0" * 17 + bytes([page]) + b"\0\0"
    for column in columns:
        name = column.heading.encode(encoding)[:10].ljust(11, b"\0")
        length, decimals = column.length & 0xFF, (column.length >> 8) or column.decimals
        head += name + column.type.encode() + b"\0" * 4 + bytes([length, decimals]) + b"\0" * 14
    return head + tail + b"".join(records) + b"\x1a"


def record(columns: Sequence[Column], *values: str | bytes, mark: bytes = b" ", encoding: str = "gb18030") -> bytes:
    """One record; a text is cut at the width of its column, a number stands right."""
    out = mark
    for column, value in zip(columns, values, strict=True):
        raw = value if isinstance(value, bytes) else value.encode(encoding)
        out += raw.rjust(column.length) if column.type in "NF" else raw[: column.length].ljust(column.length)
    return out


def write_fpt(path: Path, texts: Sequence[bytes], *, block_bytes: int = 64) -> list[int]:
    """A FoxPro memo file; the block each text begins at."""
    body, starts = b"", []
    first = -(-512 // block_bytes)
    for text in texts:
        starts.append(first + len(body) // block_bytes)
        block = struct.pack(">II", 1, len(text)) + text
        body += block.ljust(-(-len(block) // block_bytes) * block_bytes, b"\0")
    head = struct.pack(">IHH", first + len(body) // block_bytes, 0, block_bytes).ljust(512, b"\0")
    path.write_bytes(head.ljust(first * block_bytes, b"\0") + body)
    return starts


def write_dbt(path: Path, texts: Sequence[bytes], *, four: bool) -> list[int]:
    """A dBase III (texts end in 0x1A 0x1A) or dBase IV (texts have a head) memo file; where each begins."""
    body, starts = b"", []
    for text in texts:
        starts.append(1 + len(body) // 512)
        block = b"\xff\xff\x08\x00" + struct.pack("<I", len(text) + 8) + text if four else text + b"\x1a\x1a"
        body += block.ljust(-(-len(block) // 512) * 512, b"\0")
    head = struct.pack("<I", 1 + len(body) // 512).ljust(20, b"\0") + struct.pack("<H", 512)
    path.write_bytes(head.ljust(512, b"\0") + body)
    return starts
