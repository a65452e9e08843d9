"""Captures over the API: begun, opened, downloaded, verified; every touch written down."""

from __future__ import annotations

import hashlib

import pytest

from records.chain import check_chain


def test_capture_begins_in_the_background(office, client_of):
    answer = client_of(office).post(
        "/api/v1/captures", json={"url": "http://market.example/x", "lead_id": office.ids["lead"]}
    )
    capture = answer.json()
    assert answer.status_code == 202
    assert capture["state"] == "running"
    assert capture["operator"] == "banan"
    assert answer.headers["content-location"] == f"/api/v1/captures/{capture['capture_id']}"
    assert client_of(office).get(answer.headers["location"]).status_code == 200
    assert "发起固证" in [event.action for event in office.services.audit.audit()]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://user:pw@a.example/",
        "not an address",
        "http://",
    ],
)
def test_address_that_may_not_be_visited_is_refused_before_anything_starts(office, client_of, url):
    answer = client_of(office).post("/api/v1/captures", json={"url": url.ljust(8)})
    assert answer.status_code == 422
    assert office.preserver.asked == []


def test_download_gives_the_bytes_kept_and_is_in_both_chains(office, client_of):
    answer = client_of(office).get("/api/v1/captures/capture_hz/package")
    package = office.services.evidence.capture("capture_hz").package
    assert hashlib.sha256(answer.content).hexdigest() == package.sha256
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="capture_hz.wacz"'
    assert int(answer.headers["content-length"]) == package.size_bytes
    custody = list(office.services.evidence.custody())
    assert (custody[-1].action, custody[-1].actor, custody[-1].role) == ("导出", "banan", "办案")
    assert list(check_chain(custody)) == custody
    assert office.services.audit.audit()[-1].action == "导出证据"


def test_unsealed_capture_has_no_package(office, client_of):
    client = client_of(office)
    assert client.get("/api/v1/captures/capture_fail/package").status_code == 404
    assert client.post("/api/v1/captures/capture_fail/verification").status_code == 404
    assert "重新固证" in client.get("/api/v1/captures/capture_fail/package").json()["cure"]


def test_damaged_package_is_reported_as_not_valid(office, client_of):
    answer = client_of(office, "shenji").post("/api/v1/captures/capture_hz/verification")
    report = answer.json()
    assert answer.status_code == 200
    assert report["valid"] is False
    assert any(check["result"] == "failed" for check in report["checks"])
    assert list(office.services.evidence.custody())[-1].reason == "核验未通过"


def test_look_is_in_the_custody_chain_once_a_while(office, client_of):
    client = client_of(office)
    for _ in range(3):
        client.get("/api/v1/captures/capture_hz")
    assert [event.action for event in office.services.evidence.custody("capture_hz")] == ["查看"]
    office.clock.advance(hours=1)
    seen = client.get("/api/v1/captures/capture_hz").json()
    assert [event["action"] for event in seen["custody"]] == ["查看", "查看"]
    assert sum(event.action == "查看证据" for event in office.services.audit.audit()) == 4


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/captures/..%2F..%2Fwangjian.db/package",
        "/api/v1/captures/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/v1/captures/..",
        "/api/v1/leads/%00",
        "/api/v1/shops/a'%20OR%20'1'='1",
        "/static/../../records/ports.py",
        "/static/%2e%2e/%2e%2e/records/ports.py",
        "/static/..%2f..%2frecords%2fports.py",
    ],
)
def test_path_that_climbs_reaches_nothing(quiet_office, client_of, path):
    answer = client_of(quiet_office).get(path)
    assert answer.status_code in (404, 422)
    assert "Protocol" not in answer.text
    assert "root:" not in answer.text
