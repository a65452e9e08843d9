"""/metrics tells how the system stands, to this machine or with a token, and every alarm asks for a figure there is."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import METRICS, metrics_text
from api.routes import DoorOptions, install_api
from records.backups import BackupReport, BackupState, DrillCheck, DrillReport
from records.operating import WatchFinding, WatchLevel, WatchReport
from tests.api.conftest import TestClient

OPS = Path(__file__).resolve().parents[2] / "deploy" / "ops"
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


def _figures(text: bytes) -> dict[tuple[str, tuple], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_figures_come_from_the_stores(office):
    services, now = office.services, office.services.clock()
    services.backups.save_backup(
        BackupReport(report_id="b", state=BackupState.COMPLETE, started_at=now - timedelta(hours=3))
    )
    services.backups.save_drill(
        DrillReport(
            report_id="d", drill=True, file="b", content_sha256="0" * 64, backed_up_at=now, started_at=now,
            finished_at=now, place="", checks=(DrillCheck(part="条数", ok=True, state=""),),
        )
    )  # fmt: skip
    services.operations.save_watch(
        WatchReport(
            at=now, failed=("ab",), ends={"evidence": 12.5},
            findings=(WatchFinding(part="磁盘", level=WatchLevel.URGENT, state="满"),),
        )
    )  # fmt: skip
    services.operations.beat("scheduler", now - timedelta(seconds=40))
    found = _figures(metrics_text(services))
    assert found["wangjian_up", ()] == 1
    assert found["wangjian_backup_age_seconds", ()] == pytest.approx(3 * 3600, abs=9)  # the clock steps
    assert found["wangjian_backup_failed", ()] == 0
    assert found["wangjian_drill_age_seconds", ()] < 9
    assert found["wangjian_digest_failures", ()] == 1
    assert found["wangjian_certificate_days", (("name", "evidence"),)] == 12.5
    assert found["wangjian_watch_findings", (("level", "urgent"),)] == 1
    assert found["wangjian_watch_findings", (("level", "soon"),)] == 0
    assert found["wangjian_scheduler_beat_age_seconds", ()] == pytest.approx(40, abs=9)
    assert found["wangjian_search_up", ()] == 1
    assert found["wangjian_disk_free_bytes", ()] > 0
    assert {HISTOGRAM.sub("", name) for name, _ in found} <= METRICS.keys()


def test_metrics_are_for_this_machine_or_the_token(quiet_office):
    def asked(host: str, *, token: str = "", **headers: str) -> int:
        app = FastAPI()
        install_api(app, quiet_office.services, DoorOptions(metrics_token=token))
        return TestClient(app, client=(host, 50_000)).get("/metrics", headers=headers).status_code

    assert asked("127.0.0.1") == 200
    assert asked("10.1.2.3") == 403
    assert asked("127.0.0.1", **{"X-Forwarded-For": "127.0.0.1"}) == 403
    for given, answer in (("geheim", 200), ("geheimer", 403), ("", 403)):
        assert asked("10.1.2.3", token="geheim", Authorization=f"Bearer {given}") == answer


def _asked_of(text: str) -> set[str]:
    return {HISTOGRAM.sub("", name) for name in re.findall(r"wangjian_[a-z0-9_]+", text)}


def test_alarms_and_dashboard_ask_for_figures_there_are():
    rules = yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))
    alarms = [rule for group in rules["groups"] for rule in group["rules"]]
    board = json.loads((OPS / "dashboard.json").read_text(encoding="utf-8"))
    asked = set[str]().union(*(_asked_of(rule["expr"]) for rule in alarms))
    assert asked <= METRICS.keys(), asked - METRICS.keys()
    drawn = set[str]().union(
        *(_asked_of(target["expr"]) for panel in board["panels"] for target in panel.get("targets", ()))
    )
    assert drawn <= METRICS.keys(), drawn - METRICS.keys()
    assert METRICS.keys() <= drawn | asked, METRICS.keys() - drawn - asked
    for rule in alarms:
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        assert rule["annotations"]["summary"] and rule["annotations"]["runbook"], rule["alert"]
        runbook = OPS.parents[1] / rule["annotations"]["runbook"].split("#")[0]
        assert runbook.is_file(), runbook
