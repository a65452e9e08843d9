"""Accounts: who may be made, and what is kept of a password."""

from __future__ import annotations

import pytest

from offices.accounts import NewAccount, create_account, create_demo_accounts, set_password
from offices.passwords import check_password_rules, password_matches, random_password
from records.errors import ConflictError, InvalidInputError
from records.people import Role


def test_password_is_kept_only_as_argon2(records, add_account, password):
    account = add_account()
    kept = records.accounts.account(account.account_id)
    assert kept.password_hash.startswith("$argon2id$")
    assert password not in kept.model_dump_json()
    assert password_matches(password, kept.password_hash)


@pytest.mark.parametrize(
    ("weak", "says"),
    [
        ("Ab1-", "长度"),
        ("x" * 200 + "A1-", "长度"),
        ("alllowercaseletters", "三类"),
        ("Aa1-Aa1-aaaaaaaaaaaaaaaaaaaaa", "重复"),
        ("Wangjian-2026", "登录名"),
    ],
)
def test_weak_password_is_refused_with_what_is_wrong(weak, says):
    with pytest.raises(InvalidInputError, match=says):
        check_password_rules(weak, login="wangjian")


def test_random_passwords_keep_the_rules_and_differ():
    drawn = {random_password() for _ in range(50)}
    assert len(drawn) == 50
    for password in drawn:
        check_password_rules(password, login="wangjian")


@pytest.mark.parametrize("login", ["", "ab", "王监", "Upper", "a b c", "a' OR 1=1", "../etc", "x" * 40])
def test_odd_login_is_refused(records, password, login):
    with pytest.raises(InvalidInputError, match="登录名"):
        create_account(records.accounts, NewAccount(login=login, name="某", roles=(Role.MONITOR,), password=password))


@pytest.mark.parametrize("region", ["3", "浙江", "33010", "%"])
def test_odd_region_is_refused(records, password, region):
    with pytest.raises(InvalidInputError, match="辖区"):
        create_account(
            records.accounts,
            NewAccount(login="someone", name="某", roles=(Role.MONITOR,), password=password, region_code=region),
        )


def test_account_without_a_role_is_refused(records, password):
    with pytest.raises(InvalidInputError, match="岗位"):
        create_account(records.accounts, NewAccount(login="someone", name="某", roles=(), password=password))


def test_second_account_of_the_same_login_is_refused(add_account):
    add_account("same")
    with pytest.raises(ConflictError, match="same"):
        add_account("same")


def test_hash_of_another_kind_never_matches(password):
    assert not password_matches(password, "md5$abcdef")
    assert not password_matches("x" * 1_000_000, "$argon2id$v=19$m=65536,t=3,p=4$AAAA$AAAA")


def test_new_password_lifts_the_lock_and_ends_the_old_one(records, add_account, clock, password):
    account = add_account().model_copy(update={"failed_sign_ins": 4, "locked_until": clock()})
    changed = set_password(records.accounts, account, password="Qita-Kouling-77")
    assert (changed.failed_sign_ins, changed.locked_until) == (0, None)
    assert not password_matches(password, changed.password_hash)


def test_demo_has_one_account_a_role_and_new_passwords_each_time(records, clock):
    first = create_demo_accounts(records.accounts, clock)
    assert {role for _, _, roles in first for role in roles} == set(Role)
    second = create_demo_accounts(records.accounts, clock)
    assert [login for login, _, _ in first] == [login for login, _, _ in second]
    assert not {password for _, password, _ in first} & {password for _, password, _ in second}
    assert len(records.accounts.accounts()) == len(first)
    login, password, _ = second[0]
    assert password_matches(password, records.accounts.account_by_login(login).password_hash)
