"""告警 and running surveys in the console."""

from __future__ import annotations

import pytest

from offices.audit import AuditAction
from records.health import Alarm, AlarmKind, AlarmState, GroupCoverage, RunProgress, SelectorProposal
from records.survey import Outcome, PageKind, RunState


@pytest.fixture
def seeded(office):
    """An office with a running survey that waits, and an alarm about it."""
    services = office.services
    run = services.survey.runs()[0]
    services.survey.open_run(run, ())
    alarm = Alarm(
        alarm_id="alarm_1", target_id=run.target_id, kind=AlarmKind.COVERAGE, family="jishi",
        page_kind=PageKind.LISTING, field="listing.price.now", before="100%", after="0%",
        why="读到“现价”的页面由 100% 降为 0% <script>alert(1)</script>",
        page_ids=tuple(page.page_id for page in services.survey.pages(run.run_id))[:2],
        proposals=(SelectorProposal(field="listing.price.now", old=".price", new="b.deal", holds_on=4, tried_on=5),),
        opened_by=run.run_id, run_id=run.run_id, raised_at=services.clock(), last_seen_at=services.clock(),
    )  # fmt: skip
    services.health.raise_alarm(alarm)
    services.boards.report(
        RunProgress(
            run_id=run.run_id, target_id=run.target_id, at=services.clock(), done=4, known=10, left=6,
            waiting="等待 robots 间隔：每 5 秒一次", left_seconds=30, pages_per_minute=12.0,
            outcomes={Outcome.READ: 3, Outcome.LOGIN: 1},
            coverage=(GroupCoverage(family="jishi", kind=PageKind.LISTING, pages=2, fields={"listing.title": 2}),),
        )
    )  # fmt: skip
    return office, run


def _form(client, csrf, **fields):
    return {"csrf_token": csrf(client), **fields}


def test_runs_page_tells_what_waits_and_links_what_failed(seeded, client_of):
    office, run = seeded
    page = client_of(office).get("/runs").text
    assert "等待 robots 间隔：每 5 秒一次" in page and "4/10" in page
    assert f'href="/runs/{run.run_id}/pages?outcome=login"' in page
    assert 'hx-get="/runs/live"' in page and "未关闭 <span" in page
    piece = client_of(office).get("/runs/live").text
    assert "4/10" in piece and "<html" not in piece


def test_run_page_shows_alarms_coverage_and_its_stop(seeded, client_of):
    office, run = seeded
    page = client_of(office).get(f"/runs/{run.run_id}").text
    assert 'href="/alarms/alarm_1"' in page and "商品标题" in page and "停止采集" in page
    assert client_of(office).get(f"/runs/{run.run_id}/live").status_code == 200
    assert "停止采集" not in client_of(office, "shenji").get(f"/runs/{run.run_id}").text


def test_number_leads_to_the_pages_behind_it(seeded, client_of):
    office, run = seeded
    outcome = next(iter(office.services.survey.outcomes(run.run_id)))
    page = client_of(office).get(f"/runs/{run.run_id}/pages?outcome={outcome.value}").text
    first = next(one for one in office.services.survey.pages(run.run_id) if one.outcome is outcome)
    assert first.url.split("?")[0][:60] in page
    assert client_of(office).get(f"/runs/{run.run_id}/pages?outcome=nonsense").status_code == 422


def test_alarm_is_shown_settled_and_audited(seeded, client_of, csrf):
    office, _ = seeded
    client = client_of(office)
    page = client.get("/alarms/alarm_1").text
    assert "<script>alert(1)" not in page and "b.deal" in page and "4/5" in page
    assert "现价" in client.get("/alarms").text
    refused = client.post("/alarms/alarm_1/settle", data=_form(client, csrf, note=" "))
    assert refused.status_code == 409 and "须写明情况" in refused.text
    done = client.post("/alarms/alarm_1/settle", data=_form(client, csrf, note="模板已修订", accepted="true"))
    assert done.headers["location"] == "/alarms/alarm_1?done=settled"
    alarm = office.services.health.alarm("alarm_1")
    assert (alarm.state, alarm.closed_by, alarm.note, alarm.accepted) == (
        AlarmState.SETTLED, "banan", "模板已修订", True,
    )  # fmt: skip
    assert AuditAction.ALARM_SETTLED in {event.action for event in office.services.audit.audit()}
    assert client.get("/alarms").text.count("alarm_1") == 0
    assert "模板已修订" in client.get("/alarms?closed=true").text + client.get("/alarms/alarm_1").text


def test_alarm_is_assigned_to_an_officer_who_exists(seeded, client_of, csrf):
    office, _ = seeded
    client = client_of(office)
    assert client.post("/alarms/alarm_1/assign", data=_form(client, csrf, login="nobody")).status_code == 409
    assert client.post("/alarms/alarm_1/assign", data=_form(client, csrf, login="jiancha")).status_code == 303
    assert office.services.health.alarm("alarm_1").assignee == "jiancha"


def test_stop_is_asked_by_those_who_may(seeded, client_of, csrf):
    office, run = seeded
    auditor = client_of(office, "shenji")
    assert auditor.post(f"/runs/{run.run_id}/stop", data=_form(auditor, csrf)).status_code == 403
    client = client_of(office)
    assert client.post(f"/runs/{run.run_id}/stop", data=_form(client, csrf, reason="站点来电")).status_code == 303
    assert office.services.boards.stop_reason(run.run_id) == "banan：站点来电"
    office.services.survey.finish_run(run.model_copy(update={"state": RunState.PARTIAL}))
    assert client.post(f"/runs/{run.run_id}/stop", data=_form(client, csrf)).status_code == 303


def test_alarms_of_another_region_are_not_shown(seeded, client_of):
    office, run = seeded
    target = office.services.survey.target(run.target_id)
    office.services.survey.save_target(target.model_copy(update={"region_code": "510100"}))
    stranger = client_of(office, "hangzhou")
    assert "alarm_1" not in stranger.get("/alarms").text
    assert stranger.get("/alarms/alarm_1").status_code == 404
    assert stranger.get(f"/runs/{run.run_id}/live").status_code == 404
