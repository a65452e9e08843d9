"""What PostgreSQL alone can do to the records: be away, refuse, sort by a language, lack a character, be started anew."""

import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select

from records.errors import ExitCode, IntegrityError, InvalidInputError, StorageFullError, StoreAwayError, WangJianError
from records.survey import Target, TargetKind
from stores.backends import open_records
from stores.sql.postgres import explain_error
from stores.sql.rows import upsert
from stores.sql.tables import METADATA, audit_events, targets
from tests import pg_server
from wangjian.settings import load_settings
from wangjian.wiring import index_lag

pytestmark = pytest.mark.postgresql
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SECRET = "密-secret-word"


@pytest.fixture
def url(postgres):
    return postgres.empty()


@pytest.fixture
def records(url):
    opened = open_records(url)
    yield opened
    opened.close()


def _target(number, name="甲"):
    return Target(target_id=f"t{number}", kind=TargetKind.SITE, name=name, seeds=("https://a.test/",), created_at=NOW)


def _said(url, password=""):
    records = open_records(url, password=password)
    with pytest.raises(StoreAwayError) as caught:
        records.survey.targets()
    records.close()
    assert SECRET not in f"{caught.value}{caught.value.cure}{caught.value.__cause__}"
    return caught.value.message


def test_server_that_is_away_or_refuses_is_named_and_no_password_repeated(postgres):
    place = postgres.node.place
    assert "127.0.0.1:1/none" in _said("postgresql://u@127.0.0.1:1/none", SECRET)
    assert f"没有这个数据库：{place}/none" in _said(postgres.node.url("none"), SECRET)
    assert f"拒绝登录：{place}/postgres" in _said(f"postgresql://nobody:{SECRET}@{place}/postgres")


def test_machine_that_is_gone_without_a_word_is_noticed_within_a_minute(records):
    wanted = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}
    with records.database.read() as connection:
        told = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in (*wanted, "tcp_user_timeout")}
    assert told == {**wanted, "tcp_user_timeout": "60000"}, "what it held is free again"


@pytest.mark.parametrize(
    "url", [f"postgresql://u:{SECRET}@", f"postgresql://u:{SECRET}@h", f"postgresql://u:{SECRET}@h:x/d"]
)
def test_address_that_names_no_place_is_refused_without_its_password(url):
    with pytest.raises(InvalidInputError, match="记录库地址") as caught:
        open_records(url)
    assert SECRET not in str(caught.value)


def test_several_that_start_at_once_make_the_tables_once(postgres):
    url, failed = postgres.unmade(), []

    def start():
        records = open_records(url)
        try:
            records.migrate()
            records.survey.save_target(_target(1))
        except WangJianError as exc:
            failed.append(exc)
        records.close()

    starters = [threading.Thread(target=start) for _ in range(4)]
    for one in starters:
        one.start()
    for one in starters:
        one.join()
    assert failed == []
    records = open_records(url)
    assert records.survey.targets() == (_target(1),)
    with records.database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []
    records.close()


def test_order_is_that_of_characters_whatever_language_the_database_has(postgres):
    records = open_records(postgres.unmade(how="LOCALE_PROVIDER icu ICU_LOCALE 'zh'"))
    records.migrate()
    names = ["a", "B", "中", "一", "é", "_", "\U00020000", "〇"]
    with records.database.write() as connection:
        upsert(connection, targets, [{"target_id": name, "body": ""} for name in names])
    with records.database.read() as connection:
        assert connection.execute(select(targets.c.target_id).order_by(targets.c.target_id)).scalars().all() == sorted(
            names
        )
        following = select(targets.c.target_id).where(targets.c.target_id > "a").order_by(targets.c.target_id)
        assert connection.execute(following.limit(1)).scalar() == "é"
    records.close()


def test_texts_that_the_server_cannot_hold_come_back_as_they_were(records):
    """NUL is refused by every text of PostgreSQL; a page may have it, and the mark that stands for it too."""
    written = ["a\x00b", "\x00", "\ufdd0", "\ufdd00", "\ufdd01\x00", "a", "𠮷😀"]
    for many in (1, 300):
        with records.database.write() as connection:
            rows = [{"target_id": f"{name}{number}", "body": name} for name in written for number in range(many)]
            upsert(connection, targets, rows)
    with records.database.read() as connection:
        found = connection.execute(select(targets.c.target_id, targets.c.body)).all()
    assert sorted(found) == sorted((f"{name}{number}", name) for name in written for number in range(300))


