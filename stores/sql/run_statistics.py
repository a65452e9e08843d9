"""What runs saw: one row a run."""

from __future__ import annotations

from sqlalchemy import select

from records.health import RunStatistics
from stores.sql.database import Database
from stores.sql.rows import body_of, find_body, upsert
from stores.sql.survey_tables import run_statistics as _TABLE  # a constant of this module

__all__ = ["past_statistics", "save_statistics", "statistics_of"]


def save_statistics(database: Database, statistics: RunStatistics) -> None:
    """Write, or replace."""
    row = {
        "run_id": statistics.run_id,
        "target_id": statistics.target_id,
        "started_at": statistics.started_at,
        "body": body_of(statistics),
    }
    with database.write() as connection:
        upsert(connection, _TABLE, [row])


def statistics_of(database: Database, run_id: str) -> RunStatistics | None:
    """None when the run was never evaluated."""
    with database.read() as connection:
        body = find_body(connection, _TABLE, run_id)
    return None if body is None else RunStatistics.model_validate_json(body)


def past_statistics(database: Database, target_id: str, limit: int) -> tuple[RunStatistics, ...]:
    """Newest run first; of every target when none is named."""
    statement = select(_TABLE.c.body).order_by(_TABLE.c.started_at.desc(), _TABLE.c.run_id.desc()).limit(limit)
    if target_id:
        statement = statement.where(_TABLE.c.target_id == target_id)
    with database.read() as connection:
        return tuple(RunStatistics.model_validate_json(body) for body in connection.execute(statement).scalars())
