"""`wangjian match` and `match number` as a supervisor runs them: the words, the JSON, the exit codes, hostile input."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.rows import register_row
from records.errors import InvalidInputError, NotFoundError
from records.register import EntityStatus
from stores.backends import open_records
from tests.matching.conftest import entity
from wangjian.cli.numbers import match_number
from wangjian.cli.registering import match

FIRM = entity(
    7001, "衢州鹿鸣竹制品有限公司", division="330802", legal_representative="周文静", established_on=date(2015, 2, 3)
)
GONE = entity(7002, "丽水青田石雕有限公司", division="331102", status=EntityStatus.REVOKED, status_on=date(2023, 5, 6))
SINGLE_ERROR = FIRM.code[:17] + ("A" if FIRM.code[17] != "A" else "B")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    records.migrate()
    rows = map(register_row, (FIRM, GONE))
    records.register.import_entities(
        "样本登记库", "snap_20260930_0123456789ab", rows, known_at=datetime(2026, 10, 1, tzinfo=UTC)
    )
    records.close()
    return folder


@pytest.fixture
def ask(data_dir, capsys) -> Callable[..., tuple[int, str]]:
    """Exit code and standard output of `wangjian match` with these options."""

    def run(**options: object) -> tuple[int, str]:
        code = match(SimpleNamespace(invoked_subcommand=None), **{"data_dir": data_dir, **options})
        return code, capsys.readouterr().out

    return run


def test_answer_says_who_how_sure_why_and_what_is_wrong(ask) -> None:
    code, said = ask(name=GONE.name, code=GONE.code)
    assert code == 0
    assert said.startswith(f"结论：匹配\n主体：{GONE.name}（{GONE.code}），可能性 大于0.999\n")
    assert "浙江省丽水市莲都区），校验无误" in said
    assert "统一社会信用代码与登记完全一致" in said
    assert "【已吊销】登记可证：" in said
    assert "2023-05-06" in said
    assert "来源 样本登记库；登记库最新至2026-09-30" in said
    assert "登记库快照 snap_20260930_0123456789ab" in said


def test_no_agreement_is_told_with_a_weight_against(ask) -> None:
    lines = ask(name=FIRM.name)[1].splitlines()
    assert not [line for line in lines if line.strip().startswith("-") and ("相同" in line or "一致" in line)]


def test_question_about_an_earlier_day_is_answered_for_it(ask) -> None:
    said = ask(name=GONE.name, code=GONE.code, as_of="2022-01-01")[1]
    assert "【已吊销】登记可证" not in said
    assert "【已吊销】不认定：" in said


def test_mistyped_code_is_explained_and_not_called_invalid(ask) -> None:
    said = ask(name=FIRM.name, code=SINGLE_ERROR)[1]
    assert "第18位校验码不符" in said
    assert "【代码无效】不认定：" in said
    assert FIRM.code in said


def test_permit_number_in_place_of_the_code_is_recognised(ask) -> None:
    assert "食品经营许可证编号 JY11108071215650，不是主体的登记号码" in ask(name=FIRM.name, code="JY11108071215650")[1]
    assert "占位内容，按未填写处理" in ask(name=FIRM.name, code="123456789")[1]


def test_json_carries_all_of_it(ask) -> None:
    document = json.loads(ask(name=FIRM.name, code=FIRM.code, person="李四", as_json=True)[1])
    (finding,) = document["licence_findings"]
    assert finding["problem"] == "与登记不一致"
    assert (finding["field"], finding["shown"], finding["registered"]) == ("法定代表人", "李四", "周文静")
    assert (finding["source"], finding["snapshot_id"]) == ("样本登记库", "snap_20260930_0123456789ab")
    assert (finding["certainty"], finding["snapshot_on"]) == ("需核实", "2026-09-30")
    assert finding["judged_on"]
    assert document["candidates"][0]["reasons"][0]["weight"] == 14.0
    assert {"withheld_findings", "reasons", "probability", "not_in_register_probability", "model_version"} <= set(
        document
    )


@pytest.mark.parametrize(
    "name",
    [
        "😀🔥🛒",
        "'; DROP TABLE register_entities;--",
        "<script>alert(document.cookie)</script>",
        "衢州鹿鸣竹制品" * 1_500,
        "\u202e公司限有\u0000\u200b",
        "％００％27",
        "((((((((((((((((((((",
    ],
    ids=["emoji", "sql", "html", "long", "control", "percent", "brackets"],
)
def test_hostile_names_get_a_clear_answer(ask, name) -> None:
    code, said = ask(name=name)
    assert said.startswith("结论：登记库中未找到\n" if code == 1 else "结论：疑似，需人工确认\n")
    assert max(map(len, said.splitlines())) < 400
    assert "匹配：" not in said


@pytest.mark.parametrize(
    "code", ["", " ", "0", "0" * 18, "9" * 10_000, "１２３", "统一社会信用代码：", "𝟗𝟏", "\x00"], ids=range(9)
)
def test_hostile_codes_beside_a_name_change_nothing_else(ask, code) -> None:
    answer, said = ask(name=FIRM.name, code=code)
    assert answer == 0
    assert FIRM.code in said


@pytest.mark.parametrize(
    "options",
    [{}, {"name": ""}, {"name": "   ", "code": " "}, {"region": "浙江", "address": "衢州市", "person": "周文静"}],
)
def test_nothing_to_compare_is_bad_usage(ask, options) -> None:
    with pytest.raises(InvalidInputError, match="没有可比对的内容"):
        ask(**options)


@pytest.mark.parametrize("day", ["2020-02-30", "昨天", "9999-12-31T23:59:59-23:00"])
def test_day_that_is_none_is_bad_usage(ask, day) -> None:
    with pytest.raises(InvalidInputError, match="不是时间"):
        ask(name=FIRM.name, as_of=day)


def test_empty_register_is_named_instead_of_finding_nobody(tmp_path, capsys) -> None:
    with pytest.raises(NotFoundError, match="登记库还没有数据"):
        match(SimpleNamespace(invoked_subcommand=None), name=FIRM.name, data_dir=tmp_path)


def test_numbers_are_told_apart_and_what_cannot_be_told_is_said(capsys) -> None:
    assert match_number(f"代码 {FIRM.code}") == 0
    assert "校验：无误（不说明该主体存在，须查登记库）" in capsys.readouterr().out
    assert match_number("国药准字H20150001 浙公网安备31010602006438号") == 1
    said = capsys.readouterr().out
    assert "不能据此判断真伪" in said
    assert "不成立：前6位310106属上海" in said
    assert match_number(FIRM.code.replace("0", "O"), as_json=True) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["numbers"][0]["repairs"]


@pytest.mark.parametrize("text", ["", "你好", "😀", "<b>"])
def test_text_without_a_number_is_bad_usage(text) -> None:
    with pytest.raises(InvalidInputError, match="没有认出号码"):
        match_number(text)
