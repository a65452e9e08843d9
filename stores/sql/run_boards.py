"""RunBoard: one row a run, written about once a second by the run and, to stop it, by anybody."""

from __future__ import annotations

from sqlalchemy import select, update

from records.health import RunProgress
from stores.sql.database import Database
from stores.sql.rows import body_of, find_body, insert_new
from stores.sql.survey_tables import run_boards as _TABLE  # a constant of this module

__all__ = ["SqlRunBoard"]


class SqlRunBoard:
    """See `records.health_ports.RunBoard`. The two columns have different writers and never overwrite each other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def report(self, progress: RunProgress) -> str:
        self._set(progress.run_id, body=body_of(progress))
        return self.stop_reason(progress.run_id)

    def progress(self, run_id: str) -> RunProgress | None:
        with self._database.read() as connection:
            body = find_body(connection, _TABLE, run_id)
        return RunProgress.model_validate_json(body) if body else None

    def ask_stop(self, run_id: str, reason: str) -> None:
        self._set(run_id, stop_reason=reason or "应要求停止")

    def stop_reason(self, run_id: str) -> str:
        with self._database.read() as connection:
            found = connection.execute(select(_TABLE.c.stop_reason).where(_TABLE.c.run_id == run_id)).scalar()
        return found or ""

    def clear_stop(self, run_id: str) -> None:
        self._set(run_id, stop_reason="")

    def _set(self, run_id: str, **columns: str) -> None:
        with self._database.write() as connection:
            insert_new(connection, _TABLE, [{"run_id": run_id, "stop_reason": "", "body": "", **columns}])
            connection.execute(update(_TABLE).where(_TABLE.c.run_id == run_id).values(**columns))
