"""The tables of watch lists and what they met; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["watch_hits", "watch_lists"]

watch_lists = Table(
    "watch_lists",
    METADATA,
    Column("list_id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("title", String, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)

watch_hits = Table(
    "watch_hits",
    METADATA,
    Column("hit_id", String, primary_key=True),
    Column("list_id", String, nullable=False),
    Column("shop_id", String, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_watch_hits_list", "list_id", "found_at"),
    Index("ix_watch_hits_found_at", "found_at"),
)
