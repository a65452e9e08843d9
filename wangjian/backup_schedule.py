"""The backup of every day: made once however many processes serve, caught up after a downtime, old ones taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import structlog

from records.backups import BackupReport, BackupState, RecordsCopier
from records.errors import WangJianError
from records.ports import Services
from wangjian.backup import BackupPlan, back_up
from wangjian.settings import Settings

__all__ = ["back_up_when_due", "backup_folder", "last_due"]

_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_GIVEN_UP = timedelta(hours=6)
_TRIED_AGAIN = timedelta(hours=1)
_FILE = re.compile(r"wangjian-\d{8}-\d{6}\.tar")
_log = structlog.get_logger(__name__)


def back_up_when_due(
    services: Services, settings: Settings, copier: RecordsCopier, *, work: Callable[..., BackupReport] = back_up
) -> BackupReport | None:
    """Make the backup of the newest due time, unless it was made or another process makes it; None when there is
    nothing to do. One that failed is tried again after an hour, one nobody finished within six is taken over. Raises
    nothing: what went wrong stands in the report."""
    now = services.clock()
    due = last_due(settings, now)
    if due is None:
        return None
    report = BackupReport(
        report_id=f"backup-daily-{due:%Y%m%dT%H%M}", state=BackupState.RUNNING, scheduled=True, started_at=now
    )
    if not _is_mine(services, report, now):
        return None
    folder, name = backup_folder(settings), f"{now.astimezone(_CHINA):wangjian-%Y%m%d-%H%M%S}"
    plan = _plan(settings, folder, name, report.report_id)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if plan.keys is not None:
            plan.keys.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = work(services, copier, plan)
    except (WangJianError, OSError) as exc:
        reason = exc.message if isinstance(exc, WangJianError) else f"备份目录不可用：{exc.strerror}"
        failed = report.model_copy(
            update={"state": BackupState.FAILED, "finished_at": services.clock(), "problems": (reason,)}
        )
        _log.error("scheduled_backup_failed", reason=reason)
        services.backups.save_backup(failed)
        return failed
    _log.info("scheduled_backup_made", file=made.file, size_bytes=made.size_bytes, state=made.state.value)
    _take_away_old(folder, settings.backup.keep)
    return made


def last_due(settings: Settings, now: datetime) -> datetime | None:
    """The newest time at which a backup should have been made; None when none is wanted."""
    if not settings.backup.daily_at:
        return None
    hour, minute = (int(part) for part in settings.backup.daily_at.split(":"))
    due = now.astimezone(_CHINA).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due <= now else due - timedelta(days=1)


def backup_folder(settings: Settings) -> Path:
    """Where backups are written."""
    chosen = settings.backup.folder
    return Path(chosen).expanduser().absolute() if chosen else settings.data_dir.expanduser().absolute() / "backups"


def _is_mine(services: Services, report: BackupReport, now: datetime) -> bool:
    if services.backups.begin_backup(report):
        return True
    known = next((one for one in services.backups.backups(limit=100) if one.report_id == report.report_id), None)
    if known is None:
        return False
    dead = known.state is BackupState.RUNNING and now - known.started_at >= _GIVEN_UP
    failed = known.state is BackupState.FAILED and now - known.started_at >= _TRIED_AGAIN
    if dead or failed:
        services.backups.save_backup(report)
    return dead or failed


def _plan(settings: Settings, folder: Path, name: str, report_id: str) -> BackupPlan:
    passphrase, keys_folder = settings.backup.passphrase.get_secret_value(), settings.backup.keys_folder
    wanted = bool(passphrase and keys_folder)
    return BackupPlan(
        path=folder / f"{name}.tar",
        keys=Path(keys_folder).expanduser().absolute() / f"{name}.keys" if wanted else None,
        passphrase=passphrase,
        place=settings.stores.blobs_url,
        archive_place=settings.stores.archive_url,
        report_id=report_id,
        scheduled=True,
    )


def _take_away_old(folder: Path, keep: int) -> None:
    """Only files of our own naming, and never the newest."""
    for path in sorted(path for path in folder.iterdir() if _FILE.fullmatch(path.name))[:-keep]:
        path.unlink(missing_ok=True)
        _log.info("old_backup_removed", file=path.name)
