"""Schedules, campaigns, draws and the calendar through the API; what a second person changed is not overwritten."""

from __future__ import annotations

FACTS = {"cadence": "每天 03:30", "priority": 5}
CAMPAIGN = {"name": "年货节", "starts_on": "2026-12-20", "ends_on": "2027-01-20", "cadence": "0 */4 * * *"}


def test_schedule_is_set_changed_and_paused_from_the_version_that_was_read(office, client_of):
    client = client_of(office)
    made = client.post("/api/v1/schedules", json={"target_id": "target_jishi", "name": "夜查", **FACTS})
    assert made.status_code == 201, made.text
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert (
        client.post("/api/v1/schedules", json={"target_id": "target_jishi", "name": "夜查", **FACTS}).status_code == 409
    )
    bad = client.put(path, json={"cadence": "每天一次"}, headers={"If-Match": tag})
    assert (bad.status_code, bad.json()["cure"][:3]) == (422, "写成“")
    changed = client.put(path, json={**FACTS, "days": "working"}, headers={"If-Match": tag})
    assert (changed.json()["days"], changed.json()["name"]) == ("working", "夜查")
    assert client.put(path, json=FACTS, headers={"If-Match": tag}).status_code == 412
    assert client.post(f"{path}/actions", json={"action": "pause"}).status_code == 428
    assert client.post(f"{path}/actions", json={"action": "pause"}, headers={"If-Match": tag}).status_code == 412
    paused = client.post(f"{path}/actions", json={"action": "pause"}, headers={"If-Match": changed.headers["ETag"]})
    assert paused.json()["schedule"]["paused"] is True
    assert client.get(path).headers["ETag"] == paused.headers["ETag"]
    ledger = client.get("/api/v1/occurrences", params={"schedule_id": "schedule_jishi"}).json()
    assert {one["occurrence"]["schedule_id"] for one in ledger["items"]} == {"schedule_jishi"}


def test_campaign_runs_over_targets_of_ones_region_alone(office, client_of):
    client, bound = client_of(office), client_of(office, "hangzhou")
    made = client.post("/api/v1/campaigns", json={**CAMPAIGN, "target_ids": ["target_jishi"]})
    assert made.status_code == 201, made.text
    read = client.get(made.headers["Location"]).json()
    assert [one["target"]["target_id"] for one in read["visits"]] == ["target_jishi"]
    region = office.services.survey.target("target_jishi").region_code
    assert bound.get(made.headers["Location"]).status_code == (200 if region in ("", "33", "3301") else 404)
    office.services.survey.save_target(
        office.services.survey.target("target_jishi").model_copy(update={"region_code": "5101"})
    )
    assert bound.get(made.headers["Location"]).status_code == 404
    wanted = {**CAMPAIGN, "name": "另一", "target_ids": ["target_jishi"]}
    assert bound.post("/api/v1/campaigns", json=wanted).status_code == 403
    assert bound.post(f"{made.headers['Location']}/end").status_code == 403
    assert client.post(f"{made.headers['Location']}/end").json()["ended_at"]
    own = client.get(f"/api/v1/schedules/{read['visits'][0]['schedule']['schedule_id']}")
    again = client.put(
        f"/api/v1/schedules/{read['visits'][0]['schedule']['schedule_id']}",
        json=FACTS,
        headers={"If-Match": own.headers["ETag"]},
    )
    assert again.status_code in (409, 412)


def test_draw_is_repeated_from_its_seed_and_held_to_the_region(office, client_of):
    client, bound = client_of(office), client_of(office, "hangzhou")
    made = client.post("/api/v1/draws", json={"seed": "20261120 04 08 15", "count": 2, "shops_only": True})
    assert made.status_code == 201, made.text
    assert client.get(made.headers["Location"]).json()["same"] is True
    assert bound.get(made.headers["Location"]).status_code == 404
    assert bound.post("/api/v1/draws", json={"seed": "1", "count": 1, "region": "51"}).status_code == 403
    mine = bound.post("/api/v1/draws", json={"seed": "1", "count": 1, "shops_only": True}).json()
    assert office.ids["hangzhou"] in mine["subject_ids"] and office.ids["chengdu"] not in mine["subject_ids"]
    assert bound.get("/api/v1/draws").json()["total"] == 1


def test_days_to_watch_are_added_for_the_whole_bureau(office, client_of):
    day = {"name": "本地展会", "starts_on": "2026-12-01", "ends_on": "2026-12-03"}
    assert client_of(office, "hangzhou").post("/api/v1/calendar", json=day).status_code == 403
    assert client_of(office).post("/api/v1/calendar", json=day).status_code == 201
    names = [one["name"] for one in client_of(office).get("/api/v1/calendar").json()["items"]]
    assert "本地展会" in names and len(names) > 3


def test_account_is_changed_from_what_was_read_and_a_closed_alarm_given_to_nobody(office, client_of):
    client = client_of(office, "guanli")
    facts = {"name": "潘案", "roles": ["办案", "网监"]}
    tag = client.get("/api/v1/accounts/banan").headers["ETag"]
    assert client.put("/api/v1/accounts/banan", json=facts, headers={"If-Match": tag}).status_code == 200
    assert client.put("/api/v1/accounts/banan", json=facts, headers={"If-Match": tag}).status_code == 412
    given = client_of(office).post("/api/v1/alarms/alarm_jishi/assignment", json={"login": "banan"})
    assert (given.status_code, "已经关闭" in given.text) == (409, True)
