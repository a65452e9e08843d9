"""A backup restores to what was there, or is refused: nothing between."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evidence.transparency import keep_head, log_means_of
from offices.audit import AuditAction, Caller, record, verify_chain
from records.backups import BackupManifest, BackupState
from records.errors import ConflictError, IntegrityError, InvalidInputError, WangJianError
from records.evidence import CaptureState
from records.ports import Services
from tests.wangjian.test_auditing import _seal
from tests.wangjian.test_logging_pages import surveyed
from wangjian.backup import BackupPlan, back_up
from wangjian.backup_file import LIST, MANIFEST, SEAL, BackupSeal, BackupWriter
from wangjian.backup_reader import BackupReader
from wangjian.logging_pages import catch_up_pages
from wangjian.restore import RestorePlan, drill, restore
from wangjian.restore_checks import seal_check
from wangjian.settings import Settings, StoreSettings, load_settings
from wangjian.wiring import open_copier, open_services, utc_now

PASSPHRASE = "不要写在一张纸上的那个口令"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small system in use: pages in the archive, sealed captures, a stamped head, somebody's acts."""
    folder = tmp_path_factory.mktemp("kept")
    data_dir = folder / "data"
    with open_services(load_settings(data_dir=data_dir)) as services:
        surveyed(services, 4)
        catch_up_pages(services)
        for number in range(2):
            _seal(services, number, folder)
        keep_head(log_means_of(services))
        for number in range(3):
            _act(services, number)
        caller = Caller(account=None, origin="一行\u2028又一行\x85\x0b\n🐝")
        record(services.audit, caller, action=AuditAction.LEAD_READ, at=utc_now())
    (data_dir / "fonts").mkdir()
    (data_dir / "fonts" / "仿宋_GB2312.ttf").write_bytes(b"font")
    (data_dir / "wangjian.toml").write_text('[s3]\nsecret_key = "s3-geheim"\n')
    return data_dir


@pytest.fixture(scope="module")
def backed_up(kept: Path) -> Path:
    """Its backup, with the keys apart."""
    path = kept.parent / "网鉴.backup"
    _back_up(kept, BackupPlan(path=path, keys=kept.parent / "keys.sealed", passphrase=PASSPHRASE))
    return path


def _act(services: Services, number: int) -> None:
    caller = Caller(account=None, origin="测试")
    record(services.audit, caller, action=AuditAction.LEAD_READ, at=utc_now(), object_id=f"lead_{number}")


def _begin(services: Services, capture_id: str) -> None:
    """The row a capture has before anything else of it is there."""
    begun = services.evidence.captures()[-1]
    services.evidence.save_capture(
        begun.model_copy(update={"capture_id": capture_id, "state": CaptureState.RUNNING, "package": None})
    )


def _back_up(data_dir: Path, plan: BackupPlan):
    settings = load_settings(data_dir=data_dir)
    with open_services(settings) as services, open_copier(settings) as copier:
        return back_up(services, copier, plan)


def _rows(database: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}


def _bytes_under(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_restored_system_is_the_one_that_was_backed_up(kept: Path, backed_up: Path, tmp_path: Path):
    before = _rows(kept / "wangjian.db")
    plan = RestorePlan(path=backed_up, keys=kept.parent / "keys.sealed", passphrase=PASSPHRASE, verify=True)
    report = restore(load_settings(data_dir=tmp_path / "again"), plan)
    assert report.ok, report.checks
    assert {check.part for check in report.checks} >= {"备份文件", "封签", "条数", "各链末端", "全面核查"}
    after = _rows(tmp_path / "again" / "wangjian.db")
    for name in before.keys() - {"sessions", "register_lookasides", "operation_reports", "sqlite_sequence"}:
        assert after[name] == before[name], name
    for folder in ("blobs", "archive", "fonts", "keys"):
        assert _bytes_under(tmp_path / "again" / folder) == _without_lock(_bytes_under(kept / folder)), folder
    assert (tmp_path / "again" / "wangjian.toml").read_text() == (kept / "wangjian.toml").read_text()
    with open_services(load_settings(data_dir=tmp_path / "again")) as services:
        _act(services, 9)  # and it goes on: the chain takes the next event
        assert verify_chain(services.audit) == 5


def _without_lock(found: dict[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in found.items() if name != ".lock"}


def test_no_secret_is_in_the_backup(kept: Path, backed_up: Path):
    secrets = [path.read_bytes() for path in (kept / "keys").rglob("*.key")] + [b"s3-geheim"]
    assert len(secrets) > 4
    with tarfile.open(backed_up) as file:
        for member in file:
            content = file.extractfile(member).read()
            content = gzip.decompress(content) if member.name.endswith(".gz") else content
            assert b"PRIVATE KEY" not in content
            assert not any(secret in content for secret in secrets), member.name
    assert not any(secret in (kept.parent / "keys.sealed").read_bytes() for secret in secrets)


def test_restored_without_keys_what_was_sealed_still_verifies(backed_up: Path, kept: Path, tmp_path: Path):
    report = restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=backed_up, verify=True))
    assert report.ok, report.checks
    old_root = (kept / "keys" / "evidence-ca.pem").read_text()
    with open_services(load_settings(data_dir=tmp_path / "again")) as services:
        assert old_root in services.trust_anchors_pem
        assert old_root not in services.signer.certificate_pem


