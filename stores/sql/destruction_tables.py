"""The table of what was destroyed on purpose; as `stores/sql/tables.py`. It is only ever appended to.

`event_ids` are between commas: events that are named there, and no others, the database lets go.
"""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["destroyed_leads"]

destroyed_leads = Table(
    "destroyed_leads",
    METADATA,
    Column("lead_id", String, primary_key=True),
    Column("disposal_id", String, primary_key=True),
    Column("event_ids", Text, nullable=False),
    Column("body", Text, nullable=False),
)
