"""`wangjian export …`: shops, listings and leads as JSONL, CSV or xlsx. Crawled text never becomes a formula."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crawlers.health.blindness import Blindness
from records.base import Record
from records.errors import ExitCode, StorageFullError
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
    writers = {FileFormat.JSONL: _write_jsonl, FileFormat.CSV: _write_csv, FileFormat.XLSX: _write_xlsx}
    with opened(data_dir) as services:
        records = list(_records(services, subject))
    try:
        writers[file_format](output, records)
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
