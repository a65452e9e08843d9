"""ScheduleStore: schedules, how far each is planned, and the occurrence ledger."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from records.errors import ConflictError, NotFoundError
from records.schedules import Occurrence, OccurrenceState, Schedule, SchedulePosition, moved
from stores.sql import occurrences as ledger
from stores.sql.database import Database
from stores.sql.rows import body_of, find_body, insert_new, read_one
from stores.sql.schedule_tables import occurrences, schedules

__all__ = ["SqlScheduleStore"]

_TOKEN_BYTES = 12


class SqlScheduleStore:
    """See `records.schedule_ports.ScheduleStore`. Every writing transaction holds the database's one write lock, so
    that what it read is what it changes; a promise to run is on the disk before anybody acts on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, schedule: Schedule, position: SchedulePosition) -> None:
        row = {
            "schedule_id": schedule.schedule_id,
            "target_id": schedule.target_id,
            "version": schedule.version,
            **_position_columns(position),
            "body": body_of(schedule),
        }
        with self._database.write(durable=True) as connection:
            if insert_new(connection, schedules, [row]):
                return
            if find_body(connection, schedules, schedule.schedule_id) != row["body"]:
                raise ConflictError(
                    f"已有编号为 {schedule.schedule_id} 的另一条采集计划", cure="修改原计划，或换一个编号"
                )

    def replace(self, schedule: Schedule, *, now: datetime, skip_waiting: str = "") -> Schedule:
        changed = schedule.model_copy(update={"version": schedule.version + 1})
        with self._database.write(durable=True) as connection:
            known = _schedule_in(connection, schedule.schedule_id)
            if known.version != schedule.version:
                raise ConflictError(
                    f"采集计划 {schedule.schedule_id} 已被他人修改（第 {known.version} 版）",
                    cure="重新读取后再修改",
                    version=known.version,
                )
            position = _position_in(connection, schedule.schedule_id).model_copy(update={"next_due_at": None})
            _set(connection, schedule.schedule_id, **_columns_of(changed), **_position_columns(position))
            if skip_waiting:
                ledger.skip_waiting(connection, schedule.schedule_id, now=now, reason=skip_waiting)
        return changed

    def schedule(self, schedule_id: str) -> Schedule:
        return read_one(self._database, Schedule, schedules, schedule_id, what="采集计划")

    def schedules(self, target_id: str = "") -> tuple[Schedule, ...]:
        statement = select(schedules.c.body).order_by(schedules.c.schedule_id)
        if target_id:
            statement = statement.where(schedules.c.target_id == target_id)
        with self._database.read() as connection:
            return tuple(Schedule.model_validate_json(body) for body in connection.execute(statement).scalars())

    def to_plan(self, *, now: datetime, ahead_of: datetime) -> tuple[Schedule, ...]:
        table = schedules
        has_come = or_(table.c.next_due_at.is_(None), table.c.next_due_at <= now, table.c.planned_until > ahead_of)
        statement = select(table.c.body).where(has_come).order_by(table.c.schedule_id)
        with self._database.read() as connection:
            return tuple(Schedule.model_validate_json(body) for body in connection.execute(statement).scalars())

    def position(self, schedule_id: str) -> SchedulePosition:
        with self._database.read() as connection:
            return _position_in(connection, schedule_id)

    def plan(
        self,
        schedule: Schedule,
        occurrences: Sequence[Occurrence],
        *,
        before: SchedulePosition,
        after: SchedulePosition,
    ) -> bool:
        with self._database.write(durable=bool(occurrences)) as connection:
            known = _schedule_in(connection, schedule.schedule_id)
            if known.version != schedule.version or _position_in(connection, schedule.schedule_id) != before:
                return False
            ledger.write_decided(connection, occurrences)
            _set(connection, schedule.schedule_id, **_position_columns(after))
        return True

    def ask(self, occurrence: Occurrence) -> Occurrence:
        with self._database.write(durable=True) as connection:
            waiting = ledger.waiting_by_hand(connection, occurrence.schedule_id)
            if waiting is not None:
                return waiting
            if find_body(connection, _OCCURRENCES, occurrence.occurrence_id) is not None:
                return ledger.read(connection, occurrence.occurrence_id)
            ledger.write(connection, [occurrence])
        return occurrence

    def revive(self, occurrence_id: str, *, now: datetime, reason: str) -> Occurrence:
        with self._database.write(durable=True) as connection:
            known = ledger.read(connection, occurrence_id)
            due = moved(
                known,
                OccurrenceState.DUE,
                manual=True,
                not_before=now,
                finished_at=None,
                covered_by="",
                reason=reason,
            )
            ledger.write(connection, [due])
        return due

    def lease(self, worker: str, *, now: datetime, until: datetime, limit: int = 1) -> tuple[Occurrence, ...]:
        tokens = [secrets.token_hex(_TOKEN_BYTES) for _ in range(max(limit, 0))]
        with self._database.write(durable=True) as connection:
            return tuple(ledger.take(connection, worker=worker, now=now, until=until, tokens=tokens))

    def expire(self, *, now: datetime, max_attempts: int, dead: Collection[str] = ()) -> tuple[Occurrence, ...]:
        with self._database.read() as connection:  # most looks find nothing, and should hold up no writer
            if not _lost(connection, now=now, dead=dead):
                return ()
        with self._database.write() as connection:
            lost = _lost(connection, now=now, dead=dead)
            given = [_given_back(item, now=now, max_attempts=max_attempts) for item in lost]
            ledger.write(connection, given)
        return tuple(given)

    def extend_leases(self, until: datetime) -> None:
        with self._database.write() as connection:
            held = ledger.those_held(connection)
            ledger.write(connection, [item.model_copy(update={"leased_until": until}) for item in held])

    def start(self, leased: Occurrence, *, now: datetime) -> Occurrence:
        with self._database.write(durable=True) as connection:
            known = ledger.held_by(connection, leased)
            running = moved(known, OccurrenceState.RUNNING, started_at=now)
            ledger.write(connection, [running])
        return running

    def renew(self, held: Occurrence, *, until: datetime) -> Occurrence:
        with self._database.write() as connection:
            renewed = ledger.held_by(connection, held).model_copy(update={"leased_until": until})
            ledger.write(connection, [renewed])
        return renewed

    def put_off(self, held: Occurrence, *, not_before: datetime, reason: str, counted: bool = False) -> Occurrence:
        with self._database.write() as connection:
            known = ledger.held_by(connection, held)
            attempts = known.attempts if counted else known.attempts - 1
            later = _free(known, OccurrenceState.DUE, not_before=not_before, attempts=attempts, reason=reason)
            ledger.write(connection, [later])
        return later

    def finish(
        self, held: Occurrence, state: OccurrenceState, *, now: datetime, reason: str = "", interval_seconds: int = 0
    ) -> Occurrence:
        with self._database.write(durable=True) as connection:
            known = ledger.held_by(connection, held)
            ended = moved(known, state, finished_at=now, leased_until=None, reason=reason)
            ledger.write(connection, [ended])
            if interval_seconds:
                position = _position_in(connection, known.schedule_id)
                following = {"anchor_at": now, "interval_seconds": interval_seconds, "next_due_at": None}
                _set(connection, known.schedule_id, **_position_columns(position.model_copy(update=following)))
        return ended

    def occurrence(self, occurrence_id: str) -> Occurrence:
        with self._database.read() as connection:
            return ledger.read(connection, occurrence_id)

    def occurrences(
        self,
        *,
        schedule_id: str = "",
        target_id: str = "",
        states: Collection[OccurrenceState] = (),
        since: datetime | None = None,
        limit: int = 1000,
    ) -> tuple[Occurrence, ...]:
        table = _OCCURRENCES
        statement = select(table.c.body).order_by(table.c.due_at.desc(), table.c.occurrence_id).limit(limit)
        if schedule_id:
            statement = statement.where(table.c.schedule_id == schedule_id)
        if target_id:
            statement = statement.where(table.c.target_id == target_id)
        if states:
            statement = statement.where(table.c.state.in_([state.value for state in states]))
        if since is not None:
            statement = statement.where(table.c.due_at >= since)
        with self._database.read() as connection:
            return tuple(Occurrence.model_validate_json(body) for body in connection.execute(statement).scalars())


