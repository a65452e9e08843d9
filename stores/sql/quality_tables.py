"""The table of what offices are to correct in the register; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["quality_tasks"]

quality_tasks = Table(
    "quality_tasks",
    METADATA,
    Column("problem_id", String, primary_key=True),
    Column("office_code", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
