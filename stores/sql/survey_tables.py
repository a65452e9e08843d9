"""The tables of the survey beside its frontier: hosts, history, health, campaigns; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from stores.sql.tables import METADATA, Moment

__all__ = [
    "address_rules",
    "alarms",
    "calendar_entries",
    "campaigns",
    "candidates",
    "draws",
    "hosts",
    "page_versions",
    "run_boards",
    "run_statistics",
    "shop_versions",
    "shop_visits",
]

hosts = Table(
    "hosts",
    METADATA,
    Column("host", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("held_until", Moment),
    Column("body", Text, nullable=False),
)

page_versions = Table(
    "page_versions",
    METADATA,
    Column("target_id", String, primary_key=True),
    Column("canonical_url", Text, primary_key=True),
    Column("version_no", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("content_sha256", String, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("first_page_id", String, nullable=False),
    Column("last_page_id", String, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Column("gone_page_id", String, nullable=False),
    sqlite_with_rowid=False,
)

shop_visits = Table(
    "shop_visits",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("run_id", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

shop_versions = Table(
    "shop_versions",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("version_no", Integer, primary_key=True),
    Column("body", Text, nullable=False),
)

run_statistics = Table(
    "run_statistics",
    METADATA,
    Column("run_id", String, primary_key=True),
    Column("target_id", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_run_statistics_target", "target_id", "started_at"),
)

run_boards = Table(
    "run_boards",
    METADATA,
    Column("run_id", String, primary_key=True),
    Column("stop_reason", Text, nullable=False),
    Column("body", Text, nullable=False),
)

alarms = Table(
    "alarms",
    METADATA,
    Column("alarm_id", String, primary_key=True),
    Column("target_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_alarms_state", "state", "raised_at"),
    Index("ix_alarms_target", "target_id", "raised_at"),
)

candidates = Table(
    "candidates",
    METADATA,
    Column("candidate_id", String, primary_key=True),
    Column("state", String, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

campaigns = Table(
    "campaigns",
    METADATA,
    Column("campaign_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

calendar_entries = Table(
    "calendar_entries",
    METADATA,
    Column("entry_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

draws = Table(
    "draws",
    METADATA,
    Column("draw_id", String, primary_key=True),
    Column("drawn_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)

address_rules = Table(
    "address_rules",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("body", Text, nullable=False),
)
