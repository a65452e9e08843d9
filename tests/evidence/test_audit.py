"""A database or blob changed by hand is found; nothing is said of what was not touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.audit import audit_evidence
from evidence.custody import CustodyNote, record_event
from evidence.preserving import CaptureRequest, Means, preserve
from records.chain import check_chain
from records.evidence import CustodyAction
from stores.backends import open_blobs, open_records

NOW = datetime(2026, 3, 15, tzinfo=UTC)


def test_events_are_chained_over_all_captures(make_means: Callable[..., Means]) -> None:
    evidence = make_means().evidence
    for number in range(5):
        record_event(
            evidence,
            CustodyNote(
                capture_id=f"c{number % 2}",
                action=CustodyAction.VIEWED,
                actor="李四",
                role="审计",
                origin="控制台",
                reason="复核",
            ),
            clock=lambda: NOW,
        )
    events = list(check_chain(evidence.custody()))
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert [event.sequence for event in evidence.custody("c1")] == [2, 4]
    assert (events[0].previous_sha256, events[1].previous_sha256) == (None, events[0].event_sha256)


@pytest.mark.browser
def test_what_was_changed_by_hand_is_found(make_means: Callable[..., Means], shop: Any, tmp_path: Path) -> None:
    means = make_means()
    capture = preserve(CaptureRequest(url=shop.url, operator="张三"), means)
    assert capture.package is not None
    assert audit_evidence(means.blobs, means.evidence).problems == ()
    database = tmp_path / "wangjian.db"
    original = tmp_path / "original.db"
    _copy(database, original)
    for before, after, words in (
        ("张三", "李四", "操作人"),
        ("测试网店 首页", "别的标题", "标题"),
        (capture.package.sha256, "0" * 64, "封存"),
    ):
        assert _replace(database, "captures", before, after)
        assert any(words in problem for problem in _problems(tmp_path)), words
        _copy(original, database)
    assert _replace(database, "custody", "张三", "李四")
    assert any("保管链" in problem for problem in _problems(tmp_path))
    _copy(original, database)
    assert _problems(tmp_path) == ()
    (blob,) = (path for path in (tmp_path / "blobs").rglob("*") if path.name.startswith(capture.package.sha256[:60]))
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    assert any("被改动" in problem for problem in _problems(tmp_path))
    blob.unlink()
    assert any("不在存储中" in problem for problem in _problems(tmp_path))


def _problems(folder: Path) -> tuple[str, ...]:
    records = open_records(f"sqlite:///{folder}/wangjian.db")
    try:
        return audit_evidence(open_blobs(f"file:///{folder}/blobs"), records.evidence).problems
    finally:
        records.close()


def _tables(connection: sqlite3.Connection, like: str) -> list[str]:
    found = connection.execute(
        "select name from sqlite_master where type = 'table' and name like ?", (f"%{like[:6]}%",)
    )
    return [name for (name,) in found]


def _replace(database: Path, table: str, before: str, after: str) -> bool:
    changed = 0
    with sqlite3.connect(database) as connection:
        for trigger in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{trigger[0]}"')
        for name in _tables(connection, table):
            columns = [row[1] for row in connection.execute(f'pragma table_info("{name}")')]
            for column in columns:
                done = connection.execute(
                    f'update "{name}" set "{column}" = replace("{column}", ?, ?) where "{column}" like ?',
                    (before, after, f"%{before}%"),
                )
                changed += done.rowcount
    connection.close()
    return changed > 0


def _copy(source: Path, target: Path) -> None:
    first, second = sqlite3.connect(source), sqlite3.connect(target)
    try:
        first.backup(second)
    finally:
        first.close()
        second.close()
