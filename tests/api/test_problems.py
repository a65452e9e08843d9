"""Every error is a problem; the description says so for every operation."""

from __future__ import annotations

import inspect
import json
from dataclasses import replace

import pytest
from fastapi import APIRouter

from api import examples
from api.problems import PROBLEMS, Problem
from records import errors
from stores.backends import open_index


def test_every_class_of_the_error_tree_has_its_answer():
    kinds = {
        kind.problem
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.WangJianError)
    }
    assert kinds <= set(PROBLEMS)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/keine", None, 404),
        ("PUT", "/api/v1/leads", None, 405),
        ("GET", "/api/v1/leads/lead_0", None, 404),
        ("POST", "/api/v1/session", b"{", 422),
        ("POST", "/api/v1/session", b"[]", 422),
        ("POST", "/api/v1/session", b'{"login": "a"}', 422),
        ("POST", "/api/v1/session", b'{"login": "a", "password": "b", "admin": true}', 422),
        ("POST", "/api/v1/session", b'{"login": "banan", "password": "falsch"}', 401),
        ("GET", "/api/v1/entities/91000000000000000X", None, 404),
    ],
)
def test_error_is_a_problem_with_a_title_in_chinese(quiet_office, client_of, method, path, body, status):
    answer = client_of(quiet_office).request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.text)
    assert problem.status == status
    assert problem.type.startswith("urn:wangjian:problem:")
    assert any("\u4e00" <= character <= "\u9fff" for character in problem.title)
    assert problem.instance == path
    assert problem.request_id


def test_missing_field_is_named(quiet_office, client_of):
    problem = client_of(quiet_office, "").post("/api/v1/session", json={"login": "a"}).json()
    assert problem["errors"] == [{"place": "body.password", "message": "缺少此项"}]


def test_crash_tells_nothing_of_the_inside(office, seeding, client_of):
    client = client_of(office)
    broken = APIRouter()

    @broken.get("/api/v1/crash")
    def crash() -> None:
        raise RuntimeError("secret detail")

    client.app.include_router(broken)
    answer = client.get("/api/v1/crash", headers={"X-Request-Id": "my-request-1"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == "my-request-1"


def test_request_number_that_is_no_plain_one_is_replaced(quiet_office, client_of):
    answer = client_of(quiet_office).get("/api/v1/keine", headers={"X-Request-Id": "a<b>\t" * 30})
    assert "<" not in answer.json()["request_id"]


def test_index_away_is_said_as_such_and_the_records_still_answer(office, client_of):
    away = open_index("elasticsearch://127.0.0.1:9/nothing-listens-here")
    client = client_of(replace(office, services=replace(office.services, index=away)))
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["ready"] is False
    assert ready.json()["parts"]["数据库"] == "正常"
    assert ready.json()["parts"]["检索索引"] != "正常"
    search = client.get("/api/v1/leads")
    assert search.status_code == 503
    assert search.headers["retry-after"]
    assert search.json()["type"] == "urn:wangjian:problem:store-away"
    assert client.get(f"/api/v1/leads/{office.ids['lead']}").status_code == 200


def test_description_has_an_example_and_problem_answers_for_every_operation(quiet_office, client_of):
    described = client_of(quiet_office, "").get("/api/v1/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(described)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            if not path.startswith("/api/"):
                continue
            good = {status: answer for status, answer in operation["responses"].items() if status < "300"}
            bad = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert "401" in bad, (method, path)
            for answer in bad.values():
                assert list(answer["content"]) == ["application/problem+json"], (method, path)
            for answer in good.values():
                json_answer = answer.get("content", {}).get("application/json")
                assert json_answer is None or json_answer["example"], (method, path)


def test_nothing_of_the_console_is_in_the_description(quiet_office, client_of):
    paths = client_of(quiet_office, "").get("/api/v1/openapi.json").json()["paths"]
    assert all(path.startswith(("/api/v1/", "/healthz", "/readyz")) for path in paths)


def test_examples_are_what_the_api_really_answers(quiet_office, client_of):
    client, ids = client_of(quiet_office), quiet_office.ids
    for example, path in [
        (examples.LEAD_PAGE, "/api/v1/leads"),
        (examples.LEAD_ANSWER, f"/api/v1/leads/{ids['lead']}"),
        (examples.SHOP_PAGE, "/api/v1/shops"),
        (examples.SHOP_ANSWER, f"/api/v1/shops/{ids['hangzhou']}"),
        (examples.LISTING_PAGE, "/api/v1/listings"),
        (examples.LISTING_ANSWER, f"/api/v1/listings/{ids['hangzhou_listing']}"),
        (examples.CAPTURE_PAGE, "/api/v1/captures"),
        (examples.CAPTURE_ANSWER, "/api/v1/captures/capture_hz"),
        (examples.RUN_PAGE, "/api/v1/runs"),
        (examples.RUN_ANSWER, "/api/v1/runs/run_jishi"),
        (examples.SCHEDULE_PAGE, "/api/v1/schedules"),
        (examples.SCHEDULE_ANSWER, "/api/v1/schedules/schedule_jishi"),
        (examples.OCCURRENCE_PAGE, "/api/v1/occurrences"),
        (examples.ENTITY, "/api/v1/entities/91330106MA2CCEX21A"),
        (examples.ME, "/api/v1/me"),
    ]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        type(example).model_validate_json(answer.text)


def test_listing_history_tells_both_prices(quiet_office, client_of):
    listing = client_of(quiet_office).get(f"/api/v1/listings/{quiet_office.ids['hangzhou_listing']}").json()
    assert [version["prices"][0]["amount_fen"] for version in listing["versions"]] == [12800, 9900]
    assert listing["listing"]["prices"][0]["amount_fen"] == 9900


def test_run_says_what_it_could_not_read(quiet_office, client_of):
    run = client_of(quiet_office).get("/api/v1/runs/run_jishi").json()
    assert run["run"]["state"] == "partial"
    assert {page["outcome"] for page in run["unread"]} == {"captcha", "timeout"}


def test_session_cookie_is_httponly_strict_and_secure_under_https(office, seeding, client_of):
    client = client_of(office, "")
    for scheme, secure in (("http", False), ("https", True)):
        answer = client.post(
            f"{scheme}://127.0.0.1/api/v1/session", json={"login": "banan", "password": seeding.PASSWORD}
        )
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
        assert ("secure" in cookie) is secure
        assert cookie.startswith("__host-") is secure


def test_signed_out_session_opens_nothing(office, client_of):
    client = client_of(office)
    assert client.delete("/api/v1/session").status_code == 204
    assert client.get("/api/v1/me").status_code == 401
    assert [event.action for event in office.services.audit.audit()] == ["退出"]


def test_sign_in_and_its_failures_are_audited(office, seeding, client_of):
    client = client_of(office, "")
    assert client.post("/api/v1/session", json={"login": "banan", "password": "Falsch-2026-x"}).status_code == 401
    answer = client.post("/api/v1/session", json={"login": "banan", "password": seeding.PASSWORD})
    assert answer.json()["permissions"]
    assert client.get("/api/v1/me").json()["login"] == "banan"
    assert [(event.action, event.actor) for event in office.services.audit.audit()] == [
        ("登录失败", ""),
        ("登录", "banan"),
    ]
