"""批量处理: exactly the frozen set, each lead told on its own, taken back where nobody built on it."""

from __future__ import annotations

import re

import pytest

from leads.states import act
from records.errors import NotFoundError
from records.leads import LeadState


def _new_leads(office, count: int) -> list[str]:
    leads = [
        lead for lead in office.services.leads.leads() if lead.state is LeadState.NEW and lead.region_code[:2] == "51"
    ]
    assert len(leads) >= count
    return [lead.lead_id for lead in leads[:count]]


def _freeze(client, token, lead_ids, **more):
    answer = client.post("/leads/bulk", data={"csrf_token": token, "lead": lead_ids, "state": "q=豆瓣", **more})
    assert answer.status_code == 303, answer.text[-800:]
    return answer.headers["location"]


def _state(office, lead_id):
    return office.services.leads.lead(lead_id).state


def test_ticked_leads_are_excluded_and_taken_back(office, client_of, csrf):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 3)
    place = _freeze(client, token, chosen)
    page = client.get(place).text
    assert '批量处理 <span class="num">3</span> 条' in page and "q=" in page
    ended = client.post(place, data={"csrf_token": token, "action": "排除", "reason": "同一宣传语，已核实为引用"})
    run = ended.headers["location"]
    assert [_state(office, one) for one in chosen] == [LeadState.EXCLUDED] * 3
    assert '已处理 <b class="num">3</b>' in client.get(run).text
    assert client.post(f"{run}/undo", data={"csrf_token": token}).status_code == 303
    for lead_id in chosen:
        lead = office.services.leads.lead(lead_id)
        events = office.services.leads.lead_events(lead_id)
        assert lead.state is LeadState.NEW and lead.decided_at is None
        assert [event.action for event in events[-2:]] == ["排除", "撤销"]
    acts = [entry for entry in office.services.audit.audit() if entry.action == "处置线索"]
    assert {entry.object_id for entry in acts[-6:]} == set(chosen)


def test_lead_that_moved_meanwhile_is_left_alone_and_named(office, client_of, csrf):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 2)
    place = _freeze(client, token, chosen)
    leads = office.services.leads
    lead = leads.lead(chosen[0])
    changed, event = act(lead, "签收", actor="wangjian", reason="", now=office.services.clock())
    leads.save_lead(changed, event, expected_version=lead.version)
    assert "选定之后已变化，将跳过" in client.get(place).text
    run = client.post(place, data={"csrf_token": token, "action": "签收"}).headers["location"]
    page = client.get(run).text
    assert '已处理 <b class="num">1</b>' in page and '跳过 <b class="num">1</b>' in page and "wangjian（签收）" in page
    assert leads.lead(chosen[0]).assignee == "wangjian" and leads.lead(chosen[1]).assignee == "banan"


def test_what_somebody_built_on_is_not_taken_back(office, client_of, csrf):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 2)
    run = client.post(_freeze(client, token, chosen), data={"csrf_token": token, "action": "签收"}).headers["location"]
    lead = office.services.leads.lead(chosen[0])
    changed, event = act(lead, "核查", actor="banan", reason="", now=office.services.clock())
    office.services.leads.save_lead(changed, event, expected_version=lead.version)
    client.post(f"{run}/undo", data={"csrf_token": token})
    assert _state(office, chosen[0]) is LeadState.CHECKING and _state(office, chosen[1]) is LeadState.NEW
    page = client.get(run).text
    assert "未能撤销" in page and '已撤销 <b class="num">1</b>' in page
    again = client.post(f"{run}/undo", data={"csrf_token": token})
    assert again.status_code == 409 and "已经撤销过" in again.text


def test_set_is_used_once_and_too_late_is_too_late(office, client_of, csrf):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 1)
    place = _freeze(client, token, chosen)
    run = client.post(place, data={"csrf_token": token, "action": "签收"}).headers["location"]
    again = client.post(place, data={"csrf_token": token, "action": "签收"})
    assert again.status_code == 409 and "已经处理过" in again.text and run in again.text
    office.clock.advance(minutes=31)
    late = client.post(f"{run}/undo", data={"csrf_token": token})
    assert late.status_code == 409 and "超过半小时" in late.text and "整批撤销</button>" not in late.text


def test_all_that_is_found_is_frozen_whatever_the_page_shows(office, client_of, csrf):
    client = client_of(office)
    token = csrf(client)
    total = int(re.search(r"批量处理全部 (\d+) 条", client.get("/leads").text)[1])
    assert total > 50
    page = client.get(_freeze(client, token, [], everything="1", state="")).text
    assert page.count("data-row") == total


def test_large_set_needs_its_count_typed(office, client_of, csrf, monkeypatch):
    monkeypatch.setattr("offices.bulk_desk.COUNT_TYPED_ABOVE", 2)
    monkeypatch.setattr("ui.bulk_pages.COUNT_TYPED_ABOVE", 2)
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 3)
    place = _freeze(client, token, chosen)
    assert "条数（照填 3）" in client.get(place).text
    wrong = client.post(place, data={"csrf_token": token, "action": "签收", "count": "30"})
    assert wrong.status_code == 409 and "请照样填写条数" in wrong.text
    assert [_state(office, one) for one in chosen] == [LeadState.NEW] * 3
    assert client.post(place, data={"csrf_token": token, "action": "签收", "count": "3"}).status_code == 303


@pytest.mark.parametrize(
    ("sent", "told"),
    [({"action": "归档"}, "可以批量做的"), ({}, "请选择"), ({"action": "排除"}, "须写明原因"), ({"action": "派单", "assignee": "nobody"}, "没有可派单的账号")],
)  # fmt: skip
def test_what_cannot_be_done_is_said(office, client_of, csrf, sent, told):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 1)
    answer = client.post(_freeze(client, token, chosen), data={"csrf_token": token, **sent})
    text = answer.text if answer.status_code == 409 else client.get(answer.headers["location"]).text
    assert told in text and _state(office, chosen[0]) is LeadState.NEW


def test_set_and_run_are_nobody_elses(office, client_of, csrf):
    client = client_of(office)
    token, chosen = csrf(client), _new_leads(office, 1)
    place = _freeze(client, token, chosen)
    run = client.post(place, data={"csrf_token": token, "action": "签收"}).headers["location"]
    for path in (place, run):
        assert client_of(office, "jiancha").get(path).status_code == 404
    assert client_of(office, "shenji").post("/leads/bulk", data={"lead": chosen}).status_code == 403


def test_nothing_chosen_and_foreign_region_are_refused(office, client_of, csrf):
    client = client_of(office)
    token = csrf(client)
    assert client.post("/leads/bulk", data={"csrf_token": token}).status_code == 422
    with pytest.raises(NotFoundError):
        office.services.bulk.frozen_set("set_x")
