"""A long batch is answered by several processes: same answers, same order, and no row lost with a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching.batch import match_batch
from matching.rows import register_row
from records.register import Entity, EntityKind
from wangjian.cli.batching import batch_helpers, resolver_of
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NAMES = ("杭州华翰印务有限公司", "上海鑫源商贸有限公司", "成都瑞丰食品有限公司", "哈尔滨北方木业总厂")
ROWS = 900


@pytest.mark.parametrize("killed", [False, True], ids=["helped", "helper killed"])
def test_helpers_change_neither_answers_nor_order(tmp_path: Path, killed: bool) -> None:
    data_dir = tmp_path / "data"
    lines = [f"q{number},{NAMES[number % 5] if number % 5 < 4 else '鑫源'},,,,\n" for number in range(ROWS)]
    (tmp_path / "in.csv").write_text("id,name,code,region,phone,address\n" + "".join(lines), encoding="utf-8")
    with open_services(load_settings(data_dir=data_dir)) as services:
        entities = [Entity(code=f"c{at}", name=name, kind=EntityKind.COMPANY) for at, name in enumerate(NAMES)]
        services.register.import_entities("试验", "snap_20261101_0123456789ab", map(register_row, entities))
        alone = match_batch(tmp_path / "in.csv", tmp_path / "alone.csv", resolver_of(services), services.clock)
    with batch_helpers(tmp_path / "in.csv", data_dir, 2) as helpers:
        (helper,) = helpers.all()
        if killed:
            helper.process.kill()
            helper.process.join()
        with open_services(load_settings(data_dir=data_dir)) as services:
            helped = match_batch(
                tmp_path / "in.csv", tmp_path / "helped.csv", resolver_of(services), services.clock, helpers=helpers
            )
        assert helper.alive is not killed
    assert (tmp_path / "helped.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()
    assert (helped.read, helped.decisions, helped.errors) == (alone.read, alone.decisions, []) and alone.read == ROWS


def test_short_file_is_answered_alone(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,name,code,region,phone,address\nq1,华翰,,,,\n", encoding="utf-8")
    with batch_helpers(tmp_path / "in.csv", tmp_path, 8) as helpers:
        assert helpers.all() == []
