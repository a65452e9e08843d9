"""CSV as it really comes: rows of any delimiter, in which a forgotten quotation mark swallows no other row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.table_rows import LONGEST_CELL, BadRow, Row, cell_problem
from matching.text_lines import decoded_lines

__all__ = ["csv_headings", "csv_rows"]

MAX_LINES_IN_A_ROW = 20
"""A quoted field may hold line breaks; more than this is a quotation mark somebody forgot."""


@dataclass(slots=True, kw_only=True)
class _Found:
    """A row as it stands in the file; `problem` when it cannot be told apart."""

    line: int
    cells: list[str]
    note: str = ""
    problem: str = ""
    long: bool = False


def csv_headings(path: Path, encoding: str) -> list[str]:
    """The first row; empty when there is none."""
    return next((found.cells for found in _found_rows(path, encoding)), [])


def csv_rows(path: Path, encoding: str) -> Iterator[Row | BadRow]:
    """Every row after the headings; blank ones are passed over."""
    rows = _found_rows(path, encoding)
    headings = [text.strip() for text in next(rows).cells]
    for found in rows:
        if any(cell.strip() for cell in found.cells):
            yield _row(found, headings)


def _row(found: _Found, headings: list[str]) -> Row | BadRow:
    cells = found.cells
    if len(cells) > len(headings) and not any(cell.strip() for cell in cells[len(headings) :]):
        cells = cells[: len(headings)]
    if found.problem or len(cells) != len(headings):
        counted = f"有{len(cells)}列，表头为{len(headings)}列（多半是未加引号的逗号或断行）"
        advice = "各列对齐表头；内容含逗号、换行或引号的格，整格加英文双引号，格内引号写两个"
        problem = found.problem or counted
        return BadRow(line=found.line, column="", problem=problem, advice=advice, cells=tuple(cells))
    if found.long:
        number, problem = cell_problem(cells)
        if problem:
            advice = "删去该格中的异常内容后重报；其余各行不受影响"
            return BadRow(line=found.line, column=headings[number], problem=problem, advice=advice, cells=tuple(cells))
    return Row(line=found.line, values=dict(zip(headings, cells, strict=True)), note=found.note)


class _RememberedLines:
    """Lines as csv.reader takes them, those of the row being read kept for a second look."""

    def __init__(self, lines: Iterator[tuple[str, str]]) -> None:
        self._lines = lines
        self.since_row: list[str] = []
        self.notes: dict[int, str] = {}

    def __iter__(self) -> Iterator[str]:
        for line, note in self._lines:
            if note:
                self.notes[len(self.since_row)] = note
            self.since_row.append(line)
            yield line

    def forget(self) -> None:
        self.since_row.clear()
        self.notes.clear()

    @property
    def note(self) -> str:
        return next(iter(self.notes.values()), "")


def _found_rows(path: Path, encoding: str) -> Iterator[_Found]:
    delimiter = _delimiter(next(decoded_lines(path, encoding), ("", ""))[0])
    remembered = _RememberedLines(decoded_lines(path, encoding))
    reader, line, width = csv.reader(iter(remembered), delimiter=delimiter), 0, 0
    while True:
        remembered.forget()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = []
        lines = remembered.since_row
        width = width or len(cells)
        if len(lines) == 1 and cells and (len(cells) == width or '"' not in lines[0]):
            yield _Found(line=line + 1, cells=cells, note=remembered.note, long=_suspect(lines[0]))
        elif _one_row(lines, cells, width=width, delimiter=delimiter):
            yield _Found(line=line + 1, cells=cells, note=remembered.note, long=True)
        else:
            for offset, text in enumerate(lines):
                note = remembered.notes.get(offset, "")
                yield _alone(text, line + offset + 1, width=width, delimiter=delimiter, note=note)
        line += len(lines)


def _suspect(text: str) -> bool:
    return len(text) > LONGEST_CELL or "\0" in text


def _one_row(lines: list[str], cells: list[str], *, width: int, delimiter: str) -> bool:
    """Whether lines are one row: quoted line breaks, and no line of it that is a whole row by itself."""
    if not cells or len(cells) != width or len(lines) > MAX_LINES_IN_A_ROW:
        return False
    return width < 2 or not any(len(_cells(text, delimiter)) == width for text in lines[1:])


def _alone(text: str, line: int, *, width: int, delimiter: str, note: str) -> _Found:
    """A line of a torn row, read by itself."""
    cells = _cells(text, delimiter)
    torn = len(cells) != width and text.count('"') % 2 == 1
    if torn:
        cells = text.rstrip("\r\n").split(delimiter)
    problem = "引号不成对，分不清各列" if torn else ""
    return _Found(line=line, cells=cells, note=note, problem=problem, long=True)


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.rstrip("\r\n").split(delimiter)


def _delimiter(line: str) -> str:
    counts = {mark: line[:65536].count(mark) for mark in ",\t;|"}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ","
