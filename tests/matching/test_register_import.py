"""A register file becomes the register: any encoding, row by row, the same again changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from matching.register_import import import_file
from matching.snapshots import snapshot_date
from records.errors import InvalidInputError, NotFoundError
from records.register import EntityKind, EntityStatus, ImportReport
from records.register_ports import RegisterStore

_TITLES = (
    "统一社会信用代码 名称 主体类型 登记状态 状态日期 成立日期 营业期限止 区划代码 住所 法定代表人 联系电话 经营范围 "
    "曾用名 列入经营异常日期 列入严重违法日期 网店网址"
)
HEADINGS = _TITLES.split()

Import = Callable[[Path], ImportReport]


@pytest.fixture
def code(known: SimpleNamespace) -> str:
    return str(known.make_code(77))


@pytest.fixture
def take(empty_register: RegisterStore, clock: Callable[[], datetime]) -> Import:
    return lambda path: import_file(path, register=empty_register, source="市局", clock=clock)


def full_row(code: str, name: str = "上海华翰印务有限公司", **changes: str) -> dict[str, str]:
    values = dict.fromkeys(HEADINGS, "")
    values.update({"统一社会信用代码": code, "名称": name, "主体类型": "企业", "登记状态": "存续", **changes})
    return values


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_every_column_arrives(tmp_path: Path, take: Import, empty_register: RegisterStore, code: str) -> None:
    row = full_row(
        code,
        主体类型="个体工商户",
        登记状态="注销",
        状态日期="2025-03-01",
        成立日期="2003/3/31",
        营业期限止="9999-12-31",
        区划代码="310115",
        住所="浦东新区，张江路88号",
        法定代表人="赵敏",
        联系电话="021-55667788",
        经营范围="印刷；包装",
        曾用名="旭辰印刷厂；老旭辰",
        列入经营异常日期="2024-01-02",
        列入严重违法日期="2024-02-03",
        网店网址="https://a.example/；https://b.example/",
    )
    path = tmp_path / "register.csv"
    path.write_text(table(row), encoding="utf-8")
    report = take(path)
    assert (report.read, report.added, report.refused, report.errors) == (1, 1, 0, ())
    found = empty_register.by_code(code)
    assert found is not None
    assert (found.kind, found.status, found.status_on) == (
        EntityKind.INDIVIDUAL,
        EntityStatus.CANCELLED,
        date(2025, 3, 1),
    )
    assert (found.established_on, found.valid_until) == (date(2003, 3, 31), None)
    assert found.former_names == ("旭辰印刷厂", "老旭辰")
    assert found.shop_urls == ("https://a.example/", "https://b.example/")
    assert (found.abnormal_since, found.seriously_illegal_since) == (date(2024, 1, 2), date(2024, 2, 3))
    assert snapshot_date(report.snapshot_id) == date(2025, 3, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_is_found_by_itself(
    tmp_path: Path, take: Import, empty_register: RegisterStore, code: str, encoding: str
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(table(full_row(code, "上海𬭎翰印务有限公司")).encode(encoding))
    assert take(path).added == 1
    found = empty_register.by_code(code)
    assert found is not None
    assert found.name == "上海𬭎翰印务有限公司"


def test_json_lines_and_workbooks_are_read(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    lines = tmp_path / "register.jsonl"
    row = {"code": known.make_code(5), "name": "甲公司", "former_names": ["乙公司", "丙公司"], "established_on": None}
    lines.write_text(json.dumps(row, ensure_ascii=False) + "\n不是JSON\n[1,2]\n", encoding="utf-8")
    report = take(lines)
    assert (report.read, report.added, report.refused) == (3, 1, 2)
    assert report.errors[0][:2] == (2, "")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["统一社会信用代码", "名称", "成立日期"])
    sheet.append([known.make_code(6), "丁公司", datetime(2020, 1, 2)])
    book.save(tmp_path / "register.xlsx")
    assert take(tmp_path / "register.xlsx").added == 1


def test_importing_the_same_file_again_changes_nothing(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        table(*(full_row(known.make_code(number), f"第{number}公司") for number in range(1, 40))), encoding="utf-8"
    )
    first, second = take(path), take(path)
    assert (first.added, first.changed) == (39, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 39)
    assert first.snapshot_id == second.snapshot_id


def test_bad_rows_are_reported_one_by_one_and_lose_no_other(
    tmp_path: Path, take: Import, known: SimpleNamespace
) -> None:
    good = [full_row(known.make_code(number), f"第{number}公司") for number in range(1, 5)]
    bad = [
        full_row("", "没有代码的公司"),
        full_row("12345", "短代码公司"),
        full_row(known.make_code(90), ""),
        full_row(known.make_code(91), "怪状态公司", 登记状态="飞升"),
        full_row(known.make_code(1), "重复公司"),
    ]
    path = tmp_path / "register.csv"
    text = table(good[0], *bad, *good[1:])
    path.write_text(text + "多出来,的,一行\n", encoding="utf-8")
    report = take(path)
    assert (report.read, report.added, report.refused) == (10, 4, 6)
    assert [line for line, _column, _problem in report.errors] == [3, 4, 5, 6, 7, 11]
    assert report.errors[1] == (4, "统一社会信用代码", "号码“12345”为5位，应为18位（旧注册号15位或13位）")
    assert report.errors[4][2].startswith(f"代码{known.make_code(1)}与第2行重复")


def test_unreadable_optional_date_keeps_the_entity(
    tmp_path: Path, take: Import, empty_register: RegisterStore, code: str
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(table(full_row(code, 成立日期="去年")), encoding="utf-8")
    report = take(path)
    assert (report.added, report.refused) == (1, 0)
    assert report.errors == ((2, "成立日期", "成立日期“去年”不是日期，该项未导入"),)
    assert empty_register.by_code(code) is not None


def test_forgotten_quotation_mark_swallows_no_rows(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    rows = [f"{known.make_code(number)},第{number}公司" for number in range(1, 60)]
    rows[10] = f'{known.make_code(11)},"第11公司'
    path = tmp_path / "register.csv"
    path.write_text("\n".join(["统一社会信用代码,名称", *rows]), encoding="utf-8")
    assert take(path).added == 59


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"   \n", "空的"),
        (b"\x00\x01\x02\xff" * 100, "不是表格"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "不是表格"),
        (b"PK\x03\x04 broken", "xlsx"),
        ("品名,价格\n苹果,3\n".encode(), "缺少“统一社会信用代码、名称”列"),
        ("统一社会信用代码,价格\n1,3\n".encode(), "缺少“名称”列"),
        (b"<html><body>403</body></html>", "缺少"),
    ],
)
def test_garbage_file_is_one_clear_error(tmp_path: Path, take: Import, content: bytes, words: str) -> None:
    path = tmp_path / "garbage.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=words):
        take(path)


def test_missing_file_and_unknown_profile_are_named(
    tmp_path: Path, empty_register: RegisterStore, clock: Callable[[], datetime], take: Import
) -> None:
    with pytest.raises(NotFoundError, match="找不到文件"):
        take(tmp_path / "none.csv")
    with pytest.raises(InvalidInputError, match="列对照方案"):
        import_file(tmp_path, register=empty_register, source="x", clock=clock, profile="没有")


def test_snapshot_date_is_never_in_the_future(tmp_path: Path, take: Import, code: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text(table(full_row(code, 成立日期="2099-01-01")), encoding="utf-8")
    assert snapshot_date(take(path).snapshot_id) is None
