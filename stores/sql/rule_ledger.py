"""RuleLedger: what was done about rules, in the order it was done."""

from __future__ import annotations

from sqlalchemy import select

from records.rule_life import RuleEvent
from stores.sql.database import Database
from stores.sql.lead_tables import rule_events
from stores.sql.rows import body_of, insert_new

__all__ = ["SqlRuleLedger"]


class SqlRuleLedger:
    """See `records.rule_life.RuleLedger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append_rule_event(self, event: RuleEvent) -> bool:
        row = {"event_id": event.event_id, "rule_id": event.rule_id, "body": body_of(event)}
        with self._database.write(durable=True) as connection:
            return bool(insert_new(connection, rule_events, [row]))

    def rule_events(self, rule_id: str = "") -> tuple[RuleEvent, ...]:
        statement = select(rule_events.c.body).order_by(rule_events.c.event_no)
        if rule_id:
            statement = statement.where(rule_events.c.rule_id == rule_id)
        with self._database.read() as connection:
            return tuple(RuleEvent.model_validate_json(body) for body in connection.execute(statement).scalars())
