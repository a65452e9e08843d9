"""DBF tables (dBase III and IV, FoxPro, Visual FoxPro) with their memo files, as old registration systems export them.

Standard: the dBase III PLUS file structure (32-byte header, 32-byte field descriptors, fixed records) and Microsoft's
"Table File Structure" for Visual FoxPro. Text is GB18030 or UTF-8 by its own bytes: the code page mark is seldom true.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from matching.dbf_memo import DbfMemo, open_memo
from matching.table_rows import BadRow, Row, cell_problem
from matching.text_lines import surely_utf8

__all__ = ["HEADING_BYTES", "DbfLayout", "dbf_encoding", "dbf_rows", "is_dbf", "read_layout"]

HEADING_BYTES = 10
"""A DBF heading holds no more: five Chinese characters in GB18030."""

_VERSIONS = frozenset((0x03, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB))
_KNOWN_TYPES = frozenset("CNFDLMIYTBGPVQW0+@O")
_SAMPLED = 2000
_LIVE, _DELETED, _END = 0x20, 0x2A, 0x1A
_JULIAN_EPOCH = 1_721_425
"""Julian day number of the day before 0001-01-01, from which Python counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DbfField:
    """A column: its heading as bytes, its type letter and where it stands in a record."""

    heading: bytes
    type: str
    start: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DbfLayout:
    """What the header says."""

    version: int
    records: int
    header_bytes: int
    record_bytes: int
    fields: tuple[DbfField, ...] = field(default=())

    def headings(self, encoding: str) -> list[str]:
        return [item.heading.decode(encoding, errors="replace").strip() for item in self.fields]


def is_dbf(head: bytes) -> bool:
    """Whether a file that starts so is a DBF table: version, date of last change, lengths and the first descriptor."""
    if len(head) < 65 or head[0] not in _VERSIONS or head[2] > 12 or head[3] > 31:
        return False
    header_bytes, record_bytes = struct.unpack_from("<HH", head, 8)
    return header_bytes >= 65 and record_bytes >= 2 and chr(head[32 + 11]) in _KNOWN_TYPES and head[32] > 0x20


def read_layout(path: Path) -> DbfLayout:
    """The header of a DBF table.

    Raises:
        ValueError: It is cut short or contradicts itself (Chinese).
    """
    with path.open("rb") as file:
        fixed = file.read(32)
        records, header_bytes, record_bytes = struct.unpack_from("<IHH", fixed, 4)
        described = file.read(header_bytes - 32)
    fields, start = [], 1
    for at in range(0, len(described) - 31, 32):
        if described[at] == 0x0D:
            break
        descriptor = described[at : at + 32]
        kind, length = chr(descriptor[11]), descriptor[16]
        if kind == "C":  # FoxPro: text longer than 255 keeps the rest of its length where numbers keep decimals
            length += descriptor[17] << 8
        heading = descriptor[:11].split(b"\0", 1)[0]
        fields.append(DbfField(heading=heading, type=kind, start=start, length=length))
        start += length
    if not fields or start > record_bytes:
        raise ValueError("DBF表头损坏：各列宽度与记录长度不符")
    return DbfLayout(
        version=fixed[0], records=records, header_bytes=header_bytes, record_bytes=record_bytes, fields=tuple(fields)
    )


def dbf_encoding(path: Path) -> str:
    """utf-8 or gb18030, by headings and the texts of the first records."""
    layout, balance = read_layout(path), 0
    with path.open("rb") as file:
        texts = [item.heading for item in layout.fields]
        for _number, raw in zip(range(_SAMPLED), _records(file, layout), strict=False):
            texts += [_bytes_of(raw, item) for item in layout.fields if item.type == "C"]
    for text in texts:
        if not text.isascii():
            balance += 1 if surely_utf8(text) else -1
    return "utf-8" if balance > 0 else "gb18030"


