"""The tables of the occurrence ledger; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from stores.sql.tables import METADATA, Moment

__all__ = ["occurrences", "schedules"]

schedules = Table(
    "schedules",
    METADATA,
    Column("schedule_id", String, primary_key=True),
    Column("target_id", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("position", Text, nullable=False),
    Column("next_due_at", Moment, index=True),
    Column("planned_until", Moment, index=True),
    Column("body", Text, nullable=False),
)

occurrences = Table(
    "occurrences",
    METADATA,
    Column("occurrence_id", String, primary_key=True),
    Column("schedule_id", String, ForeignKey("schedules.schedule_id"), nullable=False),
    Column("target_id", String, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("leased_until", Moment),
    Column("body", Text, nullable=False),
    UniqueConstraint("schedule_id", "due_at"),
    Index("ix_occurrences_due_at", "due_at"),
    Index("ix_occurrences_target", "target_id", "due_at"),
    Index("ix_occurrences_turn", "state", "not_before"),
)

_HELD = text("state IN ('leased', 'running')")
Index("uq_occurrences_held", occurrences.c.target_id, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
"""The database itself refuses a second visit of a target that is being visited."""
