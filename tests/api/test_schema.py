"""The API against its own committed description: what it allows is answered as it says, and never with a 5xx.

Each operation is tried with drawn values, and with the numbers of things that are there. A few of each in a run;
`WANGJIAN_TEST_EXAMPLES=fuzz` draws many.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis import openapi as described
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from offices.accounts import NewAccount, create_account
from offices.sessions import cookie_name, masked_csrf
from records.people import Role

COMMITTED = json.loads((Path(__file__).resolve().parents[2] / "docs/reference/openapi.json").read_text("utf-8"))
CHECKS = (
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
MANY = os.environ.get("WANGJIAN_TEST_EXAMPLES") == "fuzz"
BEGINS_A_SURVEY = "/api/v1/runs/{run_id}/resume"
ENDS_THE_SESSION = {("DELETE", "/api/v1/session"), ("PUT", "/api/v1/me/password")}


def room_of(path: str) -> str:
    return path.split("/")[3] if path.startswith("/api") else path


ROOMS = sorted({room_of(path) for path in COMMITTED["paths"]})


@pytest.fixture(scope="module")
def operations():
    """Those of the description, read once."""
    return [result.ok() for result in described.from_dict(COMMITTED).get_all_operations()]


@pytest.fixture(scope="module")
def everything(quiet_office, seeding):
    """A client of somebody with every role, so that no permission hides what lies behind it."""
    from fastapi.testclient import TestClient

    services = quiet_office.services
    create_account(
        services.accounts,
        NewAccount(login="quanbu", name="全部", roles=tuple(Role), password=seeding.PASSWORD, region_code=""),
    )
    client = TestClient(quiet_office.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    token, session = seeding.enter(services, "quanbu")
    client.cookies.set(cookie_name(secure=False), token)
    client.headers["X-CSRF-Token"] = masked_csrf(session)
    return client


@pytest.fixture(scope="module")
def known(quiet_office):
    """Numbers of things that are there, by the name of their parameter."""
    ids = quiet_office.ids
    return {
        "lead_id": ids["lead"], "shop_id": ids["hangzhou"], "listing_id": ids["hangzhou_listing"],
        "capture_id": "capture_hz", "other_id": "capture_part", "upload_id": "capture_hz", "run_id": "run_jishi",
        "schedule_id": "schedule_jishi", "alarm_id": "alarm_jishi", "occurrence_id": ids["done"],
        "code": "91330106MA2CCEX21A", "login": "jiancha", "target_id": "target_jishi", "rule_id": "A01",
    }  # fmt: skip


def chosen() -> settings:
    """How many are drawn, always the same ones unless many are asked for."""
    return settings(
        max_examples=100 if MANY else 1,
        derandomize=not MANY,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("room", ROOMS)
def test_answers_are_those_of_the_description(everything, operations, known, room):
    found = [
        one
        for one in operations
        if room_of(one.path) == room and (one.method.upper(), one.path) not in ENDS_THE_SESSION
    ]
    for operation in found:
        try_operation(everything, operation, known)
    assert found


def try_operation(client, operation, known):
    """Call it with what is drawn, and again for the things that are there."""

    @chosen()
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def try_it(case):
        drawn = dict(case.path_parameters or {})
        for found in (drawn, {name: known.get(name, value) for name, value in drawn.items()}):
            case.path_parameters = found
            answer = client.request(**sendable(case, own_version=found is not drawn), follow_redirects=False)
            answer.request.read()
            case.validate_response(answer, checks=list(CHECKS))
            if not drawn or operation.path == BEGINS_A_SURVEY:
                break

    try_it()


def sendable(case, *, own_version):
    """The drawn request as bytes, forms included; a change of something that is there names its first version."""
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
    sent.pop("cookies", None)
    prepared = requests.Request(**sent).prepare()
    headers = {
        name: value for name, value in prepared.headers.items() if name.lower() not in ("authorization", "cookie")
    }
    if own_version and "If-Match" in headers:
        headers["If-Match"] = '"1"'
    return {"method": prepared.method, "url": prepared.url, "headers": headers, "content": prepared.body or b""}


def test_each_operation_has_an_example_of_what_it_answers():
    without = []
    for path, operations in COMMITTED["paths"].items():
        for method, operation in operations.items():
            good = next(answer for status, answer in operation["responses"].items() if status < "400")
            for kind, content in good.get("content", {}).items():
                if kind == "application/json" and "example" not in content and path.startswith("/api"):
                    without.append(f"{method} {path}")
    assert without == []
