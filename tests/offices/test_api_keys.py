"""Keys of programs: what they let in, what never, and that it is written down."""

from __future__ import annotations

import pytest

from offices.api_keys import KeyDesk, NewKey, holder_of
from offices.audit import AuditAction, Caller, verify_chain
from offices.permissions import in_scope, may
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.people import Permission, Role

SCOPE = (Permission.LEADS_READ, Permission.SURVEY_READ)


@pytest.fixture
def desk(records, clock) -> KeyDesk:
    return KeyDesk(records.accounts, records.audit, clock, Caller(account=None, origin="命令行"))


@pytest.fixture
def issue(desk, add_account):
    account = add_account(region="33")

    def make(**other):
        return desk.issue(NewKey(**{"login": account.login, "name": "大屏", "permissions": SCOPE} | other))

    return make


def test_key_acts_within_its_permissions_and_region_alone(issue, records, clock):
    made = issue(region_code="3301")
    account = holder_of(records.accounts, clock, made.secret).account
    assert {one for one in Permission if may(account, one)} == set(SCOPE)
    assert in_scope(account, "330106")
    assert not in_scope(account, "330203")
    assert records.accounts.account(account.account_id).only is None


def test_only_the_digest_of_the_secret_is_stored(issue, records, tmp_path):
    made = issue()
    records.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("wangjian.db*"))
    assert made.key.key_sha256.encode() in kept
    assert made.secret.encode() not in kept
    assert made.secret.removeprefix("wj_").encode() not in kept


@pytest.mark.parametrize("secret", ["", "wj_", "wj_" + "A" * 43, "x" * 5000, "wj_口令", "\x00" * 46])
def test_unknown_key_is_nobody(issue, records, clock, secret):
    issue()
    assert holder_of(records.accounts, clock, secret) is None


def test_key_ends_with_its_days(issue, records, clock):
    secret = issue(days=2).secret
    clock.advance(hours=47, minutes=59)
    assert holder_of(records.accounts, clock, secret) is not None
    clock.advance(minutes=2)
    assert holder_of(records.accounts, clock, secret) is None


def test_revoked_key_is_refused_at_once_and_revoked_once(issue, desk, records, clock):
    made = issue()
    desk.revoke(made.key.key_id)
    assert holder_of(records.accounts, clock, made.secret) is None
    with pytest.raises(ConflictError, match="已撤销"):
        desk.revoke(made.key.key_id)
    with pytest.raises(NotFoundError):
        desk.revoke("key_nobody")


def test_key_is_never_more_than_its_account_is_now(issue, records, clock):
    made = issue()
    account = records.accounts.account(made.key.account_id)
    records.accounts.save_account(account.model_copy(update={"roles": (Role.ADMIN,)}))
    holder = holder_of(records.accounts, clock, made.secret).account
    assert not may(holder, Permission.LEADS_READ)
    records.accounts.save_account(account.model_copy(update={"region_code": "3301"}))
    assert holder_of(records.accounts, clock, made.secret) is None
    records.accounts.save_account(account.model_copy(update={"active": False}))
    assert holder_of(records.accounts, clock, made.secret) is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"name": "  "}, "名称"),
        ({"permissions": ()}, "权限"),
        ({"permissions": (Permission.EVIDENCE_EXPORT,)}, "导出证据"),
        ({"permissions": (Permission.USERS_MANAGE,)}, "管理账号"),
        ({"region_code": "51"}, "辖区"),
        ({"region_code": "330x"}, "辖区"),
        ({"days": 0}, "有效期"),
        ({"days": 367}, "有效期"),
    ],
)
def test_what_exceeds_the_account_is_refused(issue, records, other, said):
    with pytest.raises(InvalidInputError, match=said):
        issue(**other)
    assert records.accounts.api_keys() == ()


def test_no_key_manages_accounts_even_for_who_may(desk, add_account):
    add_account("guanli", Role.ADMIN)
    with pytest.raises(InvalidInputError, match="管理账号"):
        desk.issue(NewKey(login="guanli", name="大屏", permissions=(Permission.USERS_MANAGE,)))


def test_keys_of_other_regions_are_neither_seen_nor_made(issue, records, clock, add_account):
    made = issue()
    admin = add_account("shiguanli", Role.ADMIN, region="51")
    theirs = KeyDesk(records.accounts, records.audit, clock, Caller(account=admin))
    assert theirs.issued() == ()
    with pytest.raises(NotFoundError):
        theirs.revoke(made.key.key_id)
    with pytest.raises(NotFoundError):
        theirs.issue(NewKey(login="wangjian", name="大屏", permissions=SCOPE))


def test_issue_and_revocation_stand_in_the_audit_chain(issue, desk, records):
    made = issue()
    desk.revoke(made.key.key_id)
    first, second = records.audit.audit()
    assert (first.action, second.action) == (AuditAction.KEY_ISSUED, AuditAction.KEY_REVOKED)
    assert first.object_id == second.object_id == made.key.key_id
    assert "查看线索" in first.detail
    assert made.secret not in first.detail
    assert verify_chain(records.audit) == 2
