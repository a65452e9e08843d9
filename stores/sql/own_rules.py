"""OwnRuleStore: every version is a row; the newest is the rule."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from records.errors import ConflictError
from records.own_rules import OwnRule
from stores.sql.database import Database
from stores.sql.lead_tables import own_rules
from stores.sql.rows import body_of

__all__ = ["SqlOwnRuleStore"]


class SqlOwnRuleStore:
    """See `records.own_rules.OwnRuleStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_own_rules(self, rules: Sequence[OwnRule]) -> None:
        table = own_rules
        with self._database.write(durable=True) as connection:
            for rule in rules:
                newest = select(func.max(table.c.version)).where(table.c.rule_id == rule.rule_id)
                known = connection.execute(newest).scalar() or 0
                if rule.version != known + 1:
                    raise ConflictError(
                        f"规则 {rule.rule_id} 现为第 {known} 版，不能保存第 {rule.version} 版",
                        cure="重新读取该规则后再改",
                        rule=rule.rule_id,
                    )
                row = {"rule_id": rule.rule_id, "version": rule.version, "body": body_of(rule)}
                connection.execute(table.insert(), row)

    def own_rules(self, *, retired: bool = False) -> tuple[OwnRule, ...]:
        table = own_rules
        last = func.max(table.c.version).label("version")
        newest = select(table.c.rule_id, last).group_by(table.c.rule_id).subquery()
        statement = (
            select(table.c.body)
            .join(newest, (newest.c.rule_id == table.c.rule_id) & (newest.c.version == table.c.version))
            .order_by(table.c.rule_id)
        )
        with self._database.read() as connection:
            found = [OwnRule.model_validate_json(body) for body in connection.execute(statement).scalars()]
        return tuple(rule for rule in found if retired or not rule.retired)

    def own_rule_versions(self, rule_id: str) -> tuple[OwnRule, ...]:
        table = own_rules
        statement = select(table.c.body).where(table.c.rule_id == rule_id).order_by(table.c.version)
        with self._database.read() as connection:
            return tuple(OwnRule.model_validate_json(body) for body in connection.execute(statement).scalars())
