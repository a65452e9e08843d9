"""What the console keeps: histories, papers and paper numbers of cases (issue 8).

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that is there changes."""
    _make_figure_tables()
    _make_case_tables()
    _make_job_tables()
    _make_bulk_tables()


def _make_case_tables() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_events",
        sa.Column("event_no", number, nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_no", name=op.f("pk_case_events")),
        sa.UniqueConstraint("event_id", name=op.f("uq_case_events_event_id")),
    )
    op.create_index(op.f("ix_case_events_case_id"), "case_events", ["case_id"])
    op.create_table(
        "case_papers",
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_case_papers")),
    )
    op.create_index(op.f("ix_case_papers_case_id"), "case_papers", ["case_id"])
    op.create_index(op.f("ix_case_papers_state"), "case_papers", ["state"])
    op.create_table(
        "paper_versions",
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", "number", name=op.f("pk_paper_versions")),
    )
    op.create_table(
        "paper_numbers",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paper_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("series", "number", name=op.f("pk_paper_numbers")),
        sa.UniqueConstraint("paper_id", name=op.f("uq_paper_numbers_paper_id")),
    )


def _make_figure_tables() -> None:
    """Marks that figures are counted from; they are made from the records (`wangjian statistics rebuild`)."""
    text, number = sa.String(), sa.Integer()
    seen = ("first_day", "last_day")
    lead_texts = ("region_code", "target_id", "shop_id", "rule_id", "severity", "state", "categories", "upheld")
    op.create_table(
        "lead_figures",
        sa.Column("lead_id", text, nullable=False),
        *(sa.Column(name, number, nullable=False) for name in seen),
        *(sa.Column(name, text, nullable=False) for name in lead_texts),
        sa.Column("decided_day", number, nullable=True),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("check_due_day", number, nullable=True),
        sa.Column("check_ended_day", number, nullable=True),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_figures")),
    )
    op.create_index("ix_lead_figures_days", "lead_figures", ["last_day", "first_day"])
    op.create_table(
        "shop_figures",
        *(sa.Column(name, text, nullable=False) for name in ("shop_id", "target_id", "region_code")),
        *(sa.Column(name, number, nullable=False) for name in seen),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_figures")),
    )
    op.create_index("ix_shop_figures_days", "shop_figures", ["last_day", "first_day"])
    op.create_table(
        "listing_figures",
        *(sa.Column(name, text, nullable=False) for name in ("listing_id", "shop_id", "category")),
        *(sa.Column(name, number, nullable=False) for name in seen),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_figures")),
    )
    op.create_index("ix_listing_figures_days", "listing_figures", ["last_day", "first_day", "shop_id", "category"])
    op.create_table(
        "finding_figures",
        *(sa.Column(name, text, nullable=False) for name in ("finding_id", "shop_id", "listing_id")),
        *(sa.Column(name, text, nullable=False) for name in ("rule_id", "verdict")),
        sa.Column("day", number, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_finding_figures")),
    )
    op.create_index(op.f("ix_finding_figures_day"), "finding_figures", ["day"])
    op.create_table(
        "monitoring_reports",
        sa.Column("report_id", text, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_monitoring_reports")),
    )
    op.create_index(op.f("ix_monitoring_reports_made_at"), "monitoring_reports", ["made_at"])


def _make_job_tables() -> None:
    """Long work asked for through a door, and answers remembered under the caller's key."""
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_jobs")),
    )
    for name in ("account_id", "asked_at", "state"):
        op.create_index(op.f(f"ix_jobs_{name}"), "jobs", [name])
    op.create_table(
        "remembered_answers",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_remembered_answers")),
    )
    op.create_index(op.f("ix_remembered_answers_asked_at"), "remembered_answers", ["asked_at"])


def _make_bulk_tables() -> None:
    """Frozen sets of leads, and what was done with each."""
    op.create_table(
        "bulk_sets",
        sa.Column("set_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("set_id", name=op.f("pk_bulk_sets")),
    )
    op.create_table(
        "bulk_runs",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_bulk_runs")),
    )
    op.create_index(op.f("ix_bulk_runs_owner"), "bulk_runs", ["owner"])
