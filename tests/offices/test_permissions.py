"""The one table of who may do what, and the region each sees."""

from __future__ import annotations

import pytest

from offices.permissions import PERMISSIONS, in_scope, may, region_scope, require
from records.errors import PermissionRefusedError
from records.people import Permission, Role


def test_every_role_is_in_the_table():
    assert set(PERMISSIONS) == set(Role)


def test_auditor_reads_the_audit_and_changes_nothing():
    granted = PERMISSIONS[Role.AUDITOR]
    assert Permission.AUDIT_READ in granted
    assert not granted & {
        Permission.LEADS_ACT,
        Permission.EVIDENCE_CAPTURE,
        Permission.EVIDENCE_EXPORT,
        Permission.PERSONAL_READ,
        Permission.SURVEY_ACT,
        Permission.USERS_MANAGE,
    }


def test_administrator_sees_no_case_material():
    assert not PERMISSIONS[Role.ADMIN] & {
        Permission.LEADS_READ,
        Permission.EVIDENCE_READ,
        Permission.PERSONAL_READ,
        Permission.AUDIT_READ,
    }


def test_nobody_holds_both_the_accounts_and_the_audit():
    for granted in PERMISSIONS.values():
        assert not {Permission.USERS_MANAGE, Permission.AUDIT_READ} <= granted


def test_refusal_names_the_role_and_the_right(add_account):
    account = add_account("guanli", Role.ADMIN)
    with pytest.raises(PermissionRefusedError, match="管理.*导出证据"):
        require(account, Permission.EVIDENCE_EXPORT)


def test_roles_add_up(add_account):
    account = add_account("both", Role.ADMIN, Role.AUDITOR)
    assert may(account, Permission.USERS_MANAGE)
    assert may(account, Permission.AUDIT_READ)


def test_closed_account_may_nothing(add_account):
    account = add_account().model_copy(update={"active": False})
    assert not any(may(account, permission) for permission in Permission)


@pytest.mark.parametrize(
    ("scope", "region", "seen"),
    [
        ("", "330106", True),
        ("", "", True),
        ("33", "330106", True),
        ("3301", "330106", True),
        ("330106", "330106", True),
        ("3301", "330206", False),
        ("3301", "33", False),
        ("3301", "", False),
    ],
)
def test_scope_is_a_prefix_and_unknown_regions_are_for_those_who_see_all(add_account, scope, region, seen):
    account = add_account("scoped", region=scope)
    assert region_scope(account) == scope
    assert in_scope(account, region) is seen
