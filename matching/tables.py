"""Files that hold a table: CSV (GB18030, UTF-8, UTF-16), JSON Lines, xlsx, DBF, Parquet, told apart by their bytes.

A row knows its place in the file, and a damaged row is an item of its own (`BadRow`), never the end of the reading.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree.ElementTree import ParseError

from matching.csv_rows import csv_headings, csv_rows
from matching.dbf import HEADING_BYTES, dbf_encoding, dbf_rows, is_dbf, read_layout
from matching.parquet import is_parquet, parquet_headings, parquet_rows
from matching.table_rows import BadRow, Row, cell_problem
from matching.text_lines import decoded_lines, digest_and_encoding
from records.errors import InvalidInputError, NotFoundError

__all__ = ["BadRow", "Row", "TableFile", "TableKind", "open_table"]

_UNREADABLE = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    csv.Error,
    ParseError,
)
_MOST_NULS = 0.01
_EXACT_DIGITS = 15
"""A spreadsheet number keeps no more; an 18-digit code typed as a number has lost its last places."""


class TableKind(StrEnum):
    """How the file is written."""

    CSV = "CSV"
    JSONL = "JSONL"
    XLSX = "xlsx"
    DBF = "DBF"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A recognised table; `rows()` may be called again. `heading_bytes` is how long a heading can be, 0 for any."""

    path: Path
    kind: TableKind
    encoding: str
    sha256: str
    headings: tuple[str, ...]
    heading_bytes: int = 0

    def rows(self) -> Iterator[Row | BadRow]:
        """Every data row in order; blank rows are passed over.

        A workbook that is damaged further on ends in a BadRow that says so.
        """
        if self.kind is TableKind.XLSX:
            return _xlsx_rows(self.path)
        if self.kind is TableKind.DBF:
            return dbf_rows(self.path, self.encoding)
        if self.kind is TableKind.PARQUET:
            return parquet_rows(self.path)
        if self.kind is TableKind.JSONL:
            return _jsonl_rows(self.path, self.encoding)
        return csv_rows(self.path, self.encoding)


def open_table(path: Path, *, expected: str) -> TableFile:
    """Recognise a file. `expected` says in Chinese what it should hold, for the message.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Empty, binary, a damaged workbook, or without a heading row.
        AwayError: It is Parquet, and the extra that reads it is not installed.
    """
    if not path.is_file():
        raise NotFoundError(f"找不到文件 {path}", cure="检查路径", path=str(path))
    with path.open("rb") as file:
        head = file.read(65536)
    if not head.strip():
        raise InvalidInputError(f"文件 {path.name} 是空的；应为{expected}", path=str(path))
    _refuse_foreign(path, head, expected)
    sha256, encoding = digest_and_encoding(path)
    kind = _kind(head, encoding)
    if kind is None:
        raise InvalidInputError(f"文件 {path.name} 不是表格（二进制内容）；应为{expected}", path=str(path))
    encoding = "" if kind in (TableKind.XLSX, TableKind.PARQUET) else encoding
    try:
        encoding = dbf_encoding(path) if kind is TableKind.DBF else encoding
        headings = tuple(text.strip() for text in _headings(path, kind, encoding))
    except _UNREADABLE as exc:
        raise InvalidInputError(
            f"文件 {path.name} 不能作为{kind.value}打开（{type(exc).__name__}）；应为{expected}", path=str(path)
        ) from exc
    if not any(headings):
        raise InvalidInputError(f"文件 {path.name} 没有表头；应为{expected}", path=str(path))
    heading_bytes = HEADING_BYTES if kind is TableKind.DBF else 0
    return TableFile(
        path=path, kind=kind, encoding=encoding, sha256=sha256, headings=headings, heading_bytes=heading_bytes
    )


def _refuse_foreign(path: Path, head: bytes, expected: str) -> None:
    """Formats offices send that are tables, and that are not read here: named, with what to do."""
    for mark, name, cure in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版xls或加密的工作簿", "去掉密码，另存为xlsx后再导入"),
        (b"\xfd7zXZ\0", "xz压缩文件", "先解压再导入"),
        (b"\x1f\x8b", "gzip压缩文件", "先解压再导入"),
    ):
        if head.startswith(mark):
            raise InvalidInputError(f"文件 {path.name} 是{name}，不能直接读；应为{expected}", cure=cure, path=str(path))


