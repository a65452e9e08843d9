"""An archive that machines share is not in the backup: each of its files is named there, and read again by a restore."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles
from records.backups import ArchiveObject, BackupState
from records.digests import Digests, digests_of
from records.disposals import RetentionClass
from records.errors import ConflictError
from records.ports import Services
from tests.wangjian.test_disposing import Later, _wish
from tests.wangjian.test_logging_pages import NOW, surveyed
from wangjian.backup import BackupPlan, back_up
from wangjian.backup_archive import check_archive
from wangjian.backup_reader import BackupReader
from wangjian.disposing import Disposing
from wangjian.restore import RestorePlan, restore
from wangjian.settings import RetentionSettings, Settings, load_settings
from wangjian.wiring import open_copier, open_services, utc_now

CRAWL = RetentionClass.CRAWL


class Shelf(FolderFiles):
    """A place that machines share, as a folder."""

    file_seconds = 60.0
    versioned = False

    def objects(self) -> Iterator[ArchiveObject]:
        for path in sorted(self.root.rglob("*.warc.gz")):
            name, content = path.relative_to(self.root).as_posix(), path.read_bytes()
            yield ArchiveObject(name=name, sha256=digests_of(content).sha256, version="1", size_bytes=len(content))

    def content_of(self, name: str) -> Digests | None:
        path = self.root / name
        return digests_of(path.read_bytes()) if path.is_file() else None

    def keeps(self, noted: ArchiveObject) -> bool:
        return self.versioned


@pytest.fixture
def clock() -> Later:
    return Later()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data").model_copy(update={"retention": RetentionSettings(crawl_days=90)})


@pytest.fixture
def services(settings: Settings, clock: Later, tmp_path: Path) -> Iterator[Services]:
    """Pages of two runs, whose files lie in the shared place."""
    with open_services(settings, clock=clock) as found:
        for number in (1, 2):
            surveyed(found, 2, run_id=f"run-{number}")
        shutil.move(found.data_dir / "archive", tmp_path / "shared")
        clock.ahead = timedelta(hours=2)
        yield replace(found, archive=Shelf(tmp_path / "shared"))


def _made(services: Services, settings: Settings, path: Path):
    with open_copier(settings) as copier:
        return back_up(services, copier, BackupPlan(path=path, archive_place="s3://共用"))


def _checked(services: Services, path: Path):
    (check,) = check_archive(services, BackupReader(path).check(), path)
    return check


def test_missing_and_changed_files_are_told_by_name(services, settings, tmp_path: Path) -> None:
    path, archive = tmp_path / "b.tar", services.archive
    report = _made(services, settings, path)
    assert (report.state, report.problems) == (BackupState.COMPLETE, ())
    manifest = BackupReader(path).check().manifest
    assert (manifest.archive.held, manifest.archive.place, manifest.archive.count) == ("versions", "s3://共用", 2)
    assert "备份所记 2 个文件中 2 个在共用存档中" in _checked(services, path).state
    first, second = (one.name for one in archive.objects())
    (archive.root / first).unlink()
    (archive.root / second).write_bytes(b"other bytes")
    check = _checked(services, path)
    assert not check.ok and f"1 个存档文件不在，也没有销毁证书：{first}" in check.state
    assert f"1 个存档文件已被改动：{second}（应为 " in check.state and "原版本" not in check.state
    archive.versioned = True
    assert _checked(services, path).state.count("原版本仍在桶中") == 2
    again = _made(services, settings, tmp_path / "again.tar")
    assert again.state is BackupState.PARTIAL and [first in told for told in again.problems] == [True]


def test_destroyed_after_the_backup_is_not_missing_even_to_records_that_do_not_know(
    services, settings, clock, tmp_path: Path
) -> None:
    path, desk = tmp_path / "b.tar", Disposing(services, settings)
    _made(services, settings, path)
    clock.ahead = timedelta(days=500)
    done = desk.approve(desk.ask(CRAWL, (), _wish("ban")).disposal_id, _wish("fu"))
    older = replace(services, disposals=_Forgetful())
    for one in (services, older):
        check = _checked(one, path)
        assert check.ok and "2 个已依证书销毁，不算缺失" in check.state and done.disposal_id in check.state
    later = _made(services, settings, tmp_path / "later.tar")
    assert later.state is BackupState.COMPLETE, later.problems
    shutil.rmtree(services.data_dir / "blobs")
    assert not _checked(older, path).ok, "nobody can show the certificate"


class _Forgetful:
    """Records of a day before the disposal."""

    def disposals(self) -> tuple[()]:
        return ()


def test_backup_during_which_an_archive_is_destroyed_is_begun_anew(services, settings, clock, tmp_path: Path) -> None:
    desk = Disposing(services, settings)
    clock.ahead = timedelta(days=500)
    asked = desk.ask(CRAWL, (), _wish("ban"))

    class Meanwhile(Shelf):
        def objects(self) -> Iterator[ArchiveObject]:
            desk.approve(asked.disposal_id, _wish("fu"))
            return super().objects()

    with pytest.raises(ConflictError, match="备份期间有采集存档被销毁"):
        _made(replace(services, archive=Meanwhile(services.archive.root)), settings, tmp_path / "b.tar")


def test_file_that_is_still_with_its_machine_is_named_and_looked_for_later(
    services, settings, clock, tmp_path: Path
) -> None:
    path, clock.ahead = tmp_path / "b.tar", NOW + timedelta(minutes=30) - utc_now()
    first, _ = (one.name for one in services.archive.objects())
    (services.archive.root / first).rename(tmp_path / "elsewhere")
    report = _made(services, settings, path)
    assert (report.state, report.problems) == (BackupState.COMPLETE, ())
    assert any("未交出的存档文件 1 个" in told for told in BackupReader(path).check().manifest.left_out)
    assert _checked(services, path).ok and "还在路上" in _checked(services, path).state
    clock.ahead += timedelta(hours=3)
    check = _checked(services, path)
    assert not check.ok and f"至今没有交出：{first}" in check.state
    (tmp_path / "elsewhere").rename(services.archive.root / first)
    assert _checked(services, path).ok


def test_file_on_this_machines_disk_is_in_the_backup_itself(services, settings, tmp_path: Path) -> None:
    here = services.data_dir / "archive"
    first, second = (one.name for one in services.archive.objects())
    (here / first).parent.mkdir(parents=True)
    (services.archive.root / first).rename(here / first)

    class Both(Shelf):
        root = here

        def objects(self) -> Iterator[ArchiveObject]:
            return Shelf(tmp_path / "shared").objects()

    report = _made(replace(services, archive=Both(here)), settings, tmp_path / "b.tar")
    assert (report.state, report.problems) == (BackupState.COMPLETE, ())
    assert BackupReader(tmp_path / "b.tar").check().manifest.archive.count == 1
    assert second not in {path.name for path in here.rglob("*")}


def test_shared_archive_is_wanted_by_a_restore_and_a_local_one_looked_through_by_a_backup(
    services, settings, tmp_path: Path
) -> None:
    _made(services, settings, tmp_path / "b.tar")
    with pytest.raises(ConflictError, match="采集存档在共用的对象存储中"):
        restore(load_settings(data_dir=tmp_path / "new"), RestorePlan(path=tmp_path / "b.tar"))
    assert not (tmp_path / "new").exists()
    local = replace(services, archive=FolderFiles(services.data_dir / "archive"))
    report = _made(local, settings, tmp_path / "local.tar")
    assert report.state is BackupState.PARTIAL and len(report.problems) == 2
