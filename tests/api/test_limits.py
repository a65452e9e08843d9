"""How often one may ask: said with each answer, refused with how long to wait."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from api.routes import DoorOptions, install_api
from offices.limits import RateLimit
from offices.sessions import cookie_name
from records.errors import RateLimitedError

from fastapi.testclient import TestClient  # isort: skip


@pytest.fixture
def narrow(office, seeding):
    """A client of an application that allows little, signed in as banan."""
    app = FastAPI()
    install_api(app, office.services, DoorOptions(requests_a_minute=3, sign_ins_a_minute=2))

    def connect(login: str = "banan", address: str = "10.0.0.1") -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1", client=(address, 5000), raise_server_exceptions=False)
        if login:
            client.cookies.set(cookie_name(secure=False), seeding.enter(office.services, login)[0])
        return client

    return connect


@pytest.fixture
def stopped(office):
    """The clock stands at the beginning of a minute; steps of a second are taken back."""
    office.clock.advance(seconds=60 - office.clock.now.timestamp() % 60)
    return office.clock


def test_answers_say_how_many_more_and_the_next_says_how_long_to_wait(narrow, stopped):
    client = narrow()
    left = [client.get("/api/v1/me").headers["ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = client.get("/api/v1/me")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:wangjian:problem:rate-limited"
    assert refused.headers["ratelimit-limit"] == "3"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    stopped.advance(seconds=61)
    assert client.get("/api/v1/me").status_code == 200


def test_refused_answers_say_it_too(narrow, stopped):
    answer = narrow().get("/api/v1/leads/lead_of_nobody")
    assert answer.status_code == 404
    assert answer.headers["ratelimit-remaining"] == "2"


def test_people_are_counted_apart_and_strangers_by_their_address(narrow, stopped):
    for _ in range(4):
        busy = narrow().get("/api/v1/me")
    assert busy.status_code == 429
    assert narrow("jiancha").get("/api/v1/me").status_code == 200
    strangers = [narrow("", "10.0.0.2").get("/api/v1/me").status_code for _ in range(4)]
    assert strangers == [401, 401, 401, 429]
    assert narrow("", "10.0.0.3").get("/api/v1/me").status_code == 401


def test_passwords_are_not_tried_faster_than_an_address_may(narrow, stopped):
    wrong = {"login": "nobody", "password": "x"}
    answers = [narrow("").post("/api/v1/session", json=wrong).status_code for _ in range(3)]
    assert answers == [401, 401, 429]


def test_counts_are_forgotten_with_their_minute(stopped):
    limit = RateLimit(lambda: stopped.now, most=1)
    for who in range(1000):
        assert limit.take(str(who)).left == 0
    with pytest.raises(RateLimitedError):
        limit.take("7")
    stopped.advance(seconds=60)
    limit.take("7")
    assert len(limit._counting._counts) == 1


def test_officer_never_meets_the_limit_that_is_set(quiet_office, client_of):
    assert int(client_of(quiet_office).get("/api/v1/me").headers["ratelimit-limit"]) >= 600


def test_sign_in_page_counts_with_the_api(office, seeding, stopped):
    from ui.door import open_door
    from ui.pages import include_pages
    from ui.pages import install as install_console

    app = FastAPI()
    install_api(app, office.services, DoorOptions(sign_ins_a_minute=2))
    install_console(app)
    include_pages(app, open_door(office.services))
    client = TestClient(app, base_url="http://127.0.0.1", client=("10.0.0.1", 5000))
    wrong = {"login": "nobody", "password": "x"}
    assert client.post("/api/v1/session", json=wrong).status_code == 401
    assert client.post("/login", data=wrong).status_code == 401
    refused = client.post("/login", data=wrong)
    assert refused.status_code == 429
    assert "一分钟内登录超过 2 次" in refused.text
    assert int(refused.headers["retry-after"]) > 0
