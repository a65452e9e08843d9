"""账号 in the console: nobody changes their own rights, and who is closed is out at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from offices.accounts import NewAccount, create_account
from offices.audit import AuditAction
from offices.passwords import password_matches
from records.people import Role

HOSTILE = "<script>alert(1)</script>"
PASSWORD = "Shuang-Sui-2026"


@pytest.fixture(scope="module")
def office(quiet_office):
    """One office for the module: each test leaves what the others rely on as it found it."""
    return quiet_office


def _send(client, token_of, path, **form):
    return client.post(path, data={"csrf_token": token_of(client), **form})


def _account(office, login):
    return office.services.accounts.account_by_login(login)


@pytest.mark.parametrize(("login", "status"), [("guanli", 200), ("shenji", 403), ("fuze", 403), ("", 303)])
def test_only_the_manager_sees_accounts(quiet_office, client_of, login, status):
    client = client_of(quiet_office, login)
    assert client.get("/accounts").status_code == client.get("/accounts/banan").status_code == status


def test_account_is_made_with_a_password_shown_once(office, client_of, csrf):
    client = client_of(office, "guanli")
    form = {"login": "ningbo", "name": f"甬{HOSTILE}", "role": ["网监", "办案"], "region": "3302", "card_no": "浙0302"}
    answer = _send(client, csrf, "/accounts", **form)
    password = re.search(r'data-copy="([^"]+)"', answer.text)[1].replace("&amp;", "&").replace("&#39;", "'")
    made = _account(office, "ningbo")
    assert made.roles == (Role.MONITOR, Role.OFFICER) and made.region_code == "3302" and made.card_no == "浙0302"
    assert password_matches(password, made.password_hash)
    page = client.get("/accounts").text
    assert "浙江宁波" in page and HOSTILE not in page and password not in page
    events = [one for one in office.services.audit.audit() if one.object_id == "ningbo"]
    assert [one.action for one in events] == [AuditAction.ACCOUNT_CHANGED] and password not in events[0].detail


def test_account_that_breaks_a_rule_is_not_made_and_the_form_is_kept(office, client_of, csrf):
    client = client_of(office, "guanli")
    good = {"login": "shaoxing", "name": "甬帆", "role": ["网监"], "region": ""}
    for wrong, said in (
        ({"login": "N"}, "登录名不符合要求"),
        ({"login": "banan"}, "已被使用"),
        ({"role": []}, "至少一个岗位"),
        ({"role": ["管理", "审计"]}, "不能由同一账号兼任"),
        ({"region": "浙江"}, "辖区代码无法识别"),
    ):
        answer = _send(client, csrf, "/accounts", **{**good, **wrong})
        assert answer.status_code == 422 and said in answer.text and 'value="甬帆"' in answer.text
    assert _send(client, csrf, "/accounts", **{**good, "role": ["局长"]}).status_code == 422
    assert _account(office, "shaoxing") is None


def test_closed_account_is_out_at_once_and_comes_back(office, client_of, csrf):
    manager, officer = client_of(office, "guanli"), client_of(office)
    assert officer.get("/").status_code == 200
    assert _send(manager, csrf, "/accounts/banan/actions", action="close").status_code == 303
    assert officer.get("/").status_code == 303 and not _account(office, "banan").active
    assert "已停用" in manager.get("/accounts/banan").text
    _send(manager, csrf, "/accounts/banan/actions", action="open")
    assert _account(office, "banan").active and officer.get("/").status_code == 303, "the old session stays ended"


def test_locked_account_is_unlocked_and_a_reset_password_is_another(office, client_of, csrf):
    services, client = office.services, client_of(office, "guanli")
    known = _account(office, "banan")
    locked = {"failed_sign_ins": 3, "locked_until": services.clock() + timedelta(hours=1)}
    services.accounts.save_account(known.model_copy(update=locked))
    assert "已锁定" in client.get("/accounts").text
    _send(client, csrf, "/accounts/banan/actions", action="unlock")
    assert _account(office, "banan").locked_until is None
    officer = client_of(office)
    assert "口令只在此显示一次" in _send(client, csrf, "/accounts/banan/actions", action="reset").text
    assert _account(office, "banan").password_hash != known.password_hash
    assert officer.get("/").status_code == 303


def test_manager_changes_others_and_never_themselves(office, client_of, csrf):
    client = client_of(office, "guanli")
    form = {"name": "潘案", "role": ["办案", "负责人"], "region": "33", "card_no": ""}
    assert _send(client, csrf, "/accounts/banan", **form).headers["location"] == "/accounts/banan?done=changed"
    assert _account(office, "banan").roles == (Role.OFFICER, Role.CHIEF)
    assert _send(client, csrf, "/accounts/guanli", **form).status_code == 403
    assert _send(client, csrf, "/accounts/guanli/actions", action="close").status_code == 403
    assert "由另一名系统管理员变更" in client.get("/accounts/guanli").text
    assert _send(client_of(office, "fuze"), csrf, "/accounts/banan", **form).status_code == 403


def test_manager_of_a_region_stays_in_it(office, client_of, csrf):
    wanted = NewAccount(login="hzguan", name="杭管", roles=(Role.ADMIN,), password=PASSWORD, region_code="33")
    create_account(office.services.accounts, wanted)
    client = client_of(office, "hzguan")
    page = client.get("/accounts").text
    assert "hangzhou" in page and "/accounts/jiancha" not in page
    assert client.get("/accounts/jiancha").status_code == 404
    assert _send(client, csrf, "/accounts/jiancha/actions", action="reset").status_code == 404
    wide = {"login": "wide", "name": "宽", "role": ["网监"], "region": ""}
    assert _send(client, csrf, "/accounts", **wide).status_code == 422
    assert _send(client, csrf, "/accounts/hangzhou", **{**wide, "region": "51"}).status_code == 403
    assert _account(office, "wide") is None and _account(office, "hangzhou").region_code == "3301"


def test_own_password_is_changed_with_the_old_one(office, client_of, csrf):
    client = client_of(office, "jiancha")
    assert "安排监测采集" in client.get("/me").text
    good = {"old": PASSWORD, "new": "Xin-Kou-Ling-77", "again": "Xin-Kou-Ling-77"}
    for wrong, said in (
        ({"old": "no"}, "现口令不正确"),
        ({"again": "other"}, "两次输入"),
        ({"new": "jiancha-1", "again": "jiancha-1"}, "口令不符合要求"),
    ):
        answer = _send(client, csrf, "/me/password", **{**good, **wrong})
        assert answer.status_code == 422 and said in answer.text and "Xin-Kou" not in answer.text
    assert _send(client, csrf, "/me/password", **good).headers["location"] == "/login"
    assert client.get("/").status_code == 303
    assert password_matches("Xin-Kou-Ling-77", _account(office, "jiancha").password_hash)
