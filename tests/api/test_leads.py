"""Leads over the API: found, opened, decided, and seen only in one's region."""

from __future__ import annotations

import pytest

from leads.states import lawful_steps
from records.leads import LeadState


def test_lead_is_found_by_its_words_with_the_hits_marked(quiet_office, client_of):
    page = client_of(quiet_office).get("/api/v1/leads", params={"q": "糖尿病"}).json()
    assert page["total"] == 2
    highlight = page["items"][0]["highlights"][0]
    start, end = highlight["hits"][0]
    assert highlight["text"][start:end] == "糖尿病"
    assert page["index_lag"] == 0


def test_facets_count_what_they_would_give(quiet_office, client_of):
    client = client_of(quiet_office)
    page = client.get("/api/v1/leads").json()
    counts = {count["value"]: count["count"] for count in page["facets"]["severity"]}
    for severity, count in counts.items():
        assert client.get("/api/v1/leads", params={"severity": severity}).json()["total"] == count
    both = client.get("/api/v1/leads", params=[("severity", "high"), ("severity", "medium")]).json()
    assert both["total"] == counts["high"] + counts["medium"]


def test_pages_follow_each_other_without_gap_or_double(quiet_office, client_of):
    client = client_of(quiet_office)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/leads", params={"limit": 5, "cursor": cursor}).json()
        seen += [item["lead"]["lead_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == page["total"]


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "viele"}, "limit"),
        ({"offset": 50}, "offset"),
        ({"cursor": "x" * 2001}, "cursor"),
        ({"severity": "schlimm"}, "severity"),
        ({"sort": "zufall"}, "sort"),
        ({"q": "长" * 201}, "q"),
        ({"serverity": "high"}, "serverity"),
    ],
)
def test_wrong_parameter_is_named_and_nothing_is_silently_dropped(quiet_office, client_of, params, place):
    answer = client_of(quiet_office).get("/api/v1/leads", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:wangjian:problem:invalid-input"
    assert any(place in error["place"] for error in problem["errors"])
    assert all(error["message"] for error in problem["errors"])


def test_opened_lead_carries_all_an_officer_decides_on(quiet_office, client_of):
    answer = client_of(quiet_office).get(f"/api/v1/leads/{quiet_office.ids['lead']}")
    lead = answer.json()
    assert answer.headers["etag"] == f'"{lead["lead"]["version"]}"'
    assert lead["findings"][0]["spans"][0]["text"] == "全网销量第一"
    assert lead["match"]["entity_name"] == "杭州百草园商贸有限公司"
    assert {capture["capture_id"] for capture in lead["captures"]} == {"capture_hz", "capture_fail"}
    assert lead["events"][0]["state_to"] == "待研判"
    assert tuple(lead["steps"]) == tuple(str(step) for step in lawful_steps(LeadState.NEW))
    waiting = [one for found in answer.json()["findings"] for one in found["basis"] if not one["verified"]]
    assert bool(waiting) == bool(answer.json()["unverified_articles"])
    assert all("待核" in one for one in answer.json()["unverified_articles"])


def decide(client, lead_id: str, etag: str | None, action: str = "", reason: str = "与已有线索重复"):
    action = action or str(lawful_steps(LeadState.NEW)[0])
    headers = {"If-Match": etag} if etag else {}
    return client.post(f"/api/v1/leads/{lead_id}/actions", json={"action": action, "reason": reason}, headers=headers)


def test_decision_moves_the_lead_and_is_written_down_twice(office, client_of):
    client, lead_id = client_of(office), office.ids["lead"]
    etag = client.get(f"/api/v1/leads/{lead_id}").headers["etag"]
    answer = decide(client, lead_id, etag)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"' != etag
    event = office.services.leads.lead_events(lead_id)[-1]
    assert (event.actor, event.reason, event.state_from) == ("banan", "与已有线索重复", LeadState.NEW)
    audited = office.services.audit.audit()[-1]
    assert (audited.actor, audited.action, audited.object_id) == ("banan", "处置线索", lead_id)


def test_decision_without_a_version_is_refused(office, client_of):
    answer = decide(client_of(office), office.ids["lead"], None)
    assert answer.status_code == 428
    assert office.services.leads.lead(office.ids["lead"]).version == 1


def test_second_decision_on_the_same_version_is_refused(office, client_of):
    client, lead_id = client_of(office), office.ids["lead"]
    etag = client.get(f"/api/v1/leads/{lead_id}").headers["etag"]
    assert decide(client, lead_id, etag).status_code == 200
    second = decide(client_of(office, "jiancha"), lead_id, etag)
    assert second.status_code == 412
    assert second.json()["type"] == "urn:wangjian:problem:precondition-failed"
    assert len(office.services.leads.lead_events(lead_id)) == 2


@pytest.mark.parametrize("etag", ["3", 'W/"1"', "*", '"x"', '"1", "2"', '"99999999999999999999"'])
def test_version_that_is_none_is_refused(office, client_of, etag):
    assert decide(client_of(office), office.ids["lead"], etag).status_code == 422
    assert len(office.services.leads.lead_events(office.ids["lead"])) == 1


def test_step_that_is_not_lawful_is_refused(office, client_of):
    answer = decide(client_of(office), office.ids["lead"], '"1"', action="没有这种处置")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:wangjian:problem:transition-refused"


def test_lead_of_another_region_is_not_there(office, client_of):
    client, other = client_of(office, "hangzhou"), office.ids["lead_chengdu"]
    answers = [
        client.get(f"/api/v1/leads/{other}"),
        decide(client, other, '"1"'),
        client.get("/api/v1/captures/capture_cd"),
        client.post("/api/v1/captures/capture_cd/verification"),
        client.post("/api/v1/captures", json={"url": "http://market.example/", "lead_id": other}),
        client.get(f"/api/v1/shops/{office.ids['chengdu']}"),
        client.get(f"/api/v1/listings/{office.ids['chengdu_listing']}"),
    ]
    missing = client.get("/api/v1/leads/lead_00000000000000000000")
    for answer in answers:
        assert answer.status_code == 404, answer.text
        assert answer.json()["title"] == missing.json()["title"]
    assert office.preserver.asked == []
    assert office.services.leads.lead(other).version == 1


def test_region_holds_in_search_facets_and_lists(quiet_office, client_of):
    client = client_of(quiet_office, "hangzhou")
    page = client.get("/api/v1/leads").json()
    assert page["total"] == len(page["items"]) == 3
    assert {item["lead"]["region_code"] for item in page["items"]} == {"330106"}
    for counts in page["facets"].values():
        assert sum(count["count"] for count in counts) <= 3
    assert all(not count["value"].startswith("51") for count in page["facets"]["region"])
    captures = client.get("/api/v1/captures").json()
    assert {capture["capture_id"] for capture in captures["items"]} == {"capture_hz", "capture_part", "capture_fail"}
    assert captures["total"] == 3


def test_answer_to_an_unknown_and_a_foreign_lead_is_the_same(quiet_office, client_of):
    client = client_of(quiet_office, "hangzhou")
    foreign = client.get(f"/api/v1/leads/{quiet_office.ids['lead_chengdu']}").json()
    unknown = client.get("/api/v1/leads/lead_00000000000000000000").json()
    for told in (foreign, unknown):
        for changing in ("detail", "instance", "request_id", "cure"):
            told.pop(changing)
    assert foreign == unknown


def test_personal_data_is_masked_by_role_and_whole_reads_are_audited(office, client_of):
    monitor = client_of(office, "jiancha").get(f"/api/v1/leads/{office.ids['lead']}").text
    assert "13812345678" not in monitor
    assert "张三丰" not in monitor
    assert "138****5678" in monitor
    before = len(office.services.audit.audit())
    officer = client_of(office, "banan").get(f"/api/v1/leads/{office.ids['lead']}").text
    assert "13812345678" in officer
    assert "查看完整个人信息" in [event.action for event in office.services.audit.audit()[before:]]
    assert "13812345678" not in client_of(office, "banan").get("/api/v1/shops").text


def test_claimed_lead_shows_who_holds_it_and_refuses_the_act_of_another(office, client_of):
    lead_id = office.ids["lead"]
    held = client_of(office).put(f"/api/v1/leads/{lead_id}/claim", json={"minutes": 20})
    assert (held.status_code, held.json()["holder"]) == (200, "banan")
    other = client_of(office, "jiancha")
    assert other.get(f"/api/v1/leads/{lead_id}").json()["claim"] == held.json()
    for refused in (decide(other, lead_id, '"1"'), other.put(f"/api/v1/leads/{lead_id}/claim", json={})):
        assert refused.status_code == 409
        assert "由 banan 认领处理中" in refused.json()["detail"]
    assert decide(client_of(office), lead_id, '"1"').status_code == 200
    assert client_of(office).get(f"/api/v1/leads/{lead_id}").json()["claim"] is None
