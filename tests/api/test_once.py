"""A change sent twice under one key is made once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from fastapi import FastAPI

from api.routes import DoorOptions, install_api
from offices.api_keys import KeyDesk, NewKey
from offices.audit import Caller
from offices.sessions import cookie_name
from offices.together import Together
from records.idempotency import RememberedAnswer

from fastapi.testclient import TestClient  # isort: skip

URL = "http://market.example/item/1"
PATH = "/api/v1/captures"


def begin(client, key="3f2a", url=URL, path=PATH):
    return client.post(path, json={"url": url}, headers={"Idempotency-Key": key})


def test_same_key_and_content_gives_the_first_answer_and_acts_once(office, client_of):
    client = client_of(office)
    first, second = begin(client), begin(client)
    assert first.status_code == second.status_code == 202
    assert second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert office.preserver.asked == [URL]


def test_same_key_for_other_content_or_another_address_is_refused(office, client_of):
    client = client_of(office)
    begin(client)
    for answer in (
        begin(client, url=URL + "0"),
        client.post("/api/v1/cases", json={"url": URL}, headers={"Idempotency-Key": "3f2a"}),
        client.post(PATH + "?x=1", json={"url": URL}, headers={"Idempotency-Key": "3f2a"}),
    ):
        assert answer.status_code == 409
        assert "另一项内容" in answer.json()["detail"]
    assert office.preserver.asked == [URL]


def test_keys_of_two_people_and_of_a_program_are_apart(office, client_of):
    services = office.services
    desk = KeyDesk(services.accounts, services.audit, services.clock, Caller(account=None, origin="试"))
    secret = desk.issue(
        NewKey(login="banan", name="程序", permissions=("evidence.read", "evidence.capture", "leads.read"))
    ).secret
    program = client_of(office, "")
    program.headers["Authorization"] = f"Bearer {secret}"
    for client in (client_of(office), client_of(office, "jiancha"), program):
        assert "idempotency-replayed" not in begin(client).headers
    assert len(office.preserver.asked) == 3
    assert begin(program).headers["idempotency-replayed"] == "true"


def test_key_is_forgotten_after_a_day(office, client_of):
    client = client_of(office)
    begin(client)
    session = office.services.accounts.session
    office.clock.advance(hours=9)
    assert begin(client).headers["idempotency-replayed"] == "true"
    office.clock.advance(hours=16)
    assert session is not None
    assert "idempotency-replayed" not in begin(client_of(office)).headers
    assert len(office.preserver.asked) == 2


def test_refused_request_leaves_its_key_free(office, client_of):
    client = client_of(office)
    refused = client.post(PATH, json={"url": "ftp://market.example/"}, headers={"Idempotency-Key": "3f2a"})
    assert refused.status_code == 422
    assert begin(client).status_code == 202
    assert office.preserver.asked == [URL]


def test_change_cut_off_in_the_middle_is_not_made_again(office, client_of):
    client = client_of(office)
    who = office.services.accounts.account_by_login("banan").account_id
    left = RememberedAnswer(who=who, key="3f2a", process="died", asked_at=office.services.clock())
    office.services.answers.begin_answer(left, forget_before=left.asked_at - timedelta(days=1))
    answer = begin(client)
    assert answer.status_code == 409
    assert "无法确定" in answer.json()["detail"]
    assert "换一个 Idempotency-Key" in answer.json()["cure"]
    assert office.preserver.asked == []


def test_change_another_process_is_at_is_told_from_one_it_failed_at(office, seeding):
    app = FastAPI()
    install_api(app, office.services, DoorOptions(together=Together(is_alive=lambda process: process == "brother")))
    client = TestClient(app, base_url="http://127.0.0.1")
    token, _ = seeding.enter(office.services, "banan")
    client.cookies.set(cookie_name(secure=False), token)
    client.headers["X-CSRF-Token"] = "00" * 32 + "5c" * 32
    who = office.services.accounts.account_by_login("banan").account_id
    asked = RememberedAnswer(who=who, key="3f2a", process="brother", asked_at=office.services.clock())
    office.services.answers.begin_answer(asked, forget_before=asked.asked_at - timedelta(days=1))
    assert "正在办理" in begin(client).json()["detail"]
    office.services.answers.keep_answer(asked.model_copy(update={"process": ""}))
    assert "无法确定" in begin(client).json()["detail"]
    assert office.preserver.asked == []


def test_crash_after_the_change_does_not_make_it_twice(office, client_of, monkeypatch):
    client = client_of(office)
    kept = office.services.evidence.save_capture

    def save_and_die(capture):
        kept(capture)
        raise RuntimeError("电源断了")

    monkeypatch.setattr(office.services.evidence, "save_capture", save_and_die)
    assert begin(client).status_code == 500
    monkeypatch.undo()
    before = len(office.services.evidence.captures())
    who = office.services.accounts.account_by_login("banan").account_id
    left = RememberedAnswer(who=who, key="3f2a", process="", asked_at=office.services.clock())
    assert office.services.answers.begin_answer(left, forget_before=left.asked_at - timedelta(days=1)).process == ""
    assert begin(client).status_code == 409
    assert len(office.services.evidence.captures()) == before


def test_many_at_once_make_one(office, client_of):
    client = client_of(office)
    client.get("/api/v1/me")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(begin(client).status_code)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert office.preserver.asked == [URL]
    assert set(answers) <= {202, 409}
    assert 202 in answers


def test_secret_shown_once_is_not_kept_to_be_shown_again(office, client_of):
    client = client_of(office, "guanli")
    wish = {"login": "banan", "name": "大屏", "permissions": ["leads.read"]}
    made = client.post("/api/v1/keys", json=wish, headers={"Idempotency-Key": "3f2a"})
    assert made.status_code == 201
    again = client.post("/api/v1/keys", json=wish, headers={"Idempotency-Key": "3f2a"})
    assert again.status_code == 409
    assert "此前已办理（HTTP 201）" in again.json()["detail"]
    assert len(client.get("/api/v1/keys").json()["items"]) == 1
    database = office.services.data_dir / "wangjian.db"
    held = b"".join(one.read_bytes() for one in database.parent.glob("wangjian.db*"))
    assert made.json()["secret"].encode() not in held


def test_form_with_files_is_known_again_though_its_boundary_is_another(office, client_of):
    client = client_of(office)

    def send(content):
        return client.post(
            "/api/v1/uploads",
            files=[("files", ("聊天记录.txt", content, "text/plain"))],
            data={"source": "投诉人提供"},
            headers={"Idempotency-Key": "3f2a"},
        )

    first, again, other = send(b"abc" * 999), send(b"abc" * 999), send(b"abd" * 999)
    assert first.status_code == again.status_code == 201, first.text
    assert again.json()["capture_id"] == first.json()["capture_id"]
    assert other.status_code == 409


@pytest.mark.parametrize("key", ["", "有中文".encode(), "a b", "x" * 129])
def test_key_that_is_none_is_refused(office, client_of, key):
    assert begin(client_of(office), key=key).status_code == 400
    assert office.preserver.asked == []


def test_answer_under_a_key_needs_the_token_all_the_same(office, client_of):
    client = client_of(office)
    begin(client)
    del client.headers["X-CSRF-Token"]
    assert begin(client).status_code == 403
