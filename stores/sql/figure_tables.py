"""The tables of what figures are counted from, and of monitoring reports; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = ["finding_marks", "lead_marks", "listing_marks", "monitoring_reports", "shop_marks"]

lead_marks = Table(
    "lead_figures",
    METADATA,
    Column("lead_id", String, primary_key=True),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("region_code", String, nullable=False),
    Column("target_id", String, nullable=False),
    Column("shop_id", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("categories", String, nullable=False),
    Column("upheld", String, nullable=False),
    Column("decided_day", Integer),
    Column("checked", Boolean, nullable=False),
    Column("check_due_day", Integer),
    Column("check_ended_day", Integer),
    Index("ix_lead_figures_days", "last_day", "first_day"),
)

shop_marks = Table(
    "shop_figures",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("target_id", String, nullable=False),
    Column("region_code", String, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("unread", Boolean, nullable=False),
    Index("ix_shop_figures_days", "last_day", "first_day"),
)

listing_marks = Table(
    "listing_figures",
    METADATA,
    Column("listing_id", String, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("category", String, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Index("ix_listing_figures_days", "last_day", "first_day", "shop_id", "category"),
)

finding_marks = Table(
    "finding_figures",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("listing_id", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("day", Integer, nullable=False),
    Index("ix_finding_figures_days", "day", "verdict", "shop_id"),
)

monitoring_reports = Table(
    "monitoring_reports",
    METADATA,
    Column("report_id", String, primary_key=True),
    Column("made_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
