"""A database of before issue 6: its leads are found by shop, rule and state after the migration."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config

from records.leads import Lead, LeadState, RuleHit, Severity
from stores.backends import open_records

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NEW = {"rule_version", "office", "step_due_on", "extended", "stopped_on", "rule_hit", "decided_at"}


@pytest.fixture
def before(tmp_path):
    """A database of revision 0005 with 1,200 leads as they were written then."""
    records = open_records(f"sqlite://{tmp_path}/w.db")
    config = Config()
    config.set_main_option("script_location", "stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    with records.database.write(durable=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    records.close()
    leads = [
        Lead(
            lead_id=f"lead_{number:04}", rule_id=f"A0{number % 3}", rule_title="t", severity=Severity.LOW,
            shop_id=f"s{number % 5}", entity_code=f"e{number % 7}", title="t", finding_ids=("f",), priority_score=0.1,
            state=LeadState.CHECKING if number % 2 else LeadState.NEW, first_seen_at=NOW, last_seen_at=NOW,
        )
        for number in range(1_200)
    ]  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO leads (lead_id, version, body) VALUES (?, 1, ?)",
            [(lead.lead_id, lead.model_dump_json(exclude=NEW)) for lead in leads],
        )
    return tmp_path / "w.db", leads


def test_leads_of_before_are_found_by_what_is_in_their_records(before):
    path, leads = before
    records = open_records(f"sqlite://{path}")
    records.migrate()
    assert list(records.leads.leads()) == leads
    assert records.leads.leads_of(shop_id="s3") == tuple(lead for lead in leads if lead.shop_id == "s3")
    assert records.leads.leads_of(entity_code="e1", rule_id="A02") == tuple(
        lead for lead in leads if (lead.entity_code, lead.rule_id) == ("e1", "A02")
    )
    assert len(list(records.leads.leads_in({LeadState.CHECKING}))) == 600
    assert records.leads.lead("lead_0001").rule_hit is RuleHit.OPEN
    assert records.leads.tally_of("A01", "").decided == 0
    records.close()
