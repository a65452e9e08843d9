"""Nothing that was crawled becomes a formula in an office program."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import AwayError, ExitCode
from records.leads import Lead, Severity
from wangjian.cli.exporting import FileFormat, Subject, export, harmless
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "  =1", "\t=1", "\x00=1", "|calc"])
def test_formula_is_made_text(text: str):
    assert harmless(text)[0] == "'"


@given(st.text())
def test_cell_never_starts_as_a_formula(text: str):
    assert harmless(text).lstrip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def test_ordinary_text_is_kept():
    assert harmless("华瀚印务 ¥12.00") == "华瀚印务 ¥12.00"


@pytest.fixture
def one_lead(data_dir: Path) -> Path:
    lead = Lead(
        lead_id="lead_1", rule_id="A01", rule_title="绝对化用语", severity=Severity.LOW, shop_id="s1", shop_name="=甲店",
        title="甲店涉嫌绝对化用语", finding_ids=("f1", "f2"), priority_score=0.5, first_seen_at=utc_now(),
        last_seen_at=utc_now(),
    )  # fmt: skip
    with open_services(load_settings(data_dir=data_dir)) as services:
        services.leads.save_lead(lead, None, expected_version=0)
    return data_dir


def test_parquet_keeps_types_and_texts_as_they_are(one_lead: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    written = tmp_path / "线索.parquet"
    assert export(Subject.LEADS, written, FileFormat.PARQUET, data_dir=one_lead) == ExitCode.DONE
    table = parquet.read_table(written)
    (row,) = table.to_pylist()
    assert set(row) == set(Lead.model_fields)
    assert (row["shop_name"], row["priority_score"], json.loads(row["finding_ids"])) == ("=甲店", 0.5, ["f1", "f2"])
    assert str(table.schema.field("priority_score").type) == "double"


def test_parquet_without_its_part_names_the_cure(
    one_lead: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(AwayError, match="Parquet") as refused:
        export(Subject.LEADS, tmp_path / "线索.parquet", FileFormat.PARQUET, data_dir=one_lead)
    assert "pyarrow" in refused.value.cure
    assert not (tmp_path / "线索.parquet").exists()
