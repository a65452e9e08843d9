"""The file of credit classes: code, class, since which day."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from records.errors import InvalidInputError
from records.subjects import Credit, CreditClass

__all__ = ["read_credit_classes"]

_COLUMNS = ("code", "class", "since")


def read_credit_classes(path: Path) -> list[CreditClass]:
    """Every line of a UTF-8 CSV.

    Raises:
        InvalidInputError: It cannot be read, a column is missing, or a line is wrong; file and line are named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InvalidInputError(
                    f"{path} 第 1 行：缺少列 {'、'.join(missing)}", cure=f"首行写 {','.join(_COLUMNS)}"
                )
            return [_read(path, rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise InvalidInputError(f"{path} 不能读取：{exc}", cure="用 UTF-8 的 CSV，检查路径") from exc


def _read(path: Path, line: int, row: dict[str, str | None]) -> CreditClass:
    code, credit, since = ((row.get(name) or "").strip() for name in _COLUMNS)
    if not code or credit.upper() not in set(Credit):
        raise InvalidInputError(f"{path} 第 {line} 行：代码“{code}”、类别“{credit}”不对", cure="类别为 A、B、C、D 之一")
    try:
        day = date.fromisoformat(since)
    except ValueError as exc:
        raise InvalidInputError(f"{path} 第 {line} 行：日期“{since}”不对", cure="写成 2026-01-01") from exc
    return CreditClass(entity_code=code, credit=Credit(credit.upper()), since=day, source=path.name)
