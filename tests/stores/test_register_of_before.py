"""A register imported before times were kept: brought up by the migration, its states of then known as such."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from records.register import Entity, EntityKind, EntityStatus
from records.register_ports import RegisterRow
from stores.backends import Records, open_records

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BODY = '{"code":"c1","name":"杭州华翰印务有限公司","kind":"企业"}'


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """A database as revision 0004 left it, with one entity, opened by this version."""
    found = open_records(f"sqlite://{tmp_path}/w.db", clock=lambda: NOW)
    config = Config()
    config.set_main_option("script_location", "stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    with found.database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(text("INSERT INTO register_snapshots (snapshot_id, source) VALUES ('one', 's')"))
        connection.execute(text("INSERT INTO register_grams (gram, entities) VALUES ('华翰', 1)"))
        connection.execute(
            text(
                "INSERT INTO register_entities (entity_no, code, status, source, snapshot_id, row_sha256, grams, body)"
                " VALUES (1, 'c1', '存续', 's', 'one', x'00', '华翰', :body)"
            ),
            {"body": BODY},
        )
    found.migrate()
    return found


def row(status: EntityStatus = EntityStatus.ACTIVE) -> RegisterRow:
    entity = Entity(code="c1", name="杭州华翰印务有限公司", kind=EntityKind.COMPANY, status=status)
    return RegisterRow(entity=entity, keys=("name:杭州华翰印务有限公司",), grams=("华翰",))


def test_what_was_there_is_found_and_was_known_since_ever(records: Records) -> None:
    register = records.register
    (state,) = register.history("c1")
    assert (state.known_from, state.known_until, state.entity.snapshot_id) == (None, None, "one")
    assert set(register.as_known(["c1"], datetime(2000, 1, 1, tzinfo=UTC))) == {"c1"}
    snapshot = register.snapshot_as_known(NOW)
    assert snapshot is not None
    assert (snapshot.snapshot_id, snapshot.known_at, snapshot.finished) == ("one", None, True)
    with register.reading() as reader:
        assert [hit.code for hit in reader.by_grams(("华翰",), limit=5)] == ["c1"]
    records.close()


def test_other_keys_of_the_same_entity_are_no_other_state(records: Records) -> None:
    register = records.register
    assert register.import_entities("s", "two", [row()]).unchanged == 1
    (state,) = register.history("c1")
    assert (state.known_from, state.entity.snapshot_id) == (None, "two")
    with register.reading() as reader:
        assert reader.by_keys(["name:杭州华翰印务有限公司"], most=5).counts == {"name:杭州华翰印务有限公司": 1}
    assert register.import_entities("s", "three", [row(EntityStatus.CANCELLED)]).changed == 1
    assert [(state.known_from, state.known_until) for state in register.history("c1")] == [(None, NOW), (NOW, None)]
    records.close()