def test_keys_open_to_their_passphrase_alone(kept: Path, backed_up: Path, tmp_path: Path):
    plan = RestorePlan(path=backed_up, keys=kept.parent / "keys.sealed", passphrase="另外一个口令它也是很长很长的")
    with pytest.raises(IntegrityError, match="口令不对"):
        restore(load_settings(data_dir=tmp_path / "again"), plan)
    assert not (tmp_path / "again").exists()
    with pytest.raises(InvalidInputError, match="至少 12"):
        _back_up(kept, BackupPlan(path=tmp_path / "b", keys=tmp_path / "k", passphrase="short"))
    assert not (tmp_path / "b").exists()


def test_seal_is_held_against_roots_that_are_given(kept: Path, backed_up: Path, tmp_path: Path):
    ours = (kept / "keys" / "evidence-ca.pem").read_text()
    restore(load_settings(data_dir=tmp_path / "ours"), RestorePlan(path=backed_up, trust_pem=ours))
    with open_services(load_settings(data_dir=tmp_path / "others")) as services:
        theirs = services.trust_anchors_pem
    with pytest.raises(IntegrityError, match="封签不成立"):
        restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=backed_up, trust_pem=theirs))


def test_any_changed_byte_is_seen(backed_up: Path, tmp_path: Path):
    whole, chance = backed_up.read_bytes(), random.Random(7)
    damaged = tmp_path / "damaged"
    places = [0, 100, 512, len(whole) - 1, len(whole) - 1024, *(chance.randrange(len(whole)) for _ in range(40))]
    places += [_start(whole, name) + 30 for name in (LIST, MANIFEST, SEAL)]
    for place in places:
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        with pytest.raises((IntegrityError, InvalidInputError)):
            seal_check(BackupReader(damaged).check(), "")


def _start(whole: bytes, name: str) -> int:
    """Where the content of a member begins."""
    with tarfile.open(fileobj=io.BytesIO(whole)) as file:
        return file.getmember(name).offset_data


def _changed(whole: bytes, name: str) -> bytes:
    place = _start(whole, name) + 40
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def _without(whole: bytes, start: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(whole)) as file:
        gone = next(member for member in file if member.name.startswith(start))
    end = gone.offset_data + gone.size + (-gone.size % 512)
    return whole[: gone.offset] + whole[end:]


