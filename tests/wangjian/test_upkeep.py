"""What a serving system does for itself: the backup of the day, once, and a look at how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.backups import BackupReport, BackupState
from records.operating import WatchLevel
from records.ports import Services
from tests.wangjian.test_auditing import _seal
from wangjian.backup_reader import BackupReader
from wangjian.backup_schedule import back_up_when_due, last_due
from wangjian.settings import BackupSettings, Settings, load_settings
from wangjian.upkeep import SelfWatch
from wangjian.wiring import open_copier, open_services

NIGHT = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)  # 02:30 of the 22nd in Beijing


class HandClock:
    def __init__(self) -> None:
        self.now = NIGHT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    wanted = BackupSettings(daily_at="02:30", folder=str(tmp_path / "backups"), keep=1)
    return load_settings(data_dir=tmp_path / "data").model_copy(update={"backup": wanted})


@pytest.fixture
def services(settings: Settings, clock: HandClock) -> Iterator[Services]:
    with open_services(settings, clock=clock) as opened:
        yield opened


@pytest.fixture
def tick(services: Services, settings: Settings) -> Callable[..., BackupReport | None]:
    def act(chosen: Settings = settings) -> BackupReport | None:
        with open_copier(chosen) as copier:
            return back_up_when_due(services, chosen, copier)

    return act


def test_due_time_is_of_beijing_and_the_newest_that_was(settings: Settings):
    assert last_due(settings, NIGHT).astimezone(UTC) == NIGHT
    assert last_due(settings, NIGHT - timedelta(seconds=1)).astimezone(UTC) == NIGHT - timedelta(days=1)
    assert last_due(settings.model_copy(update={"backup": BackupSettings()}), NIGHT) is None


def test_backup_of_the_day_is_made_once_and_the_oldest_goes(tick, clock: HandClock, tmp_path: Path):
    first = tick()
    assert first.state is BackupState.COMPLETE and first.scheduled
    assert tick() is None
    clock.now += timedelta(days=3)  # switched off meanwhile: one is caught up, not three
    second = tick()
    assert tick() is None
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [second.file]
    BackupReader(tmp_path / "backups" / second.file).check()


def test_backup_another_process_makes_is_left_to_it_until_that_is_dead(tick, services: Services, clock: HandClock):
    theirs = BackupReport(
        report_id="backup-daily-20261122T0230", state=BackupState.RUNNING, scheduled=True, started_at=NIGHT
    )
    assert services.backups.begin_backup(theirs)
    assert tick() is None
    clock.now += timedelta(hours=6)
    assert tick().state is BackupState.COMPLETE
    assert [one.state for one in services.backups.backups()] == [BackupState.COMPLETE]


def test_backup_that_failed_says_why_and_is_tried_again(tick, settings: Settings, clock: HandClock, tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    wrong = BackupSettings(daily_at="02:30", folder=str(tmp_path / "taken" / "here"))
    failed = tick(settings.model_copy(update={"backup": wrong}))
    assert failed.state is BackupState.FAILED and failed.problems
    assert tick() is None
    clock.now += timedelta(hours=1)
    assert tick().state is BackupState.COMPLETE


def test_altered_object_is_found_and_stays_told(services: Services, settings: Settings, tmp_path: Path):
    _seal(services, 1, tmp_path)
    watch = SelfWatch(services, settings)
    assert watch.look().failed == ()
    sha256 = services.evidence.captures()[0].package.sha256
    path = settings.data_dir / "blobs" / sha256[:2] / sha256[2:4] / sha256
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    found = watch.look()
    assert found.failed == (sha256,)
    assert found.ends["evidence"] > 1000
    altered = next(one for one in found.findings if one.part == "存储的对象")
    assert altered.level is WatchLevel.URGENT and sha256 in altered.state
    path.unlink()
    assert SelfWatch(services, settings).look().failed == (sha256,)  # whoever puts it right must look into it
    assert services.operations.watch().failed == (sha256,)
