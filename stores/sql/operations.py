"""OperationLedger: figures counted where the rows are, and the newest look of the system at itself."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from records.operating import SystemFigures, WatchReport
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.job_tables import jobs
from stores.sql.operation_tables import operation_reports
from stores.sql.rows import body_of, upsert
from stores.sql.schedule_tables import occurrences

__all__ = ["SqlOperationLedger"]

_DAY = timedelta(days=1)
_WATCH, _BEAT, _OFFICE, _DUTY = "watch", "beat", "office", "duty"
_OPEN_VISITS = ("due", "leased", "running")
_OPEN_JOBS = ("waiting", "running")
_MOST_RUNS = 5_000
_MOST_CAPTURES = 5_000


class SqlOperationLedger:
    """See `records.operating.OperationLedger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def figures(self, now: datetime) -> SystemFigures:
        since = now - _DAY
        with self._database.read() as connection:
            captures, seconds = _captures(connection, since)
            asked, job_seconds = _jobs(connection, since)
            fetches, waited, silences = _fetches(connection, since)
            return SystemFigures(
                at=now,
                visits=_visits(connection, since),
                oldest_visit_at=_oldest(connection, "due", now),
                jobs=asked,
                oldest_job_at=connection.execute(
                    select(func.min(jobs.c.asked_at)).where(jobs.c.state == "waiting")
                ).scalar(),
                frontier=_frontier(connection),
                outbox=connection.execute(select(func.count()).select_from(tables.outbox)).scalar_one(),
                fetches=fetches,
                waited_seconds=waited,
                silences=silences,
                captures=captures,
                capture_seconds=seconds,
                job_seconds=job_seconds,
                schedule_beat=connection.execute(
                    select(operation_reports.c.at).where(operation_reports.c.report_id == f"{_BEAT}-scheduler")
                ).scalar(),
            )

    def save_watch(self, report: WatchReport) -> None:
        row = {"report_id": _WATCH, "kind": _WATCH, "at": report.at, "body": body_of(report)}
        with self._database.write() as connection:
            upsert(connection, operation_reports, [row])

    def watch(self) -> WatchReport | None:
        statement = select(operation_reports.c.body).where(operation_reports.c.report_id == _WATCH)
        with self._database.read() as connection:
            body = connection.execute(statement).scalar()
        return None if body is None else WatchReport.model_validate_json(body)

    def beat(self, name: str, now: datetime) -> None:
        row = {"report_id": f"{_BEAT}-{name}", "kind": _BEAT, "at": now, "body": "{}"}
        with self._database.write() as connection:
            upsert(connection, operation_reports, [row])

    def beat_of(self, name: str) -> datetime | None:
        statement = select(operation_reports.c.at).where(operation_reports.c.report_id == f"{_BEAT}-{name}")
        with self._database.read() as connection:
            found: datetime | None = connection.execute(statement).scalar()
        return found

    def end_beat(self, name: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(operation_reports).where(operation_reports.c.report_id == f"{_BEAT}-{name}"))

    def forget_beats(self, beginning: str, *, before: datetime) -> None:
        named = operation_reports.c.report_id.startswith(f"{_BEAT}-{beginning}", autoescape=True)
        old = (operation_reports.c.kind == _BEAT) & named & (operation_reports.c.at < before)
        with self._database.write() as connection:
            connection.execute(delete(operation_reports).where(old))

    def claim_duty(self, who: str, now: datetime, *, free_before: datetime) -> bool:
        row = {"report_id": _DUTY, "kind": _DUTY, "at": now, "body": json.dumps({"who": who})}
        with self._database.write() as connection:
            holder = _duty_holder(connection, free_before)
            if holder in ("", who):
                upsert(connection, operation_reports, [row])
        return holder in ("", who)

    def leave_duty(self, who: str) -> None:
        with self._database.write() as connection:
            if _duty_holder(connection, None) == who:
                connection.execute(delete(operation_reports).where(operation_reports.c.report_id == _DUTY))

    def office_root(self) -> str:
        with self._database.read() as connection:
            return _office_root(connection)

    def claim_office(self, root_sha256: str, now: datetime) -> str:
        row = {"report_id": _OFFICE, "kind": _OFFICE, "at": now, "body": json.dumps({"root_sha256": root_sha256})}
        with self._database.write() as connection:
            stands = _office_root(connection)
            if not stands:
                upsert(connection, operation_reports, [row])
        return stands or root_sha256


def _duty_holder(connection: Connection, since: datetime | None) -> str:
    """Who has the turn; empty: nobody, or nobody who said so since."""
    table = operation_reports
    row = connection.execute(select(table.c.at, table.c.body).where(table.c.report_id == _DUTY)).one_or_none()
    return "" if row is None or (since is not None and row.at < since) else str(json.loads(row.body)["who"])


def _office_root(connection: Connection) -> str:
    statement = select(operation_reports.c.body).where(operation_reports.c.report_id == _OFFICE)
    body = connection.execute(statement).scalar()
    return "" if body is None else str(json.loads(body)["root_sha256"])


def _visits(connection: Connection, since: datetime) -> dict[str, int]:
    """Open ones, whenever they were due, and those of the last day."""
    table = occurrences
    counted = select(table.c.state, func.count()).group_by(table.c.state)
    recent = {str(state): int(count) for state, count in connection.execute(counted.where(table.c.due_at >= since))}
    still = {
        str(state): int(count) for state, count in connection.execute(counted.where(table.c.state.in_(_OPEN_VISITS)))
    }
    return {**recent, **still}


def _oldest(connection: Connection, state: str, now: datetime) -> datetime | None:
    table = occurrences
    waiting = select(func.min(table.c.not_before)).where(table.c.state == state, table.c.not_before <= now)
    found: datetime | None = connection.execute(waiting).scalar()
    return found


def _jobs(connection: Connection, since: datetime) -> tuple[dict[str, int], dict[str, tuple[float, ...]]]:
    recent = select(jobs.c.body).where((jobs.c.asked_at >= since) | jobs.c.state.in_(_OPEN_JOBS))
    states: Counter[str] = Counter()
    seconds: dict[str, list[float]] = defaultdict(list)
    for body in connection.execute(recent).scalars():
        job = json.loads(body)
        states[job["state"]] += 1
        if job.get("started_at") and job.get("ended_at"):
            seconds[job["kind"]].append(_between(job["started_at"], job["ended_at"]))
    return dict(states), {kind: tuple(found) for kind, found in seconds.items()}


def _captures(connection: Connection, since: datetime) -> tuple[dict[str, int], tuple[float, ...]]:
    table = tables.captures
    newest = select(table.c.body).where(table.c.started_at >= since).order_by(table.c.started_at.desc())
    states: Counter[str] = Counter()
    seconds = []
    for body in connection.execute(newest.limit(_MOST_CAPTURES)).scalars():
        capture = json.loads(body)
        states[capture["state"]] += 1
        if capture.get("finished_at"):
            seconds.append(_between(capture["started_at"], capture["finished_at"]))
    return dict(states), tuple(seconds)


def _fetches(connection: Connection, since: datetime) -> tuple[dict[str, dict[str, int]], float, int]:
    """By the kind of target, never by host: a host's name on a screen for everybody is a disclosure."""
    runs = tables.runs
    kinds = {
        target_id: str(json.loads(body)["kind"])
        for target_id, body in connection.execute(select(tables.targets.c.target_id, tables.targets.c.body))
    }
    newest = select(runs.c.target_id, runs.c.body).where(runs.c.started_at >= since)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    waited, silences = 0.0, 0
    for target_id, body in connection.execute(newest.limit(_MOST_RUNS)):
        run = json.loads(body)
        found[kinds.get(target_id, "unknown")].update(run["outcomes"])
        impact = run.get("impact") or {}
        waited += impact.get("waited_seconds", 0.0)
        silences += impact.get("silences", 0)
    return {kind: dict(outcomes) for kind, outcomes in found.items()}, waited, silences


def _frontier(connection: Connection) -> dict[str, int]:
    """Of the runs under way alone: the whole table is every address ever met."""
    table = tables.frontier
    running = [
        json.loads(body)["run_id"]
        for body in connection.execute(
            select(occurrences.c.body).where(occurrences.c.state.in_(("leased", "running")))
        ).scalars()
    ]
    counted = (
        select(table.c.state, func.count())
        .where(table.c.run_id.in_([run_id for run_id in running if run_id]))
        .group_by(table.c.state)
    )
    return {str(state): int(count) for state, count in connection.execute(counted)}


def _between(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()
