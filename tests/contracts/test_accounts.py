"""Promises of AccountStore."""

import pytest

from records.api_keys import ApiKey
from records.errors import ConflictError, NotFoundError
from records.people import Permission, Session


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


def _key(make, digest="1" * 64, **other):
    return ApiKey(
        **{"key_id": f"key_{digest[:4]}", "key_sha256": digest, "account_id": "a1", "name": "县局大屏"}
        | {"permissions": (Permission.LEADS_READ,), "created_by": "guanli", "created_at": make.at(0)}
        | {"expires_at": make.at(60)}
        | other
    )


def test_key_is_found_by_its_digest_and_saved_again_replaces(records, open_again, make):
    accounts = records.accounts
    assert accounts.api_keys() == ()
    accounts.save_api_key(_key(make))
    accounts.save_api_key(_key(make, "2" * 64, name="省局接口"))
    ended = _key(make, revoked_at=make.at(5), revoked_by="guanli")
    accounts.save_api_key(ended)
    again = open_again().accounts
    assert again.api_key("1" * 64) == ended
    assert again.api_key("3" * 64) is None
    assert again.api_keys() == (ended, _key(make, "2" * 64, name="省局接口"))


def test_account_is_changed_only_in_the_place_of_what_was_read(records, make):
    accounts, first = records.accounts, make.account()
    accounts.save_account(first)
    changed = first.model_copy(update={"name": "张三改"})
    accounts.save_account(changed, before=first)
    with pytest.raises(ConflictError, match="已被他人更改"):
        accounts.save_account(first.model_copy(update={"name": "李四改"}), before=first)
    assert accounts.account(first.account_id) == changed


def test_all_sessions_of_an_account_end_and_no_others(records, make):
    accounts = records.accounts
    for digit, account_id in (("1", "a1"), ("2", "a1"), ("3", "a11")):
        accounts.save_session(_session(make, digit * 64).model_copy(update={"account_id": account_id}))
    accounts.end_sessions_of("a1")
    accounts.end_sessions_of("nobody")
    assert [accounts.session(digit * 64) is None for digit in "123"] == [True, True, False]
