"""A program with a key: reads and acts without cookie and token, and no further than its key goes."""

from __future__ import annotations

import pytest

SCOPE = ["leads.read", "leads.act"]


@pytest.fixture
def issued(office, client_of):
    """A key for 办案, made by 管理 through the API."""
    answer = client_of(office, "guanli").post(
        "/api/v1/keys", json={"login": "banan", "name": "案管接口", "permissions": SCOPE, "days": 30}
    )
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


@pytest.fixture
def program(office, client_of, issued):
    client = client_of(office, "")
    client.headers["Authorization"] = f"Bearer {issued['secret']}"
    return client


def test_key_reads_and_changes_without_cookie_and_token(office, program, issued):
    lead = office.ids["lead"]
    assert program.get(f"/api/v1/leads/{lead}").status_code == 200
    assert program.put(f"/api/v1/leads/{lead}/claim", json={"minutes": 5}).status_code == 200
    me = program.get("/api/v1/me").json()
    assert me["login"] == "banan"
    assert sorted(me["permissions"]) == sorted(SCOPE)
    last = office.services.audit.audit()[-1]
    assert last.actor == "banan"
    assert issued["key"]["key_id"] in last.origin


def test_key_goes_no_further_than_it_says(office, program):
    answer = program.get("/api/v1/captures")
    assert answer.status_code == 403
    assert "接口密钥没有" in answer.json()["detail"]
    assert program.get("/api/v1/keys").status_code == 403
    assert program.delete("/api/v1/session").status_code == 403


def test_personal_data_stays_masked_without_its_permission(office, program, client_of):
    path = f"/api/v1/leads/{office.ids['lead']}"
    assert client_of(office, "banan").get(path).json()["shop"] != program.get(path).json()["shop"]


def test_revoked_or_wrong_key_is_refused_even_beside_a_good_cookie(office, issued, client_of, program):
    admin = client_of(office, "guanli")
    assert [item["key_id"] for item in admin.get("/api/v1/keys").json()["items"]] == [issued["key"]["key_id"]]
    assert "sha256" not in admin.get("/api/v1/keys").text
    assert admin.delete(f"/api/v1/keys/{issued['key']['key_id']}").status_code == 204
    answer = program.get("/api/v1/me")
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["www-authenticate"]
    beside = client_of(office, "banan")
    beside.headers["Authorization"] = "Bearer wj_" + "A" * 43
    assert beside.get("/api/v1/me").status_code == 401


def test_description_names_both_ways_in(quiet_office, client_of):
    described = client_of(quiet_office, "").get("/api/v1/openapi.json").json()
    assert set(described["components"]["securitySchemes"]) == {"session", "key"}
    assert described["paths"]["/api/v1/leads"]["get"]["security"] == [{"session": []}, {"key": []}]
    assert "security" not in described["paths"]["/healthz"]["get"]
