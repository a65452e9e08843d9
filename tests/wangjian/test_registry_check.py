"""`wangjian registry check` as an officer runs it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from matching.register_import import import_file
from records.errors import InvalidInputError, NotFoundError
from stores.backends import open_records
from wangjian.cli.checking import registry_check
from wangjian.sample.register import make_register, write_register


def _rows(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def register_of(tmp_path):
    """A data directory whose register holds these entities."""

    def kept(entities, *, source="样本"):
        (tmp_path / "data").mkdir(exist_ok=True)
        records = open_records(f"sqlite:///{tmp_path}/data/wangjian.db")
        records.migrate()
        path = tmp_path / "register.csv"
        write_register(entities, path)
        import_file(path, register=records.register, source=source, clock=lambda: datetime(2026, 11, 1, tzinfo=UTC))
        records.close()
        return tmp_path / "data"

    return kept


def test_sample_register_is_wrong_only_where_its_codes_are_older_than_their_divisions(register_of, capsys) -> None:
    """The sample gives today's divisions to codes of any year."""
    data_dir = register_of(make_register(7, size=1_500))
    capsys.readouterr()
    assert registry_check(data_dir=data_dir, as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["entities"] == 1_500
    assert {(found["check"], found["value"]) for found in report["problems"]} == {("代码区划", "450181")}
    assert report["sources"][0]["score"] > 0.999


def test_register_without_fault_says_so(register_of, capsys) -> None:
    data_dir = register_of(make_register(7, size=200))
    assert registry_check(data_dir=data_dir) == 0
    out = capsys.readouterr().out
    assert "检查主体 200 户：问题 0 个" in out
    assert "来源 样本（200 户）：1.0000" in out


def test_planted_faults_are_listed_corrected_and_checked_again(register_of, tmp_path, capsys) -> None:
    entities = list(make_register(7, size=300))
    broken = entities[5].model_copy(update={"phone": "13800138000", "legal_representative": '=HYPERLINK("x")'})
    other = entities[9].model_copy(update={"address": "暂无"})
    data_dir = register_of([*entities[:5], broken, *entities[6:9], other, *entities[10:]])
    capsys.readouterr()
    assert registry_check(data_dir=data_dir, as_json=True, output=tmp_path / "问题.xlsx") == 1
    report = json.loads(capsys.readouterr().out)
    assert {(found["code"], found["check"]) for found in report["problems"]} == {
        (broken.code, "电话号码"),
        (other.code, "占位内容"),
    }
    sheets = load_workbook(tmp_path / "问题.xlsx")
    assert sheets.sheetnames == ["概况", "检查项", "责任机关", "问题清单"]
    assert {row[3].value for row in sheets["问题清单"].iter_rows(min_row=2)} == {broken.code, other.code}
    assert all(row[0].value.endswith("市场监督管理局") for row in sheets["责任机关"].iter_rows(min_row=2))
    (tmp_path / "before.json").write_text(json.dumps(report), encoding="utf-8")
    register_of(entities)
    assert registry_check(data_dir=data_dir, since=tmp_path / "before.json", output=tmp_path / "问题.csv") == 0
    assert "问题 2 → 0，已消除 2，仍在 0，新增 0" in capsys.readouterr().out
    rows = _rows(tmp_path / "问题.csv")
    assert len(rows) == 1


def test_contents_of_the_list_never_become_a_formula(register_of, tmp_path) -> None:
    entities = list(make_register(7, size=20))
    broken = entities[0].model_copy(update={"phone": "=1+1", "name": '=HYPERLINK("http://x/","点")有限公司'})
    data_dir = register_of([broken, *entities[1:]])
    assert registry_check(data_dir=data_dir, output=tmp_path / "问题.csv") == 1
    rows = _rows(tmp_path / "问题.csv")
    assert all(not cell.startswith("=") for row in rows for cell in row)
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)


def test_garbage_is_answered_with_a_cure(register_of, tmp_path) -> None:
    data_dir = register_of(make_register(7, size=20))
    with pytest.raises(InvalidInputError, match="不知道怎样写"):
        registry_check(data_dir=data_dir, output=tmp_path / "问题.docx")
    with pytest.raises(InvalidInputError, match="不是行政区划"):
        registry_check(data_dir=data_dir, region="火星")
    with pytest.raises(InvalidInputError, match="读不到"):
        registry_check(data_dir=data_dir, since=tmp_path / "none.json")
    with pytest.raises(NotFoundError, match="没有来源"):
        registry_check(data_dir=data_dir, source="别处")
    with pytest.raises(NotFoundError, match="空的"):
        registry_check(data_dir=tmp_path / "empty")


def test_command_is_there(command) -> None:
    answer = command("registry", "check")
    answer.assert_one_message(code=2, says="登记库是空的")
