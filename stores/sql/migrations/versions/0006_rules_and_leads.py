"""Rules' lives, claims, captures that are wanted, credit classes; leads found by shop, rule and state (issue 6).

Revision: 0006, after 0005.
"""

import json

import sqlalchemy as sa
from alembic import op

from stores.sql.migrations.append_only import forbid_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OF_LEADS = ("shop_id", "rule_id", "entity_code", "state", "assignee")


def upgrade() -> None:
    """Make the tables; of the leads that are there the new columns are read out of their records."""
    _add_to_leads()
    _make_lead_tables()
    _make_search_tables()
    _make_watch_tables()
    _make_own_rules()
    _make_image_texts()


def _add_to_leads() -> None:
    for name in (*_OF_LEADS, "rule_version"):
        op.add_column("leads", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("leads", sa.Column("rule_hit", sa.String(), nullable=False, server_default="open"))
    op.add_column("leads", sa.Column("decided_at", sa.BigInteger(), nullable=True))
    connection, after = op.get_bind(), ""
    page = sa.text("SELECT lead_id, body FROM leads WHERE lead_id > :after ORDER BY lead_id LIMIT 1000")
    places = ", ".join(f"{name} = :{name}" for name in _OF_LEADS)
    change = sa.text(f"UPDATE leads SET {places} WHERE lead_id = :lead_id")  # noqa: S608  # names are ours
    while rows := connection.execute(page, {"after": after}).all():
        after = rows[-1].lead_id
        bodies = [(row.lead_id, json.loads(row.body)) for row in rows]
        connection.execute(
            change,
            [{"lead_id": key, **{name: body.get(name, "") for name in _OF_LEADS}} for key, body in bodies],
        )
    op.create_index("ix_leads_shop", "leads", ["shop_id", "lead_id"], unique=False)
    op.create_index("ix_leads_entity", "leads", ["entity_code", "lead_id"], unique=False)
    op.create_index("ix_leads_state", "leads", ["state", "lead_id"], unique=False)
    op.create_index("ix_leads_rule", "leads", ["rule_id", "rule_hit", "rule_version"], unique=False)


def _make_lead_tables() -> None:
    op.create_table(
        "lead_claims",
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_claims")),
    )
    op.create_table(
        "rule_events",
        sa.Column("event_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_no", name=op.f("pk_rule_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_rule_events_event_id")),
    )
    op.create_index(op.f("ix_rule_events_rule_id"), "rule_events", ["rule_id"], unique=False)
    op.create_table(
        "wanted_captures",
        sa.Column("wanted_id", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("taken_until", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("wanted_id", name=op.f("pk_wanted_captures")),
    )
    op.create_index(op.f("ix_wanted_captures_lead_id"), "wanted_captures", ["lead_id"], unique=False)
    op.create_index("ix_wanted_captures_state_not_before", "wanted_captures", ["state", "not_before"], unique=False)
    op.create_table(
        "credit_classes",
        sa.Column("entity_code", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_code", name=op.f("pk_credit_classes")),
    )
    forbid_changes(("rule_events",))


def _make_search_tables() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("search_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("search_id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("owner", "name", name=op.f("uq_saved_searches_owner_name")),
    )
    op.create_table(
        "search_alerts",
        sa.Column("search_id", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("search_id", "lead_id", name=op.f("pk_search_alerts")),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_searches.search_id"],
            name=op.f("fk_search_alerts_search_id_saved_searches"),
            ondelete="CASCADE",
        ),
    )


def _make_watch_tables() -> None:
    op.create_table(
        "watch_lists",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "version", name=op.f("pk_watch_lists")),
    )
    op.create_table(
        "watch_hits",
        sa.Column("hit_id", sa.String(), nullable=False),
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("shop_id", sa.String(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hit_id", name=op.f("pk_watch_hits")),
    )
    op.create_index("ix_watch_hits_found_at", "watch_hits", ["found_at"], unique=False)
    op.create_index("ix_watch_hits_list", "watch_hits", ["list_id", "found_at"], unique=False)


def _make_own_rules() -> None:
    op.create_table(
        "own_rules",
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "version", name=op.f("pk_own_rules")),
    )


def _make_image_texts() -> None:
    op.create_table(
        "image_texts",
        sa.Column("text_id", sa.String(), nullable=False),
        sa.Column("image_sha256", sa.String(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name=op.f("pk_image_texts")),
    )
    op.create_index(op.f("ix_image_texts_image_sha256"), "image_texts", ["image_sha256"], unique=False)
