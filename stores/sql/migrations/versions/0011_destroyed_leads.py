"""Leads whose time is over can be destroyed by two persons; of each its digests stay (issue 9).

Events of a lead are only ever appended. Since a lead that is destroyed takes its events along, the database lets those
go that are named where its destruction is written down, and no others.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from stores.sql.migrations.append_only import forbid_changes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WRITTEN_DOWN = (
    "EXISTS (SELECT 1 FROM destroyed_leads d WHERE d.lead_id = OLD.lead_id "
    "AND {instr}(d.event_ids, ',' || OLD.event_id || ',') > 0)"
)
_FUNCTION = f"""CREATE OR REPLACE FUNCTION wangjian_destroyed_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_WRITTEN_DOWN.format(instr="strpos")} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'WJ001';
END $$"""


def upgrade() -> None:
    """Make the table, only appended to as well, and guard the events by it."""
    op.create_table(
        "destroyed_leads",
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("disposal_id", sa.String(), nullable=False),
        sa.Column("event_ids", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "disposal_id", name=op.f("pk_destroyed_leads")),
    )
    forbid_changes(("destroyed_leads",))
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER lead_events_no_delete")
        op.execute(
            f"CREATE TRIGGER lead_events_no_delete BEFORE DELETE ON lead_events "
            f"WHEN NOT {_WRITTEN_DOWN.format(instr='instr')} "
            "BEGIN SELECT RAISE(ABORT, 'lead_events: DELETE'); END"
        )
        return
    op.execute(_FUNCTION)
    op.execute("DROP TRIGGER lead_events_append_only_row ON lead_events")
    for deed, function in (("UPDATE", "wangjian_append_only"), ("DELETE", "wangjian_destroyed_only")):
        op.execute(
            f"CREATE TRIGGER lead_events_no_{deed.lower()} BEFORE {deed} ON lead_events "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
