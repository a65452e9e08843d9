"""What the console can do, a program can: the same desks, the same region, the same masking, the same two persons."""

from __future__ import annotations

import pytest

HELD = {"action": "hold", "reason": "行政复议中"}


def test_region_holds_on_every_list_and_on_direct_numbers(quiet_office, client_of):
    client = client_of(quiet_office, "hangzhou")
    regions = [one["target"]["region_code"] for one in client.get("/api/v1/targets").json()["items"]]
    assert regions
    assert all(region == "" or region.startswith("3301") for region in regions)
    foreign = quiet_office.ids["chengdu"]
    assert client.get(f"/api/v1/shops/{foreign}/group").status_code == 404
    for path in ("keeping", "second", "certificate"):
        assert client.get(f"/api/v1/captures/capture_cd/{path}").status_code == 404
    assert client.get("/api/v1/captures/capture_hz/comparison/capture_cd").status_code == 404
    assert client.post("/api/v1/jobs", json={"kind": "index_rebuild"}).status_code == 403


def test_register_is_found_by_name_and_code_and_masked_in_lists(office, client_of):
    client = client_of(office)
    for words in ("杭州百草园商贸", "91330106MA2CCEX21A"):
        found = client.get("/api/v1/entities", params={"q": words})
        assert found.json()["items"][0]["name"] == "杭州百草园商贸有限公司"
        assert "13812345678" not in found.text
        assert "张三丰" not in found.text
    assert client.get("/api/v1/register").json()["stats"]["total"] == 3


def test_match_says_who_it_is_and_who_is_not_in_the_register(office, client_of):
    client = client_of(office)
    wish = {"name": "杭州百草园商贸有限公司", "code": "91330106MA2CCEX21A"}
    assert client.post("/api/v1/match", json=wish).json()["entity_code"] == "91330106MA2CCEX21A"
    unknown = client.post("/api/v1/match", json={"name": "乌鲁木齐某某无人知晓商行"}).json()
    assert unknown["decision"] != "match"
    assert client.post("/api/v1/match", json={"region": "杭州"}).status_code == 422


def test_hold_is_lifted_by_another_person_alone(office, client_of):
    path = "/api/v1/captures/capture_hz/keeping"
    held = client_of(office, "fuze").post(path, json=HELD)
    assert held.status_code == 200, held.text
    assert held.json()["held"]["actor"] == "fuze"
    lift = {"action": "release", "reason": "复议终结"}
    assert client_of(office, "fuze").post(path, json=lift).status_code == 409
    assert client_of(office, "banan").post(path, json=lift).status_code == 403
    assert [one["capture"]["capture_id"] for one in client_of(office).get("/api/v1/evidence/kept").json()["items"]] == [
        "capture_hz"
    ]
    assert "冻结或销毁证据" in [event.action for event in office.services.audit.audit()]


def test_account_is_made_changed_and_closed_and_its_password_shown_once(office, client_of):
    client = client_of(office, "guanli")
    facts = {"name": "新人", "roles": ["网监"], "region_code": "3301"}
    made = client.post("/api/v1/accounts", json={"login": "xinren", **facts})
    assert made.headers["cache-control"] == "no-store"
    password = made.json()["password"]
    fresh = client_of(office, "")
    assert fresh.post("/api/v1/session", json={"login": "xinren", "password": password}).status_code == 201
    read = {"If-Match": client.get("/api/v1/accounts/xinren").headers["ETag"]}
    moved = client.put("/api/v1/accounts/xinren", json={**facts, "roles": ["办案"]}, headers=read)
    assert moved.json()["roles"] == ["办案"]
    closed = client.post("/api/v1/accounts/xinren/actions", json={"action": "close"})
    assert closed.json()["account"]["active"] is False
    assert fresh.get("/api/v1/me").status_code == 401
    shown = client.get("/api/v1/accounts").text
    assert "password" not in shown
    assert client.post("/api/v1/accounts/guanli/actions", json={"action": "close"}).status_code == 403


def test_audit_is_searched_page_by_page_and_its_chain_followed(office, client_of):
    for _ in range(3):
        client_of(office).get(f"/api/v1/leads/{office.ids['lead']}")
    client = client_of(office, "shenji")
    asked = {"actor": "banan", "limit": 2}
    first = client.get("/api/v1/audit", params=asked).json()
    rest = client.get("/api/v1/audit", params={**asked, "cursor": first["next_cursor"]}).json()
    numbers = [event["sequence"] for event in (*first["items"], *rest["items"])]
    assert numbers == sorted(set(numbers), reverse=True)
    assert {event["actor"] for event in (*first["items"], *rest["items"])} == {"banan"}
    assert "审计链完整" in client.post("/api/v1/audit/verification").json()["said"]


def test_search_is_kept_found_again_and_forgotten(office, client_of):
    client = client_of(office)
    kept = client.post("/api/v1/searches", json={"name": "治病", "text": "糖尿病", "filters": {"severity": ["high"]}})
    assert kept.json()["query"]["text"] == "糖尿病"
    path = f"/api/v1/searches/{kept.json()['search_id']}"
    assert client_of(office, "jiancha").post(f"{path}/look").status_code == 404
    assert client.get("/api/v1/searches").json()["items"][0]["own"] is True
    assert client.delete(path).status_code == 204
    assert client.get("/api/v1/searches").json()["total"] == 0
    assert client.post("/api/v1/searches", json={"name": "坏", "text": "(糖尿病"}).status_code == 422


@pytest.mark.parametrize("path", ["/api/v1/rules", "/api/v1/audit", "/api/v1/accounts"])
def test_long_lists_go_on_without_gap_or_double(quiet_office, client_of, path):
    client = client_of(quiet_office, {"audit": "shenji", "accounts": "guanli"}.get(path.split("/")[-1], "banan"))
    whole = client.get(path, params={"limit": 200}).json()["items"]
    names = [str(sorted(one.items(), key=str)[:40]) for one in whole if one.get("action") != "查询审计"]
    seen, cursor = [], ""
    while cursor is not None and len(seen) < len(names):
        page = client.get(path, params={"limit": 40, **({"cursor": cursor} if cursor else {})}).json()
        seen += [str(sorted(one.items(), key=str)[:40]) for one in page["items"] if one.get("action") != "查询审计"]
        cursor = page["next_cursor"]
    assert seen == names
