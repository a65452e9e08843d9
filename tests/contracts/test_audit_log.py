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