def _object_in(whole: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(whole)) as file:
        return next(member.name for member in file if member.name.startswith("objects/"))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda whole: _changed(whole, _object_in(whole)), "成员 objects/.*的内容与清单不符"),
        (lambda whole: _changed(whole, "records/pages/000001.jsonl.gz"), "成员 records/pages/000001.jsonl.gz 的内容"),
        (lambda whole: _changed(whole, MANIFEST), "清单 manifest.json"),
        (lambda whole: _changed(whole, LIST), "成员"),
        (lambda whole: _changed(whole, SEAL), "封签 seal.json"),
        (lambda whole: whole[: len(whole) // 2], "不完整：在第 .* 字节处中断"),
        (lambda whole: whole[:-1024], "不完整"),
        (lambda whole: _without(whole, "objects/"), "缺少成员 objects/"),
        (lambda whole: _without(whole, "records/leads/"), "缺少成员 records/leads/"),
        (lambda whole: whole + b"more", "多出或改动"),
        (lambda _: b"PK\3\4" + bytes(5000), "不是网鉴的备份文件"),
        (lambda _: b"", "不完整|不是"),
    ],
)
def test_damaged_backup_is_refused_by_name(backed_up: Path, tmp_path: Path, harm: Callable[[bytes], bytes], says: str):
    damaged = tmp_path / "damaged"
    damaged.write_bytes(harm(backed_up.read_bytes()))
    with pytest.raises((IntegrityError, InvalidInputError), match=says):
        restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=damaged))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged"]


def _made_anew(backed_up: Path, to: Path, change: Callable[[dict], None], names: Callable[[str], str] = str) -> None:
    """A backup whose digests all fit, by somebody with a key of his own who knows the format."""
    with to.open("wb") as file, tarfile.open(backed_up) as old:
        writer = BackupWriter(file)
        told = json.loads(old.extractfile(MANIFEST).read())
        seal = BackupSeal.model_validate_json(old.extractfile(SEAL).read())
        for member in old:
            if member.name not in (LIST, MANIFEST, SEAL):
                writer.add(names(member.name), old.extractfile(member).read())
        change(told)
        model = BackupManifest.model_validate(told)
        writer.finish(
            lambda members, count: model.model_copy(update={"members": members, "member_count": count}),
            lambda fresh: seal.model_copy(update={"manifest": fresh.manifest, "before_sha256": fresh.before_sha256}),
        )
        writer.close()


def test_forged_backup_is_refused(backed_up: Path, tmp_path: Path):
    _made_anew(backed_up, tmp_path / "forged", lambda told: told["tables"].update(leads=7))
    with pytest.raises(IntegrityError, match="封签不成立"):
        restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=tmp_path / "forged"))


@pytest.mark.parametrize(
    ("change", "names", "says"),
    [
        (lambda told: told.update(revision="9999"), str, "比本程序的 .* 新"),
        (lambda told: told.update(format="wangjian-backup/2"), str, "备份格式不认识"),
        (lambda told: told["tables"].update(leads=7), str, "表 leads 有 0 条，清单记 7 条"),
        (lambda told: None, lambda name: name.replace("files/fonts", "files/.."), "成员名不可用"),
        (lambda told: None, lambda name: name.replace("files/fonts", "elsewhere"), "不认识的成员"),
    ],
)
def test_backup_that_cannot_be_ours_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, backed_up: Path, tmp_path: Path, change, names, says: str
):
    # As one with the organisation's own key could make it: only then are its words looked at.
    monkeypatch.setattr("wangjian.restore_checks.check_signature", lambda *_: None)
    _made_anew(backed_up, tmp_path / "made", change, names)
    with pytest.raises(WangJianError, match=says):
        restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=tmp_path / "made"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made"]


def test_filled_folder_is_left_as_it_is(backed_up: Path, tmp_path: Path):
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "mine").write_text("谁的文件")
    with pytest.raises(ConflictError, match="不是空目录"):
        restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=backed_up))
    assert (tmp_path / "again" / "mine").read_text() == "谁的文件"


def test_backup_never_covers_a_file(backed_up: Path, kept: Path):
    before = backed_up.stat().st_mtime_ns
    with pytest.raises(InvalidInputError, match="已存在"):
        _back_up(kept, BackupPlan(path=backed_up))
    assert backed_up.stat().st_mtime_ns == before


@pytest.fixture
def copied(kept: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(kept, tmp_path / "data"))


