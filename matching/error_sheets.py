"""Rows to send back to whoever supplied a register file: a workbook beside it with the cells as they came, what is
wrong and what to do. Corrected, it can be imported as it is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from records.errors import InvalidInputError, StorageFullError

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["ADDED_HEADINGS", "MAX_SHEET_ROWS", "ErrorSheet", "check_folder"]

ADDED_HEADINGS = ("问题", "建议", "处理", "原文件行号")
"""After the columns of the file itself."""

MAX_SHEET_ROWS = 1_000_000
"""A workbook holds 1,048,576; rows beyond are counted in its last row."""

REFUSED, KEPT = "退回，未导入", "已导入，缺该项或待核对"
_LOST = "未能归列的内容"
_SHOWN = 2000
_NOT_FOR_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WIDE = {0: 60, 1: 50, 2: 22, 3: 12}


class ErrorSheet:
    """Collects bad rows in a file without a name; `save` makes the workbook when there are any."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._headings = [*headings]
        self._rows: int = 0
        self._digest = hashlib.sha256()
        self._spool: IO[str] | None = None

    def add(self, line: int, cells: Sequence[str], *, problems: Sequence[tuple[str, str]], refused: bool) -> None:
        """One bad row; `problems` are (problem, advice)."""
        self._rows += 1
        if self._rows > MAX_SHEET_ROWS:
            return
        width = len(self._headings)
        own = [*cells[:width], *[""] * (width - len(cells))]
        advice = "；".join(dict.fromkeys(advice for _problem, advice in problems if advice))
        added = ["；".join(problem for problem, _advice in problems), advice, REFUSED if refused else KEPT, str(line)]
        self._append([*own, *added, "，".join(cells[width:])])

    def save(self, folder: Path, *, of: Path) -> Path | None:
        """Write the sheet of file `of` into `folder`; None when no row was bad. Its name tells its content, so a sheet
        somebody is correcting is never written over, and the same rows make no second one.

        Raises:
            StorageFullError: It cannot be written; the import itself is done.
        """
        if self._spool is None:
            return None
        if self._rows > MAX_SHEET_ROWS:
            self._append([*[""] * len(self._headings), f"另有{self._rows - MAX_SHEET_ROWS}行未列出", "", "", "", ""])
        path = folder / f"{of.stem}.退回-{self._digest.hexdigest()[:8]}.xlsx"
        if path.exists():
            return path
        part = folder / f".{of.stem}.退回.part"
        try:
            self._book().save(part)
            part.replace(path)
        except OSError as exc:
            raise StorageFullError(
                f"数据已导入，但退回表写不到 {path}（{exc.strerror or exc}）", cure="腾出空间后重新导入同一文件"
            ) from exc
        return path

    def close(self) -> None:
        """Let go of what was collected."""
        if self._spool is not None:
            self._spool.close()

    def _append(self, texts: Sequence[str]) -> None:
        if self._spool is None:
            self._spool = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open until `close`
        line = json.dumps([_shown(text) for text in texts])
        self._digest.update(line.encode())
        self._spool.write(line + "\n")

    def _book(self) -> Workbook:
        from openpyxl import Workbook  # with NumPy a third of a second, and most commands touch no workbook
        from openpyxl.utils import get_column_letter

        book = Workbook(write_only=True)
        page = book.create_sheet("退回")
        page.freeze_panes = "A2"
        headings = [*self._headings, *ADDED_HEADINGS, _LOST]
        for number in range(1, len(headings) + 1):
            width = _WIDE.get(number - 1 - len(self._headings), 22)
            page.column_dimensions[get_column_letter(number)].width = width
        page.append([_cell(page, _shown(text), bold=True) for text in headings])
        if self._spool is not None:
            self._spool.seek(0)
            for line in self._spool:
                page.append([_cell(page, text) for text in json.loads(line)])
        return book


def check_folder(folder: Path) -> None:
    """Before anything is read, whether the sheet could be written there.

    Raises:
        InvalidInputError: No such folder, or not writable.
    """
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InvalidInputError(
            f"退回表要写到 {folder}，而那里不能写", cure="用 --errors 指定一个可写的文件夹", path=str(folder)
        )


def _shown(text: str) -> str:
    """What a workbook can hold of a text: no control characters, no megabytes."""
    safe = _NOT_FOR_CELLS.sub("\u2400", text[:_SHOWN])
    return safe if len(text) <= _SHOWN else f"{safe}…（共{len(text)}字）"


def _cell(page: object, text: str, *, bold: bool = False) -> object:
    from openpyxl.cell import WriteOnlyCell  # as above
    from openpyxl.styles import Font

    cell = WriteOnlyCell(page, value=text)  # type: ignore[arg-type]  # the stubs name the other worksheet
    if bold:
        cell.font = Font(bold=True)
    cell.data_type = "s"  # text, whatever it begins with: no formula, no code turned into a rounded number
    return cell
