"""今天: what is in hand with its card, what is running out, and the alarms."""

from __future__ import annotations

from datetime import timedelta

from leads.states import act
from records.health import AlarmState
from wangjian.indexing import catch_up


def _take(office, login):
    services = office.services
    lead = services.leads.lead(office.ids["lead"])
    for step in ("签收", "核查"):
        changed, event = act(lead, step, actor=login, reason="", now=services.clock())
        lead = services.leads.save_lead(changed, event, expected_version=lead.version)
    catch_up(services)
    return lead


def test_lead_in_hand_turns_yellow_then_red_and_the_chief_sees_it(office, client_of):
    lead = _take(office, "banan")
    mine = client_of(office, "banan").get("/").text
    assert "我的线索" in mine and lead.lead_id in mine.split("我的线索")[1] and "还剩 15 个工作日" in mine
    assert "没有在办的线索" in client_of(office, "jiancha").get("/").text
    assert "将到期与超期" not in client_of(office, "fuze").get("/").text
    days = (lead.due_on - office.clock.now.date()).days
    office.clock.now += timedelta(days=days)
    assert "黄牌：今日到期" in client_of(office, "banan").get("/").text
    office.clock.now += timedelta(days=5)
    chief = client_of(office, "fuze").get("/").text
    assert "红牌 1" in chief and lead.lead_id in chief.split("将到期与超期")[1]
    hangzhou = client_of(office, "hangzhou").get("/").text
    assert "将到期与超期" not in hangzhou and "没有在办的线索" in hangzhou


def test_open_alarms_stand_on_the_first_page(quiet_office, client_of):
    services = quiet_office.services
    closed = services.health.alarm("alarm_jishi")
    again = {"alarm_id": "alarm_again", "state": AlarmState.OPEN, "closed_at": None, "closed_by": "", "note": ""}
    services.health.raise_alarm(closed.model_copy(update=again))
    text = client_of(quiet_office, "jiancha").get("/").text
    assert "/alarms/alarm_again" in text and "/alarms/alarm_jishi" not in text
    assert "<script>alert" not in text
