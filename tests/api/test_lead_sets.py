"""Many leads at once, visits side by side, how the machinery stands, and a backup asked for."""

from __future__ import annotations


def test_set_is_frozen_counted_acted_on_once_and_taken_back(office, client_of):
    client = client_of(office)
    wanted = {"whole_search": True, "filters": {"state": ["待研判"]}}
    assert client.post("/api/v1/lead-sets", json={**wanted, "lead_ids": ["x"]}).status_code == 422
    made = client.post("/api/v1/lead-sets", json=wanted)
    assert made.status_code == 201, made.text
    count, first = made.json()["count"], made.json()["leads"][0]
    assert count == client.get("/api/v1/leads", params={"state": "待研判"}).json()["total"] > 3
    assert client_of(office, "jiancha").get(made.headers["Location"]).status_code == 404
    step = {"action": "签收", "reason": "集中签收"}
    run = client.post(f"{made.headers['Location']}/actions", json=step).json()
    assert {one["done"] for one in run["results"]} == {True}, run["results"][0]
    assert client.post(f"{made.headers['Location']}/actions", json=step).status_code == 409
    undone = client.post(f"/api/v1/lead-set-runs/{run['run_id']}/undo").json()
    assert {one["undone"] for one in undone["results"]} == {True}
    assert client.get(f"/api/v1/leads/{first['lead_id']}").json()["lead"]["state"] == first["state"]
    bound = client_of(office, "hangzhou").post("/api/v1/lead-sets", json=wanted).json()
    assert bound["count"] < count


def test_visits_are_compared_within_the_region(quiet_office, client_of):
    client, ids = client_of(quiet_office), quiet_office.ids
    told = client.get(f"/api/v1/listings/{ids['hangzhou_listing']}/visits").json()
    assert told["older"] <= told["newer"] == len(told["visits"])
    assert client_of(quiet_office, "hangzhou").get(f"/api/v1/shops/{ids['chengdu']}/visits").status_code == 404


def test_backup_is_asked_for_by_who_keeps_the_machine_and_not_handed_out(office, client_of):
    client = client_of(office, "guanli")
    assert client_of(office, "fuze").post("/api/v1/jobs", json={"kind": "backup"}).status_code == 403
    asked = client.post("/api/v1/jobs", json={"kind": "backup"})
    path = asked.headers["Location"]
    assert "event: end" in client.get(f"{path}/events").text
    job = client.get(path).json()
    assert job["state"] in ("done", "partial"), job
    assert len(job["result"]["content_sha256"]) == 64
    assert client.get(f"{path}/file").status_code == 404
    assert any(event.action == "备份数据" for event in office.services.audit.audit())
    assert [one["title"] for one in client.get("/api/v1/system").json()["sections"]]
