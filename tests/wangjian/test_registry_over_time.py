"""`wangjian registry import --full` and `registry show` as an officer runs them."""

from __future__ import annotations

import json

import pytest

from records.errors import InvalidInputError
from wangjian.cli.register_importing import registry_import
from wangjian.cli.register_showing import registry_show

PARENT, BRANCH, LOST = "91310000607324490F", "91320200MA1MY5MJ39", "91330700254972336L"
FIRST = f"""统一社会信用代码,名称,成立日期,列入经营异常日期,住所,隶属企业代码,曾用名
{PARENT},上海国马商标贴标系统有限公司,1995-08-03,2024-01-02,张江路1号,,旧国马公司（1995-08-03至2001-02-03）
{BRANCH},上海国马无锡分公司,2003-08-15,,,{PARENT},
{LOST},浙江省金华市进出口公司,1992-07-06,,,,
"""
SECOND = f"""统一社会信用代码,名称,登记状态,状态日期,移出经营异常日期,网址,网站名称,ICP备案号
{PARENT},上海国马标签系统有限公司,注销,2026-05-05,2024-06-01,gm.example,国马商城,沪ICP备12345678号
{BRANCH},上海国马无锡分公司,存续,,,,,
"""


@pytest.fixture
def register(tmp_path, capsys):
    """A data directory in which the second file, a full one, followed the first."""
    for number, text in enumerate((FIRST, SECOND)):
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
        options = {"source": "市局", "full": True, "most_gone": 0.5, "data_dir": tmp_path / "data"}
        assert registry_import(tmp_path / f"{number}.csv", **options) == 0
    assert "未再出现 1 户（已标记，不删除）" in capsys.readouterr().out
    return tmp_path / "data"


def test_entity_is_shown_with_its_history_and_kin(register, capsys) -> None:
    assert registry_show(PARENT.lower(), as_of="2024-03-01", data_dir=register) == 0
    shown = capsys.readouterr().out
    for told in (
        "上海国马标签系统有限公司（91310000607324490F）",
        "旧国马公司（1995-08-03至2001-02-03）；上海国马商标贴标系统有限公司（2001-02-03至不详）（登记库所见）",
        "已移出的经营异常：2024-01-02列入，2024-06-01移出",
        "年报网站网店：国马商城 gm.example 沪ICP备12345678号",
        "住所：张江路1号",
        "分支机构 1 户",
        "登记状态：存续 → 注销",
        "2024-03-01的情形（按现在所知）",
        "经营异常名录：2024-01-02列入，2024-06-01移出",
        "尚无此主体",
    ):
        assert told in shown
    assert registry_show(BRANCH, data_dir=register) == 0
    assert "隶属：上海国马标签系统有限公司（91310000607324490F）" in capsys.readouterr().out
    assert registry_show(LOST, data_dir=register) == 0
    assert "来源现状：未再出现" in capsys.readouterr().out


def test_document_holds_all_of_it(register, capsys) -> None:
    assert registry_show(PARENT, as_of="2099-01-01T08:00", data_dir=register, as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert [state["entity"]["status"] for state in document["history"]] == ["存续", "注销"]
    assert document["history"][0]["known_until"] == document["history"][1]["known_from"]
    assert document["standing"]["status"] == document["as_known"]["status"] == "注销"
    assert (document["as_of"], document["branch_count"]) == ("2099-01-01T00:00:00+00:00", 1)


def test_what_cannot_be_answered_is_said(register, capsys) -> None:
    assert registry_show("<script>", data_dir=register) == 1
    assert "查无不等于无照" in capsys.readouterr().out
    with pytest.raises(InvalidInputError, match="不是时间"):
        registry_show(PARENT, as_of="昨天", data_dir=register)
    with pytest.raises(InvalidInputError, match="来源名称"):
        registry_import(register, full=True)


def test_full_file_that_was_cut_off_marks_nobody(register, tmp_path, capsys) -> None:
    (tmp_path / "cut.csv").write_text("统一社会信用代码,名称\n", encoding="utf-8")
    assert registry_import(tmp_path / "cut.csv", source="市局", full=True, data_dir=register) == 4
    assert "少 2 户，文件可能不全" in capsys.readouterr().out
