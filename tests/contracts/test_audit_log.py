"""Promises of AuditLog."""

import threading

import pytest

from records.chain import check_chain
from records.errors import CustodyError


def test_events_follow_from_each_other_and_are_read_in_parts(records, make):
    for _ in range(5):
        records.audit.append_audit(make.audit_event)
    everything = records.audit.audit()
    assert [event.sequence for event in check_chain(everything)] == [1, 2, 3, 4, 5]
    assert records.audit.audit(after_sequence=2, limit=2) == everything[2:4]
    assert records.audit.audit(after_sequence=5) == ()


def test_event_that_does_not_follow_is_refused(records, make):
    records.audit.append_audit(make.audit_event)
    with pytest.raises(CustodyError):
        records.audit.append_audit(lambda previous: make.audit_event(None))
    assert len(records.audit.audit()) == 1


def test_threads_append_one_chain(records, make):
    def work():
        for _ in range(15):
            records.audit.append_audit(make.audit_event)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(check_chain(records.audit.audit()))) == 120


def test_reopened_log_goes_on_where_it_was(records, open_again, make):
    first = records.audit.append_audit(make.audit_event)
    records.close()
    again = open_again().audit
    assert again.append_audit(make.audit_event).previous_sha256 == first.event_sha256


def _say(records, **told):
    from offices.audit import Caller, record

    actor = told.pop("account", None)
    return record(records.audit, Caller(account=actor, origin=told.pop("origin", "")), **told)


def test_events_are_found_newest_first_by_who_what_and_when(records, make):
    from datetime import UTC, datetime, timedelta

    from offices.audit import AuditAction
    from records.audit_search import AuditQuery

    begun = datetime(2026, 11, 20, tzinfo=UTC)
    said = [
        _say(records, action=AuditAction.SIGN_IN_FAILED, at=begun, object_id='引"号_100%'),
        _say(records, action=AuditAction.PERSONAL_READ, at=begun + timedelta(hours=1), object_id="shop_1", origin="A1"),
        _say(
            records, action=AuditAction.PERSONAL_READ, at=begun + timedelta(days=3), object_id="shop_2", detail="反\\斜"
        ),
    ]
    found = records.audit.find_audit
    assert found(AuditQuery()) == tuple(reversed(said))
    assert found(AuditQuery(), limit=1) == (said[2],)
    assert found(AuditQuery(), before_sequence=3) == (said[1], said[0])
    assert found(AuditQuery(actions=(AuditAction.PERSONAL_READ,), text="shop_1")) == (said[1],)
    assert found(AuditQuery(text="A1")) == (said[1],) and found(AuditQuery(text="a1")) == ()
    assert found(AuditQuery(text='引"号_100%')) == (said[0],)
    assert found(AuditQuery(text="反\\斜")) == (said[2],)
    assert found(AuditQuery(text="引_号")) == (), "a sign of the database's own is only a sign"
    assert found(AuditQuery(since=begun + timedelta(hours=1), until=begun + timedelta(days=3))) == (said[1],)
    assert found(AuditQuery(actors=("",))) == tuple(reversed(said)) and found(AuditQuery(actors=("wang",))) == ()
