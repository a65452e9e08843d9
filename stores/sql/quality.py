"""QualityStore: what offices are to correct in the register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import select

from records.quality_tasks import QualityTask, TaskState
from stores.sql.database import Database
from stores.sql.quality_tables import quality_tasks
from stores.sql.rows import body_of, chunks, upsert, walk

__all__ = ["SqlQualityStore"]


class SqlQualityStore:
    """See `records.quality_tasks.QualityStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def renew(self, build: Callable[[tuple[QualityTask, ...]], Sequence[QualityTask]]) -> tuple[QualityTask, ...]:
        statement = select(quality_tasks.c.body).order_by(quality_tasks.c.problem_id)
        with self._database.write(durable=True) as connection:
            bodies = connection.execute(statement).scalars().all()
            changed = tuple(build(tuple(QualityTask.model_validate_json(body) for body in bodies)))
            for some in chunks(changed):
                upsert(connection, quality_tasks, [_row(task) for task in some])
        return changed

    def tasks(self, *, state: TaskState | None = None, office_code: str = "") -> Iterator[QualityTask]:
        where = [] if state is None else [quality_tasks.c.state == state.value]
        if office_code:
            where.append(quality_tasks.c.office_code.startswith(office_code, autoescape=True))
        return walk(self._database, QualityTask, quality_tasks, *where)


def _row(task: QualityTask) -> dict[str, object]:
    return {
        "problem_id": task.problem.problem_id,
        "office_code": task.problem.office_code,
        "state": task.state.value,
        "body": body_of(task),
    }
