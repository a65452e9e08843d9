"""FigureStore: marks beside the records, counted by days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, func, or_, select

from records.base import Record
from records.errors import NotFoundError
from records.leads import RuleHit, Verdict
from records.statistics import (
    LeadMark,
    LeadRows,
    Marks,
    MonitoringReport,
    RunRow,
    ShopMark,
    ShopRow,
    Span,
    date_of_number,
    day_number,
)
from records.survey import RunState
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.figure_tables import finding_marks, lead_marks, listing_marks, monitoring_reports, shop_marks
from stores.sql.rows import body_of, find_body, insert_new, upsert

__all__ = ["SqlFigureStore"]

_MARKS: Mapping[str, Table] = {
    "leads": lead_marks,
    "shops": shop_marks,
    "listings": listing_marks,
    "findings": finding_marks,
}
_LEAD_COLUMNS = tuple(lead_marks.c[name] for name in LeadMark.model_fields)
_SHOP_COLUMNS = tuple(shop_marks.c[name] for name in ShopMark.model_fields)
_BEHIND_UTC = timedelta(hours=8)


class SqlFigureStore:
    """See `records.statistics.FigureStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, marks: Marks) -> None:
        with self._database.write() as connection:
            for table, some in _by_table(marks):
                upsert(connection, table, [one.model_dump() for one in some])

    def clear(self) -> None:
        with self._database.write() as connection:
            for table in _MARKS.values():
                connection.execute(delete(table))

    def counted(self) -> Mapping[str, int]:
        with self._database.read() as connection:
            return {
                name: int(connection.execute(select(func.count()).select_from(table)).scalar() or 0)
                for name, table in _MARKS.items()
            }

    def leads(self, span: Span, *, region: str = "", target_id: str = "") -> LeadRows:
        table = lead_marks
        within = [
            and_(table.c.first_day <= span.last, table.c.last_day >= span.first),
            table.c.decided_day.between(span.first, span.last),
            table.c.check_ended_day.between(span.first, span.last),
            and_(table.c.checked.is_(True), table.c.check_ended_day.is_(None), table.c.first_day <= span.last),
        ]
        statement = select(*_LEAD_COLUMNS).where(or_(*within), *_held(table, region, target_id))
        with self._database.read() as connection:
            found = connection.execute(statement.order_by(table.c.lead_id)).all()
        return [tuple(row) for row in found]

    def shops(self, *, region: str = "", target_id: str = "") -> Sequence[ShopRow]:
        statement = select(*_SHOP_COLUMNS).where(*_held(shop_marks, region, target_id))
        with self._database.read() as connection:
            found = connection.execute(statement.order_by(shop_marks.c.shop_id)).all()
        return [tuple(row) for row in found]

    def lead_days(self, span: Span, *, region: str = "", target_id: str = "") -> Mapping[int, int]:
        return self._by_day(lead_marks.c.first_day, span, *_held(lead_marks, region, target_id))

    def decided_days(self, span: Span, *, region: str = "", target_id: str = "") -> Mapping[int, int]:
        decided = lead_marks.c.upheld != RuleHit.OPEN.value
        return self._by_day(lead_marks.c.decided_day, span, decided, *_held(lead_marks, region, target_id))

    def listing_days(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[tuple[str, int, int, int]]:
        table = listing_marks
        by = (table.c.category, table.c.first_day, table.c.last_day)
        statement = select(*by, func.count()).where(*_seen(table, span), *_of_shops(table, region, target_id))
        with self._database.read() as connection:
            return [tuple(row) for row in connection.execute(statement.group_by(*by)).all()]

    def listing_ids(self, span: Span, *, region: str = "", target_id: str = "", category: str = "") -> Sequence[str]:
        table = listing_marks
        held = [*_seen(table, span), *_of_shops(table, region, target_id)]
        held += [table.c.category == category] if category else []
        return self._ids(select(table.c.listing_id).where(*held).order_by(table.c.listing_id))

    def finding_days(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[tuple[str, int, int]]:
        table = finding_marks
        by = (table.c.verdict, table.c.day)
        held = (table.c.day.between(span.first, span.last), *_of_shops(table, region, target_id))
        with self._database.read() as connection:
            found = connection.execute(select(*by, func.count()).where(*held).group_by(*by)).all()
        return [tuple(row) for row in found]

    def finding_ids(self, span: Span, *, region: str = "", target_id: str = "", verdict: str = "") -> Sequence[str]:
        table = finding_marks
        held = [table.c.day.between(span.first, span.last), *_of_shops(table, region, target_id)]
        held += [table.c.verdict == verdict] if verdict else []
        return self._ids(select(table.c.finding_id).where(*held).order_by(table.c.finding_id))

    def suspected_listings(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[str]:
        column = finding_marks.c.listing_id
        return self._ids(select(column).where(*_suspected(span, region, target_id)).distinct().order_by(column))

    def suspected_listing_count(self, span: Span, *, region: str = "", target_id: str = "") -> int:
        statement = select(func.count(finding_marks.c.listing_id.distinct()))
        with self._database.read() as connection:
            return int(connection.execute(statement.where(*_suspected(span, region, target_id))).scalar() or 0)

    def runs(self, span: Span) -> tuple[RunRow, ...]:
        table = tables.runs
        statement = select(table.c.run_id, table.c.target_id, table.c.started_at, table.c.body).where(
            table.c.started_at >= _midnight(span.first), table.c.started_at < _midnight(span.last + 1)
        )
        with self._database.read() as connection:
            found = connection.execute(statement.order_by(table.c.started_at.desc(), table.c.run_id)).all()
        return tuple(_run_row(*row) for row in found)

    def _by_day(self, day: Column[Any], span: Span, *held: ColumnElement[bool]) -> Mapping[int, int]:
        statement = select(day, func.count()).where(day.between(span.first, span.last), *held).group_by(day)
        with self._database.read() as connection:
            return {number: count for number, count in connection.execute(statement)}

    def _ids(self, statement: Select[Any]) -> Sequence[str]:
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def save_report(self, report: MonitoringReport) -> None:
        row = {"report_id": report.report_id, "made_at": report.made_at, "body": body_of(report)}
        with self._database.write(durable=True) as connection:
            insert_new(connection, monitoring_reports, [row])

    def report(self, report_id: str) -> MonitoringReport:
        with self._database.read() as connection:
            body = find_body(connection, monitoring_reports, report_id)
        if body is None:
            raise NotFoundError(f"没有这份监测报告：{report_id[:80]}", cure="编号见监测报告列表")
        return MonitoringReport.model_validate_json(body)

    def reports(self) -> tuple[MonitoringReport, ...]:
        table = monitoring_reports
        statement = select(table.c.body).order_by(table.c.made_at.desc(), table.c.report_id)
        with self._database.read() as connection:
            return tuple(MonitoringReport.model_validate_json(body) for body in connection.execute(statement).scalars())


def _of_shops(table: Table, region: str, target_id: str) -> list[ColumnElement[bool]]:
    """Held to the shops of a region or platform; no question where it is all of them."""
    held = _held(shop_marks, region, target_id)
    return [table.c.shop_id.in_(select(shop_marks.c.shop_id).where(*held))] if held else []


def _suspected(span: Span, region: str, target_id: str) -> list[ColumnElement[bool]]:
    table = finding_marks
    return [
        table.c.day.between(span.first, span.last),
        table.c.verdict == Verdict.SUSPECTED.value,
        table.c.listing_id != "",
        *_of_shops(table, region, target_id),
    ]


def _by_table(marks: Marks) -> list[tuple[Table, Sequence[Record]]]:
    return [(table, getattr(marks, name)) for name, table in _MARKS.items()]


def _seen(table: Table, span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.first_day <= span.last, table.c.last_day >= span.first


def _held(table: Table, region: str, target_id: str) -> list[ColumnElement[bool]]:
    held: list[ColumnElement[bool]] = []
    if region:
        held.append(table.c.region_code.startswith(region, autoescape=True))
    if target_id:
        held.append(table.c.target_id == target_id)
    return held


def _midnight(day: int) -> datetime:
    """The beginning of a day in Asia/Shanghai."""
    there = date_of_number(day)
    return datetime(there.year, there.month, there.day, tzinfo=UTC) - _BEHIND_UTC


def _run_row(run_id: str, target_id: str, started_at: datetime, body: str) -> RunRow:
    said = json.loads(body)  # the few fields that are counted; a whole Run costs ten times as much
    return RunRow.model_construct(
        run_id=run_id,
        target_id=target_id,
        day=day_number(started_at),
        state=RunState(said["state"]),
        outcomes=said.get("outcomes") or {},
        missing=tuple(said.get("missing") or ()),
        blind=tuple(said.get("blind") or ()),
    )
