"""Tables officers send: xlsx and CSV as offices really write them, read row by row with the line each stands on."""

from __future__ import annotations

import codecs
import csv
import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from lxml import etree  # type: ignore[import-untyped]  # no stubs among our dependencies

from records.errors import InvalidInputError, NotFoundError

__all__ = ["MAX_ROWS", "SheetRow", "SheetTable", "open_sheet"]

MAX_ROWS = 200_000
_MAX_BYTES = 200_000_000
_MAX_UNPACKED_BYTES = 1_000_000_000
_ROWS_BEFORE_HEADINGS = 10
_MAX_COLUMNS = 300
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["'][A-Z]{1,3}(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""")
_CURE = "用 wangjian targets template -o 模板.xlsx 得到样表"
_DAMAGED = (
    zipfile.BadZipFile, KeyError, ValueError, OSError, ParseError, EOFError, etree.LxmlError,
    NotImplementedError, AttributeError, TypeError, IndexError,
)  # fmt: skip  # what openpyxl lets through on workbooks that are none

IsHeadings = Callable[[list[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row. `line` counts from 1 as the spreadsheet shows it; `merged`: a merged cell covers part of it."""

    line: int
    cells: tuple[str, ...]
    merged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table whose headings were found; `rows` can be gone through once."""

    headings: tuple[str, ...]
    rows: Iterator[SheetRow]


def open_sheet(path: Path, is_headings: IsHeadings, *, wanted: str, cure: str = _CURE) -> SheetTable:
    """Find the table in a file by its heading row, which may stand under a title and on any sheet.

    Args:
        is_headings: Whether a row is the headings.
        wanted: In Chinese, what the heading row must have.
        cure: What to do when no heading row is found.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Too large, empty, no table at all, damaged, or without such headings.
    """
    head = _head(path)
    sheets = _workbook_sheets(path) if head.startswith(b"PK") else (_csv_sheet(path, head),)
    seen: list[str] = []
    for rows in sheets:
        for row in _first(rows, _ROWS_BEFORE_HEADINGS):
            headings = tuple(cell.strip() for cell in row.cells)
            if is_headings(list(headings)):
                return SheetTable(headings=headings, rows=_held_to(rows, path))
            seen = seen or [cell[:20] for cell in headings if cell][:12]
    shown = f"（看到的是：{'、'.join(seen)}）" if seen else "（没有内容）"
    raise InvalidInputError(f"文件 {path.name} 里没有找到表头{shown}；应有{wanted}", cure=cure, path=str(path))


def _head(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError(f"找不到文件 {path}", cure="检查路径", path=str(path))
    if path.stat().st_size > _MAX_BYTES:
        raise InvalidInputError(f"文件 {path.name} 超过 {_MAX_BYTES // 1_000_000} MB", cure="分成几个文件")
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise InvalidInputError(f"文件 {path.name} 是空的", cure=_CURE, path=str(path))
    if head.startswith(_OLD_EXCEL):
        raise InvalidInputError(
            f"文件 {path.name} 是旧版 .xls 或加了密码的工作簿，读不了", cure="在表格软件里去掉密码，另存为 .xlsx"
        )
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise InvalidInputError(f"文件 {path.name} 其实是网页，不是表格", cure="在表格软件里打开，另存为 .xlsx")
    return head


def _first(rows: Iterator[SheetRow], count: int) -> Iterator[SheetRow]:
    for _ in range(count):
        row = next(rows, None)
        if row is None:
            return
        yield row


def _held_to(rows: Iterator[SheetRow], path: Path) -> Iterator[SheetRow]:
    """Rows that hold something, up to the limit."""
    count = 0
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        count += 1
        if count > MAX_ROWS:
            raise InvalidInputError(
                f"文件 {path.name} 超过 {MAX_ROWS} 行，未导入任何一行", cure="分成几个文件导入", path=str(path)
            )
        yield row


def _csv_sheet(path: Path, head: bytes) -> Iterator[SheetRow]:
    content = path.read_bytes()
    text = _decoded(content)
    if b"\0" in head and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InvalidInputError(f"文件 {path.name} 不是表格（二进制内容）", cure="应为 .xlsx 或 .csv", path=str(path))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    return _csv_rows(text, delimiter if first.count(delimiter) else ",", path)


def _csv_rows(text: str, delimiter: str, path: Path) -> Iterator[SheetRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise InvalidInputError(
                f"文件 {path.name} 第 {before + 1} 行无法按 CSV 读取（{exc}）", cure="检查该行的引号，或另存为 .xlsx"
            ) from exc
        yield SheetRow(line=before + 1, cells=tuple(cells[:_MAX_COLUMNS]))
        before = reader.line_num


def _decoded(content: bytes) -> str:
    """UTF-8 where the bytes agree with it, else GB18030, which the office programs of this country write."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


@dataclass(slots=True)
class _Merges:
    """Lines that merged cells cover, asked for in rising order."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    _reached: int = 0

    def cover(self, line: int) -> bool:
        while self._reached < len(self.spans) and self.spans[self._reached][1] < line:
            self._reached += 1
        return self._reached < len(self.spans) and self.spans[self._reached][0] <= line


def _workbook_sheets(path: Path) -> Iterator[Iterator[SheetRow]]:
    try:
        with zipfile.ZipFile(path) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise InvalidInputError(f"文件 {path.name} 是压缩包，不是 .xlsx 工作簿", cure="解压后导入里面的表格")
            if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED_BYTES:
                raise InvalidInputError(f"文件 {path.name} 解开后过大，未读取", cure="只保留要导入的工作表")
            places = _sheet_places(package)
    except _DAMAGED as exc:
        raise _damaged(path, exc) from exc
    return (_sheet_rows(path, number, place) for number, place in enumerate(places))


def _sheet_rows(path: Path, number: int, place: str) -> Iterator[SheetRow]:
    import openpyxl  # with NumPy a third of a second, and most commands touch no workbook

    try:
        merges = _Merges(_merged_spans(path, place))
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions it leaves out
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[number]
                sheet.reset_dimensions()  # some programs write them wrong
                for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=None), start=1):
                    texts = tuple(_text(cell) for cell in cells[:_MAX_COLUMNS])
                    yield SheetRow(line=line, cells=texts, merged=merges.cover(line))
            finally:
                book.close()
    except _DAMAGED as exc:
        raise _damaged(path, exc) from exc


def _damaged(path: Path, exc: BaseException) -> InvalidInputError:
    return InvalidInputError(
        f"文件 {path.name} 不能作为 .xlsx 打开，可能已损坏（{type(exc).__name__}）",
        cure="在表格软件里打开并另存为 .xlsx",
        path=str(path),
    )


def _sheet_places(package: zipfile.ZipFile) -> list[str]:
    """Parts of the worksheets, in the order of the workbook."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    book = etree.fromstring(package.read("xl/workbook.xml"), parser)
    links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {link.get("Id"): link.get("Target", "") for link in links if link.get("Type", "").endswith("/worksheet")}
    found = []
    for sheet in book.iter("{*}sheet"):
        link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        if link in targets:
            found.append(posixpath.normpath(posixpath.join("/xl", targets[link])).lstrip("/"))
    return found


def _merged_spans(path: Path, place: str) -> list[tuple[int, int]]:
    """First and last lines of merged cells, joined where they overlap."""
    found: list[tuple[int, int]] = []
    with zipfile.ZipFile(path) as package, package.open(place) as part:
        kept = b""
        while chunk := part.read(1 << 20):
            window = kept + chunk
            found += [(int(match[1]), int(match[2])) for match in _MERGED.finditer(window)]
            kept = window[-200:]
    spans: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _text(cell: object) -> str:
    """What a cell shows, as near as can be told: whole numbers without a decimal point, days without hours."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
