"""The table of the review queue; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["review_pairs"]

review_pairs = Table(
    "review_pairs",
    METADATA,
    Column("pair_id", String, primary_key=True),
    Column("state", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
