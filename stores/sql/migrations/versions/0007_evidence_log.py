"""The evidence log: its leaves, the nodes kept of its tree, and the heads that were signed and stamped (issue 7).

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from stores.sql.migrations.append_only import forbid_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what was kept before enters the log when it is next caught up."""
    _make_log_tables()


def _make_log_tables() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sm3", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_log_leaves_kind_ref")),
    )
    op.create_table(
        "log_subtrees",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sm3", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_log_subtrees")),
    )
    op.create_table(
        "log_heads",
        sa.Column("head_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root_sha256", sa.String(), nullable=False),
        sa.Column("root_sm3", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("timestamp", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("head_sha256", name=op.f("pk_log_heads")),
    )
    forbid_changes(("log_leaves", "log_subtrees", "log_heads"))
