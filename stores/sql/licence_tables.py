"""The tables of licence pictures; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["licence_pictures", "licence_readings"]

licence_pictures = Table(
    "licence_pictures",
    METADATA,
    Column("picture_id", String, primary_key=True),
    Column("shop_id", String, nullable=False, index=True),
    Column("target_id", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

licence_readings = Table(
    "licence_readings",
    METADATA,
    Column("reading_id", String, primary_key=True),
    Column("image_sha256", String, nullable=False, index=True),
    Column("read_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
