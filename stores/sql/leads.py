"""LeadStore: findings, leads with their events, cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, select

from records.errors import ConflictError
from records.leads import Case, Finding, Lead, LeadEvent
from records.search import SearchKind
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.rows import announce, body_of, insert_new, read_one, upsert, walk

__all__ = ["SqlLeadStore"]


class SqlLeadStore:
    """See `records.ports.LeadStore`. What officers did is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_findings(self, findings: Sequence[Finding]) -> int:
        rows: list[dict[str, object]] = [
            {
                "finding_id": finding.finding_id,
                "shop_id": finding.shop_id,
                "rule_id": finding.rule_id,
                "body": body_of(finding),
            }
            for finding in findings
        ]
        with self._database.write() as connection:
            return insert_new(connection, tables.findings, rows)

    def finding(self, finding_id: str) -> Finding:
        return read_one(self._database, Finding, tables.findings, finding_id, what="规则发现")

    def findings(self, *, shop_id: str = "", rule_id: str = "") -> Iterator[Finding]:
        table = tables.findings
        wanted = [(table.c.shop_id, shop_id), (table.c.rule_id, rule_id)]
        return walk(self._database, Finding, table, *(column == value for column, value in wanted if value))

    def save_lead(self, lead: Lead, event: LeadEvent | None, *, expected_version: int) -> Lead:
        with self._database.write(durable=True) as connection:
            _check_version(connection, tables.leads, lead.lead_id, expected=expected_version, what="线索")
            saved = lead.model_copy(update={"version": expected_version + 1})
            row = {"lead_id": saved.lead_id, "version": saved.version, "body": body_of(saved)}
            upsert(connection, tables.leads, [row])
            if event is not None:
                _append_event(connection, event)
            announce(connection, SearchKind.LEAD, (saved.lead_id,))
        return saved

    def lead(self, lead_id: str) -> Lead:
        return read_one(self._database, Lead, tables.leads, lead_id, what="线索")

    def leads(self) -> Iterator[Lead]:
        return walk(self._database, Lead, tables.leads)

    def lead_events(self, lead_id: str) -> tuple[LeadEvent, ...]:
        table = tables.lead_events
        statement = select(table.c.body).where(table.c.lead_id == lead_id).order_by(table.c.event_no)
        with self._database.read() as connection:
            return tuple(LeadEvent.model_validate_json(body) for body in connection.execute(statement).scalars())

    def save_case(self, case: Case, *, expected_version: int) -> Case:
        with self._database.write(durable=True) as connection:
            _check_version(connection, tables.cases, case.case_id, expected=expected_version, what="案件")
            saved = case.model_copy(update={"version": expected_version + 1})
            row = {"case_id": saved.case_id, "version": saved.version, "body": body_of(saved)}
            upsert(connection, tables.cases, [row])
        return saved

    def case(self, case_id: str) -> Case:
        return read_one(self._database, Case, tables.cases, case_id, what="案件")

    def cases(self) -> tuple[Case, ...]:
        return tuple(walk(self._database, Case, tables.cases))


def _append_event(connection: Connection, event: LeadEvent) -> None:
    row = {"event_id": event.event_id, "lead_id": event.lead_id, "body": body_of(event)}
    insert_new(connection, tables.lead_events, [row])


def _check_version(connection: Connection, table: Table, key: str, *, expected: int, what: str) -> None:
    column = next(iter(table.primary_key))
    stored = connection.execute(select(table.c.version).where(column == key)).scalar() or 0
    if stored == expected:
        return
    if expected == 0:
        raise ConflictError(f"{what}已存在：{key}", cure="重新读取后再改", key=key, stored_version=stored)
    raise ConflictError(
        f"{what} {key} 已被他人改动（现为第 {stored} 版，您看到的是第 {expected} 版）",
        cure="重新读取后再决定",
        key=key,
        stored_version=stored,
    )
