"""Parquet register files, where the extra that reads them is installed; a clear word where it is not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.register_import import import_file
from matching.tables import BadRow, open_table
from records.errors import AwayError, InvalidInputError
from records.register import ImportReport
from records.register_ports import RegisterStore

Import = Callable[[Path], ImportReport]


@pytest.fixture
def take(empty_register: RegisterStore, clock: Callable[[], datetime]) -> Import:
    return lambda path: import_file(path, register=empty_register, source="市局", clock=clock)


def written(path: Path, columns: dict[str, list[object]]) -> Path:
    arrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet").write_table(arrow.table(columns), path, row_group_size=2)
    return path


def test_missing_extra_is_named_with_its_cure(tmp_path: Path, take: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    path = tmp_path / "r.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 40 + b"PAR1")
    with pytest.raises(AwayError, match="没有安装") as caught:
        take(path)
    assert "pip install" in caught.value.cure
    path.write_bytes(b"PAR1" + b"\0" * 40)
    with pytest.raises(InvalidInputError, match="不能作为Parquet打开"):
        take(path)


def test_rows_arrive_in_every_type(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace
) -> None:
    columns: dict[str, list[object]] = {
        "统一社会信用代码": [known.make_code(1), known.make_code(2), None, known.make_code(4), None],
        "名称": ["甲公司", "乙公司", "没有代码的公司", "丁\0公司", None],
        "成立日期": [date(2003, 3, 31), None, None, None, None],
        "核准日期": [datetime(2024, 1, 2), None, None, None, None],
        "联系电话": [2155667788.0, None, None, None, None],
        "注册资本": [Decimal("3.50"), None, None, None, None],
        "曾用名": [["旧甲公司", "老甲公司"], None, None, None, None],
        "住所": ["张江路8号".encode("gb18030"), None, None, None, None],
    }
    report = take(written(tmp_path / "r.parquet", columns))
    assert (report.read, report.added, report.refused) == (4, 2, 2)
    assert [line for line, _column, _problem in report.errors] == [3, 4]
    found = empty_register.by_code(known.make_code(1))
    assert found is not None
    assert (found.established_on, found.approved_on) == (date(2003, 3, 31), date(2024, 1, 2))
    assert (found.phone, found.former_names, found.address) == ("2155667788", ("旧甲公司", "老甲公司"), "张江路8号")


def test_codes_kept_as_numbers_with_a_point_are_refused(tmp_path: Path, take: Import) -> None:
    path = written(tmp_path / "r.parquet", {"统一社会信用代码": [913101150000000190.0], "名称": ["甲公司"]})
    assert [problem for _line, _column, problem in take(path).errors] == [
        "“9.131011500000001e+17”以小数保存，超过15位的末几位已丢失"
    ]


def test_damaged_file_keeps_the_rows_before_the_damage(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    codes: list[object] = [known.make_code(number) for number in range(1, 9)]
    path = written(tmp_path / "r.parquet", {"code": codes, "name": [f"第{code}公司" for code in codes]})
    content = bytearray(path.read_bytes())
    middle = content.index(str(codes[5]).encode())
    content[middle - 40 : middle + 40] = b"\xff" * 80
    path.write_bytes(bytes(content))
    rows = list(open_table(path, expected="登记库表格").rows())
    assert isinstance(rows[-1], BadRow)
    assert "损坏" in rows[-1].problem
    path.write_bytes(bytes(content[: len(content) // 2]) + b"PAR1")
    with pytest.raises(InvalidInputError, match="Parquet"):
        take(path)
