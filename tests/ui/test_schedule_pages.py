"""采集计划 in the console: what was not done stands first and is made up by one click."""

from __future__ import annotations

from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction
from records.people import Role
from records.schedules import OccurrenceState

PASSWORD = "Chun-Xi-Lu-2026"


def _send(client, token_of, path, **form):
    return client.post(path, data={"csrf_token": token_of(client), **form})


def test_missed_visit_is_told_with_its_reason_and_made_up_by_one_click(office, client_of, csrf):
    client = client_of(office)
    page = client.get("/schedules").text
    assert "近七天没有采成的任务" in page and "到期时未能执行" in page and "有 3 页要求验证码" in page
    answer = _send(client, csrf, f"/schedules/occurrences/{office.ids['missed']}/catch-up")
    assert answer.headers["location"] == "/schedules?done=catch_up"
    made_up = office.services.schedules.occurrence(office.ids["missed"])
    assert (made_up.state, made_up.manual) == (OccurrenceState.DUE, True) and "banan" in made_up.reason
    again = _send(client, csrf, f"/schedules/occurrences/{office.ids['missed']}/catch-up")
    assert again.status_code == 409
    assert [event.action for event in office.services.audit.audit()].count(AuditAction.SCHEDULE_MOVED) == 1


def test_schedule_is_paused_resumed_and_asked_for_now(office, client_of, csrf):
    client = client_of(office)
    path = "/schedules/schedule_jishi"
    assert "随后到期" in client.get(path).text
    _send(client, csrf, f"{path}/actions", action="pause")
    assert office.services.schedules.schedule("schedule_jishi").paused
    assert "已暂停" in client.get(path).text
    _send(client, csrf, f"{path}/actions", action="resume")
    assert not office.services.schedules.schedule("schedule_jishi").paused
    for _ in range(2):
        assert _send(client, csrf, f"{path}/actions", action="run_now").status_code == 303
    waiting = office.services.schedules.occurrences(schedule_id="schedule_jishi", states={OccurrenceState.DUE})
    assert len([item for item in waiting if item.manual]) == 1
    assert _send(client, csrf, f"{path}/actions", action="delete").status_code == 422


def test_who_only_reads_gets_no_buttons_and_is_refused(office, client_of, csrf):
    client = client_of(office, "shenji")
    assert "补采</button>" not in client.get("/schedules").text
    assert _send(client, csrf, "/schedules/schedule_jishi/actions", action="pause").status_code == 403
    assert not office.services.schedules.schedule("schedule_jishi").paused


def test_schedule_of_another_region_is_not_there(office, client_of):
    created = NewAccount(login="chengdu", name="成都", roles=(Role.MONITOR,), password=PASSWORD, region_code="5101")
    create_account(office.services.accounts, created)
    for login, status in (("hangzhou", 200), ("chengdu", 404)):
        client = client_of(office, login)
        assert client.get("/schedules/schedule_duli").status_code == status
        assert ("杭州独立网店" in client.get("/schedules").text) == (status == 200)
        assert client.get("/schedules/schedule_jishi").status_code == 200, "a platform is the whole country's"


def test_first_page_tells_last_night(office, client_of):
    page = client_of(office).get("/").text
    assert "昨夜的计划采集" in page
    office.clock.advance(days=2)
    assert "昨夜的计划采集" not in client_of(office).get("/").text