def dbf_rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    """Every record not marked deleted, by its number from 1; a file that breaks off ends in a BadRow that says so."""
    layout = read_layout(path)
    headings = layout.headings(encoding)
    memo = open_memo(path, layout.version)
    number = 0
    with path.open("rb") as file:
        for number, raw in enumerate(_records(file, layout), start=1):
            if len(raw) < layout.record_bytes:
                problem = f"文件在第{number}条记录处断了，表头称有{layout.records}条"
                yield BadRow(line=number, column="", problem=problem, advice="请重新导出或重新传送该文件")
                return
            if raw[0] != _DELETED:
                yield _row(number, raw, layout, headings, memo, encoding)
    if number < layout.records:
        problem = f"文件只有{number}条记录，表头称有{layout.records}条"
        yield BadRow(line=number + 1, column="", problem=problem, advice="请重新导出或重新传送该文件")


def _row(number: int, raw: bytes, layout: DbfLayout, headings: list[str], memo: DbfMemo, encoding: str) -> Row | BadRow:
    if raw[0] != _LIVE:
        problem = f"记录标志为0x{raw[0]:02X}，应为空格或星号：该条已损坏"
        return BadRow(line=number, column="", problem=problem, advice="请在原系统中修复后重新导出")
    values: dict[str, str] = {}
    note = ""
    for item, heading in zip(layout.fields, headings, strict=True):
        text, wrong = _value(raw[item.start : item.start + item.length], item, memo, encoding)
        values[heading] = text
        note = note or (f"{heading}：{wrong}" if wrong else "")
    cells = tuple(values.values())
    at, problem = cell_problem(cells)
    if problem:
        advice = "请在原系统中清除该格的异常内容后重新导出"
        return BadRow(line=number, column=headings[at], problem=problem, advice=advice, cells=cells)
    return Row(line=number, values=values, note=note)


def _records(file: BinaryIO, layout: DbfLayout) -> Iterator[bytes]:
    file.seek(layout.header_bytes)
    while raw := file.read(layout.record_bytes):
        if raw[0] == _END and len(raw) < layout.record_bytes:
            return
        yield raw


def _value(raw: bytes, item: DbfField, memo: DbfMemo, encoding: str) -> tuple[str, str]:
    """The text of a field, and what was wrong with it (Chinese)."""
    if item.type == "M":
        found, wrong = memo.text_at(raw)
        return (found.decode(encoding, errors="replace"), "") if found else ("", wrong)
    if item.type in "IBTY" and len(raw) in (4, 8):
        return _binary(raw, item.type), ""
    bare = raw.strip(b" \0") if item.type != "C" else raw.rstrip(b" \0")
    if item.type == "L":
        return {"T": "是", "Y": "是", "F": "否", "N": "否"}.get(bare.decode("ascii", "replace").upper(), ""), ""
    try:
        return bare.decode(encoding).strip(), ""
    except UnicodeDecodeError as exc:
        if exc.end >= len(bare) and exc.start >= len(bare) - 3:
            return bare[: exc.start].decode(encoding, errors="replace"), "末尾的字被列宽截断，请核对"
        return bare.decode(encoding, errors="replace"), ""


def _bytes_of(raw: bytes, item: DbfField) -> bytes:
    return raw[item.start : item.start + item.length].rstrip(b" \0")


def _binary(raw: bytes, kind: str) -> str:
    if kind == "T" and len(raw) == 8:
        day, _milliseconds = struct.unpack("<ii", raw)
        known = 0 < day - _JULIAN_EPOCH <= date.max.toordinal()
        return date.fromordinal(day - _JULIAN_EPOCH).isoformat() if known else ""
    if kind == "I" and len(raw) == 4:
        return str(struct.unpack("<i", raw)[0])
    if kind == "Y" and len(raw) == 8:
        return f"{struct.unpack('<q', raw)[0] / 10_000:.2f}"
    if kind == "B" and len(raw) == 8:
        return f"{struct.unpack('<d', raw)[0]:.15g}"
    return ""
