"""Many queries from a file: all answered in order, bad rows reported, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching.batch import OUTPUT_COLUMNS, match_batch
from matching.resolver import Resolver
from records.errors import InvalidInputError, NotFoundError, StoreAwayError
from records.register import MatchDecision
from records.register_ports import RegisterStore

Clock = Callable[[], datetime]
HEAD = "id,name,code,region,phone,address\n"


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_row_is_answered_in_order(
    tmp_path: Path, resolver: Resolver, clock: Clock, known: SimpleNamespace, encoding: str
) -> None:
    rows = f"a,上海华翰印务有限公司,,,,\nb,鑫源,,,,\nc,大风起兮云飞扬雪糕厂,,,,\nd,,{known.datong.code},,,\n"
    (tmp_path / "in.csv").write_bytes((HEAD + rows).encode(encoding))
    counts = match_batch(tmp_path / "in.csv", tmp_path / "out.csv", resolver, clock)
    out = written(tmp_path / "out.csv")
    assert tuple(out[0]) == OUTPUT_COLUMNS
    assert [row["id"] for row in out] == ["a", "b", "c", "d"]
    assert [row["decision"] for row in out] == ["match", "possible", "none", "match"]
    assert out[0]["entity_code"] == known.huahan.code and out[1]["entity_code"] == ""
    assert {one["name"] for one in json.loads(out[1]["candidates"])} >= {"西安鑫源商贸有限公司"}
    assert counts.read == 4
    assert counts.decisions == {MatchDecision.MATCH: 2, MatchDecision.POSSIBLE: 1, MatchDecision.NONE: 1}


def test_bad_rows_are_reported_and_the_rest_are_done(tmp_path: Path, resolver: Resolver, clock: Clock) -> None:
    (tmp_path / "in.csv").write_text(HEAD + "a,鑫源,,,,\nb,多,了,一,列,的,行\n\nc,鑫源,,,,\n", encoding="utf-8")
    counts = match_batch(tmp_path / "in.csv", tmp_path / "out.csv", resolver, clock)
    assert [row["id"] for row in written(tmp_path / "out.csv")] == ["a", "c"]
    assert [line for line, _problem in counts.errors] == [3]


def test_missing_columns_are_named(tmp_path: Path, resolver: Resolver, clock: Clock) -> None:
    (tmp_path / "in.csv").write_text("id,name,code\na,b,c\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="缺少列 region、phone、address"):
        match_batch(tmp_path / "in.csv", tmp_path / "out.csv", resolver, clock)
    assert not (tmp_path / "out.csv").exists()


def test_missing_input_and_unwritable_output_are_named(tmp_path: Path, resolver: Resolver, clock: Clock) -> None:
    with pytest.raises(NotFoundError):
        match_batch(tmp_path / "none.csv", tmp_path / "out.csv", resolver, clock)
    (tmp_path / "in.csv").write_text(HEAD, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="不能写入"):
        match_batch(tmp_path / "in.csv", tmp_path / "nowhere" / "out.csv", resolver, clock)


def test_nothing_written_is_run_by_a_spreadsheet(tmp_path: Path, resolver: Resolver, clock: Clock) -> None:
    (tmp_path / "in.csv").write_text(HEAD + "=HYPERLINK(1),@SUM(A1),+1,,,\n", encoding="utf-8")
    match_batch(tmp_path / "in.csv", tmp_path / "out.csv", resolver, clock)
    for row in written(tmp_path / "out.csv"):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


class _Lost:
    """A register that is lost after so many readings."""

    def __init__(self, register: RegisterStore, readings: int) -> None:
        self._register = register
        self.left = readings

    def __getattr__(self, name: str) -> object:
        return getattr(self._register, name)

    def reading(self) -> object:
        if not self.left:
            raise StoreAwayError("检索引擎不可用", cure="启动检索引擎")
        self.left -= 1
        return self._register.reading()


@pytest.fixture
def long_table(tmp_path: Path) -> Path:
    names = ("上海华翰印务有限公司", "鑫源", "大风起兮云飞扬雪糕厂")
    rows = "".join(f'"q{number}\n{number}",{names[number % 3]},,,,\n' for number in range(220))
    (tmp_path / "in.csv").write_text(HEAD + rows, encoding="utf-8", newline="")
    return tmp_path / "in.csv"


def test_batch_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, register: RegisterStore, resolver: Resolver, clock: Clock, long_table: Path
) -> None:
    whole = match_batch(long_table, tmp_path / "whole.csv", resolver, clock)
    lost = _Lost(register, readings=2)
    with pytest.raises(StoreAwayError, match="已比对的 200 行存于 .*out.csv.*partial，排除后再运行同一命令"):
        match_batch(long_table, tmp_path / "out.csv", Resolver(lost, clock), clock)
    assert not (tmp_path / "out.csv").exists()
    (partial,) = tmp_path.glob("out.csv.*.partial")
    with partial.open("ab") as file:  # as a killed process leaves it
        file.write(b'"q200\n200",match,"9131')
    lost.left = 1
    again = match_batch(long_table, tmp_path / "out.csv", Resolver(lost, clock), clock)
    assert lost.left == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert (again.read, again.decisions) == (whole.read, whole.decisions)
    assert not list(tmp_path.glob("*.partial"))


def test_nothing_is_left_of_a_batch_that_did_nothing_nor_taken_from_another(
    tmp_path: Path, register: RegisterStore, resolver: Resolver, clock: Clock, long_table: Path
) -> None:
    with pytest.raises(StoreAwayError, match="启动检索引擎）$"):
        match_batch(long_table, tmp_path / "out.csv", Resolver(_Lost(register, readings=0), clock), clock)
    assert [path.name for path in tmp_path.glob("out*")] == []
    with pytest.raises(StoreAwayError):
        match_batch(long_table, tmp_path / "out.csv", Resolver(_Lost(register, readings=1), clock), clock)
    long_table.write_text(HEAD + "other,鑫源,,,,\n", encoding="utf-8")
    match_batch(long_table, tmp_path / "out.csv", resolver, clock)
    assert [row["id"] for row in written(tmp_path / "out.csv")] == ["other"]
