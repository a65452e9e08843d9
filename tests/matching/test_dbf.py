"""DBF tables of dBase III, dBase IV and FoxPro become the register, whatever is wrong with a record of them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.register_import import import_file
from records.errors import InvalidInputError
from records.register import EntityStatus, ImportReport
from records.register_ports import RegisterStore
from tests.matching import dbf_making as making

COLUMNS = [
    making.Column("统一社会信用代码", "C", 18),
    making.Column("名称", "C", 40),
    making.Column("登记状态", "C", 8),
    making.Column("成立日期", "D", 8),
    making.Column("经营范围", "M", 10),
]
Import = Callable[[Path], ImportReport]


@pytest.fixture
def take(empty_register: RegisterStore, clock: Callable[[], datetime]) -> Import:
    return lambda path: import_file(path, register=empty_register, source="旧系统", clock=clock)


@pytest.mark.parametrize(
    ("version", "encoding"), [(0x83, "gb18030"), (0x8B, "gb18030"), (0xF5, "gb18030"), (0x83, "utf-8")]
)
def test_memo_texts_and_cut_headings_arrive(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace, version: int, encoding: str
) -> None:
    scope = ("销售茶叶、瓷器；" * 60).encode(encoding)
    if version == 0xF5:
        (block,) = making.write_fpt(tmp_path / "QY.FPT", [scope])
    else:
        (block,) = making.write_dbt(tmp_path / "qy.DBT", [scope], four=version == 0x8B)
    columns = (
        COLUMNS
        if encoding == "gb18030"
        else [
            making.Column("XYDM", "C", 18),
            making.Column("QYMC", "C", 40),
            making.Column("DJZT", "C", 8),
            making.Column("CLRQ", "D", 8),
            making.Column("JYFW", "M", 10),
        ]
    )
    row = making.record(
        columns, known.make_code(1), "上海𬭎翰印务有限公司", "注销", "20030331", f"{block:10d}", encoding=encoding
    )
    path = tmp_path / "qy.dbf"
    path.write_bytes(making.dbf_bytes(columns, [row], version=version, encoding=encoding))
    report = take(path)
    assert (report.added, report.refused, report.errors) == (1, 0, ())
    found = empty_register.by_code(known.make_code(1))
    assert found is not None
    assert (found.name, found.status, found.established_on) == (
        "上海𬭎翰印务有限公司",
        EntityStatus.CANCELLED,
        date(2003, 3, 31),
    )
    assert found.scope == scope.decode(encoding)


def test_visual_foxpro_types_are_read(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace
) -> None:
    columns = [
        making.Column("XYDM", "C", 18),
        making.Column("QYMC", "C", 300),
        making.Column("CLRQ", "T", 8),
        making.Column("QHDM", "I", 4),
        making.Column("JYFW", "M", 4),
    ]
    (block,) = making.write_fpt(tmp_path / "vfp.fpt", ["零售".encode("gb18030")])
    born = struct.pack("<ii", 2_452_730, 0)  # Julian day of 2003-03-31
    name = "甲" * 140
    row = making.record(columns, known.make_code(2), name, born, struct.pack("<i", 310115), struct.pack("<I", block))
    path = tmp_path / "vfp.dbf"
    path.write_bytes(making.dbf_bytes(columns, [row], version=0x30, page=0x4D))
    report = take(path)
    assert (report.added, report.profile) == (1, "pinyin")
    found = empty_register.by_code(known.make_code(2))
    assert found is not None
    assert (found.name, found.established_on, found.region_code, found.scope) == (
        name,
        date(2003, 3, 31),
        "310115",
        "零售",
    )


def test_damaged_records_lose_no_other(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace
) -> None:
    columns = COLUMNS[:4]
    rows = [
        making.record(columns, known.make_code(1), "甲公司", "存续", "20200101"),
        making.record(columns, known.make_code(2), "已删公司", "存续", "20200101", mark=b"*"),
        making.record(columns, known.make_code(3), "坏标志公司", "存续", "20200101", mark=b"\x07"),
        making.record(columns, known.make_code(4), "日期怪公司", "存续", "20190230"),
        making.record(columns, known.make_code(5), b"abc\0\xd6def", "存续", "20200101"),
        making.record(columns, known.make_code(6), ("长" * 19 + "a").encode("gb18030") + b"\xd6", "存续", "20200101"),
        making.record(columns, known.make_code(7), "末公司", "存续", "20200101"),
    ]
    path = tmp_path / "register.dbf"
    path.write_bytes(making.dbf_bytes(columns, rows)[:-30])
    report = take(path)
    told = {line: problem for line, _column, problem in report.errors}
    assert (report.read, report.added, report.refused) == (6, 3, 3)
    assert "标志" in told[3]
    assert "2019" in told[4]
    assert "NUL" in told[5]
    assert "截断" in told[6]
    assert "断了" in told[7]
    assert empty_register.by_code(known.make_code(2)) is None


def test_missing_memo_file_is_said_and_keeps_the_row(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    path = tmp_path / "register.dbf"
    path.write_bytes(
        making.dbf_bytes(
            COLUMNS, [making.record(COLUMNS, known.make_code(1), "甲公司", "存续", "", f"{5:10d}")], version=0x83
        )
    )
    report = take(path)
    assert (report.added, report.refused) == (1, 0)
    assert "缺失" in report.errors[0][2]


def test_contradicting_header_is_one_clear_error(tmp_path: Path, take: Import) -> None:
    good = making.dbf_bytes(COLUMNS, [])
    path = tmp_path / "broken.dbf"
    path.write_bytes(good[:10] + struct.pack("<H", 20) + good[12:])
    with pytest.raises(InvalidInputError, match="DBF"):
        take(path)
