"""`wangjian survey impact` as the office prints it for a site's owner."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from records.survey import Run, RunState, SiteImpact, Target, TargetKind
from stores.backends import open_records
from wangjian.cli.impact import survey_impact

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
IMPACT = SiteImpact(
    requests_sent=120,
    bytes_received=2_500_000,
    statuses={"2xx": 110, "5xx": 8, "none": 2},
    first_5xx_share=0.0,
    last_5xx_share=0.16,
    first_seconds=0.21,
    last_seconds=1.4,
    delay_seconds=2.8,
    silences=3,
    waited_seconds=301.5,
)


@pytest.fixture
def kept(tmp_path):
    """A target with a run that has an impact record and an older one that has none."""
    (tmp_path / "data").mkdir()
    records = open_records(f"sqlite:///{tmp_path}/data/wangjian.db")
    records.migrate()
    target = Target(target_id="t1", name="茗香茶庄", kind=TargetKind.SITE, seeds=("http://shop.cn/",), created_at=NOW)
    records.survey.save_target(target)
    for number, impact in ((1, None), (2, IMPACT)):
        run = Run(
            run_id=f"run-{number}", target_id="t1", state=RunState.PARTIAL, started_at=NOW.replace(hour=number),
            finished_at=NOW, impact=impact,
        )  # fmt: skip
        records.survey.open_run(run, ())
        records.survey.finish_run(run)
    records.close()
    return tmp_path / "data"


def test_record_of_a_run_is_printed_with_its_law(kept, capsys) -> None:
    assert survey_impact("run-2", data_dir=kept) == 0
    out = capsys.readouterr().out
    for words in ("茗香茶庄", "120", "正常 110", "最初 0.0%，最后 16.0%", "最后 1.400 秒", "2.80 秒", "3 次，均已遵守"):
        assert words in out
    assert "《网络数据安全管理条例》第十八条" in out


def test_target_gives_every_run_that_has_a_record(kept, capsys) -> None:
    survey_impact("t1", data_dir=kept, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["law"] == "《网络数据安全管理条例》第十八条"
    assert [run["run_id"] for run in document["runs"]] == ["run-2"]
    assert document["runs"][0]["impact"]["statuses"] == {"2xx": 110, "5xx": 8, "none": 2}


def test_run_from_before_the_record_says_so(kept, capsys) -> None:
    survey_impact("run-1", data_dir=kept)
    assert "没有影响记录" in capsys.readouterr().out


def test_unknown_number_is_one_message(command, kept) -> None:
    command("survey", "impact", "nope").assert_one_message(code=2, says="没有这次采集，也没有这个监测对象：nope")
