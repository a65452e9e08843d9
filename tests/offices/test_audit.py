"""The audit chain: nothing in it can be changed, dropped or moved unseen."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from offices.audit import AuditAction, Caller, record, verify_chain
from records.errors import CustodyError
from records.people import Role


@pytest.fixture
def caller(add_account) -> Caller:
    return Caller(account=add_account("banan", Role.OFFICER), origin="10.1.2.3", request_id="abcdef0123456789")


def write(records, caller, clock, count: int) -> None:
    for number in range(count):
        record(records.audit, caller, action=AuditAction.LEAD_READ, at=clock(), object_id=f"lead_{number}")


def test_event_says_who_when_from_where_and_what(records, caller, clock):
    event = record(
        records.audit,
        caller,
        action=AuditAction.EVIDENCE_EXPORTED,
        at=clock(),
        object_id="capture_1",
        detail="SHA-256 …",
    )
    kept = records.audit.audit()[0]
    assert kept == event
    assert (kept.actor, kept.roles, kept.origin, kept.action) == ("banan", (Role.OFFICER,), "10.1.2.3", "导出证据")
    assert (kept.object_id, kept.request_id, kept.at) == ("capture_1", "abcdef0123456789", clock())


def test_untouched_chain_verifies_to_its_length(records, caller, clock):
    assert verify_chain(records.audit) == 0
    write(records, caller, clock, 25)
    assert verify_chain(records.audit) == 25


def test_chain_written_by_many_at_once_verifies(records, caller, clock):
    threads = [threading.Thread(target=write, args=(records, caller, clock, 10)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify_chain(records.audit) == 60


class _Tampered:
    """The log as somebody with access to the database would leave it."""

    def __init__(self, events) -> None:
        self._events = events

    def audit(self, *, after_sequence: int = 0, limit: int = 1000):
        return tuple(event for event in self._events if event.sequence > after_sequence)[:limit]


@pytest.mark.parametrize("attack", ["changed", "dropped", "swapped", "first dropped", "inserted"])
def test_tampering_is_found(records, caller, clock, attack):
    write(records, caller, clock, 6)
    events = list(records.audit.audit())
    if attack == "changed":
        events[3] = events[3].model_copy(update={"object_id": "lead_other"})
    elif attack == "dropped":
        del events[2]
    elif attack == "swapped":
        events[2], events[3] = (
            events[3].model_copy(update={"sequence": 3}),
            events[2].model_copy(update={"sequence": 4}),
        )
    elif attack == "first dropped":
        del events[0]
    else:
        events.insert(3, events[3].model_copy(update={"object_id": "lead_false"}))
    with pytest.raises(CustodyError):
        verify_chain(_Tampered(events))


def test_row_changed_in_the_database_is_found(records, caller, clock, tmp_path):
    write(records, caller, clock, 4)
    with sqlite3.connect(tmp_path / "wangjian.db") as database:
        for (guard,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {guard}")
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "audit" in name
        ]
        changed = 0
        for table in tables:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            for column in columns:
                changed += database.execute(
                    f"UPDATE {table} SET {column} = replace({column}, 'lead_2', 'lead_9') WHERE {column} LIKE '%lead_2%'"
                ).rowcount
    database.close()
    assert changed
    with pytest.raises(CustodyError):
        verify_chain(records.audit)


def test_failed_sign_in_of_nobody_is_written_down(records, clock):
    record(
        records.audit,
        Caller(account=None, origin="10.9.9.9"),
        action=AuditAction.SIGN_IN_FAILED,
        at=clock(),
        object_id="root",
    )
    assert records.audit.audit()[0].actor == ""
    assert verify_chain(records.audit) == 1


def test_giant_values_are_cut_not_refused(records, caller, clock):
    record(records.audit, caller, action=AuditAction.LEAD_READ, at=clock(), object_id="x" * 9000, detail="y" * 9000)
    kept = records.audit.audit()[0]
    assert (len(kept.object_id), len(kept.detail)) == (200, 1000)
