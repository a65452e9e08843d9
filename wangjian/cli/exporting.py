"""`wangjian export …`: shops, listings and leads as JSONL, CSV, xlsx or Parquet. Crawled text never becomes a formula
where an office program opens it."""

from __future__ import annotations

import csv
import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from crawlers.health.blindness import Blindness
from records.base import Record
from records.errors import AwayError, ExitCode, StorageFullError
from records.ports import Services
from wangjian.cli.options import AsJson, DataDir, emit, opened

__all__ = ["add_to", "harmless"]


class Subject(StrEnum):
    """What can be exported."""

    SHOPS = "shops"
    LISTINGS = "listings"
    LEADS = "leads"


class FileFormat(StrEnum):
    """How."""

    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("export", help="导出店铺、商品或线索")(export)


def export(
    subject: Annotated[Subject, typer.Argument(help="shops 店铺、listings 商品、leads 线索")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里")],
    file_format: Annotated[FileFormat, typer.Option("--format", help="格式")] = FileFormat.JSONL,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> int:
    """Every record of one kind."""
    with opened(data_dir) as services:
        records = list(_records(services, subject))
    try:
        _WRITERS[file_format](output, records)
    except OSError as exc:
        raise StorageFullError(f"写不到 {output}（{exc.strerror or exc}）", cure="换一个 -o，或检查权限与空间") from exc
    emit({"written": len(records), "file": str(output)}, as_json=as_json, text=f"已导出 {len(records)} 条到 {output}")
    return ExitCode.DONE


def harmless(value: object) -> str:
    """A cell's text that no spreadsheet takes for a formula.

    >>> harmless("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = "".join(letter for letter in text if letter >= " " or letter in "\t\n")
    stripped = text.lstrip()
    return (
        f"'{text}"
        if stripped[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%") or text[:1] == "\t"
        else text
    )


def _records(services: Services, subject: Subject) -> Iterator[Record]:
    if subject is Subject.SHOPS:
        return map(Blindness(services=services).shop, services.survey.shops())
    if subject is Subject.LISTINGS:
        return map(Blindness(services=services).listing, services.survey.listings())
    return iter(services.leads.leads())


def _write_jsonl(output: Path, records: Sequence[Record]) -> None:
    with output.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record.model_dump(mode="json"), ensure_ascii=False) + "\n")


def _table(records: Sequence[Record]) -> Iterator[list[str]]:
    if not records:
        return
    names = list(type(records[0]).model_fields)
    yield names
    for record in records:
        row = record.model_dump(mode="json")
        yield [_cell(row[name]) for name in names]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else harmless(value)


def _write_csv(output: Path, records: Sequence[Record]) -> None:
    with output.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets office programs see UTF-8
        csv.writer(file).writerows(_table(records))


def _write_xlsx(output: Path, records: Sequence[Record]) -> None:
    from openpyxl import Workbook  # with NumPy a third of a second, and most commands touch no workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("导出")
    for row in _table(records):
        cells = [WriteOnlyCell(sheet, value=value[:32_767]) for value in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    book.save(output)


def _write_parquet(output: Path, records: Sequence[Record]) -> None:
    """A column a field: texts, numbers and truths as such, what has parts as JSON, what is not known as null."""
    try:
        arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    except ImportError as exc:
        cure = "安装：pip install 'pyarrow>=20'（约 150 MB）；或用 --format jsonl"
        raise AwayError("写 Parquet 的部件没有安装", cure=cure) from exc
    rows = [record.model_dump(mode="json") for record in records]
    columns = {name: _column([row[name] for row in rows]) for name in (type(records[0]).model_fields if rows else ())}
    parquet.write_table(arrow.table(columns), output)


def _column(values: Sequence[object]) -> list[object]:
    """Values of one type, as Parquet asks of a column.

    >>> _column([1, None, 2]), _column([1, 2.5]), _column([True, None]), _column(["a", None]), _column([["a"], None])
    ([1, None, 2], [1.0, 2.5], [True, None], ['a', None], ['["a"]', None])
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str} or len(kinds) == 1 and kinds <= {bool, int, float}:
        return list(values)
    if kinds <= {int, float}:
        return [value if value is None else float(str(value)) for value in values]
    return [
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values
    ]


_WRITERS: Mapping[FileFormat, Callable[[Path, Sequence[Record]], None]] = MappingProxyType(
    {
        FileFormat.JSONL: _write_jsonl,
        FileFormat.CSV: _write_csv,
        FileFormat.XLSX: _write_xlsx,
        FileFormat.PARQUET: _write_parquet,
    }
)
