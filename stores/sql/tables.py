"""The tables: key columns to find a record by, and the record itself as JSON in `body`.

A change here comes with a migration (`migrations/versions`); a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.types import TypeDecorator

__all__ = [
    "METADATA",
    "Moment",
    "accounts",
    "api_keys",
    "audit_events",
    "captures",
    "cases",
    "custody_events",
    "findings",
    "frontier",
    "lead_events",
    "leads",
    "listing_versions",
    "listings",
    "matches",
    "outbox",
    "pages",
    "register_entities",
    "register_grams",
    "register_keys",
    "register_snapshots",
    "register_states",
    "runs",
    "sessions",
    "shops",
    "targets",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970 UTC: exact, and sorted alike by every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _counted() -> BigInteger:
    """A number given by the database; SQLite counts only in columns called INTEGER."""
    return BigInteger().with_variant(Integer, "sqlite")


targets = Table(
    "targets",
    METADATA,
    Column("target_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

runs = Table(
    "runs",
    METADATA,
    Column("run_id", String, primary_key=True),
    Column("target_id", String, nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)

frontier = Table(
    "frontier",
    METADATA,
    Column("row_no", _counted(), primary_key=True),
    Column("row_id", String, nullable=False, unique=True),
    Column("run_id", String, ForeignKey("runs.run_id"), nullable=False),
    Column("canonical_url", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("host", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("use_browser", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("found_on", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("leased_until", Moment),
    UniqueConstraint("run_id", "canonical_url"),
)
Index("ix_frontier_turn", frontier.c.run_id, frontier.c.state, frontier.c.priority.desc(), frontier.c.row_no)

pages = Table(
    "pages",
    METADATA,
    Column("page_id", String, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_pages_run_fetched", "run_id", "fetched_at", "page_id"),
    Index("ix_pages_run_outcome", "run_id", "outcome"),
)

shops = Table(
    "shops",
    METADATA,
    Column("shop_id", String, primary_key=True),
    Column("target_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_shops_target", "target_id", "shop_id"),
)

listings = Table(
    "listings",
    METADATA,
    Column("listing_id", String, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("version_no", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_listings_shop", "shop_id", "listing_id"),
)

listing_versions = Table(
    "listing_versions",
    METADATA,
    Column("listing_id", String, primary_key=True),
    Column("version_no", Integer, primary_key=True),
    Column("superseded_by", Integer),
    Column("body", Text, nullable=False),
)

matches = Table(
    "matches",
    METADATA,
    Column("match_id", String, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("matched_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_matches_newest", "shop_id", "matched_at", "match_id"),
)

register_snapshots = Table(
    "register_snapshots",
    METADATA,
    Column("snapshot_no", _counted(), primary_key=True),
    Column("snapshot_id", String, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("known_at", Moment, nullable=False, server_default=text("0")),
    Column("finished", Boolean, nullable=False, server_default=true()),
)

register_entities = Table(
    "register_entities",
    METADATA,
    Column("entity_no", _counted(), primary_key=True, autoincrement=False),
    Column("code", String, nullable=False, unique=True),
    Column("status", String, nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("snapshot_id", String, nullable=False),
    Column("row_sha256", LargeBinary, nullable=False),
    Column("grams", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("known_from", Moment, nullable=False, server_default=text("0")),
    Column("brought_no", BigInteger, nullable=False, server_default=text("0")),
    Column("named_no", BigInteger, nullable=False, server_default=text("0")),
)

register_states = Table(
    "register_states",
    METADATA,
    Column("code", String, primary_key=True),
    Column("known_from", Moment, primary_key=True),
    Column("known_until", Moment, nullable=False),
    Column("brought_no", BigInteger, nullable=False),
    Column("source", String, nullable=False),
    Column("snapshot_id", String, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

register_keys = Table(
    "register_keys",
    METADATA,
    Column("key", String, primary_key=True),
    Column("entity_no", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

register_grams = Table(
    "register_grams",
    METADATA,
    Column("gram", String, primary_key=True),
    Column("entities", Integer, nullable=False),
    sqlite_with_rowid=False,
)

findings = Table(
    "findings",
    METADATA,
    Column("finding_id", String, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_findings_shop", "shop_id", "finding_id"),
    Index("ix_findings_rule", "rule_id", "finding_id"),
)

leads = Table(
    "leads",
    METADATA,
    Column("lead_id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shop_id", String, nullable=False),
    Column("rule_id", String, nullable=False),
    Column("entity_code", String, nullable=False),
    Column("state", String, nullable=False),
    Column("assignee", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("rule_hit", String, nullable=False),
    Column("decided_at", Moment),
    Column("body", Text, nullable=False),
    Index("ix_leads_shop", "shop_id", "lead_id"),
    Index("ix_leads_entity", "entity_code", "lead_id"),
    Index("ix_leads_state", "state", "lead_id"),
    Index("ix_leads_rule", "rule_id", "rule_hit", "rule_version"),
)

lead_events = Table(
    "lead_events",
    METADATA,
    Column("event_no", _counted(), primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("lead_id", String, ForeignKey("leads.lead_id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

captures = Table(
    "captures",
    METADATA,
    Column("capture_id", String, primary_key=True),
    Column("lead_id", String, nullable=False, index=True),
    Column("case_id", String, nullable=False, index=True),
    Column("started_at", Moment, nullable=False, index=True),
    Column("body", Text, nullable=False),
)

custody_events = Table(
    "custody_events",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("capture_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_custody_events_capture", "capture_id", "sequence"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("account_id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("token_sha256", String, primary_key=True),
    Column("body", Text, nullable=False),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("key_sha256", String, primary_key=True),
    Column("body", Text, nullable=False),
)

audit_events = Table(
    "audit_events",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("sequence", _counted(), primary_key=True),
    Column("kind", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("not_before", Moment),
    UniqueConstraint("kind", "record_id"),
    sqlite_autoincrement=True,
)
