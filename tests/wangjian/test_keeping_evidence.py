"""A head is stamped every day and at every export; once a day everything is looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.transparency import current_head, log_means_of
from records.errors import ExitCode, TimestampAwayError
from records.evidence import TimestampState
from tests.wangjian.test_logging_pages import surveyed
from wangjian.cli.evidence_log import evidence_audit, evidence_log, evidence_prove
from wangjian.keeping_evidence import daily_duty
from wangjian.logging_pages import catch_up_pages
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self):
        return self.now


class AwayAuthority:
    """An authority that does not answer."""

    name, internal = "http://away.invalid/", False

    def stamp(self, sha256: str) -> bytes:
        raise TimestampAwayError("授时机构没有应答")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(data_dir: Path, clock: Clock):
    with open_services(load_settings(data_dir=data_dir), clock=clock) as found:
        yield found


def test_head_of_today_that_covers_the_log_is_not_made_twice(services, clock) -> None:
    means = log_means_of(services)
    assert current_head(means) is None
    surveyed(services, 3)
    catch_up_pages(services)
    first = current_head(means)
    assert (first.size, first.timestamp) == (3, TimestampState.LOCAL)
    assert current_head(means) == first
    clock.now += timedelta(hours=25)
    assert current_head(means).at == clock.now


def test_once_a_day_a_head_is_stamped_and_a_sample_is_looked_at(services, clock) -> None:
    assert daily_duty(services) is None
    surveyed(services, 3)
    catch_up_pages(services)
    report = daily_duty(services)
    assert (report.problems, report.pages, report.stamped_heads) == ((), 3, 1)
    assert services.audit.audit()[-1].detail == "抽查：全部一致"
    assert daily_duty(services) is None
    clock.now += timedelta(hours=25)
    (path,) = (services.data_dir / "archive").rglob("*.warc.gz")
    path.unlink()
    assert len(daily_duty(services).problems) == 3
    event = services.audit.audit()[-1]
    assert (event.action, event.origin, "3 项问题" in event.detail) == ("核查证据", "日常核查", True)


def test_missing_stamp_is_asked_for_again(services, clock) -> None:
    surveyed(services, 1)
    catch_up_pages(services)
    away = replace(services, timestamp_authorities=(AwayAuthority(),))
    assert daily_duty(away) is not None
    assert services.evidence_log.heads()[0].timestamp is TimestampState.PENDING
    assert daily_duty(services) is None
    clock.now += timedelta(minutes=11)
    assert daily_duty(services) is None
    assert [head.timestamp for head in services.evidence_log.heads()] == [TimestampState.PENDING, TimestampState.LOCAL]


def test_log_page_and_audit_are_told_by_commands(services, data_dir, tmp_path, capsys) -> None:
    (page,) = surveyed(services, 1)
    assert evidence_log(data_dir=data_dir) == ExitCode.DONE
    assert "尚未记入" in capsys.readouterr().out
    assert evidence_log(stamp=True, data_dir=data_dir, as_json=True) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out.split("\n", 1)[1])  # the first line is of the program's own log
    assert (told["size"], told["entered"], told["waiting"], len(told["heads"])) == (1, 1, False, 1)
    assert evidence_prove(page.url, tmp_path / "page.zip", data_dir=data_dir) == ExitCode.DONE
    assert "存证日志第 1 条" in capsys.readouterr().out
    assert evidence_audit(full=True, data_dir=data_dir) == ExitCode.DONE
    assert "全部一致" in capsys.readouterr().out
    (path,) = (data_dir / "archive").rglob("*.warc.gz")
    path.unlink()
    assert evidence_audit(against=[tmp_path / "page.zip"], data_dir=data_dir) == ExitCode.NO
    assert "问题：page_" in capsys.readouterr().out
