"""Keys of programs (issue 8); which file beside the database the register is read from (issue 5).

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there changes."""
    _make_key_table()
    _make_lookaside_tables()


def _make_key_table() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_api_keys")),
    )


def _make_lookaside_tables() -> None:
    lookasides = op.create_table(
        "register_lookasides",
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("covers_no", sa.BigInteger(), nullable=False),
        sa.Column("forgotten", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name=op.f("pk_register_lookasides")),
    )
    op.bulk_insert(lookasides, [{"slot": 1, "token": None, "covers_no": 0, "forgotten": 0}])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "register_retired",
        sa.Column("entity_no", number, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("entity_no", name=op.f("pk_register_retired")),
    )
