"""The tables of seller groups; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["group_rulings", "seller_group_shops", "seller_groups", "shop_marks", "text_prints"]

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

shop_marks = Table(
    "shop_marks",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("version", String, nullable=False, index=True),
    Column("traits", Text, nullable=False),
    Column("prints", LargeBinary, nullable=False),
    Column("sentences", LargeBinary, nullable=False),
)

text_prints = Table(
    "text_prints",
    METADATA,
    Column("print", BigInteger, primary_key=True, autoincrement=False),
    Column("holders", Integer, nullable=False),
)

group_rulings = Table(
    "group_rulings",
    METADATA,
    Column("ruling_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)
