"""LeadStore: findings, leads with their events, cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, bindparam, func, select

from records.claims import Claim
from records.disposals import DisposalItem
from records.errors import ConflictError, InvalidInputError, NotFoundError
from records.leads import Case, Finding, Lead, LeadEvent, LeadState, RuleHit
from records.rule_life import RuleTally
from records.search import SearchKind
from records.subjects import CreditClass
from stores.sql import tables
from stores.sql.claims import claim_in, drop_claim, keep_claim, refuse_unless_free, refuse_while_held
from stores.sql.database import Database
from stores.sql.lead_destroying import destroy_lead, own_findings
from stores.sql.lead_tables import credit_classes, lead_claims
from stores.sql.ready import Ready
from stores.sql.rows import (
    announce,
    body_of,
    chunks,
    find_body,
    insert_new,
    look_up_bodies,
    look_up_body,
    read_one,
    upsert,
    walk,
)

__all__ = ["SqlLeadStore", "append_events", "check_version", "lead_row"]


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
            known = _known_findings(connection, [finding.finding_id for finding in findings])
            announce(
                connection, SearchKind.FINDING, [one.finding_id for one in findings if one.finding_id not in known]
            )
            return insert_new(connection, tables.findings, rows)

    def finding(self, finding_id: str) -> Finding:
        return read_one(self._database, Finding, tables.findings, finding_id, what="规则发现")

    def findings(self, *, shop_id: str = "", rule_id: str = "") -> Iterator[Finding]:
        table = tables.findings
        wanted = [(table.c.shop_id, shop_id), (table.c.rule_id, rule_id)]
        return walk(self._database, Finding, table, *(column == value for column, value in wanted if value))

    def save_lead(self, lead: Lead, event: LeadEvent | None, *, expected_version: int) -> Lead:
        with self._database.write(durable=True) as connection:
            _check_lead(connection, lead.lead_id, expected=expected_version)
            if event is not None and expected_version:
                before = Lead.model_validate_json(find_body(connection, tables.leads, lead.lead_id) or "")
                refuse_while_held(connection, before, lead, event)
            saved = lead.model_copy(update={"version": expected_version + 1})
            upsert(connection, tables.leads, [lead_row(saved)])
            if event is not None:
                append_events(connection, (event,))
            announce(connection, SearchKind.LEAD, (saved.lead_id,))
        return saved

    def lead(self, lead_id: str) -> Lead:
        return read_one(self._database, Lead, tables.leads, lead_id, what="线索")

    def leads_named(self, lead_ids: Sequence[str]) -> Mapping[str, Lead]:
        bodies = look_up_bodies(self._database, tables.leads, lead_ids)
        return {lead_id: Lead.model_validate_json(body) for lead_id, body in bodies.items()}

    def leads(self) -> Iterator[Lead]:
        return walk(self._database, Lead, tables.leads)

    def leads_of(self, *, shop_id: str = "", rule_id: str = "", entity_code: str = "") -> tuple[Lead, ...]:
        table = tables.leads
        wanted = [(table.c.shop_id, shop_id), (table.c.rule_id, rule_id), (table.c.entity_code, entity_code)]
        named = [column == value for column, value in wanted if value]
        if not named:
            raise InvalidInputError("未指明要哪家网店、哪条规则或哪个主体的线索", cure="至少指明一项")
        statement = select(table.c.body).where(*named).order_by(table.c.lead_id)
        with self._database.read() as connection:
            return tuple(Lead.model_validate_json(body) for body in connection.execute(statement).scalars())

    def leads_in(self, states: Collection[LeadState]) -> Iterator[Lead]:
        return walk(self._database, Lead, tables.leads, tables.leads.c.state.in_([state.value for state in states]))

    def load_of(self, states: Collection[LeadState]) -> Mapping[str, int]:
        table = tables.leads
        statement = (
            select(table.c.assignee, func.count())
            .where(table.c.state.in_([state.value for state in states]), table.c.assignee != "")
            .group_by(table.c.assignee)
        )
        with self._database.read() as connection:
            return {assignee: count for assignee, count in connection.execute(statement)}

    def claim(self, claim: Claim) -> Claim:
        with self._database.write(durable=True) as connection:
            if find_body(connection, tables.leads, claim.lead_id) is None:
                raise NotFoundError(f"没有这条线索：{claim.lead_id[:200]}", key=claim.lead_id)
            known = claim_in(connection, claim.lead_id)
            if known is not None:
                refuse_unless_free(known, claim.holder, claim.claimed_at)
            keep_claim(connection, claim)
        return claim

    def release(self, lead_id: str, holder: str) -> bool:
        with self._database.write(durable=True) as connection:
            known = claim_in(connection, lead_id)
            if known is None or known.holder != holder:
                return False
            drop_claim(connection, lead_id)
        return True

    def claim_of(self, lead_id: str) -> Claim | None:
        body = look_up_body(self._database, lead_claims, lead_id)
        return Claim.model_validate_json(body) if body is not None else None

    def tally_of(self, rule_id: str, version: str, *, since: datetime | None = None) -> RuleTally:
        table = tables.leads
        hits = (RuleHit.RIGHT.value, RuleHit.WRONG.value)
        statement = (
            select(table.c.rule_hit, func.count())
            .where(table.c.rule_id == rule_id, table.c.rule_hit.in_(hits), table.c.rule_version == version)
            .group_by(table.c.rule_hit)
        )
        if since is not None:
            statement = statement.where(table.c.decided_at > since)
        with self._database.read() as connection:
            counted = {hit: count for hit, count in connection.execute(statement)}
        return RuleTally(right=counted.get(RuleHit.RIGHT.value, 0), wrong=counted.get(RuleHit.WRONG.value, 0))

    def save_credit_classes(self, classes: Sequence[CreditClass]) -> None:
        newest: dict[str, CreditClass] = {}
        for one in classes:
            if one.entity_code not in newest or newest[one.entity_code].since <= one.since:
                newest[one.entity_code] = one
        with self._database.write(durable=True) as connection:
            for one in newest.values():
                known = _credit_in(connection, one.entity_code)
                if known is None or known.since <= one.since:
                    upsert(connection, credit_classes, [{"entity_code": one.entity_code, "body": body_of(one)}])

    def credit_class(self, entity_code: str) -> CreditClass | None:
        with self._database.read() as connection:
            return _credit_in(connection, entity_code)

    def lead_events(self, lead_id: str) -> tuple[LeadEvent, ...]:
        return tuple(
            LeadEvent.model_validate_json(body) for (body,) in _EVENTS.ask(self._database, {"wanted": lead_id})
        )

    def own_findings(self, lead: Lead) -> tuple[Finding, ...]:
        with self._database.read() as connection:
            return own_findings(connection, lead)

    def destroy(self, lead_id: str, item: DisposalItem, *, disposal_id: str) -> bool:
        with self._database.write(durable=True) as connection:
            return destroy_lead(connection, lead_id, item, disposal_id=disposal_id)

    def save_case(self, case: Case, *, expected_version: int) -> Case:
        with self._database.write(durable=True) as connection:
            check_version(connection, tables.cases, case.case_id, expected=expected_version, what="案件")
            saved = case.model_copy(update={"version": expected_version + 1})
            row = {"case_id": saved.case_id, "version": saved.version, "body": body_of(saved)}
            upsert(connection, tables.cases, [row])
        return saved

    def case(self, case_id: str) -> Case:
        return read_one(self._database, Case, tables.cases, case_id, what="案件")

    def cases(self) -> tuple[Case, ...]:
        return tuple(walk(self._database, Case, tables.cases))


_CHINA = ZoneInfo("Asia/Shanghai")
_EVENTS = Ready(
    select(tables.lead_events.c.body)
    .where(tables.lead_events.c.lead_id == bindparam("wanted"))
    .order_by(tables.lead_events.c.event_no)
)


def lead_row(lead: Lead) -> dict[str, object]:
    """What the table of leads holds of one."""
    return {
        "lead_id": lead.lead_id,
        "version": lead.version,
        "shop_id": lead.shop_id,
        "rule_id": lead.rule_id,
        "entity_code": lead.entity_code,
        "state": lead.state.value,
        "assignee": lead.assignee,
        "rule_version": lead.rule_version,
        "rule_hit": lead.rule_hit.value,
        "decided_at": lead.decided_at,
        "body": body_of(lead),
    }


def _credit_in(connection: Connection, entity_code: str) -> CreditClass | None:
    body = find_body(connection, credit_classes, entity_code)
    return CreditClass.model_validate_json(body) if body is not None else None


def _check_lead(connection: Connection, lead_id: str, *, expected: int) -> None:
    """As `check_version`, naming who was first and what that was."""
    try:
        check_version(connection, tables.leads, lead_id, expected=expected, what="线索")
    except ConflictError as exc:
        table = tables.lead_events
        statement = select(table.c.body).where(table.c.lead_id == lead_id).order_by(table.c.event_no.desc()).limit(1)
        body = connection.execute(statement).scalar()
        if body is None or not expected:
            raise
        last = LeadEvent.model_validate_json(body)
        when = last.at.astimezone(_CHINA)
        raise ConflictError(
            f"{exc.message}：{last.actor} 于 {when:%m-%d %H:%M}“{last.action}”，现为“{last.state_to.value}”",
            cure=exc.cure,
            **{**exc.data, "actor": last.actor, "action": last.action},
        ) from None


def _known_findings(connection: Connection, finding_ids: Sequence[str]) -> set[str]:
    column, known = tables.findings.c.finding_id, set[str]()
    for some in chunks(finding_ids):
        known.update(connection.execute(select(column).where(column.in_(some))).scalars())
    return known


def append_events(connection: Connection, events: Sequence[LeadEvent]) -> None:
    """Write those that are not there yet, in their order."""
    rows = [{"event_id": event.event_id, "lead_id": event.lead_id, "body": body_of(event)} for event in events]
    insert_new(connection, tables.lead_events, rows)


def check_version(connection: Connection, table: Table, key: str, *, expected: int, what: str) -> None:
    """Raises ConflictError unless the stored version of a row is the one expected (0: there is none)."""
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
