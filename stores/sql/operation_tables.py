"""The table of what was done to keep the system: backups, restores; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["operation_reports"]

operation_reports = Table(
    "operation_reports",
    METADATA,
    Column("report_id", String, primary_key=True),
    Column("kind", String, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
