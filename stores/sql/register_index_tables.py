"""What the register is searched by, apart from the whole records: a candidate costs one short row (as
`stores/sql/tables.py`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["register_lookasides", "register_outlines", "register_postings", "register_retired"]

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

register_lookasides = Table(
    "register_lookasides",
    METADATA,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("token", LargeBinary),
    Column("covers_no", BigInteger, nullable=False),
    Column("forgotten", BigInteger, nullable=False),
)
"""One row: which file beside the database may be read (`stores.sql.lookaside`)."""

register_retired = Table(
    "register_retired",
    METADATA,
    Column("entity_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
)
"""Numbers that were somebody's when that file was made, and are no longer."""
