"""Runs watched, shown and stopped from the command line, and what a dry run tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from records.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from records.health import Alarm, AlarmKind, RunProgress
from records.survey import Run, RunState, Target, TargetKind
from stores.backends import open_records
from wangjian.cli.alarming import alarms_assign, alarms_settle, survey_health
from wangjian.cli.surveying import survey_run
from wangjian.cli.watching import survey_show, survey_stop, survey_watch
from wangjian.cli.words import duration
from wangjian.sample.models import Family
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market
from wangjian.settings import load_settings
from wangjian.surveying import run_survey
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def records(tmp_path):
    (tmp_path / "data").mkdir()
    opened = open_records(f"sqlite:///{tmp_path}/data/wangjian.db")
    opened.migrate()
    yield opened
    opened.close()


def _run(records, *, state=RunState.RUNNING):
    target = Target(target_id="target_a", name="样本", kind=TargetKind.SITE, seeds=("http://a.cn/",), created_at=NOW)
    records.survey.save_target(target)
    run = Run(run_id="run_abcdef", target_id="target_a", state=RunState.RUNNING, started_at=NOW)
    records.survey.open_run(run, ())
    if state is not RunState.RUNNING:
        records.survey.finish_run(run.model_copy(update={"state": state, "finished_at": NOW, "missing": ("两页",)}))
    return run


def _alarm(**more):
    return Alarm(
        alarm_id="alarm_1", target_id="target_a", kind=AlarmKind.ROBOTS, field="http://a.cn", why="robots.txt 变了",
        opened_by="run_abcdef", run_id="run_abcdef", raised_at=NOW, last_seen_at=NOW, **more,
    )  # fmt: skip


@pytest.fixture
def say(tmp_path, capsys):
    """A command called as the command line does, in this process: its exit code and what it said."""

    def call(function, *words, **options):
        code = function(*words, data_dir=tmp_path / "data", **options)
        return int(code), capsys.readouterr().out

    return call


def test_stop_is_asked_of_a_running_run_only(records, say):
    _run(records)
    code, said = say(survey_stop, "abcd", reason="站点来电", as_json=True)
    assert (code, json.loads(said)) == (0, {"run_id": "run_abcdef", "asked": True, "reason": "站点来电"})
    assert records.boards.stop_reason("run_abcdef") == "站点来电"
    records.survey.finish_run(records.survey.run("run_abcdef").model_copy(update={"state": RunState.PARTIAL}))
    assert say(survey_stop, "run_abcdef")[0] == 1
    with pytest.raises(NotFoundError):
        say(survey_stop, "run_nothing")


def test_show_tells_what_a_run_waits_for(records, say):
    _run(records)
    records.boards.report(
        RunProgress(
            run_id="run_abcdef", target_id="target_a", at=NOW, done=3, known=10, left=7, waiting="等待 robots 间隔",
            pages_per_minute=6, left_seconds=70,
        )
    )  # fmt: skip
    _, said = say(survey_show, "run_abcdef")
    assert "已完成 3 / 已知 10，待读 7" in said and "正在等待：等待 robots 间隔" in said


def test_watching_an_ended_run_ends_at_once(records, say):
    _run(records, state=RunState.PARTIAL)
    code, said = say(survey_watch, "run_abcdef")
    assert (code, "部分完成" in said) == (0, True)


def test_alarm_is_assigned_and_settled_with_a_note(records, say):
    _run(records, state=RunState.COMPLETE)
    records.health.raise_alarm(_alarm())
    assert say(survey_health, "target_a")[0] == 1
    with pytest.raises(NotFoundError, match="没有登录名"):
        say(alarms_assign, "alarm_1", "nobody")
    with pytest.raises(InvalidInputError, match="须写明情况"):
        say(alarms_settle, "alarm_1", " ")
    _, said = say(alarms_settle, "alarm_1", "已核对", as_json=True)
    assert (json.loads(said)["state"], json.loads(said)["note"]) == ("settled", "已核对")
    with pytest.raises(TransitionRefusedError, match="已经关闭"):
        say(alarms_settle, "alarm_1", "再来")
    assert say(survey_health, "target_a")[0] == 0


def test_dry_run_tells_and_stores_nothing(say, records):
    market = small_market(shops=1, listings_per_shop=4, families=(Family.INDEPENDENT,))
    with serve_market(market) as running:
        (url,) = running.origins.values()
        code, said = say(survey_run, [f"{url}/"], dry_run=True, allow_private=True, delay=0.0, as_json=True)
        asked = [access.path for access in running.access_log]
    (look,) = json.loads(said)["dry_runs"]
    assert code == 0 and look["kinds"]["listing"] >= 3 and look["open_now"]
    assert sorted(asked) == ["/", "/robots.txt"]
    assert [one["status"] for one in look["fetched"]] == [200]
    assert (records.survey.targets(), records.survey.runs()) == ((), ())


def test_stopped_run_drains_and_is_taken_up_to_its_end(tmp_path):
    settings = load_settings(data_dir=tmp_path, allow_private=True)
    market = small_market(shops=1, listings_per_shop=8, families=(Family.INDEPENDENT,))
    with serve_market(market) as running, open_services(settings) as services:
        target = running.targets(NOW)[0].model_copy(update={"delay_seconds": 0.5, "concurrency": 1})
        services.survey.save_target(target)
        asked = []

        def ask_to_stop():
            if len(running.access_log) >= 4 and not asked:
                asked.append(services.boards.ask_stop("run-1", "试停"))

        stopped = run_survey(services, settings, target, run_id="run-1", still_wanted=ask_to_stop)
        assert stopped.state is RunState.PARTIAL and "应要求停止：试停" in stopped.missing[0]
        seen = [access.path for access in running.access_log if access.path != "/robots.txt"]
        gentle = target.model_copy(update={"delay_seconds": 0.0})
        assert run_survey(services, settings, gentle, run_id="run-1").state is RunState.COMPLETE
        again = [access.path for access in running.access_log if access.path != "/robots.txt"]
        assert again[: len(seen)] == seen and len(set(again)) == len(again)


@pytest.mark.parametrize(("seconds", "words"), [(None, "未知"), (90, "90 秒"), (600, "10 分"), (7300, "2 小时 2 分")])
def test_durations_are_words(seconds, words):
    assert duration(seconds) == words


def test_progress_older_than_half_a_minute_is_said_to_be_stale(records):
    from wangjian.cli.watching import _is_stale

    class Services:
        clock = staticmethod(lambda: NOW)

    old = RunProgress(run_id="r", target_id="t", at=NOW - timedelta(seconds=31))
    assert _is_stale(Services(), old) and not _is_stale(Services(), old.model_copy(update={"at": NOW}))
