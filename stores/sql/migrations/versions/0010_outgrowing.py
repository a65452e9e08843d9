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
