"""A row of a table file, and a row that could not be read: what every reader of a table gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LONGEST_CELL", "BadRow", "Row", "cell_problem"]

LONGEST_CELL = 32_767
"""Characters; more is a torn file or an attachment, and no workbook could send it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Values by heading; `line` counts from 1 as an editor or a spreadsheet shows it (DBF: the record number). `note`
    says in Chinese what was repaired on the way in; empty when nothing was."""

    line: int
    values: dict[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be read, why and what to do (Chinese), and its cells as far as they can be told apart."""

    line: int
    column: str
    problem: str
    advice: str = ""
    cells: tuple[str, ...] = ()


def cell_problem(cells: Sequence[str]) -> tuple[int, str]:
    """Which cell no register row can have (counted from 0) and why; (-1, "") when all are fit.

    >>> cell_problem(["甲公司", "a\\0b"])
    (1, '含有NUL字符（0x00）')
    """
    for number, cell in enumerate(cells):
        if "\0" in cell:
            return number, "含有NUL字符（0x00）"
        if len(cell) > LONGEST_CELL:
            return number, f"一格有{len(cell)}字，最多{LONGEST_CELL}字"
    return -1, ""
