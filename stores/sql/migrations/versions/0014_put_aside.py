"""What cannot be indexed yet is put aside (issue 9).

Pages whose bytes were still with another machine stood at the head of the outbox, and what came after them waited too.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is put aside yet."""
    op.add_column("outbox", sa.Column("not_before", sa.BigInteger(), nullable=True))
