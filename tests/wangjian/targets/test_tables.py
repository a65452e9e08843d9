"""Tables in and out: what was exported comes back as nothing to do, bad rows go back with their reason."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import InvalidInputError, NotFoundError, StorageFullError
from records.survey import BrowserPolicy, Canary, Carrier, TargetKind, TargetState
from wangjian.targets.cadence import cadence_in_words, cadence_of, own_schedule, read_cadence
from wangjian.targets.columns import COLUMNS
from wangjian.targets.importing import export_rows, import_targets
from wangjian.targets.keeping import Removal, keep, put_state, remove
from wangjian.targets.registering import TargetBook, register
from wangjian.targets.sheets import open_sheet
from wangjian.targets.wishes import TargetWish, authorisation_of, read_hours
from wangjian.targets.writing import guarded, unguarded, write_errors, write_rows, write_template

HEADINGS = [column.heading for column in COLUMNS]


def _fill(services):
    """Targets with every field set in some of them."""
    book = TargetBook(())
    wishes = [
        TargetWish(seeds=("https://shop.cn/",)),
        TargetWish(
            seeds=("https://茶叶.中国/", "https://茶叶.中国/sale"), name="=HYPERLINK(\"http://x\")", kind=TargetKind.PLATFORM,
            carrier=Carrier.LOCAL_LIFE, scope=("https://m.cha.cn/shop/",), family="jishi", browser=BrowserPolicy.ALWAYS,
            max_pages=77, max_bytes=1_234_567, max_body_bytes=999_999, delay_seconds=0.1 + 0.2, concurrency=3,
            daily_pages=900, allowed_hours=read_hours("08:00-12:00,22:00-06:00"), region_code="330106",
            authorisation=authorisation_of("杭市监〔2026〕1号", "张三", "举报"), note="'=1+1\n第二行",
            canaries=(Canary(url="https://茶叶.中国/g/1", title="龙井，一级", price_fen=9900),),
            cadence=read_cadence("自适应 6-336"),
        ),
        TargetWish(seeds=("https://mall.cn/shop/9/",), cadence=read_cadence("每周一 03:30"), note="-1"),
        TargetWish(seeds=("https://closed.cn/",), cadence=read_cadence("0 4 * * 1-5")),
    ]  # fmt: skip
    for wish in wishes:
        keep(services, register(book, wish, now=services.clock()).target, wish.cadence)
    closed = next(target for target in services.survey.targets() if "closed" in target.seeds[0])
    put_state(services, closed, TargetState.RETIRED, reason="店已关")


def _export(services, path):
    write_rows(path, export_rows(services, services.survey.targets()))
    return path


@pytest.mark.parametrize("name", ["对象.xlsx", "对象.csv"])
def test_export_imported_again_changes_nothing(services, tmp_path, name):
    _fill(services)
    before = (services.survey.targets(), services.schedules.schedules())
    report, _, refused = import_targets(services, _export(services, tmp_path / name))
    assert (report.read, report.unchanged, refused) == (4, 4, [])
    assert (services.survey.targets(), services.schedules.schedules()) == before


@pytest.mark.parametrize("name", ["对象.xlsx", "对象.csv"])
def test_export_imported_elsewhere_makes_the_same_targets(services, tmp_path, name, frozen_clock):
    from wangjian.settings import Settings
    from wangjian.wiring import open_services

    _fill(services)
    path = _export(services, tmp_path / name)
    with open_services(Settings(data_dir=tmp_path / "other"), clock=frozen_clock) as other:
        report, _, _ = import_targets(other, path)
        assert (report.added, report.refused) == (4, 0)
        said = {"state_reason"}
        assert [t.model_dump(exclude=said) for t in other.survey.targets()] == [
            t.model_dump(exclude=said) for t in services.survey.targets()
        ]
        assert list(export_rows(other, other.survey.targets())) == list(
            export_rows(services, services.survey.targets())
        )


def test_no_exported_cell_is_a_formula(services, tmp_path):
    _fill(services)
    page = openpyxl.load_workbook(_export(services, tmp_path / "t.xlsx"))["监测对象"]
    cells = [cell for row in page.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert len(cells) > 40
    assert all(cell.data_type == "s" and cell.value[0] not in "=+-@" for cell in cells)


def test_export_that_cannot_be_written_is_named_and_spoils_nothing(services, tmp_path):
    _fill(services)
    path = _export(services, tmp_path / "t.xlsx")
    before = path.read_bytes()
    with pytest.raises(InvalidInputError, match="一个单元格有"):
        write_rows(path, [{"备注": "长" * 40_000}])
    assert path.read_bytes() == before and [found.name for found in tmp_path.iterdir() if "part" in found.name] == []
    with pytest.raises(StorageFullError, match="写不到"):
        write_rows(tmp_path / "none" / "t.xlsx", [])


def test_template_has_drop_downs_and_an_explanation_and_no_rows(services, tmp_path):
    write_template(tmp_path / "模板.xlsx")
    book = openpyxl.load_workbook(tmp_path / "模板.xlsx")
    assert [cell.value for cell in book["监测对象"][1]] == HEADINGS
    offered = {str(dv.sqref).split("2:")[0]: dv.formula1 for dv in book["监测对象"].data_validations.dataValidation}
    assert offered[openpyxl.utils.get_column_letter(HEADINGS.index("类型") + 1)] == '"平台,网店,网站,小程序站"'
    assert {row[0].value for row in book["说明"].iter_rows()} >= set(HEADINGS)
    assert import_targets(services, tmp_path / "模板.xlsx")[0].read == 0


def _sheet(path, rows, *, merge="", title=None):
    book = openpyxl.Workbook()
    page = book.active
    for row in ([title], *rows) if title else rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    book.save(path)
    return path


def test_bad_rows_go_back_and_lose_no_other_row(services, tmp_path):
    path = _sheet(
        tmp_path / "名单.xlsx",
        [
            ["序号", "店铺名称", "网址", "类型", "间隔秒", "周期", "授权案号", "电话"],
            [1, "好店", "https://good.cn/", "网站", 2, "每天 3:30", None, "13800001234"],
            [2, "坏址", "http://", "网站", None, None, None, None],
            [3, "坏值", "https://bad.cn/", "超市", -1, "天天", "杭1号", None],
            [None] * 8,
            [4, "又一", "HTTP://good.cn:80", None, None, None, None, None],
            [5, "无址", None, None, None, None, None, None],
            [6, "末店", "last.cn", None, 1.5, None, None, None],
        ],
        title="某某区网络交易监测对象登记表",
    )
    report, headings, refused = import_targets(services, path)
    assert (report.read, report.added, report.refused) == (6, 2, 4)
    assert report.unknown_columns == ("序号", "电话")
    assert {(line, column) for line, column, _ in report.errors} == {
        (4, "网址"), (5, "类型"), (5, "间隔秒"), (5, "周期"), (5, "授权案号"), (7, "网址"), (8, "网址"),
    }  # fmt: skip
    assert {target.name for target in services.survey.targets()} == {"好店", "末店"}

    back = tmp_path / "退回.xlsx"
    write_errors(back, headings, refused)
    page = openpyxl.load_workbook(back).active
    assert [cell.value for cell in page[1]] == ["原行号", "退回原因", *headings]
    assert page["A2"].value == "4" and "网址" in page["B2"].value
    page["E2"].value = "https://mended.cn/"
    openpyxl_book = page.parent
    openpyxl_book.save(back)
    mended, _, _ = import_targets(services, back)
    assert (mended.added, mended.unknown_columns) == (1, ("序号", "电话"))


def test_same_file_again_changes_nothing(services, tmp_path):
    rows = [["网址", "名称", "周期"], ["https://a.cn/", "甲", "每天 03:30"], ["https://b.cn/shop/1", "乙", "自适应"]]
    path = _sheet(tmp_path / "a.xlsx", rows)
    assert import_targets(services, path)[0].added == 2
    before = (services.survey.targets(), services.schedules.schedules())
    assert import_targets(services, path)[0].unchanged == 2
    assert (services.survey.targets(), services.schedules.schedules()) == before


def test_blank_cell_keeps_and_a_dash_clears(services, tmp_path):
    _fill(services)
    path = _sheet(
        tmp_path / "a.xlsx",
        [
            ["网址", "备注", "授权案号", "授权人员", "授权理由", "周期"],
            ["https://茶叶.中国/", None, "无", "无", "无", None],
            ["https://mall.cn/shop/9/", "无", None, None, None, "无"],
        ],
    )
    assert import_targets(services, path)[0].changed == 2
    by_seed = {target.seeds[0]: target for target in services.survey.targets()}
    tea, shop = by_seed["https://xn--qpr921i.xn--fiqs8s/"], by_seed["https://mall.cn/shop/9/"]
    assert tea.authorisation == "" and tea.note == "'=1+1\n第二行"
    assert shop.note == ""
    cadences = [cadence_of(target, own_schedule(services.schedules, target.target_id)) for target in (tea, shop)]
    assert [cadence_in_words(cadence) for cadence in cadences] == ["自适应 6-336", ""]


def test_merged_rows_go_back(services, tmp_path):
    rows = [["网址", "地区"], ["https://a.cn/", "330106"], ["https://b.cn/", None], ["https://c.cn/", "330106"]]
    report, _, refused = import_targets(services, _sheet(tmp_path / "m.xlsx", rows, merge="B2:B3"))
    assert [line for line, _, _ in refused] == [2, 3]
    assert "合并单元格" in report.errors[0][2] and report.added == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_the_encodings_offices_write(services, tmp_path, encoding):
    path = tmp_path / "名单.csv"
    path.write_text("网址,名称\r\nhttps://a.cn/,甲店\r\n", encoding=encoding)
    assert import_targets(services, path)[0].added == 1
    assert services.survey.targets()[0].name == "甲店"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf\r\n ", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 .xls"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "其实是网页"),
        (b"PK\x03\x04" + b"x" * 300, "损坏"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 300, "不是表格"),
        ("电话,姓名\n1,张\n".encode(), "没有找到表头（看到的是：电话、姓名）"),
    ],
    ids=["empty", "blank", "xls", "html", "broken-zip", "picture", "no-column"],
)
def test_wrong_file_is_answered_clearly(services, tmp_path, content, says):
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=says):
        import_targets(services, path)
    assert services.survey.targets() == ()


def test_missing_file_and_plain_archive_are_named(services, tmp_path):
    with pytest.raises(NotFoundError, match="找不到文件"):
        import_targets(services, tmp_path / "none.xlsx")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
        package.writestr("a.csv", "网址\n")
    with pytest.raises(InvalidInputError, match="压缩包"):
        import_targets(services, tmp_path / "a.zip")


def test_too_many_rows_are_refused_whole(services, tmp_path, monkeypatch):
    monkeypatch.setattr("wangjian.targets.sheets.MAX_ROWS", 5)
    rows = "\n".join(f"https://s{number}.cn/" for number in range(6))
    (tmp_path / "a.csv").write_text(f"网址\n{rows}\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="超过 5 行，未导入任何一行"):
        import_targets(services, tmp_path / "a.csv")
    assert services.survey.targets() == ()


def test_table_on_a_later_sheet_is_found(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["填表说明"])
    book.create_sheet("名单").append(["网址"])
    book["名单"].append(["https://a.cn/"])
    book.save(tmp_path / "a.xlsx")
    table = open_sheet(tmp_path / "a.xlsx", lambda row: "网址" in row, wanted="网址")
    assert [(row.line, row.cells) for row in table.rows] == [(2, ("https://a.cn/",))]


def test_many_targets_are_read_at_once(services, tmp_path):
    path = tmp_path / "many.xlsx"
    write_rows(path, ({"网址": f"https://shop{number}.cn/", "名称": f"店{number}"} for number in range(400)))
    assert import_targets(services, path)[0].added == 400
    assert import_targets(services, path)[0].unchanged == 400


@given(st.text())
def test_guarded_text_is_no_formula_and_comes_back(text):
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n")
    assert guarded(text).lstrip(" \n\u00a0\u3000\u200b\ufeff")[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    assert unguarded(guarded(text)) == kept


@given(st.text())
def test_csv_cell_survives_the_file(text):
    held = io.StringIO(newline="")
    csv.writer(held).writerow([guarded(text)])
    held.seek(0)
    cells = next(csv.reader(held))
    assert unguarded(cells[0]) == "".join(sign for sign in text if sign >= " " or sign in "\t\n")


def test_only_what_was_never_surveyed_is_deleted(services):
    _fill(services)
    by_seed = {target.seeds[0]: target for target in services.survey.targets()}
    assert remove(services, by_seed["https://shop.cn/"], reason="录错") is Removal.DELETED
    assert remove(services, by_seed["https://mall.cn/shop/9/"], reason="店已关") is Removal.RETIRED
    left = {target.seeds[0]: target.state for target in services.survey.targets()}
    assert "https://shop.cn/" not in left and left["https://mall.cn/shop/9/"] is TargetState.RETIRED
    schedule = own_schedule(services.schedules, by_seed["https://mall.cn/shop/9/"].target_id)
    assert schedule is not None and schedule.paused
