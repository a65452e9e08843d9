"""The tables of saved searches and their alerts; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text, UniqueConstraint

from stores.sql.tables import METADATA, Moment

__all__ = ["saved_searches", "search_alerts"]

saved_searches = Table(
    "saved_searches",
    METADATA,
    Column("search_id", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("name", String, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("owner", "name"),
)

search_alerts = Table(
    "search_alerts",
    METADATA,
    Column("search_id", String, ForeignKey("saved_searches.search_id", ondelete="CASCADE"), primary_key=True),
    Column("lead_id", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=True),
    Column("body", Text, nullable=False),
)
