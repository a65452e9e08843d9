"""Garbage in a register file: each bad row is told, sent back with advice, and costs no other row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from matching.previewing import preview_file
from matching.register_import import import_file
from records.errors import InvalidInputError
from records.register import ImportReport
from records.register_ports import RegisterStore

Import = Callable[[Path], ImportReport]
HEAD = "统一社会信用代码,名称,登记状态,成立日期,住所\n"


@pytest.fixture
def take(empty_register: RegisterStore, clock: Callable[[], datetime]) -> Import:
    return lambda path: import_file(path, register=empty_register, source="市局", clock=clock, errors_to=path.parent)


@pytest.fixture
def line(known: SimpleNamespace) -> Callable[..., str]:
    def make(number: int, **changes: str) -> str:
        values = {
            "name": f"上海第{number}商贸有限公司",
            "status": "存续",
            "born": "2020-01-02",
            "address": "张江路8号",
            **changes,
        }
        return f"{known.make_code(number)},{values['name']},{values['status']},{values['born']},{values['address']}\n"

    return make


def sheet_rows(path: str) -> list[dict[str, object]]:
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    head = next(rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_kind_of_garbage_is_told_and_sent_back(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace, line: Callable[..., str]
) -> None:
    text = [
        HEAD,
        line(1),
        line(2).replace("\n", ",多一列\n"),
        line(3).replace("张江路8号", "张江\0路"),
        line(4, name='"上海断引号'),
        line(5, address='"浦东, 张江"'),
        line(6, address="长" * 1_000_000),
        line(7, born="2019/2/30"),
        line(8, address='"第一行\n第二行"'),
        line(9, name="=HYPERLINK(1)", status="飞升"),
        line(10),
    ]
    path = tmp_path / "register.csv"
    path.write_text("".join(text), encoding="utf-8")
    report = take(path)
    assert (report.read, report.added, report.refused) == (10, 5, 5)
    assert [place for place, _column, _problem in report.errors] == [3, 4, 5, 7, 8, 11]
    for number in (1, 5, 7, 8, 10):
        assert empty_register.by_code(known.make_code(number)) is not None
    rows = sheet_rows(report.error_sheet)
    assert [row["原文件行号"] for row in rows] == ["3", "4", "5", "7", "8", "11"]
    assert [row["处理"] for row in rows].count("退回，未导入") == 5
    assert all(row["问题"] and row["建议"] for row in rows)
    assert (rows[5]["名称"], rows[5]["登记状态"]) == ("=HYPERLINK(1)", "飞升")
    assert rows[4]["成立日期"] == "2019/2/30"


def test_corrected_sheet_can_be_imported_as_it_is(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace, line: Callable[..., str]
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(HEAD + line(1) + line(2, status="飞升"), encoding="gb18030")
    sheet = take(path).error_sheet
    book = openpyxl.load_workbook(sheet)
    assert book.active is not None
    book.active["C2"] = "存续"
    book.save(sheet)
    assert take(path).error_sheet == sheet  # what somebody corrected is not written over
    report = take(Path(sheet))
    assert (report.added, report.refused, report.error_sheet) == (1, 0, "")
    assert empty_register.by_code(known.make_code(2)) is not None


@pytest.mark.parametrize(("main", "other"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_lines_of_another_encoding_are_read_and_told(
    tmp_path: Path,
    take: Import,
    empty_register: RegisterStore,
    known: SimpleNamespace,
    line: Callable[..., str],
    main: str,
    other: str,
) -> None:
    lines = [HEAD.encode(main), *(line(number).encode(main) for number in range(1, 6))]
    lines += [line(6).encode(other), line(7).encode("utf-8")[:40] + b"\xff\n", line(8).encode(main)]
    path = tmp_path / "mixed.csv"
    path.write_bytes(b"".join(lines))
    report = take(path)
    assert (report.added, report.refused) == (7, 1)
    assert [place for place, _column, _problem in report.errors] == [7, 8]
    found = empty_register.by_code(known.make_code(6))
    assert found is not None
    assert found.name == "上海第6商贸有限公司"


def test_damaged_characters_cost_the_field_and_not_the_entity(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace, line: Callable[..., str]
) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes((HEAD + line(1)).encode() + line(2).encode().replace("张江".encode(), b"\xff\xe5\xbc"))
    report = take(path)
    assert (report.added, report.refused) == (2, 0)
    found = empty_register.by_code(known.make_code(2))
    assert found is not None
    assert (found.name, found.address) == ("上海第2商贸有限公司", "")
    assert any("无法解码" in problem for _line, _column, problem in report.errors)


def test_quotation_mark_closed_by_a_later_row_swallows_none_between(
    tmp_path: Path, take: Import, line: Callable[..., str]
) -> None:
    rows = [line(number) for number in range(1, 9)]
    rows[2] = line(3, name='"上海断引号')
    rows[5] = line(6, address='"浦东, 张江"')
    path = tmp_path / "register.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    report = take(path)
    assert (report.added, report.refused) == (7, 1)
    assert report.errors[0][0] == 4


def test_codes_a_workbook_rounded_are_not_believed(tmp_path: Path, take: Import, known: SimpleNamespace) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["统一社会信用代码", "名称"])
    book.active.append([913101150000010000, "甲公司"])
    book.active.append([known.make_code(1), "乙公司"])
    book.save(tmp_path / "register.xlsx")
    report = take(tmp_path / "register.xlsx")
    assert (report.added, report.refused) == (1, 1)
    assert "末几位已丢失" in report.errors[0][2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PAR1" + b"\0" * 40, "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
        (b"\xfd7zXZ\0" + b"\0" * 40, "xz"),
    ],
)
def test_formats_not_read_are_named(tmp_path: Path, take: Import, content: bytes, words: str) -> None:
    path = tmp_path / "register.bin"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=words):
        take(path)


def test_rows_approved_earlier_leave_the_later_state(
    tmp_path: Path, take: Import, empty_register: RegisterStore, known: SimpleNamespace
) -> None:
    def day(number: int, *rows: str) -> ImportReport:
        path = tmp_path / f"{number}.csv"
        path.write_text("统一社会信用代码,名称,登记状态,核准日期\n" + "".join(rows), encoding="utf-8")
        return take(path)

    one, two, three = known.make_code(1), known.make_code(2), known.make_code(3)
    first = day(1, f"{one},甲公司,存续,2026-11-01\n", f"{two},乙公司,存续,2026-11-01\n")
    second = day(
        2, f"{one},甲公司,注销,2026-11-05\n", f"{two},乙公司,存续,2026-11-01\n", f"{three},丙公司,存续,2026-11-05\n"
    )
    late = day(3, f"{one},甲公司,存续,2026-11-03\n")
    assert (first.added, first.changed, first.unchanged) == (2, 0, 0)
    assert (second.added, second.changed, second.unchanged, second.refused) == (1, 1, 1, 0)
    assert (late.added, late.changed, late.unchanged, late.older) == (0, 0, 0, 1)
    found = empty_register.by_code(one)
    assert found is not None
    assert found.status == "注销"


def test_profile_file_says_what_headings_and_codes_mean(
    tmp_path: Path, empty_register: RegisterStore, clock: Callable[[], datetime], known: SimpleNamespace
) -> None:
    (tmp_path / "county.toml").write_text(
        '[headings]\ncode = "证号"\nname = ["户名"]\nstatus = "态"\n[values.status]\n3 = "注销"\n', encoding="utf-8"
    )
    path = tmp_path / "register.csv"
    path.write_text(f"证号,户名,态\n{known.make_code(1)},甲公司,3\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="缺少"):
        import_file(path, register=empty_register, source="县局", clock=clock)
    import_file(path, register=empty_register, source="县局", clock=clock, profile=str(tmp_path / "county.toml"))
    found = empty_register.by_code(known.make_code(1))
    assert found is not None
    assert found.status == "注销"
    (tmp_path / "wrong.toml").write_text('[headings]\nnonsense = "x"\n', encoding="utf-8")
    with pytest.raises(InvalidInputError, match="nonsense"):
        import_file(path, register=empty_register, source="县局", clock=clock, profile=str(tmp_path / "wrong.toml"))


def test_preview_tells_columns_rows_and_what_is_missing(tmp_path: Path, line: Callable[..., str]) -> None:
    path = tmp_path / "register.csv"
    text = "UNISCID,ENTNAME,REGSTATE_CN,资本\n" + "".join(
        f"{line(n).split(',')[0]},第{n}公司,存续,5\n" for n in range(1, 9)
    )
    path.write_text(text + "1,2\n", encoding="gb18030")
    shown = preview_file(path, source="市局")
    assert (shown.kind, shown.encoding, shown.profile) == ("CSV", "GB18030", "english-abbreviations")
    assert [(one.heading, one.field) for one in shown.columns] == [
        ("UNISCID", "code"),
        ("ENTNAME", "name"),
        ("REGSTATE_CN", "status"),
        ("资本", ""),
    ]
    assert len(shown.entities) == 5
    assert (shown.looked_at, shown.refused, shown.missing) == (9, 1, ())
    wrong = preview_file(path, source="市局", profile="default")
    assert (wrong.missing, wrong.suggested_profile) == (("统一社会信用代码", "名称"), "english-abbreviations")
    assert [one.name for one in tmp_path.iterdir()] == ["register.csv"]
