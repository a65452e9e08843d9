"""The tables of the review queue and of what its labels made of the calibration; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["recalibrations", "review_pairs"]

review_pairs = Table(
    "review_pairs",
    METADATA,
    Column("pair_id", String, primary_key=True),
    Column("state", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

recalibrations = Table(
    "recalibrations",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)
