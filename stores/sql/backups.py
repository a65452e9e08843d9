"""BackupBook: what became of backups and of restores."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from records.backups import BackupReport, DrillReport
from records.base import Record
from stores.sql.database import Database
from stores.sql.operation_tables import operation_reports
from stores.sql.rows import body_of, insert_new, upsert

__all__ = ["SqlBackupBook"]

_BACKUP, _DRILL = "backup", "drill"
Report = TypeVar("Report", bound=Record)


class SqlBackupBook:
    """See `records.backups.BackupBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_backup(self, report: BackupReport) -> bool:
        row = _row(report.report_id, _BACKUP, report.started_at, report)
        with self._database.write(durable=True) as connection:
            return insert_new(connection, operation_reports, [row]) == 1

    def save_backup(self, report: BackupReport) -> None:
        self._save(_row(report.report_id, _BACKUP, report.started_at, report))

    def backups(self, *, limit: int = 20) -> tuple[BackupReport, ...]:
        return self._newest(BackupReport, _BACKUP, limit)

    def save_drill(self, report: DrillReport) -> None:
        self._save(_row(report.report_id, _DRILL, report.started_at, report))

    def drills(self, *, limit: int = 20) -> tuple[DrillReport, ...]:
        return self._newest(DrillReport, _DRILL, limit)

    def _save(self, row: dict[str, object]) -> None:
        with self._database.write(durable=True) as connection:
            upsert(connection, operation_reports, [row])

    def _newest(self, model: type[Report], kind: str, limit: int) -> tuple[Report, ...]:
        table = operation_reports
        statement = select(table.c.body).where(table.c.kind == kind).order_by(table.c.at.desc(), table.c.report_id)
        with self._database.read() as connection:
            bodies = connection.execute(statement.limit(max(limit, 0))).scalars()
            return tuple(model.model_validate_json(body) for body in bodies)


def _row(report_id: str, kind: str, at: datetime, report: Record) -> dict[str, object]:
    return {"report_id": report_id, "kind": kind, "at": at, "body": body_of(report)}
