"""Parquet tables, read a few thousand rows at a time through pyarrow, an extra (`wangjian[parquet]`): who sends no
Parquet needs not its 150 MB, and who does is told how to install it."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from matching.table_rows import BadRow, Row, cell_problem
from records.errors import AwayError

__all__ = ["is_parquet", "parquet_headings", "parquet_rows"]

PARQUET_CURE = "安装：pip install 'pyarrow>=20'（约 150 MB）；或请对方导出为 CSV、JSON Lines 后再导入"

_MARK = b"PAR1"
_BATCH_ROWS = 4_000
_EXACT_DIGITS = 15
_DAMAGED = (ValueError, OSError, KeyError, NotImplementedError, UnicodeDecodeError)
"""What pyarrow raises for a file that is none, or none any more (ArrowInvalid is a ValueError)."""


def is_parquet(head: bytes) -> bool:
    """Whether a file begins as Parquet does."""
    return head.startswith(_MARK)


def parquet_headings(path: Path) -> list[str]:
    """Names of the columns.

    Raises:
        AwayError: pyarrow is not installed.
        ValueError, OSError: The file is damaged.
    """
    with _opened(path) as table:
        return [str(name) for name in table.schema_arrow.names]


def parquet_rows(path: Path) -> Iterator[Row | BadRow]:
    """Every row in order, `line` counting records from 1; a file that is damaged further on ends in a BadRow."""
    line = 0
    try:
        with _opened(path) as table:
            for batch in table.iter_batches(batch_size=_BATCH_ROWS):
                headings = [str(name).strip() for name in batch.schema.names]
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    line += 1
                    if any(cell not in (None, "") for cell in cells):
                        yield _row(line, headings, cells)
    except _DAMAGED as exc:
        problem = f"文件在第{line + 1}行之后损坏（{type(exc).__name__}），其后的行读不到"
        yield BadRow(line=line + 1, column="", problem=problem, advice="从原系统重新导出后再导入一次")


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        file.seek(-len(_MARK), os.SEEK_END)
        if file.read() != _MARK:
            raise ValueError(path.name)  # cut off; told apart without the extra too
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as exc:
        raise AwayError(f"文件 {path.name} 是Parquet，读它的部件没有安装", cure=PARQUET_CURE) from exc
    table = parquet.ParquetFile(path)
    try:
        yield table
    finally:
        table.close()


def _row(line: int, headings: list[str], cells: Sequence[object]) -> Row | BadRow:
    texts = tuple(map(_as_text, cells))
    for at, cell in enumerate(cells):
        if isinstance(cell, float) and abs(cell) >= 10**_EXACT_DIGITS:
            problem = f"“{texts[at][:30]}”以小数保存，超过{_EXACT_DIGITS}位的末几位已丢失"
            advice = "该列应为文本"
            return BadRow(line=line, column=headings[at], problem=problem, advice=advice, cells=texts)
    at, problem = cell_problem(texts)
    if problem:
        advice = "删去该格中的异常内容"
        return BadRow(line=line, column=headings[at], problem=problem, advice=advice, cells=texts)
    return Row(line=line, values={name: text for name, text in zip(headings, texts, strict=True) if name})


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    convert = next((how for kind, how in _WRITTEN if isinstance(cell, kind)), str)
    return "" if cell is None else convert(cell)


def _moment(cell: Any) -> str:
    return str(cell.date()) if cell.time() == time() else str(cell)


def _number(cell: Any) -> str:
    """A whole number without its point; NaN, which spreadsheets on the way here make of nothing, as nothing."""
    if cell != cell:
        return ""
    return str(int(cell)) if abs(cell) < 10**_EXACT_DIGITS and cell == int(cell) else str(cell)


def _bytes(cell: Any) -> str:
    try:
        return str(cell, "utf-8")
    except UnicodeDecodeError:
        return str(cell, "gb18030", errors="replace")


_WRITTEN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (datetime, _moment),
    ((float, Decimal), _number),
    (bytes, _bytes),
    (list, lambda cell: "；".join(map(_as_text, cell))),
    (dict, lambda cell: json.dumps(cell, ensure_ascii=False, default=str)),
)
