"""Promises of AccountStore."""

import pytest

from records.errors import ConflictError, NotFoundError
from records.people import Session


def _session(make, token="0" * 64):
    return Session(token_sha256=token, account_id="a1", csrf_token="c", created_at=make.at(0), expires_at=make.at(60))


def test_account_is_found_by_id_and_login(records, make):
    accounts = records.accounts
    accounts.save_account(make.account())
    accounts.save_account(make.account("a2", "li"))
    assert accounts.account("a1") == accounts.account_by_login("zhang") == make.account()
    assert accounts.accounts() == (make.account(), make.account("a2", "li"))
    assert accounts.account_by_login("nobody") is None
    with pytest.raises(NotFoundError):
        accounts.account("nobody")


def test_saved_again_replaces(records, make):
    records.accounts.save_account(make.account())
    changed = make.account(login="zhang3", failed_sign_ins=2)
    records.accounts.save_account(changed)
    assert records.accounts.accounts() == (changed,)
    assert records.accounts.account_by_login("zhang") is None


def test_login_of_another_is_a_conflict(records, make):
    records.accounts.save_account(make.account())
    with pytest.raises(ConflictError, match="已被使用"):
        records.accounts.save_account(make.account("a2", "zhang"))
    assert records.accounts.accounts() == (make.account(),)


def test_session_lives_until_it_is_ended(records, open_again, make):
    records.accounts.save_session(_session(make))
    records.accounts.save_session(_session(make))
    assert open_again().accounts.session("0" * 64) == _session(make)
    records.accounts.end_session("0" * 64)
    records.accounts.end_session("0" * 64)
    assert open_again().accounts.session("0" * 64) is None
