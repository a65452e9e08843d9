"""A backup of a system whose evidence and archive lie in S3 names what is there, and its restore finds each again."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.transparency import keep_head, log_means_of
from records.backups import BackupState
from records.errors import ConflictError
from tests.s3_server import Bucket, S3Server
from tests.wangjian.test_auditing import _seal
from tests.wangjian.test_logging_pages import surveyed
from wangjian.backup import BackupPlan, back_up
from wangjian.restore import RestorePlan, drill, restore
from wangjian.settings import S3Settings, Settings, StoreSettings, load_settings
from wangjian.wiring import open_copier, open_services

PASSPHRASE = "不要写在一张纸上的那个口令"

pytestmark = pytest.mark.xdist_group("s3")


@pytest.fixture(scope="module", params=["moto", pytest.param("minio", marks=pytest.mark.s3)])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def settings(server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    keys = {"access_key": server.access.access_key, "secret_key": server.access.secret_key}
    return load_settings(data_dir=tmp_path_factory.mktemp("on-s3") / "data").model_copy(
        update={"stores": _stores(server), "s3": S3Settings.model_validate(keys)}
    )


def _stores(server: S3Server) -> StoreSettings:
    return StoreSettings(blobs_url=server.new_bucket(), archive_url=server.new_bucket(lock=False))


@pytest.fixture(scope="module")
def plan(settings: Settings) -> RestorePlan:
    """Of two sealed captures, pages and a head."""
    folder = settings.data_dir.parent
    keys = {"keys": folder / "keys.sealed", "passphrase": PASSPHRASE}
    with open_services(settings) as services, open_copier(settings) as copier:
        surveyed(services, 2)
        assert services.archive.hand_over() == 1
        for number in range(2):
            _seal(services, number, folder)
        keep_head(log_means_of(services))
        made = BackupPlan(path=folder / "网鉴.backup", place=settings.stores.blobs_url, **keys)
        report = back_up(services, copier, made)
        assert (report.state, report.problems) == (BackupState.COMPLETE, ())
    return RestorePlan(path=made.path, verify=True, **keys)


def _packages(settings: Settings) -> dict[str, bytes]:
    with open_services(settings) as services:
        packages = [one.package.sha256 for one in services.evidence.captures() if one.package]
        return {sha256: services.blobs.get(sha256) for sha256 in packages}


def test_restored_system_has_every_version_and_every_byte(
    settings: Settings, plan: RestorePlan, tmp_path: Path
) -> None:
    again = settings.model_copy(update={"data_dir": tmp_path / "again"})
    report = restore(again, plan)
    assert report.ok, report.checks
    checks = {check.part: check for check in report.checks}
    assert checks["对象存储"].state == "备份所记 3 个对象的版本逐一在桶中"
    assert checks["共用存档"].state == "备份所记 1 个文件中 1 个在共用存档中，逐一重新计算相符"
    assert "存档网页 2 条" in checks["全面核查"].state and not (again.data_dir / "archive").exists()
    assert _packages(again) == _packages(settings)


@pytest.mark.s3
def test_drill_leaves_bucket_and_data_as_they_were(server: S3Server, settings: Settings, plan: RestorePlan) -> None:
    bucket = Bucket(server, settings.stores.blobs_url)
    before = [bucket.versions(sha256) for sha256 in _packages(settings)]
    assert drill(settings, plan).ok
    assert before == [bucket.versions(sha256) for sha256 in _packages(settings)]


def test_object_put_over_is_read_as_it_was_and_a_bucket_without_it_is_named(
    server: S3Server, settings: Settings, plan: RestorePlan, tmp_path: Path
) -> None:
    bucket, kept = Bucket(server, settings.stores.blobs_url), _packages(settings)
    server.client.put_object(**bucket.of(next(iter(kept))), Body=b"forged")
    again = settings.model_copy(update={"data_dir": tmp_path / "again"})
    checks = {check.part: check for check in restore(again, plan).checks}
    assert checks["对象存储"].ok
    assert "被覆盖，原版本仍在" in checks["全面核查"].state and not checks["全面核查"].ok
    assert _packages(again) == kept
    wrong = settings.model_copy(update={"data_dir": tmp_path / "wrong", "stores": _stores(server)})
    checks = {check.part: check for check in restore(wrong, plan).checks}
    assert not checks["对象存储"].ok and "3 个对象不在" in checks["对象存储"].state
    assert (
        not checks["共用存档"].ok and "1 个存档文件不在，也没有销毁证书：2026-11/run-1-0001" in checks["共用存档"].state
    )


def test_restore_without_the_store_is_refused(settings: Settings, plan: RestorePlan, tmp_path: Path) -> None:
    bare = settings.model_copy(update={"data_dir": tmp_path / "again", "stores": StoreSettings()})
    with pytest.raises(ConflictError, match="对象存储中"):
        restore(bare, plan)
    assert not (tmp_path / "again").exists()
