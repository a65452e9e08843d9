"""The tables of cases' histories, papers and their numbers; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from stores.sql.tables import METADATA

__all__ = ["case_events", "case_papers", "paper_numbers", "paper_versions"]

case_events = Table(
    "case_events",
    METADATA,
    Column("event_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("case_id", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

case_papers = Table(
    "case_papers",
    METADATA,
    Column("paper_id", String, primary_key=True),
    Column("case_id", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

paper_versions = Table(
    "paper_versions",
    METADATA,
    Column("paper_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

paper_numbers = Table(
    "paper_numbers",
    METADATA,
    Column("series", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("paper_id", String, nullable=False, unique=True),
)
