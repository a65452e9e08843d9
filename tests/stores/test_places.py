"""What becomes of the stores when their place is full, read-only, locked or damaged: a named error with its cure."""

import os
import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from records.digests import digests_of
from records.errors import IntegrityError, NotFoundError, StorageFullError, StoreAwayError
from records.search import SearchDocument, SearchKind
from records.survey import Target, TargetKind
from stores.backends import open_blobs, open_index, open_records
from stores.sql import sqlite as sqlite_module

START = datetime(2026, 3, 1, tzinfo=UTC)


def _target(number, name="市集"):
    return Target(target_id=f"t{number}", name=name, kind=TargetKind.SITE, seeds=(), created_at=START)


@pytest.fixture
def records(tmp_path):
    found = open_records(f"sqlite://{tmp_path}/w.db")
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def small_disk(tmp_path):
    """A file system of three megabytes; only root may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place]).returncode:
        pytest.skip("a file system of three megabytes cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_full_disk_is_named_and_loses_nothing_written_before(small_disk):
    records = open_records(f"sqlite://{small_disk}/w.db")
    records.migrate()
    records.survey.save_target(_target(0))
    with pytest.raises(StorageFullError, match="磁盘空间不足.*清出空间"):
        for number in range(1, 80):
            records.survey.save_target(_target(number, "名" * 20_000))
    saved = records.survey.targets()
    assert saved[0] == _target(0)
    assert [target.target_id for target in saved] == sorted(f"t{number}" for number in range(len(saved)))
    records.close()


def test_full_disk_leaves_no_part_of_a_blob(small_disk):
    blobs = open_blobs(f"file://{small_disk}/blobs")
    kept = blobs.put(b"small")
    with pytest.raises(StorageFullError, match="磁盘空间不足"):
        blobs.put(os.urandom(4_000_000))
    assert list(blobs.digests()) == [kept.sha256]
    assert list((small_disk / "blobs" / "incoming").iterdir()) == []
    assert blobs.put(b"still works") == digests_of(b"still works")


def test_full_search_file_is_named(small_disk):
    index = open_index(f"fts5://{small_disk}/s.db")
    index.index([SearchDocument(doc_id="a", kind=SearchKind.LEAD, title="甲", text="乙")])
    with pytest.raises(StorageFullError, match="磁盘空间不足"):
        for number in range(180):
            index.index([SearchDocument(doc_id=f"b{number}", kind=SearchKind.LEAD, title="甲", text="乙丙丁" * 5_000)])
    assert index.count(SearchKind.LEAD) >= 1


@contextmanager
def _as_nobody():
    """Root may write everywhere; the attempt is made without that right."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def read_only(tmp_path_factory):
    """A place with a database and a blob in it that nobody may write, and an empty one."""
    place = tmp_path_factory.mktemp("readonly")
    records = open_records(f"sqlite://{place}/full/w.db")
    records.migrate()
    records.survey.save_target(_target(0))
    records.close()
    open_blobs(f"file://{place}/full/blobs").put(b"y")
    (place / "empty").mkdir()
    for folder in place.parents:
        if folder.is_relative_to(tmp_path_factory.getbasetemp().parent):
            folder.chmod(0o755)
    for path in (place, *place.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield place
    for path in (place, *place.rglob("*")):
        path.chmod(0o755)


@pytest.mark.parametrize("inside", ["empty", "full", "empty/sub"])
def test_read_only_place_is_named(read_only, inside):
    records = open_records(f"sqlite://{read_only}/{inside}/w.db")
    blobs = open_blobs(f"file://{read_only}/{inside}/blobs")
    with _as_nobody():
        with pytest.raises(StorageFullError, match="检查"):
            records.survey.save_target(_target(1))
        with pytest.raises(StorageFullError, match="检查目录权限"):
            blobs.put(b"x")
    records.close()


def test_directory_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFullError, match="数据目录无法建立"):
        open_records(f"sqlite://{tmp_path}/file/sub/w.db").migrate()
    with pytest.raises(StoreAwayError, match="存储目录不可用"):
        open_blobs(f"file://{tmp_path}/file/blobs").put(b"x")


@pytest.mark.parametrize("damage", ["garbage", "page"])
def test_corrupt_database_is_named(records, tmp_path, damage):
    for number in range(300):
        records.survey.save_target(_target(number, "名" * 200))
    records.close()
    path = tmp_path / "w.db"
    content = bytearray(path.read_bytes())
    if damage == "garbage":
        content[:100] = b"this is no database".ljust(100, b"!")
    else:
        content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    for beside in ("w.db-wal", "w.db-shm"):
        (tmp_path / beside).unlink(missing_ok=True)
    again = open_records(f"sqlite://{path}")
    with pytest.raises(IntegrityError, match="已损坏.*wangjian restore"):
        again.survey.targets()
    again.close()


def test_corrupt_search_file_says_how_to_rebuild(tmp_path):
    (tmp_path / "s.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(IntegrityError, match="wangjian index rebuild"):
        open_index(f"fts5://{tmp_path}/s.db").count(SearchKind.LEAD)


def test_search_file_of_another_version_is_refused_until_rebuilt(tmp_path):
    index = open_index(f"fts5://{tmp_path}/s.db")
    index.index([SearchDocument(doc_id="a", kind=SearchKind.LEAD, title="甲", text="乙")])
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        connection.execute("PRAGMA user_version = 7")
    again = open_index(f"fts5://{tmp_path}/s.db")
    with pytest.raises(StoreAwayError, match="版本 7.*wangjian index rebuild"):
        again.count(SearchKind.LEAD)
    again.clear()
    assert again.count(SearchKind.LEAD) == 0


def test_database_locked_too_long_is_named(records, tmp_path, monkeypatch):
    records.survey.save_target(_target(0))
    records.close()  # a new connection takes the shorter patience
    monkeypatch.setattr(sqlite_module, "_BUSY_MILLISECONDS", 50)
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAwayError, match="被其他进程占用"):
            records.survey.save_target(_target(1))
        assert records.survey.targets() == (_target(0),)  # readers wait for nobody
        other.execute("ROLLBACK")
    records.survey.save_target(_target(1))


@pytest.mark.parametrize("table", ["custody_events", "audit_events", "lead_events"])
@pytest.mark.parametrize("deed", ["UPDATE {table} SET body = '{{}}'", "DELETE FROM {table}"])
def test_chains_cannot_be_changed_by_statement(records, tmp_path, table, deed):
    columns = {
        "custody_events": "(sequence, capture_id, body) VALUES (1, 'c', '{}')",
        "audit_events": "(sequence, body) VALUES (1, '{}')",
        "lead_events": "(event_id, lead_id, body) VALUES ('e', 'l', '{}')",
    }
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection, connection:
        connection.execute(f"INSERT INTO {table} {columns[table]}")
        with pytest.raises(sqlite3.IntegrityError, match=table):
            connection.execute(deed.format(table=table))


def test_blob_is_read_only_and_changes_are_noticed(tmp_path):
    blobs = open_blobs(f"file://{tmp_path}/blobs")
    kept = blobs.put(b"as it was")
    path = tmp_path / "blobs" / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    path.chmod(0o644)
    path.write_bytes(b"as it WAS")
    with pytest.raises(IntegrityError, match="可能被改动"):
        blobs.get(kept.sha256)
    path.write_bytes(b"cut")
    with pytest.raises(IntegrityError, match="大小不符"):
        blobs.put(b"as it was")
    shutil.rmtree(path.parent)
    with pytest.raises(NotFoundError):
        blobs.get(kept.sha256)
