"""`wangjian registry push|recheck|work`: a problem to its office and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from matching.register_import import import_file
from records.errors import StorageFullError
from records.quality_tasks import TaskState
from wangjian.cli.quality_work import registry_push, registry_recheck, registry_work
from wangjian.sample.register import make_register, write_register
from wangjian.settings import load_settings
from wangjian.wiring import open_services


@pytest.fixture
def import_register(tmp_path):
    def kept(entities, *, day=1):
        path = tmp_path / "register.csv"
        write_register(entities, path)
        with open_services(load_settings(data_dir=tmp_path / "data")) as services:
            import_file(
                path, register=services.register, source="样本", clock=lambda: datetime(2026, 11, day, tzinfo=UTC)
            )

    return kept


def test_problem_goes_to_its_office_and_is_settled_by_the_next_import(import_register, tmp_path, capsys):
    sound = make_register(7, size=60)
    wrong = [entity.model_copy(update={"phone": "1234"}) if at < 3 else entity for at, entity in enumerate(sound)]
    wrong[0] = wrong[0].model_copy(update={"legal_representative": "=cmd|' /C calc'!A0", "name": wrong[0].name})
    import_register(wrong)
    data_dir, lists = tmp_path / "data", tmp_path / "lists"
    assert registry_push(lists, data_dir=data_dir) == 0
    assert "已推送 3 个问题" in capsys.readouterr().out
    rows = [row for path in lists.iterdir() for row in load_workbook(path)["问题清单"].iter_rows(values_only=True)]
    found = [row for row in rows if row[1] == "电话号码"]
    assert {row[2] for row in found} == {entity.code for entity in sound[:3]}
    assert all(row[5] == "1234" and "准确性" in row[7] and "核对联系电话" in row[8] for row in found)
    assert registry_push(lists, data_dir=data_dir) == 1
    import_register([*sound[:2], *wrong[2:]], day=20)
    capsys.readouterr()
    assert registry_recheck(data_dir=data_dir) == 1
    out = capsys.readouterr().out
    assert "仍未改正 1" in out and "已改正 2" in out
    assert registry_work(state=TaskState.CORRECTED, data_dir=data_dir, as_json=True) == 0
    work = json.loads(capsys.readouterr().out)
    assert [event["state"] for event in work["tasks"][0]["events"]] == ["待推送", "已推送", "已改正"]
    assert registry_push(lists, again=True, data_dir=data_dir) == 0


def test_lists_that_cannot_be_written_are_not_recorded_as_pushed(import_register, tmp_path):
    import_register([entity.model_copy(update={"phone": "1234"}) for entity in make_register(7, size=3)])
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(StorageFullError, match="没有记为已推送"):
        registry_push(tmp_path / "taken", data_dir=tmp_path / "data")
    assert registry_work(state=TaskState.PUSHED, data_dir=tmp_path / "data") == 1