_OCCURRENCES = occurrences


def _lost(connection: Connection, *, now: datetime, dead: Collection[str]) -> list[Occurrence]:
    held = ledger.those_held(connection)
    return [
        item for item in held if item.worker in dead or (item.leased_until is not None and item.leased_until <= now)
    ]


def _given_back(item: Occurrence, *, now: datetime, max_attempts: int) -> Occurrence:
    lost = f"第 {item.attempts} 次执行中断（执行进程 {item.worker} 失联）"
    if item.attempts >= max_attempts:
        return _free(item, OccurrenceState.FAILED, finished_at=now, reason=f"{lost}，不再重试")
    return _free(item, OccurrenceState.DUE, not_before=now, reason=f"{lost}，等待续采")


def _free(item: Occurrence, state: OccurrenceState, **changes: object) -> Occurrence:
    return moved(item, state, worker="", token="", leased_until=None, **changes)


def _position_columns(position: SchedulePosition) -> dict[str, object]:
    return {
        "position": body_of(position),
        "next_due_at": position.next_due_at,
        "planned_until": position.planned_until,
    }


def _columns_of(schedule: Schedule) -> dict[str, object]:
    return {"target_id": schedule.target_id, "version": schedule.version, "body": body_of(schedule)}


def _set(connection: Connection, schedule_id: str, **columns: object) -> None:
    connection.execute(update(schedules).where(schedules.c.schedule_id == schedule_id).values(**columns))


def _schedule_in(connection: Connection, schedule_id: str) -> Schedule:
    body = find_body(connection, schedules, schedule_id)
    if body is None:
        raise NotFoundError(f"没有这条采集计划：{schedule_id[:200]}", key=schedule_id)
    return Schedule.model_validate_json(body)


def _position_in(connection: Connection, schedule_id: str) -> SchedulePosition:
    found = connection.execute(select(schedules.c.position).where(schedules.c.schedule_id == schedule_id)).scalar()
    if found is None:
        raise NotFoundError(f"没有这条采集计划：{schedule_id[:200]}", key=schedule_id)
    return SchedulePosition.model_validate_json(found)
