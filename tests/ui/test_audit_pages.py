"""审计 in the console: found by who, what and when; the search itself is written down; the chain is followed."""

from __future__ import annotations

import pytest

from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction, Caller, record
from records.people import Role

HOSTILE = "<script>alert(1)</script>"


def _note(office, login, action, **told):
    account = office.services.accounts.account_by_login(login) if login else None
    caller = Caller(account=account, origin="10.0.0.8")
    return record(office.services.audit, caller, action=action, at=office.services.clock(), **told)


def _actions(office):
    return [event.action for event in office.services.audit.audit()]


@pytest.mark.parametrize(
    ("login", "status"), [("shenji", 200), ("guanli", 403), ("fuze", 403), ("banan", 403), ("", 303)]
)
def test_only_the_auditor_reads_it(quiet_office, client_of, login, status):
    assert client_of(quiet_office, login).get("/audit").status_code == status


def test_reads_of_personal_data_are_found_and_the_search_is_written_down(office, client_of):
    _note(office, "banan", AuditAction.PERSONAL_READ, object_id="shop_7", detail=f"网店{HOSTILE}")
    _note(office, "hangzhou", AuditAction.LEAD_READ, object_id="lead_7")
    _note(office, "", AuditAction.SIGN_IN_FAILED, object_id="root")
    client = client_of(office, "shenji")
    everything = client.get("/audit").text
    assert "shop_7" in everything and "lead_7" in everything and HOSTILE not in everything
    assert AuditAction.AUDIT_READ not in _actions(office), "to look at the newest is no search"
    personal = client.get("/audit?action=personal").text
    assert "shop_7" in personal and "lead_7" not in personal
    assert "lead_7" in client.get("/audit?actor=hangzhou").text
    assert "root" in client.get("/audit?actor=-").text
    assert "没有符合的记录" in client.get("/audit?q=查无此事").text
    assert "shop_7" in client.get("/audit?since=2026-11-20&until=2026-11-20").text
    assert "没有符合" in client.get("/audit?since=2026-11-21").text
    assert client.get("/audit?since=昨天").status_code == 422
    assert _actions(office).count(AuditAction.AUDIT_READ) == 6


def test_long_audit_is_read_in_pages(office, client_of):
    for number in range(101):
        _note(office, "banan", AuditAction.LEAD_READ, object_id=f"lead_{number:03}")
    client = client_of(office, "shenji")
    first = client.get("/audit?actor=banan").text
    assert "lead_100" in first and "lead_000" not in first and "更早" in first
    assert "lead_000" in client.get("/audit?actor=banan&before=2").text


def test_chain_is_followed_and_what_breaks_it_is_said(office, client_of, csrf):
    client = client_of(office, "shenji")
    _note(office, "banan", AuditAction.LEAD_READ, object_id="lead_1")
    assert client.post("/audit/verify", data={"csrf_token": csrf(client)}).status_code == 303
    assert "审计链完整，共 1 条" in client.get("/audit").text
    assert client.post("/audit/verify", data={"csrf_token": "0"}).status_code == 403


def test_auditor_of_a_region_sees_what_its_accounts_did(office, client_of, csrf):
    wanted = NewAccount(
        login="hzshen", name="杭审", roles=(Role.AUDITOR,), password="Shuang-Sui-2026", region_code="33"
    )  # fmt: skip
    create_account(office.services.accounts, wanted)
    _note(office, "hangzhou", AuditAction.LEAD_READ, object_id="lead_hz")
    _note(office, "banan", AuditAction.LEAD_READ, object_id="lead_all")
    client = client_of(office, "hzshen")
    page = client.get("/audit").text
    assert "lead_hz" in page and "lead_all" not in page and "（banan）" not in page
    assert "lead_all" not in client.get("/audit?actor=banan").text
    assert client.post("/audit/verify", data={"csrf_token": csrf(client)}).status_code == 403