def test_what_is_only_appended_cannot_be_changed_by_anybody(records, url):
    with records.database.write() as connection:
        upsert(connection, audit_events, [{"sequence": 1, "body": "kept"}])
    with pytest.raises(IntegrityError, match=r"只可追加.*audit_events: DELETE"), records.database.write() as connection:
        connection.execute(audit_events.delete())
    for statement in ("UPDATE audit_events SET body = ''", "DELETE FROM audit_events", "TRUNCATE audit_events"):
        with psycopg.connect(url) as other, pytest.raises(psycopg.Error, match="audit_events"):
            other.execute(statement)


def test_server_started_anew_is_found_again_and_has_everything(postgres):
    """The server is killed while connections of every kind are kept."""
    program = pg_server.node_program()
    with program.start(pg_server.CACHE) as node:
        records = open_records(node.url())
        records.migrate()
        records.survey.save_target(_target(1))
        with records.register.reading() as reader:
            assert reader.by_codes(["x"]) == ()
        node.kill()
        for ask in (records.survey.targets, lambda: records.register.reading().__enter__()):
            with pytest.raises(StoreAwayError, match=node.place):
                ask()
        with program.start(pg_server.CACHE, node.folder, node.port):
            assert records.survey.targets() == (_target(1),)
            with records.register.reading() as reader:
                assert reader.by_codes(["x"]) == ()
            records.survey.save_target(_target(2))
            records.close()
    shutil.rmtree(node.folder)


def test_write_that_names_what_it_touches_waits_for_its_own_kind_alone(records, url):
    """Another connection holds a page's turn: the same page waits, another page does not, whoever is alone waits."""
    from stores.sql.postgres import _key

    other = psycopg.connect(url)
    with records.database.write(beside=["page 1"]):
        (all_key,) = other.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'"
        ).fetchone()
        assert all_key == _key("wangjian records") & 0xFFFFFFFF
        taken = (
            "SELECT pg_try_advisory_xact_lock_shared(%s), pg_try_advisory_xact_lock(%s), pg_try_advisory_xact_lock(%s)"
        )
        keys = (_key("wangjian records"), _key("page 1"), _key("page 2"))
        assert other.execute(taken, keys).fetchone() == (True, False, True)
        other.rollback()
        alone = other.execute("SELECT pg_try_advisory_xact_lock(%s)", (_key("wangjian records"),)).fetchone()
        assert alone == (False,)
        other.rollback()
    other.close()


@pytest.mark.parametrize(
    ("error", "expected", "words"),
    [
        (psycopg.errors.DiskFull("no space"), StorageFullError, "磁盘空间不足"),
        (psycopg.errors.ReadOnlySqlTransaction("standby"), StorageFullError, "不许写入"),
        (psycopg.errors.AdminShutdown("stop"), StoreAwayError, "正在启动或关闭"),
        (psycopg.OperationalError("FATAL:  the database system is starting up"), StoreAwayError, "正在启动或关闭"),
        (psycopg.OperationalError("FATAL:  the database system is in recovery mode"), StoreAwayError, "正在启动或关闭"),
        (psycopg.OperationalError('FATAL:  database "none" does not exist'), StoreAwayError, "没有这个数据库"),
        (psycopg.errors.TooManyConnections("many"), StoreAwayError, "连接数已满"),
        (psycopg.errors.LockNotAvailable("waits"), StoreAwayError, "占用超过 30 秒"),
        (psycopg.errors.DataCorrupted("page"), IntegrityError, "已损坏"),
        (psycopg.errors.UndefinedColumn("ours"), type(None), ""),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else None,
)
def test_error_of_the_server_is_told_by_what_can_be_done(error, expected, words):
    told = explain_error(error, "h:1/d", cure_missing="")
    assert isinstance(told, expected)
    assert words in str(told)


def test_password_is_read_from_a_file_and_asked_for(postgres, url, tmp_path, monkeypatch):
    postgres.node.sql(f"CREATE ROLE guarded LOGIN PASSWORD '{SECRET}' IN ROLE pg_read_all_data", database="postgres")
    (tmp_path / "right").write_text(f"{SECRET}\n", encoding="utf-8")
    (tmp_path / "wrong").write_text("other\n", encoding="utf-8")
    place = url.replace("wangjian@", "guarded@")
    monkeypatch.chdir(tmp_path)
    told = {}
    for name in ("right", "wrong", "missing"):
        Path("wangjian.toml").write_text(
            f'[stores]\nrecords_url = "{place}"\nrecords_password_file = "{name}"\n', encoding="utf-8"
        )
        try:
            told[name] = index_lag(load_settings(data_dir=tmp_path / "data"))
        except WangJianError as exc:
            told[name] = (exc.exit_code, exc.message)
            assert SECRET not in f"{exc}{exc.__cause__}"
    assert told["right"] == 0
    assert told["wrong"] == (ExitCode.AWAY, f"数据库拒绝登录：{place.partition('@')[2]}")
    assert told["missing"] == (ExitCode.USAGE, "数据库密码文件无法读取：missing")
