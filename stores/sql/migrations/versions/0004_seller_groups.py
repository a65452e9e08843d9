"""Seller groups and which shop is in which; the review queue (issue 5).

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there changes."""
    op.create_table(
        "review_pairs",
        sa.Column("pair_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pair_id", name=op.f("pk_review_pairs")),
    )
    op.create_index(op.f("ix_review_pairs_state"), "review_pairs", ["state"], unique=False)
    op.create_table(
        "seller_group_shops",
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("group_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_seller_group_shops")),
    )
    op.create_index(op.f("ix_seller_group_shops_group_id"), "seller_group_shops", ["group_id"], unique=False)
    op.create_table(
        "seller_groups",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_seller_groups")),
    )
    op.create_index(op.f("ix_seller_groups_state"), "seller_groups", ["state"], unique=False)
