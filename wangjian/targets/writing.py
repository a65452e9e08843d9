"""Tables of targets as files for offices: xlsx with drop-downs and an explanation, or CSV. No cell is a formula."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from records.errors import InvalidInputError, StorageFullError
from wangjian.targets.columns import COLUMNS, Column

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

__all__ = ["ERROR_HEADINGS", "guarded", "unguarded", "write_errors", "write_headings", "write_rows", "write_template"]

ERROR_HEADINGS = ("原行号", "退回原因")
"""Before the columns of the sender's own file; passed over when the corrected file comes back."""

_STARTERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%", "\t")
_PASSED_OVER = "' \n\u00a0\u200b\u3000\ufeff"
_LONGEST_CELL = 32_767
_SENT_BACK = 30_000
_DROP_DOWN_ROWS = 100_000
_FORMATS = (".xlsx", ".csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]
    columns: Sequence[Column] = ()


def guarded(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula; `unguarded` gives it back exactly.

    >>> guarded("=1+1"), guarded("'=1"), guarded("龙井")
    ("'=1+1", "''=1", '龙井')
    """
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    return f"'{kept}" if kept.lstrip(_PASSED_OVER).startswith(_STARTERS) else kept


def unguarded(text: str) -> str:
    """What `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("''=1"), unguarded("'龙井'")
    ('=1+1', "'=1", "'龙井'")
    """
    return text[1:] if text.startswith("'") and text.lstrip(_PASSED_OVER).startswith(_STARTERS) else text


def write_rows(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Targets as a table, by COLUMNS.

    Raises:
        InvalidInputError: Another ending than .xlsx or .csv, or a cell longer than a workbook holds.
        StorageFullError: The file cannot be written.
    """
    headings = [column.heading for column in COLUMNS]
    cells = ([row.get(heading, "") for heading in headings] for row in rows)
    _write(path, _Sheet(title="监测对象", headings=headings, rows=cells, columns=COLUMNS), explained=True)


def write_template(path: Path) -> None:
    """An empty table to fill in, its drop-downs and its explanation. Raises as `write_rows`."""
    _write(
        path,
        _Sheet(title="监测对象", headings=[column.heading for column in COLUMNS], rows=(), columns=COLUMNS),
        explained=True,
    )


def write_headings(path: Path, title: str, headings: Sequence[str]) -> None:
    """An empty table of other headings. Raises as `write_rows`."""
    columns = [Column(heading=heading, meaning="", width=18) for heading in headings]
    _write(path, _Sheet(title=title, headings=headings, rows=(), columns=columns))


def write_errors(path: Path, headings: Sequence[str], rows: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Rows to send back: line, reason and the cells as they came. Raises as `write_rows`."""
    # What was too long for a cell is one of the reasons a row goes back.
    cells = ((str(line), reason[:_SENT_BACK], *(cell[:_SENT_BACK] for cell in row)) for line, reason, row in rows)
    known = {column.heading: column for column in COLUMNS}
    columns = [
        Column(heading=ERROR_HEADINGS[0], meaning="", width=8),
        Column(heading=ERROR_HEADINGS[1], meaning="", width=60),
        *(known.get(heading, Column(heading=heading, meaning="")) for heading in headings),
    ]
    _write(path, _Sheet(title="退回", headings=[*ERROR_HEADINGS, *headings], rows=cells, columns=columns))


def _write(path: Path, sheet: _Sheet, *, explained: bool = False) -> None:
    if path.suffix.lower() not in _FORMATS:
        raise InvalidInputError(f"不知道怎样写 {path.name}", cure="文件名以 .xlsx 或 .csv 结尾", path=str(path))
    beside = path.with_name(f".{path.name}.part")  # an export that fails must not spoil the one before it
    try:
        with beside.open("wb") as file:
            if path.suffix.lower() == ".csv":
                _write_csv(file, sheet)
            else:
                _write_xlsx(file, sheet, explained=explained)
        beside.replace(path)
    except OSError as exc:
        raise StorageFullError(
            f"写不到 {path}（{exc.strerror or exc}）", cure="换一个文件名，或检查权限与剩余空间"
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _write_csv(file: BinaryIO, sheet: _Sheet) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")  # the mark lets office programs see UTF-8
    writer = csv.writer(text)
    writer.writerow(sheet.headings)
    writer.writerows([guarded(cell) for cell in row] for row in sheet.rows)
    text.flush()
    text.detach()


def _write_xlsx(file: BinaryIO, sheet: _Sheet, *, explained: bool) -> None:
    from openpyxl import Workbook  # with NumPy a third of a second, and most commands touch no workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        if column.choices:
            page.data_validations.append(_drop_down(column, letter))
    _append(page, sheet.headings, head=True)
    too_long = ""
    for row in sheet.rows:
        too_long = _append(page, row) or too_long
    if explained:
        _explain(book)
    book.save(file)
    if too_long:  # told at the end: openpyxl cannot be left in the middle of a sheet
        raise InvalidInputError(
            f"一个单元格有 {len(too_long)} 字，.xlsx 最多 {_LONGEST_CELL} 字：{too_long[:40]}…", cure="改用 .csv"
        )


def _append(page: object, row: Sequence[str], *, head: bool = False) -> str:
    """Write a row; the first text of it that is longer than a cell may be, else empty."""
    from openpyxl.cell import WriteOnlyCell  # as above
    from openpyxl.styles import Alignment, Font, PatternFill

    cells, too_long = [], ""
    for text in row:
        safe = guarded(text)
        too_long = too_long or (safe if len(safe) > _LONGEST_CELL else "")
        cell = WriteOnlyCell(page, value=safe[:_LONGEST_CELL])  # type: ignore[arg-type]  # the stubs name the other worksheet
        cell.data_type = "s"
        if head:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        elif "\n" in safe:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    page.append(cells)  # type: ignore[attr-defined]  # as above
    return too_long


def _drop_down(column: Column, letter: str) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation  # as above

    found = DataValidation(
        type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True, showErrorMessage=True
    )
    found.errorTitle, found.error = column.heading, f"请从下拉列表选：{'、'.join(column.choices)}"[:250]
    found.add(f"{letter}2:{letter}{_DROP_DOWN_ROWS}")
    return found


def _explain(book: Workbook) -> None:
    page = book.create_sheet("说明")
    for letter, width in (("A", 14), ("B", 64), ("C", 30), ("D", 60)):
        page.column_dimensions[letter].width = width
    _append(page, ("列", "含义", "举例", "可填"), head=True)
    for column in COLUMNS:
        _append(page, (column.heading, column.meaning, column.example, "、".join(column.choices)))
    for line in (
        "留空：不改原值，新对象用默认值。要清空一格，填“无”。",
        "只有“网址”必填。同一网站的各种写法（http 与 https、大小写、默认端口、末尾斜杠、中文域名）算一个对象。",
        "导入后，有问题的行连同原因写进退回表；改好后可直接再导入退回表，已导入的行不会重复。",
    ):
        _append(page, (line,))
