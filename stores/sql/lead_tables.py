"""The tables of claims, rules' lives, own rules, wanted captures, credit classes, words
in pictures; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["credit_classes", "image_texts", "lead_claims", "own_rules", "rule_events", "wanted_captures"]

lead_claims = Table(
    "lead_claims",
    METADATA,
    Column("lead_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

rule_events = Table(
    "rule_events",
    METADATA,
    Column("event_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("rule_id", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

wanted_captures = Table(
    "wanted_captures",
    METADATA,
    Column("wanted_id", String, primary_key=True),
    Column("lead_id", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("taken_until", Moment),
    Column("asked_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_wanted_captures_state_not_before", "state", "not_before"),
)

credit_classes = Table(
    "credit_classes",
    METADATA,
    Column("entity_code", String, primary_key=True),
    Column("body", Text, nullable=False),
)

own_rules = Table(
    "own_rules",
    METADATA,
    Column("rule_id", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

image_texts = Table(
    "image_texts",
    METADATA,
    Column("text_id", String, primary_key=True),
    Column("image_sha256", String, nullable=False, index=True),
    Column("read_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
