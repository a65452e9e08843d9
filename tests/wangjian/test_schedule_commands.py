"""`wangjian schedule …`, in this process: one data directory, many commands."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from offices.accounts import NewAccount, create_account
from records.base import stable_id
from records.market import Shop
from records.people import Role
from records.schedules import OccurrenceState
from records.survey import Target, TargetKind
from wangjian.cli.main import main
from wangjian.settings import load_settings
from wangjian.wiring import open_services

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def data_dir(tmp_path):
    """Two targets, nine shops of the first, three officers."""
    where = tmp_path / "data"
    with open_services(load_settings(data_dir=where)) as services:
        for number in (1, 2):
            address = f"http://s{number}.example/"
            services.survey.save_target(
                Target(
                    target_id=f"t{number}", name=f"商城{number}", kind=TargetKind.SITE, seeds=(address,), created_at=AT
                )
            )
        for login in ("zhao", "qian", "sun"):
            create_account(
                services.accounts,
                NewAccount(login=login, name=login, roles=(Role.OFFICER,), password="Shuang-Sui-2026"),
            )
    with closing(sqlite3.connect(where / "wangjian.db")) as connection, connection:
        for number in range(9):
            shop = Shop(
                shop_id=stable_id("shop", str(number)), target_id="t1", url=f"http://s1.example/{number}", first_seen_at=AT, last_seen_at=AT
            )  # fmt: skip
            connection.execute(
                "INSERT INTO shops (shop_id, target_id, body) VALUES (?, ?, ?)",
                (shop.shop_id, "t1", shop.model_dump_json()),
            )
    return where


@pytest.fixture
def run(data_dir, capsys):
    """Runs a command with --json; its document, or its exit code and message when it fails."""

    def run_command(*words, code=0):
        with pytest.raises(SystemExit) as ended:
            main(["schedule", *words, "--data-dir", str(data_dir), "--json"])
        told = capsys.readouterr()
        assert ended.value.code == code, told
        return json.loads(told.out)

    return run_command


def test_cadence_is_set_changed_shown_paused_and_asked_for_now(run):
    made = run("add", "商城1", "--cron", "每天 03:30", "--hours", "01:00-06:00", "--policy", "skip")
    assert made["schedule"]["cron"] == "30 3 * * *" and len(made["next_due"]) == 3
    schedule_id = made["schedule"]["schedule_id"]
    assert run("add", "t1", "--adaptive")["schedule"]["schedule_id"] == schedule_id
    assert run("add", "http://s1.example/", "--cron", "0 4 * * MON-FRI")["schedule"]["version"] == 3
    shown = run("show", schedule_id)
    assert len(shown["next_due"]) == 10 and all(due.endswith("04:00") for due in shown["next_due"])
    assert run("pause", schedule_id)["paused"] is True
    asked = run("run-now", "商城1")
    assert run("run-now", schedule_id)["occurrence_id"] == asked["occurrence_id"]
    assert run("resume", schedule_id)["paused"] is False
    (row,) = run("list")
    assert (row["target"], row["last"][-2:]) == ("商城1", "待采")
    occurrence, *skipped = run("occurrences")
    assert occurrence["occurrence_id"] == asked["occurrence_id"] and "token" not in occurrence
    assert [item["reason"] for item in skipped] == ["计划已暂停"], "the adaptive visit that waited when it was paused"
    assert run("occurrences", "--missed") == []
    assert run("catch-up", asked["occurrence_id"], code=1)["error"]["problem"]


WRONG = [
    (("add", "商城1"), 2, "选定一个"),
    (("add", "商城1", "--cron", "0 0 31 2 *"), 2, "周期"),
    (("add", "商城1", "--adaptive", "--cron", "0 0 * * *"), 2, "只能选一个"),
    (("add", "商城1", "--cron", "0 0 * * *", "--hours", "25:00-26:00"), 2, "时段"),
    (("add", "商城1", "--cron", "0 0 * * *", "--from", "2026-03-02", "--to", "2026-03-01"), 2, "早于"),
    (("add", "没有的", "--adaptive"), 2, "没有"),
    (("show", "没有的"), 2, "没有"),
    (("run-now", "商城2"), 2, "没有采集计划"),
    (("catch-up", "没有的"), 2, "没有"),
    (("campaign", "end", "没有的"), 2, "没有"),
    (("draw", "verify", "没有的"), 2, "没有"),
    (("draw", "shops", "--seed", " ", "--count", "3"), 2, "种子"),
    (("draw", "shops", "--seed", "1", "--count", "10"), 2, "9 户"),
    (("draw", "shops", "--seed", "1", "--count", "1", "--target", "商城2"), 2, "没有可抽的网店"),
]


def test_wrong_words_are_refused_with_one_message(run):
    for words, code, told in WRONG:
        assert told in run(*words, code=code)["error"]["message"], words


def test_campaign_visits_its_targets_until_it_is_ended(run, data_dir):
    words = ("campaign", "add", "双11专项", "--from", "2026-10-20", "--to", "2099-11-13", "--cron", "0 */4 * * *")
    made = run(*words, "--target", "商城1", "--target", "t2", "--basis", "市监网〔2026〕12号")
    assert [item["target_id"] for item in made["schedules"]] == ["t1", "t2"]
    campaign_id = made["campaign"]["campaign_id"]
    assert (
        run(*words, "--target", "商城1", "--target", "t2", "--basis", "市监网〔2026〕12号")["campaign"]
        == made["campaign"]
    )
    assert run(*words, "--target", "t2", code=1)["error"]["problem"] == "conflict"
    assert [row["state"] for row in run("campaign", "list")] == ["进行中"]
    run("run-now", made["schedules"][0]["schedule_id"])
    shown = {row["target"]: row["counts"] for row in run("campaign", "show", campaign_id)["targets"]}
    assert shown == {"商城1": {"待采": 1}, "商城2": {}}
    run("campaign", "end", campaign_id)
    assert run("campaign", "end", campaign_id)["ended_at"]
    assert all(row["paused"] for row in run("list"))
    with open_services(load_settings(data_dir=data_dir)) as services:
        (asked,) = services.schedules.occurrences(states={OccurrenceState.DUE})
    assert asked.manual, "what a person asked for is not skipped"


def test_calendar_holds_the_known_days_and_those_added(run):
    run("calendar", "add", "年货节", "--from", "2026-01-20", "--to", "2026-02-05", "--note", "食品")
    names = [row["name"] for row in run("calendar", "list", "--year", "2026")]
    assert {"618", "双11", "3·15", "春节", "中秋节", "年货节"} <= set(names)
    assert "年货节" not in [row["name"] for row in run("calendar", "list", "--year", "2025")]


def test_draw_is_repeatable_kept_and_a_changed_record_is_seen(run, data_dir):
    first = run("draw", "shops", "--seed", "03 11 17 22", "--count", "4")
    assert run("draw", "shops", "--seed", "03 11 17 22", "--count", "4") == first, "not even drawn at another time"
    assert all(len(item["officer_ids"]) == 2 for item in first["draw"]["assignments"])
    officers = run("draw", "officers", "--seed", "9", "--count", "2")
    assert {item["subject_id"] for item in officers["draw"]["assignments"]} < {"zhao", "qian", "sun"}
    alone = run("draw", "shops", "--seed", "5", "--count", "2", "--shops-only")
    assert len(run("draw", "list")) == 3
    for kept in (first, officers, alone):
        assert run("draw", "verify", kept["draw_id"])["same"] is True
    with closing(sqlite3.connect(data_dir / "wangjian.db")) as connection, connection:
        spared, instead = first["draw"]["assignments"][0]["subject_id"], "shop_of_somebody_else"
        connection.execute("UPDATE draws SET body = replace(body, ?, ?)", (f'[{{"subject_id":"{spared}"', f'[{{"subject_id":"{instead}"'))  # fmt: skip
    assert run("draw", "verify", first["draw_id"], code=1)["same"] is False
    assert run("draw", "verify", alone["draw_id"])["same"] is True
