"""系统 in the console: how the machinery stands, who may see it, and nothing secret on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from offices.accounts import NewAccount, create_account
from records.backups import BackupReport, BackupState, DrillCheck, DrillReport
from records.people import Role
from wangjian.settings import BackupSettings, Settings, StoreSettings
from wangjian.standing import system_state

HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("login", "status"), [("guanli", 200), ("shenji", 200), ("fuze", 403), ("banan", 403), ("jiancha", 403), ("", 303)]
)
def test_only_manager_and_auditor_see_it(quiet_office, client_of, login, status):
    client = client_of(quiet_office, login)
    assert client.get("/system").status_code == status
    assert ('href="/system"' in client.get("/").text) is (status == 200)


def test_page_says_what_asks_to_be_looked_at_first(quiet_office, client_of):
    text = client_of(quiet_office, "guanli").get("/system").text
    urgent = text[text.index("需要留意") : text.index('id="s1"')]
    assert "备份 · 最近的备份" in urgent and "wangjian backup -o" in urgent
    assert "只有内部授时" in urgent
    assert "SQLite" in text and "待索引" in text and "签名密钥（现用）" in text
    assert str(quiet_office.services.data_dir) not in text
    assert "这里却没有账号的机关" in client_of(quiet_office, "shenji").get("/system").text


def test_offices_stand_under_each_other_with_people_and_leads(office, client_of):
    wanted = NewAccount(
        login="xihu", name=HOSTILE, roles=(Role.OFFICER,), password="Shuang-Sui-2026", region_code="330106"
    )
    create_account(office.services.accounts, wanted)
    text = client_of(office, "shenji").get("/system").text
    places = [text.index(f"<b>{name}市场监督管理局</b>") for name in ("浙江省", "杭州市", "杭州市西湖区")]
    assert places == sorted(places) and text.index("<b>不限辖区</b>") < places[0]
    assert HOSTILE not in text and "&lt;script&gt;alert(1)" in text
    assert "没有人员" in text[places[0] : places[1]]
    assert "/accounts/" not in text
    assert "建议承办" in text[places[2] :] and "这里却没有账号的机关" not in text
    assert 'href="/accounts/xihu"' in client_of(office, "guanli").get("/system").text


def test_manager_of_a_city_sees_its_offices_and_those_above_it_without_people(office, client_of):
    wanted = NewAccount(
        login="hzguan", name="杭管", roles=(Role.ADMIN,), password="Shuang-Sui-2026", region_code="3301"
    )
    create_account(office.services.accounts, wanted)
    text = client_of(office, "hzguan").get("/system").text
    assert "杭帆" in text and "杭管" in text
    assert "潘案" not in text and "<b>浙江省市场监督管理局</b>" in text


def _lines(services, settings=None):
    found = system_state(services, settings or Settings(data_dir=services.data_dir))
    return {line.part: line for section in found for line in section.lines}


def test_backups_are_told_by_what_became_of_them(office):
    book, now = office.services.backups, office.clock()
    assert _lines(office.services)["最近的备份"].tone == "bad"
    made = BackupReport(
        report_id="b1", state=BackupState.COMPLETE, started_at=now - timedelta(hours=5), file="a.zip", size_bytes=5_000_000,
        finished_at=now - timedelta(hours=4), rows=1234, objects=9,
    )  # fmt: skip
    book.save_backup(made)
    lines = _lines(office.services)
    assert (
        lines["最近的备份"].tone == "good"
        and "（4 小时前）a.zip，5.0 MB，1,234 行记录，9 件证据" in lines["最近的备份"].state
    )
    assert lines["恢复验证"].tone == "mid" and lines["恢复验证"].cure == "wangjian restore 文件 --verify"
    failed = made.model_copy(
        update={"report_id": "b2", "state": BackupState.FAILED, "started_at": now, "problems": ("磁盘已满",)}
    )
    book.save_backup(failed)
    assert "没有做成：磁盘已满" in _lines(office.services)["最近一次备份"].state
    drill = DrillReport(
        report_id="d1", drill=True, file="a.zip", content_sha256="0" * 64, backed_up_at=now, started_at=now,
        finished_at=now, place="", checks=(DrillCheck(part="证据", ok=False, state="3 件与清单不符"),),
    )  # fmt: skip
    book.save_drill(drill)
    assert _lines(office.services)["恢复验证"].tone == "bad"
    office.services.clock.advance(days=100)
    assert _lines(office.services)["最近的备份"].tone == "mid"


def test_keys_are_due_before_they_end(office):
    assert _lines(office.services)["签名密钥（现用）"].tone == "good"
    office.services.clock.advance(days=365 * 40)
    line = _lines(office.services)["签名密钥（现用）"]
    assert (line.tone, line.cure) == ("bad", "wangjian evidence keys rotate") and "已过期" in line.state


def test_addresses_of_stores_tell_no_password_and_a_part_that_is_away_says_so(office):
    stores = StoreSettings(records_url="postgresql://wj:geheim@db.example/wj", index_url="")
    settings = Settings(
        data_dir=office.services.data_dir, stores=stores, backup=BackupSettings(daily_at="03:00", keep=7)
    )
    lines = _lines(office.services, settings)
    assert lines["记录数据库"].state == "PostgreSQL，db.example/wj"
    assert lines["自动备份"].state == "每天 03:00（北京时间），保留 7 份"
    nowhere = replace(office.services, data_dir=office.services.data_dir / "nichts")
    gone = _lines(nowhere, settings)
    assert gone["存储"].tone == "bad" and gone["密钥与证书"].tone == "bad" and gone["系统时钟"].state
