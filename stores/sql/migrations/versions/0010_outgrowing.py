"""What several machines and whoever keeps them need (issue 9).

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there changes."""
    _make_operation_tables()
    _make_exchange_tables()


def _make_operation_tables() -> None:
    op.create_table(
        "operation_reports",
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_operation_reports")),
    )
    op.create_index(op.f("ix_operation_reports_kind"), "operation_reports", ["kind"])
    op.create_index(op.f("ix_operation_reports_at"), "operation_reports", ["at"])


def _make_exchange_tables() -> None:
    """Zones and bureaus: whom we exchange with, what was sent and received, what is on the way."""
    text = sa.String()
    op.create_table(
        "exchange_peers",
        sa.Column("code", text, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_exchange_peers")),
    )
    op.create_table(
        "exchange_bundles",
        *(sa.Column(name, text, nullable=False) for name in ("bundle_id", "peer", "way")),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", name=op.f("pk_exchange_bundles")),
        sa.UniqueConstraint("peer", "way", "sequence", name=op.f("uq_exchange_bundles_peer_way_sequence")),
    )
    op.create_table(
        "exchange_sent",
        *(sa.Column(name, text, nullable=False) for name in ("peer", "kind", "item_id", "content_sha256")),
        sa.PrimaryKeyConstraint("peer", "kind", "item_id", name=op.f("pk_exchange_sent")),
    )
    op.create_table(
        "exchange_outcomes",
        *(sa.Column(name, text, nullable=False) for name in ("bundle_id", "kind", "item_id")),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "kind", "item_id", name=op.f("pk_exchange_outcomes")),
    )
    op.create_table(
        "exchange_refusals",
        *(sa.Column(name, text, nullable=False) for name in ("refusal_id", "peer")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("refusal_id", name=op.f("pk_exchange_refusals")),
    )
    op.create_index(op.f("ix_exchange_refusals_peer"), "exchange_refusals", ["peer"])
    op.create_index(op.f("ix_exchange_refusals_at"), "exchange_refusals", ["at"])
    op.create_table(
        "exchange_matters",
        *(sa.Column(name, text, nullable=False) for name in ("matter_id", "kind", "peer", "lead_id", "state")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_exchange_matters")),
    )
    op.create_index(op.f("ix_exchange_matters_lead_id"), "exchange_matters", ["lead_id"])
    op.create_index("ix_exchange_matters_kind", "exchange_matters", ["kind", "state"])