def _kind(head: bytes, encoding: str) -> TableKind | None:
    if head.startswith(b"PK\x03\x04"):
        return TableKind.XLSX
    if is_parquet(head):
        return TableKind.PARQUET
    if encoding != "utf-16":
        if is_dbf(head):
            return TableKind.DBF
        # A text with a damaged row has a NUL or two; its heading row has none.
        if b"\0" in head.split(b"\n", 1)[0] or head.count(b"\0") > len(head) * _MOST_NULS:
            return None
    first = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")[:1]
    return TableKind.JSONL if first == "{" else TableKind.CSV


def _headings(path: Path, kind: TableKind, encoding: str) -> list[str]:
    if kind is TableKind.XLSX:
        return next(_sheet_rows(path), (0, [], ()))[1]
    if kind is TableKind.DBF:
        return read_layout(path).headings(encoding)
    if kind is TableKind.PARQUET:
        return parquet_headings(path)
    if kind is TableKind.JSONL:
        first = next((row for row in _jsonl_rows(path, encoding) if isinstance(row, Row)), None)
        return list(first.values) if first else []
    return csv_headings(path, encoding)


def _jsonl_rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    advice = "每行应是一个完整的JSON对象，行内不换行"
    for line, (text, note) in enumerate(decoded_lines(path, encoding), start=1):
        if not text.strip("\ufeff \t\r\n"):
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            yield BadRow(line=line, column="", problem="不是一个JSON对象", advice=advice, cells=(text.strip(),))
            continue
        values = {str(name): _as_text(value) for name, value in found.items()}
        at, problem = cell_problem(tuple(values.values()))
        if problem:
            cells = tuple(values.values())
            yield BadRow(
                line=line, column=list(values)[at], problem=problem, advice="删去该格中的异常内容", cells=cells
            )
        else:
            yield Row(line=line, values=values, note=note)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "；".join(map(str, value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_EXACT_DIGITS:
        return str(int(value))
    return str(value)


def _sheet_rows(path: Path) -> Iterator[tuple[int, list[str], tuple[int, ...]]]:
    """Line, texts, and which of them are numbers too long for a spreadsheet to keep."""
    import openpyxl  # with NumPy a third of a second, and most commands touch no workbook

    with path.open("rb") as file:  # by a path it goes by the ending of the name; we have looked at the bytes
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_as_text(cell).removesuffix(" 00:00:00") for cell in cells]
                cut = (at for at, cell in enumerate(cells) if isinstance(cell, int | float) and abs(cell) >= 10**15)
                yield line, texts, tuple(cut)
        finally:
            book.close()


def _xlsx_rows(path: Path) -> Iterator[Row | BadRow]:
    line = 0
    try:
        rows = _sheet_rows(path)
        headings = [text.strip() for text in next(rows)[1]]
        for line, texts, cut in rows:
            if any(text.strip() for text in texts):
                yield _xlsx_row(line, texts, cut, headings)
    except _UNREADABLE as exc:
        problem = f"工作簿在第{line + 1}行附近损坏（{type(exc).__name__}），其后的行读不到"
        yield BadRow(line=line + 1, column="", problem=problem, advice="用表格软件打开并另存为xlsx后再导入一次")


def _xlsx_row(line: int, texts: list[str], cut: tuple[int, ...], headings: list[str]) -> Row | BadRow:
    cells = tuple(texts)
    if any(text.strip() for text in texts[len(headings) :]):
        problem = f"表头为{len(headings)}列，该行在其后还有内容"
        return BadRow(line=line, column="", problem=problem, advice="各列对齐表头", cells=cells)
    if cut:
        problem = f"“{texts[cut[0]]}”以数字保存，超过{_EXACT_DIGITS}位的末几位已丢失"
        advice = "把该列设为文本格式，重新填写完整号码"
        return BadRow(line=line, column=headings[cut[0]], problem=problem, advice=advice, cells=cells)
    return Row(line=line, values={name: text for name, text in zip(headings, texts, strict=False) if name})