def test_backup_under_load_is_one_moment(copied: Path, tmp_path: Path):
    """Whatever is written meanwhile: what a restored row names is there, and every chain is the beginning of ours."""
    settings, stop, sealed = load_settings(data_dir=copied), threading.Event(), []

    def work() -> None:
        (tmp_path / "busy").mkdir()
        with open_services(settings) as services:
            while not stop.is_set() or len(sealed) < 3:
                number = 100 + len(sealed)
                _seal(services, number, tmp_path / "busy")
                _act(services, number)
                sealed.append(number)

    busy = threading.Thread(target=work)
    busy.start()
    try:
        report = _back_up(copied, BackupPlan(path=tmp_path / "b.tar"))
    finally:
        stop.set()
        busy.join()
    assert report.state is BackupState.COMPLETE, report.problems
    restored = restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=tmp_path / "b.tar", verify=True))
    assert restored.ok, restored.checks
    with open_services(settings) as live, open_services(load_settings(data_dir=tmp_path / "again")) as again:
        taken = again.audit.audit()
        assert taken == live.audit.audit()[: len(taken)]
        custody = list(again.evidence.custody())
        assert custody == list(live.evidence.custody())[: len(custody)]
        assert 2 <= len(again.evidence.captures()) <= len(live.evidence.captures())


def test_what_the_system_lacks_is_said_and_the_rest_is_kept(copied: Path, tmp_path: Path):
    with open_services(load_settings(data_dir=copied)) as services:
        first, second = (capture.package.sha256 for capture in services.evidence.captures())
    _blob(copied, first).unlink()
    altered = _blob(copied, second)
    altered.chmod(0o644)
    altered.write_bytes(b"other bytes")
    report = _back_up(copied, BackupPlan(path=tmp_path / "b.tar"))
    assert report.state is BackupState.PARTIAL
    assert any(first in problem for problem in report.problems)
    assert any(second in problem and "改动" in problem for problem in report.problems)
    restored = restore(load_settings(data_dir=tmp_path / "again"), RestorePlan(path=tmp_path / "b.tar"))
    assert not restored.ok


def _blob(data_dir: Path, sha256: str) -> Path:
    return data_dir / "blobs" / sha256[:2] / sha256[2:4] / sha256


def test_drill_restores_looks_and_leaves_nothing(backed_up: Path, copied: Path, tmp_path: Path):
    before = sorted(path.name for path in tmp_path.iterdir())
    report = drill(load_settings(data_dir=copied), RestorePlan(path=backed_up, verify=True))
    assert report.ok and report.drill
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.postgresql
def test_backup_of_a_database_server_restores_into_files_and_back(postgres, tmp_path: Path):
    def on_server(folder: str, database: str) -> Settings:
        stores = StoreSettings(records_url=database)
        return load_settings(data_dir=tmp_path / folder).model_copy(update={"stores": stores})

    settings = on_server("data", postgres.empty())
    with open_services(settings) as services, open_copier(settings) as copier:
        surveyed(services, 2)
        catch_up_pages(services)
        _seal(services, 1, tmp_path)
        keep_head(log_means_of(services))
        _act(services, 1)
        back_up(services, copier, BackupPlan(path=tmp_path / "server.tar"))
    files = load_settings(data_dir=tmp_path / "files")
    first = restore(files, RestorePlan(path=tmp_path / "server.tar", verify=True))
    assert first.ok, first.checks
    with open_services(files) as services, open_copier(files) as copier:
        back_up(services, copier, BackupPlan(path=tmp_path / "files.tar"))
    again = on_server("again", postgres.empty("elsewhere"))
    second = restore(again, RestorePlan(path=tmp_path / "files.tar", verify=True))
    assert second.ok, second.checks
    with open_services(again) as services:
        _act(services, 2)
        assert verify_chain(services.audit) == 2


def test_commands_back_up_and_restore(command, copied: Path, tmp_path: Path):
    made = command("backup", "-o", str(tmp_path / "b.tar"), "--json", data_dir=copied)
    assert made.code == 0, made.err
    assert hashlib.sha256((tmp_path / "b.tar").read_bytes()).hexdigest() == made.document["content_sha256"]
    tried = command("restore", str(tmp_path / "b.tar"), "--drill", "--json", data_dir=copied)
    assert tried.code == 0 and tried.document["ok"], tried.out
    with open_services(load_settings(data_dir=copied)) as services:
        assert services.backups.backups()[0].content_sha256 == made.document["content_sha256"]
        assert services.backups.drills()[0].ok
        assert [event.action for event in services.audit.audit()][-2:] == ["备份数据", "演练恢复"]
    command("restore", str(tmp_path / "b.tar"), data_dir=copied).assert_one_message(code=1, says="不是空目录")
