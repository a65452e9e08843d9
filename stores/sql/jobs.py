"""JobStore and AnswerStore: long work, and answers remembered under the caller's key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select

from records.base import stable_id
from records.errors import ConflictError, NotFoundError
from records.idempotency import RememberedAnswer
from records.jobs import Job, JobState
from stores.sql.database import Database
from stores.sql.job_tables import jobs, remembered_answers
from stores.sql.rows import body_of, find_body, insert_new, read_one, upsert

__all__ = ["SqlAnswerStore", "SqlJobStore"]


class SqlJobStore:
    """See `records.jobs.JobStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_job(self, job: Job) -> None:
        with self._database.write(durable=True) as connection:
            if not insert_new(connection, jobs, [_row(job)]):
                raise ConflictError(f"任务编号已用过：{job.job_id}", cure="换一个编号", job_id=job.job_id)

    def job(self, job_id: str) -> Job:
        return read_one(self._database, Job, jobs, job_id, what="任务")

    def change_job(self, job_id: str, change: Callable[[Job], Job]) -> Job:
        with self._database.write(durable=True) as connection:
            body = find_body(connection, jobs, job_id)
            if body is None:
                raise NotFoundError(f"没有任务：{job_id[:80]}", cure="核对编号")
            changed = change(Job.model_validate_json(body))
            upsert(connection, jobs, [_row(changed)])
        return changed

    def jobs(self, account_id: str = "") -> tuple[Job, ...]:
        statement = select(jobs.c.body).order_by(jobs.c.asked_at.desc(), jobs.c.job_id.desc())
        if account_id:
            statement = statement.where(jobs.c.account_id == account_id)
        with self._database.read() as connection:
            return tuple(Job.model_validate_json(body) for body in connection.execute(statement).scalars())

    def unfinished(self) -> tuple[Job, ...]:
        open_states = (JobState.WAITING.value, JobState.RUNNING.value)
        statement = select(jobs.c.body).where(jobs.c.state.in_(open_states)).order_by(jobs.c.asked_at, jobs.c.job_id)
        with self._database.read() as connection:
            return tuple(Job.model_validate_json(body) for body in connection.execute(statement).scalars())


class SqlAnswerStore:
    """See `records.idempotency.AnswerStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_answer(self, asked: RememberedAnswer, *, forget_before: datetime) -> RememberedAnswer | None:
        table = remembered_answers
        with self._database.write(durable=True) as connection:
            connection.execute(delete(table).where(table.c.asked_at < forget_before))
            known = find_body(connection, table, _answer_id(asked.who, asked.key))
            if known is not None:
                return RememberedAnswer.model_validate_json(known)
            insert_new(connection, table, [_answer_row(asked)])
        return None

    def keep_answer(self, answered: RememberedAnswer) -> None:
        with self._database.write(durable=True) as connection:
            upsert(connection, remembered_answers, [_answer_row(answered)])

    def drop_answer(self, who: str, key: str) -> None:
        table = remembered_answers
        with self._database.write(durable=True) as connection:
            connection.execute(delete(table).where(table.c.answer_id == _answer_id(who, key)))


def _row(job: Job) -> dict[str, object]:
    return {
        "job_id": job.job_id,
        "account_id": job.account_id,
        "state": job.state.value,
        "asked_at": job.asked_at,
        "body": body_of(job),
    }


def _answer_id(who: str, key: str) -> str:
    return stable_id("answer", who, key)


def _answer_row(one: RememberedAnswer) -> dict[str, object]:
    return {"answer_id": _answer_id(one.who, one.key), "asked_at": one.asked_at, "body": body_of(one)}
