"""Triggers that let nobody change or remove what is only ever appended."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op

__all__ = ["forbid_changes"]

_FUNCTION = """CREATE OR REPLACE FUNCTION wangjian_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'WJ001'; END $$"""


def forbid_changes(tables: Iterable[str]) -> None:
    """Guard these tables."""
    if op.get_context().dialect.name != "sqlite":
        op.execute(_FUNCTION)
        for table in tables:
            for deeds, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
                op.execute(
                    f"CREATE TRIGGER {table}_append_only_{each.lower()} BEFORE {deeds} ON {table} "
                    f"FOR EACH {each} EXECUTE FUNCTION wangjian_append_only()"
                )
        return
    for table in tables:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: {deed}'); END"
            )
