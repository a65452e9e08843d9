"""The tables of long work and of remembered answers; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["jobs", "remembered_answers"]

jobs = Table(
    "jobs",
    METADATA,
    Column("job_id", String, primary_key=True),
    Column("account_id", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

remembered_answers = Table(
    "remembered_answers",
    METADATA,
    Column("answer_id", String, primary_key=True),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
