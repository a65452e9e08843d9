"""A register file another process reads ahead gives the same batches and the same findings, whatever becomes of it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from matching import reading_ahead
from matching.profiles import suggested_profile
from matching.reading_ahead import TableReading
from matching.register_reading import Counted, Findings
from matching.tables import TableFile, open_table
from records.register import Entity
from records.register_batches import RegisterBatch

Read = tuple[list[RegisterBatch], list[tuple[int, str, str]], Counted]


@pytest.fixture
def table(tmp_path: Path, known: SimpleNamespace) -> TableFile:
    """Fifty-three good rows; three without a code, one in an unknown state, one that repeats another."""
    rows = [f"{known.make_code(number)},上海{number}号商贸有限公司,存续" for number in range(1, 54)]
    rows[7:7] = ["无,无号公司,存续"] * 3
    rows[40:40] = [f"{known.make_code(900)},怪状态公司,飞升", rows[2]]
    path = tmp_path / "register.csv"
    path.write_text("\n".join(["统一社会信用代码,名称,登记状态", *rows]), encoding="utf-8")
    return open_table(path, expected="")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "BATCH_ROWS", 10)
    monkeypatch.setattr(reading_ahead, "_LONG_BYTES", 0)
    monkeypatch.setattr(reading_ahead.os, "sched_getaffinity", lambda _process: {0, 1})


def read(
    table: TableFile,
    after_first: Callable[[], None] = lambda: None,
    known: Callable[..., dict[str, Entity]] | None = None,
) -> Read:
    profile = suggested_profile(table.headings)
    findings = Findings(table.headings)
    columns = profile.columns(table.headings)
    with (
        closing(findings),
        TableReading(table, columns, profile, source="市局", findings=findings, known=known) as reading,
    ):
        batches = reading.batches("snapshot")
        found = [next(batches)]
        after_first()
        found.extend(batches)
    return found, findings.errors, reading.counted


def helpers() -> list[multiprocessing.Process]:
    return [child for child in multiprocessing.active_children() if child.is_alive()]


@pytest.fixture
def alone(table: TableFile, monkeypatch: pytest.MonkeyPatch) -> Read:
    """As a machine with one core reads it."""
    with monkeypatch.context() as one_core:
        one_core.setattr(reading_ahead.os, "sched_getaffinity", lambda _process: {0})
        before = helpers()
        found = read(table, lambda: None if helpers() == before else pytest.fail("another process was started"))
    assert [batch.read for batch in found[0]] == [10, 10, 10, 10, 10, 3]
    assert [line for line, _column, _problem in found[1]] == [9, 10, 11, 42, 43]
    assert (found[2].read, found[2].refused, found[2].unnamed) == (58, 5, 3)
    return found


def test_other_process_reads_the_same(table: TableFile, alone: Read) -> None:
    before = helpers()
    started: list[int] = []
    assert read(table, lambda: started.append(len(helpers()) - len(before))) == alone
    assert started == [1]
    assert helpers() == before


def test_what_a_killed_reader_had_left_is_read_here(table: TableFile, alone: Read) -> None:
    before = helpers()

    def kill() -> None:
        for child in helpers():
            if child not in before:
                child.kill()
                child.join()

    assert read(table, kill) == alone


def test_rows_that_ask_the_register_are_read_here(table: TableFile, alone: Read) -> None:
    before = helpers()
    found = read(table, lambda: None if helpers() == before else pytest.fail("started"), known=lambda _codes: {})
    assert found == alone
