"""Schedules and their occurrence ledger (issue 4).

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HELD = sa.text("state IN ('leased', 'running')")


def upgrade() -> None:
    """Make the two tables; a due time of a schedule is there once, a target is held by one visit at a time."""
    op.create_table(
        "schedules",
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_schedules")),
    )
    op.create_index(op.f("ix_schedules_target_id"), "schedules", ["target_id"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("occurrence_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedules.schedule_id"], name=op.f("fk_occurrences_schedule_id")),
        sa.PrimaryKeyConstraint("occurrence_id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("schedule_id", "due_at", name=op.f("uq_occurrences_schedule_id_due_at")),
    )
    op.create_index("ix_occurrences_due_at", "occurrences", ["due_at"], unique=False)
    op.create_index("ix_occurrences_target", "occurrences", ["target_id", "due_at"], unique=False)
    op.create_index("ix_occurrences_turn", "occurrences", ["state", "not_before"], unique=False)
    op.create_index(
        "uq_occurrences_held",
        "occurrences",
        ["target_id"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
