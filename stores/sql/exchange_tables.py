"""The tables of the exchange between zones and bureaus; as `stores/sql/tables.py`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from stores.sql.tables import METADATA, Moment

__all__ = [
    "exchange_bundles",
    "exchange_matters",
    "exchange_outcomes",
    "exchange_peers",
    "exchange_refusals",
    "exchange_sent",
]

exchange_peers = Table(
    "exchange_peers",
    METADATA,
    Column("code", String, primary_key=True),
    Column("body", Text, nullable=False),
)

exchange_bundles = Table(
    "exchange_bundles",
    METADATA,
    Column("bundle_id", String, primary_key=True),
    Column("peer", String, nullable=False),
    Column("way", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("peer", "way", "sequence"),
    Index("ix_exchange_bundles_made", "made_at", "bundle_id"),
    Index("ix_exchange_bundles_peer_made", "peer", "made_at", "bundle_id"),
    Index("ix_exchange_bundles_state", "state", "way", "peer"),
)

exchange_sent = Table(
    "exchange_sent",
    METADATA,
    Column("peer", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("content_sha256", String, nullable=False),
)

exchange_outcomes = Table(
    "exchange_outcomes",
    METADATA,
    Column("bundle_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("item_id", String, primary_key=True),
    Column("accepted", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)

exchange_refusals = Table(
    "exchange_refusals",
    METADATA,
    Column("refusal_id", String, primary_key=True),
    Column("peer", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_exchange_refusals_newest", "at", "refusal_id"),
    Index("ix_exchange_refusals_peer_newest", "peer", "at", "refusal_id"),
)

exchange_matters = Table(
    "exchange_matters",
    METADATA,
    Column("matter_id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("peer", String, nullable=False),
    Column("lead_id", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_exchange_matters_kind", "kind", "state"),
    Index("ix_exchange_matters_opened", "opened_at", "matter_id"),
    Index("ix_exchange_matters_peer_opened", "peer", "opened_at", "matter_id"),
    Index("ix_exchange_matters_state", "state", "peer"),
)
