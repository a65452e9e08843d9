"""HealthStore: alarms, one open row a trouble, and the statistics of runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlalchemy import Connection, bindparam, select

from records.errors import NotFoundError
from records.health import Alarm, AlarmState, RunStatistics
from stores.sql.database import Database
from stores.sql.ready import Ready
from stores.sql.rows import body_of, find_body, read_one, upsert
from stores.sql.run_statistics import past_statistics, save_statistics, statistics_of
from stores.sql.survey_tables import alarms as _TABLE  # a constant of this module

__all__ = ["SqlHealthStore"]


class SqlHealthStore:
    """See `records.health_ports.HealthStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_statistics(self, statistics: RunStatistics) -> None:
        save_statistics(self._database, statistics)

    def statistics(self, run_id: str) -> RunStatistics | None:
        return statistics_of(self._database, run_id)

    def past_statistics(self, target_id: str = "", *, limit: int) -> tuple[RunStatistics, ...]:
        return past_statistics(self._database, target_id, limit)

    def raise_alarm(self, alarm: Alarm) -> Alarm:
        with self._database.write() as connection:
            known = next((one for one in _open_of(connection, alarm.target_id) if one.key == alarm.key), None)
            current = alarm if known is None else _forward(known, alarm)
            _write(connection, current)
        return current

    def alarm(self, alarm_id: str) -> Alarm:
        return read_one(self._database, Alarm, _TABLE, alarm_id, what="告警")

    def alarms(self, target_id: str = "", *, open_only: bool = False) -> tuple[Alarm, ...]:
        found = _alarms(of_target=bool(target_id), open_only=open_only).ask(self._database, {"target": target_id})
        return tuple(Alarm.model_validate_json(body) for (body,) in found)

    def change_alarm(self, alarm_id: str, change: Callable[[Alarm], Alarm]) -> Alarm:
        with self._database.write() as connection:
            body = find_body(connection, _TABLE, alarm_id)
            if body is None:
                raise NotFoundError(
                    f"没有这条告警：{alarm_id[:200]}", cure="wangjian survey alarms 列出全部", key=alarm_id
                )
            changed = change(Alarm.model_validate_json(body))
            _write(connection, changed)
        return changed


@cache
def _alarms(*, of_target: bool, open_only: bool) -> Ready:
    held = [_TABLE.c.target_id == bindparam("target")] if of_target else []
    held += [_TABLE.c.state == AlarmState.OPEN.value] if open_only else []
    return Ready(select(_TABLE.c.body).where(*held).order_by(_TABLE.c.raised_at.desc(), _TABLE.c.alarm_id))


def _forward(known: Alarm, seen: Alarm) -> Alarm:
    """The open alarm as the newest run knows it; what it began with and what people did with it stays."""
    kept: dict[str, object] = {
        "alarm_id": known.alarm_id,
        "opened_by": known.opened_by,
        "raised_at": known.raised_at,
        "before": known.before,
        "runs": known.runs if known.run_id == seen.run_id else known.runs + 1,
        "assignee": known.assignee or seen.assignee,
        "capture_id": seen.capture_id or known.capture_id,
        "note": seen.note or known.note,
    }
    return seen.model_copy(update=kept)


def _open_of(connection: Connection, target_id: str) -> list[Alarm]:
    statement = select(_TABLE.c.body).where(_TABLE.c.target_id == target_id, _TABLE.c.state == AlarmState.OPEN.value)
    return [Alarm.model_validate_json(body) for body in connection.execute(statement).scalars()]


def _write(connection: Connection, alarm: Alarm) -> None:
    row = {
        "alarm_id": alarm.alarm_id,
        "target_id": alarm.target_id,
        "state": alarm.state.value,
        "raised_at": alarm.raised_at,
        "body": body_of(alarm),
    }
    upsert(connection, _TABLE, [row])
