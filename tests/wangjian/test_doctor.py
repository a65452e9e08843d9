"""doctor really tries each part and says what cures the missing one."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from records.backups import BackupReport, BackupState
from records.errors import BrowserAwayError
from wangjian.browser import browser_version, find_browser
from wangjian.doctor import PartState, examine
from wangjian.doctor_keeping import examine_keeping
from wangjian.settings import BrowserSettings, ConsoleSettings, Settings, StoreSettings
from wangjian.wiring import index_lag, open_services


def part(settings: Settings, name: str, **given: object) -> PartState:
    return next(found for found in examine(settings, **given) if found.part.startswith(name))


@pytest.mark.browser
def test_whole_machine_is_well(data_dir: Path, browser_executable: str) -> None:
    settings = Settings(data_dir=data_dir, browser=BrowserSettings(executable=browser_executable))
    missing = [found for found in examine(settings) if found.needed and not found.ok]
    assert missing == []
    assert "已实际启动" in part(settings, "浏览器").state


def test_browser_that_is_not_there_is_said(data_dir: Path) -> None:
    found = part(Settings(data_dir=data_dir, browser=BrowserSettings(executable="/no/such/chromium")), "浏览器")
    assert not found.ok
    assert found.needed
    assert "/no/such/chromium" in found.state
    assert "apt-get install" in found.cure


def test_program_that_is_no_browser_is_found_out(tmp_path: Path) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\necho Chromium 1.0\n")
    fake.chmod(0o755)
    executable = find_browser(Settings(browser=BrowserSettings(executable=str(fake))))
    with pytest.raises(BrowserAwayError, match="打不开页面"):
        browser_version(executable)


def test_browser_that_dies_is_said_with_its_last_words(tmp_path: Path) -> None:
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\necho 'cannot open shared object libnss3.so' >&2\nexit 127\n")
    fake.chmod(0o755)
    with pytest.raises(BrowserAwayError, match=r"libnss3\.so"):
        browser_version(str(fake))


def test_playwrights_own_browser_is_the_last_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(BrowserAwayError, match="没有找到 Chromium"):
        find_browser(Settings())
    own = tmp_path / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert find_browser(Settings()) == str(own)
    debian = tmp_path / "chromium-headless-shell"
    debian.write_text("#!/bin/sh\n")
    debian.chmod(0o755)
    assert find_browser(Settings()) == str(debian)


def test_data_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    found = part(Settings(data_dir=Path("/proc/wangjian")), "数据目录")
    assert not found.ok
    assert "不可写" in found.state
    assert "--data-dir" in found.cure


def test_examining_makes_nothing(tmp_path: Path) -> None:
    assert part(Settings(data_dir=tmp_path / "new"), "数据目录").ok
    assert list(tmp_path.iterdir()) == []


def test_clock_before_what_was_stored_is_not_believed(data_dir: Path, frozen_now: datetime) -> None:
    right = part(Settings(data_dir=data_dir), "时钟", clock=lambda: frozen_now)
    assert right.ok and right.state == "2026-11-20 16:00:00（北京时间）"
    stored = data_dir / "wangjian.db"
    stored.write_bytes(b"x")
    os.utime(stored, (frozen_now.timestamp() + 3_600,) * 2)
    found = part(Settings(data_dir=data_dir), "时钟", clock=lambda: frozen_now)
    assert not found.ok
    assert "调回" in found.state


def test_clock_of_1970_is_not_believed(data_dir: Path) -> None:
    assert not part(Settings(data_dir=data_dir), "时钟", clock=lambda: datetime(1970, 1, 1, tzinfo=UTC)).ok


def test_port_in_use_is_said_but_stops_nothing(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = part(Settings(data_dir=data_dir, console=ConsoleSettings(port=port)), "控制台端口")
    assert not found.ok
    assert not found.needed
    assert f"--port {port + 1}" in found.cure


def test_elasticsearch_is_asked_only_when_configured_and_named_when_away(data_dir: Path) -> None:
    names = [found.part for found in examine(Settings(data_dir=data_dir))]
    assert "Elasticsearch" not in names
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"elasticsearch://127.0.0.1:{free.getsockname()[1]}/wj"
    begun = time.monotonic()
    found = part(Settings(data_dir=data_dir, stores=StoreSettings(index_url=url)), "Elasticsearch")
    assert not found.ok
    assert found.needed
    assert "没有应答" in found.state
    assert time.monotonic() - begun < 30


def test_search_index_that_is_behind_is_said_once_there_is_something_to_search(
    data_dir: Path, new_database: Callable[[Path], Path]
) -> None:
    settings = Settings(data_dir=data_dir)
    assert index_lag(settings) is None
    path = new_database(data_dir / "wangjian.db")
    assert index_lag(settings) == 0
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO outbox (kind, record_id) VALUES ('lead', 'lead_1')")
    database.close()
    found = part(settings, "检索索引")
    assert (found.ok, found.needed) == (False, False)
    assert "落后记录 1 份" in found.state
    assert "wangjian index update" in found.cure


def test_missing_text_recognition_is_said_and_nothing_stops_for_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    found = part(Settings(data_dir=data_dir), "执照图片")
    assert (found.ok, found.needed) == (False, False)
    assert "留待以后识别" in found.state
    assert "pip install" in found.cure


@pytest.fixture
def in_use(tmp_path: Path) -> Path:
    """A data directory with records and keys."""
    with open_services(Settings(data_dir=tmp_path / "used")) as services:
        services.outbox.waiting()
    return tmp_path / "used"


def kept(settings: Settings, name: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> PartState:
    """As `part`, without starting a browser each time."""
    return next(found for found in examine_keeping(settings, clock) if found.part == name)


def test_keeping_is_examined_where_there_is_something_to_keep(in_use: Path) -> None:
    settings = Settings(data_dir=in_use)
    assert kept(settings, "记录库").ok
    assert kept(settings, "证书 evidence.pem").ok
    assert kept(settings, "密钥权限").ok
    never = kept(settings, "备份")
    assert not never.ok and not never.needed and "wangjian backup" in never.cure
    (in_use / "keys" / "evidence.key").chmod(0o644)
    opened = kept(settings, "密钥权限")
    assert not opened.ok and opened.needed and "evidence.key" in opened.state and "chmod" in opened.cure
    later = datetime(2031, 10, 30, tzinfo=UTC)
    assert not kept(settings, "证书 evidence.pem", clock=lambda: later).ok
    with open_services(settings) as services:
        services.backups.save_backup(
            BackupReport(report_id="b", state=BackupState.COMPLETE, started_at=datetime.now(UTC), file="今天.tar")
        )
    assert kept(settings, "备份").ok and "今天.tar" in kept(settings, "备份").state


def test_records_of_a_newer_program_are_not_touched(in_use: Path) -> None:
    with closing(sqlite3.connect(in_use / "wangjian.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    found = kept(Settings(data_dir=in_use), "记录库")
    assert not found.ok and found.needed and "9999" in found.state
