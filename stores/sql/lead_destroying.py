"""A lead destroyed: its row, events, findings of its own and whatever was made of them, in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, select

from records.disposals import DisposalItem
from records.leads import Finding, Lead
from records.search import SearchKind
from stores.sql import tables
from stores.sql.destruction_tables import destroyed_leads
from stores.sql.figure_tables import finding_marks, lead_marks
from stores.sql.lead_tables import lead_claims, wanted_captures
from stores.sql.rows import announce, body_of, chunks, find_body
from stores.sql.search_tables import search_alerts

__all__ = ["destroy_lead", "own_findings"]


def destroy_lead(connection: Connection, lead_id: str, item: DisposalItem, *, disposal_id: str) -> bool:
    """Take it away and tell the index; False when it is gone already.

    The row of `destroyed_leads` comes first: without it the database lets nobody take events away.
    """
    body = find_body(connection, tables.leads, lead_id)
    if body is None:
        return False
    findings = [one.finding_id for one in own_findings(connection, Lead.model_validate_json(body))]
    events = tables.lead_events
    named = connection.execute(select(events.c.event_id).where(events.c.lead_id == lead_id)).scalars()
    event_ids = f",{','.join(named)},"
    row = {"lead_id": lead_id, "disposal_id": disposal_id, "event_ids": event_ids, "body": body_of(item)}
    connection.execute(destroyed_leads.insert(), row)
    for table in (events, lead_claims, wanted_captures, lead_marks, search_alerts, tables.leads):
        _forget(connection, table, "lead_id", [lead_id])
    for table in (finding_marks, tables.findings):
        _forget(connection, table, "finding_id", findings)
    announce(connection, SearchKind.LEAD, (lead_id,))
    announce(connection, SearchKind.FINDING, findings)
    return True


def own_findings(connection: Connection, lead: Lead) -> tuple[Finding, ...]:
    """Its findings that no other lead of the shop rests on."""
    leads, table = tables.leads, tables.findings
    beside = select(leads.c.body).where(leads.c.shop_id == lead.shop_id, leads.c.lead_id != lead.lead_id)
    others = {
        finding_id
        for body in connection.execute(beside).scalars()
        for finding_id in Lead.model_validate_json(body).finding_ids
    }
    found = []
    for some in chunks([one for one in lead.finding_ids if one not in others]):
        bodies = connection.execute(select(table.c.body).where(table.c.finding_id.in_(some))).scalars()
        found += [Finding.model_validate_json(body) for body in bodies]
    return tuple(sorted(found, key=lambda one: one.finding_id))


def _forget(connection: Connection, table: Table, column: str, keys: list[str]) -> None:
    for some in chunks(keys):
        connection.execute(delete(table).where(table.c[column].in_(some)))
