"""The tables of seller groups; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["seller_group_shops", "seller_groups"]

seller_groups = Table(
    "seller_groups",
    METADATA,
    Column("group_id", String, primary_key=True),
    Column("state", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

seller_group_shops = Table(
    "seller_group_shops",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("group_id", String, nullable=False, index=True),
)
