"""What the register is searched by, apart from the whole records: a candidate costs one short row (as
`stores/sql/tables.py`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["register_outlines", "register_postings"]

register_outlines = Table(
    "register_outlines",
    METADATA,
    Column("entity_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("code", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("outline", Text, nullable=False),
    Column("grams", Text, nullable=False),
)

register_postings = Table(
    "register_postings",
    METADATA,
    Column("gram", String, primary_key=True),
    Column("block_no", BigInteger, primary_key=True),
    Column("entries", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
