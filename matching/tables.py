"""Files that hold a table: CSV (GB18030, UTF-8, UTF-16), JSON Lines, xlsx, told apart by their bytes, read as rows.

A row knows its place in the file, and a damaged row is an item of its own (`BadRow`), never the end of the reading.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from records.errors import InvalidInputError, NotFoundError

__all__ = ["BadRow", "Row", "TableFile", "TableKind", "open_table"]

MAX_LINES_IN_A_ROW = 20
"""A quoted field may hold line breaks; more than this is a quotation mark somebody forgot."""


class TableKind(StrEnum):
    """How the file is written."""

    CSV = "CSV"
    JSONL = "JSONL"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Values by heading; `line` counts from 1 as an editor or a spreadsheet shows it."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be read, and why (Chinese)."""

    line: int
    column: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A recognised table; `rows()` may be called again."""

    path: Path
    kind: TableKind
    encoding: str
    sha256: str
    headings: tuple[str, ...]

    def rows(self) -> Iterator[Row | BadRow]:
        """Every data row in order; blank rows are passed over."""
        if self.kind is TableKind.XLSX:
            return _xlsx_rows(self.path)
        if self.kind is TableKind.JSONL:
            return _jsonl_rows(self.path, self.encoding)
        return _csv_rows(self.path, self.encoding)


def open_table(path: Path, *, expected: str) -> TableFile:
    """Recognise a file. `expected` says in Chinese what it should hold, for the message.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Empty, binary, a damaged workbook, or without a heading row.
    """
    if not path.is_file():
        raise NotFoundError(f"找不到文件 {path}", cure="检查路径", path=str(path))
    with path.open("rb") as file:
        head = file.read(65536)
    if not head.strip():
        raise InvalidInputError(f"文件 {path.name} 是空的；应为{expected}", path=str(path))
    sha256, encoding = _digest_and_encoding(path)
    if head.startswith(b"PK\x03\x04"):
        kind, encoding = TableKind.XLSX, ""
    elif not encoding.startswith("utf-16") and b"\0" in head:
        raise InvalidInputError(f"文件 {path.name} 不是表格（二进制内容）；应为{expected}", path=str(path))
    else:
        first = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")[:1]
        kind = TableKind.JSONL if first == "{" else TableKind.CSV
    headings = _headings(path, kind, encoding, expected)
    return TableFile(path=path, kind=kind, encoding=encoding, sha256=sha256, headings=headings)


def _digest_and_encoding(path: Path) -> tuple[str, str]:
    """SHA-256 and the encoding the whole file can be read in; damaged text counts as what its start looks like."""
    digest, decoder, utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    bom = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            bom = bom or chunk[:3]
            digest.update(chunk)
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if bom.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return digest.hexdigest(), "utf-16"
    return digest.hexdigest(), "utf-8-sig" if utf8 or bom == codecs.BOM_UTF8 else "gb18030"


def _headings(path: Path, kind: TableKind, encoding: str, expected: str) -> tuple[str, ...]:
    try:
        if kind is TableKind.XLSX:
            found = next(_sheet_rows(path), (0, []))[1]
        elif kind is TableKind.JSONL:
            first = next(_jsonl_rows(path, encoding), None)
            found = list(first.values) if isinstance(first, Row) else []
        else:
            found = next(_physical_csv(path, encoding), (0, []))[1]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, csv.Error) as exc:
        raise InvalidInputError(
            f"文件 {path.name} 不能作为{kind.value}打开（{type(exc).__name__}）；应为{expected}", path=str(path)
        ) from exc
    headings = tuple(text.strip() for text in found)
    if not any(headings):
        raise InvalidInputError(f"文件 {path.name} 没有表头；应为{expected}", path=str(path))
    return headings


def _delimiter(line: str) -> str:
    counts = {mark: line.count(mark) for mark in ",\t;|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","


class _RememberedLines:
    """Lines as csv.reader takes them, those of the row being read kept for a second look."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.since_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.since_row.append(line)
            yield line


def _physical_csv(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each row; a row with an unclosed quotation mark is read again line by line."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(file.readline(65536))
        file.seek(0)
        remembered = _RememberedLines(iter(file))
        reader, line = csv.reader(iter(remembered), delimiter=delimiter), 0
        while True:
            remembered.since_row.clear()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                fields = []
            taken = len(remembered.since_row)
            if taken > MAX_LINES_IN_A_ROW or not fields:
                for offset, text in enumerate(remembered.since_row):
                    yield line + offset + 1, text.rstrip("\r\n").split(delimiter)
            else:
                yield line + 1, fields
            line += taken


def _csv_rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    rows = _physical_csv(path, encoding)
    headings = [text.strip() for text in next(rows)[1]]
    for line, fields in rows:
        if not any(field.strip() for field in fields):
            continue
        if len(fields) > len(headings) and not any(field.strip() for field in fields[len(headings) :]):
            fields = fields[: len(headings)]
        if len(fields) != len(headings):
            problem = f"有{len(fields)}列，表头为{len(headings)}列（多半是未加引号的逗号或断行）"
            yield BadRow(line=line, column="", problem=problem)
            continue
        yield Row(line=line, values=dict(zip(headings, fields, strict=True)))


def _jsonl_rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    with path.open(encoding=encoding, errors="replace") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield Row(line=line, values={str(name): _as_text(value) for name, value in found.items()})
            else:
                yield BadRow(line=line, column="", problem="不是一个JSON对象")


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(map(str, value))
    return str(value)


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield line, [_as_text(cell).removesuffix(" 00:00:00") for cell in cells]
    finally:
        book.close()


def _xlsx_rows(path: Path) -> Iterator[Row | BadRow]:
    rows = _sheet_rows(path)
    headings = [text.strip() for text in next(rows)[1]]
    for line, fields in rows:
        if any(field.strip() for field in fields):
            yield Row(line=line, values={name: text for name, text in zip(headings, fields, strict=False) if name})
