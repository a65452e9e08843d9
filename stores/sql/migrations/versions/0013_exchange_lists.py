"""Lists of the exchange are cut by the database (issue 9).

Bundles and matters were read whole and sorted for each page, since when they were made stood in their records alone.

Revision: 0013, after 0012.
"""

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Read the times out of the records that are there, and lay an index over each list."""
    _add_moment("exchange_bundles", "bundle_id", "made_at")
    _add_moment("exchange_matters", "matter_id", "opened_at")
    op.create_index("ix_exchange_bundles_made", "exchange_bundles", ["made_at", "bundle_id"])
    op.create_index("ix_exchange_bundles_peer_made", "exchange_bundles", ["peer", "made_at", "bundle_id"])
    op.create_index("ix_exchange_bundles_state", "exchange_bundles", ["state", "way", "peer"])
    op.create_index("ix_exchange_matters_opened", "exchange_matters", ["opened_at", "matter_id"])
    op.create_index("ix_exchange_matters_peer_opened", "exchange_matters", ["peer", "opened_at", "matter_id"])
    op.create_index("ix_exchange_matters_state", "exchange_matters", ["state", "peer"])
    op.create_index("ix_exchange_refusals_newest", "exchange_refusals", ["at", "refusal_id"])
    op.create_index("ix_exchange_refusals_peer_newest", "exchange_refusals", ["peer", "at", "refusal_id"])
    op.drop_index("ix_exchange_refusals_at", "exchange_refusals")
    op.drop_index("ix_exchange_refusals_peer", "exchange_refusals")


def _add_moment(table: str, key: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    connection, after = op.get_bind(), ""
    page = sa.text(f"SELECT {key}, body FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT 1000")  # noqa: S608  # ours
    change = sa.text(f"UPDATE {table} SET {name} = :moment WHERE {key} = :key")  # noqa: S608  # ours
    while rows := connection.execute(page, {"after": after}).all():
        after = rows[-1][0]
        moments = [(row[0], datetime.fromisoformat(json.loads(row[1])[name])) for row in rows]
        connection.execute(
            change, [{"key": one, "moment": (at - _EPOCH) // timedelta(microseconds=1)} for one, at in moments]
        )
