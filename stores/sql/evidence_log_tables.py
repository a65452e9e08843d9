"""The tables of the evidence log; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, UniqueConstraint

from stores.sql.tables import METADATA, Moment

__all__ = ["log_heads", "log_leaves", "log_subtrees"]

log_leaves = Table(
    "log_leaves",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("ref", String, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("sm3", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("kind", "ref", name="uq_log_leaves_kind_ref"),
)

log_subtrees = Table(
    "log_subtrees",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("sm3", LargeBinary, nullable=False),
)

log_heads = Table(
    "log_heads",
    METADATA,
    Column("head_sha256", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root_sha256", String, nullable=False),
    Column("root_sm3", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("timestamp", String, nullable=False),
)
