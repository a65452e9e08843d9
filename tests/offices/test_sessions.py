"""Signing in: what opens a session, what ends it, what locks an account, what a change must carry."""

from __future__ import annotations

import hashlib

import pytest

from offices.sessions import Gate, check_change, check_origin, cookie_name, masked_csrf
from records.errors import PermissionRefusedError, SignInRequiredError


@pytest.fixture
def gate(records, clock) -> Gate:
    return Gate(records.accounts, clock, session_hours=10)


def test_signed_in_person_is_known_by_the_token(gate, add_account, password):
    add_account()
    person = gate.sign_in(" WangJian ", password)
    assert gate.whose(person.token).account.login == "wangjian"


def test_only_the_digest_of_the_token_is_stored(gate, add_account, password, records, tmp_path):
    add_account()
    person = gate.sign_in("wangjian", password)
    assert person.session.token_sha256 == hashlib.sha256(person.token.encode()).hexdigest()
    records.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("wangjian.db*"))
    assert person.session.token_sha256.encode() in kept
    assert person.token.encode() not in kept


def test_each_sign_in_has_a_token_of_its_own(gate, add_account, password):
    add_account()
    assert gate.sign_in("wangjian", password).token != gate.sign_in("wangjian", password).token


@pytest.mark.parametrize("token", ["", "guess", "x" * 5000])
def test_unknown_token_is_nobody(gate, token):
    assert gate.whose(token) is None


def test_session_ends_after_its_hours(gate, add_account, password, clock):
    add_account()
    token = gate.sign_in("wangjian", password).token
    clock.advance(hours=9, minutes=59)
    assert gate.whose(token) is not None
    clock.advance(minutes=2)
    assert gate.whose(token) is None


def test_signed_out_token_is_nobody(gate, add_account, password):
    add_account()
    person = gate.sign_in("wangjian", password)
    gate.sign_out(person.session)
    assert gate.whose(person.token) is None


def test_closed_account_is_nobody_at_once(gate, add_account, password, records):
    account = add_account()
    token = gate.sign_in("wangjian", password).token
    records.accounts.save_account(account.model_copy(update={"active": False}))
    assert gate.whose(token) is None
    with pytest.raises(SignInRequiredError, match="停用"):
        gate.sign_in("wangjian", password)


def test_wrong_password_and_unknown_login_are_answered_alike(gate, add_account):
    add_account()
    said = []
    for login in ("wangjian", "nobody"):
        with pytest.raises(SignInRequiredError) as refused:
            gate.sign_in(login, "Wrong-Password-1")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_five_failures_lock_the_account_for_ten_minutes(gate, add_account, password, clock):
    add_account()
    for _ in range(5):
        with pytest.raises(SignInRequiredError, match="不正确"):
            gate.sign_in("wangjian", "Wrong-Password-1")
    with pytest.raises(SignInRequiredError, match="锁定"):
        gate.sign_in("wangjian", password)
    clock.advance(minutes=10, seconds=1)
    assert gate.sign_in("wangjian", password).token


@pytest.mark.parametrize("right", [True, False])
def test_account_closed_while_the_password_is_looked_at_stays_closed(gate, add_account, records, monkeypatch, right):
    account = add_account()
    with pytest.raises(SignInRequiredError):
        gate.sign_in("wangjian", "Wrong-Password-1")

    def close_and_say(*_: str) -> bool:
        kept = records.accounts.account(account.account_id)
        records.accounts.save_account(kept.model_copy(update={"active": False}))
        return right

    monkeypatch.setattr("offices.sessions.password_matches", close_and_say)
    if right:
        assert gate.whose(gate.sign_in("wangjian", "").token) is None
    else:
        with pytest.raises(SignInRequiredError, match="不正确"):
            gate.sign_in("wangjian", "")
    left = records.accounts.account(account.account_id)
    assert (left.active, left.failed_sign_ins) == (False, 0 if right else 2)


def test_success_forgets_earlier_failures(gate, add_account, password, records):
    account = add_account()
    for _ in range(4):
        with pytest.raises(SignInRequiredError):
            gate.sign_in("wangjian", "Wrong-Password-1")
    gate.sign_in("wangjian", password)
    assert records.accounts.account(account.account_id).failed_sign_ins == 0


def test_change_needs_the_token_of_its_own_session(gate, add_account, password):
    add_account()
    mine, other = gate.sign_in("wangjian", password).session, gate.sign_in("wangjian", password).session
    check_change(mine, sent_token=masked_csrf(mine))
    for wrong in ("", "zz", mine.csrf_token, masked_csrf(other), masked_csrf(mine)[:-2], "é" * 128):
        with pytest.raises(PermissionRefusedError, match="令牌"):
            check_change(mine, sent_token=wrong)


def test_masked_token_differs_each_time(gate, add_account, password):
    add_account()
    session = gate.sign_in("wangjian", password).session
    assert len({masked_csrf(session) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("origin", "referer"),
    [("http://evil.example", ""), ("null", ""), ("", "http://evil.example/x"), ("http://127.0.0.1:9/", "")],
)
def test_change_from_another_site_is_refused(origin, referer):
    with pytest.raises(PermissionRefusedError, match="其他站点"):
        check_origin(host="127.0.0.1:8640", origin=origin, referer=referer)


def test_change_from_our_own_page_passes():
    check_origin(host="127.0.0.1:8640", origin="http://127.0.0.1:8640")
    check_origin(host="Jian.example", origin="", referer="https://jian.example/leads")
    check_origin(host="127.0.0.1:8640", origin="")


def test_host_prefix_is_used_where_browsers_take_it():
    assert cookie_name(secure=True).startswith("__Host-")
    assert not cookie_name(secure=False).startswith("__Host-")
