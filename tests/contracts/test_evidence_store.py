"""Promises of EvidenceStore."""

import threading

import pytest

from records.chain import check_chain
from records.digests import digests_of
from records.errors import ConflictError, CustodyError, NotFoundError
from records.evidence import CaptureState, TimestampState

FINAL = (CaptureState.COMPLETE, CaptureState.PARTIAL, CaptureState.FAILED)


def test_capture_is_brought_forward_until_it_is_final(records, make):
    store = records.evidence
    for state in (CaptureState.RUNNING, CaptureState.INTERRUPTED, CaptureState.RUNNING, CaptureState.COMPLETE):
        store.save_capture(make.capture(state=state))
        assert store.capture("c1").state == state


@pytest.mark.parametrize("state", FINAL)
def test_final_capture_is_not_changed(records, make, state):
    store = records.evidence
    final = make.capture(state=state, title="页面", timestamp=TimestampState.LOCAL)
    store.save_capture(final)
    store.save_capture(final)
    for change in ({"title": "另一个"}, {"state": CaptureState.RUNNING}, {"timestamp": TimestampState.STAMPED}):
        with pytest.raises(ConflictError, match="已定稿"):
            store.save_capture(final.model_copy(update=change))
    assert store.capture("c1") == final


def test_final_capture_takes_its_case_and_the_stamp_it_waited_for(records, make):
    store = records.evidence
    store.save_capture(make.capture(state=CaptureState.COMPLETE, package=digests_of(b"without")))
    store.save_capture(make.capture(state=CaptureState.COMPLETE, package=digests_of(b"without"), case_id="k1"))
    stamped = make.capture(
        state=CaptureState.COMPLETE,
        case_id="k1",
        timestamp=TimestampState.STAMPED,
        timestamp_at=make.at(9),
        package=digests_of(b"with"),
    )
    store.save_capture(stamped)
    assert store.capture("c1") == stamped
    with pytest.raises(ConflictError):
        store.save_capture(stamped.model_copy(update={"timestamp_at": make.at(10)}))


def test_captures_are_found_by_lead_and_case_newest_first(records, make):
    for capture_id, minutes, lead_id, case_id in (("c1", 0, "x", "k"), ("c2", 9, "x", ""), ("c3", 5, "y", "k")):
        records.evidence.save_capture(make.capture(capture_id, minutes=minutes, lead_id=lead_id, case_id=case_id))
    ids = [[c.capture_id for c in records.evidence.captures(**w)] for w in ({}, {"lead_id": "x"}, {"case_id": "k"})]
    assert ids == [["c2", "c3", "c1"], ["c2", "c1"], ["c3", "c1"]]
    with pytest.raises(NotFoundError):
        records.evidence.capture("nothing")


def test_custody_events_follow_from_each_other(records, make):
    for number in range(3):
        records.evidence.append_custody(lambda previous, n=number: make.custody_event(previous, capture_id=f"c{n % 2}"))
    events = list(records.evidence.custody())
    assert [event.sequence for event in check_chain(events)] == [1, 2, 3]
    assert [event.sequence for event in records.evidence.custody("c0")] == [1, 3]


def test_event_that_does_not_follow_is_refused(records, make):
    records.evidence.append_custody(make.custody_event)
    with pytest.raises(CustodyError):
        records.evidence.append_custody(lambda previous: make.custody_event(None))
    with pytest.raises(CustodyError):
        records.evidence.append_custody(
            lambda previous: make.custody_event(previous).model_copy(update={"actor": "李四"})
        )
    assert len(list(records.evidence.custody())) == 1


def test_error_while_building_writes_nothing(records, make):
    def broken(previous):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        records.evidence.append_custody(broken)
    assert records.evidence.append_custody(make.custody_event).sequence == 1


def test_event_and_what_it_makes_of_a_capture_are_kept_both_or_neither(records, make):
    store, done = records.evidence, make.capture("c1", state=CaptureState.COMPLETE)
    store.save_capture(make.capture("c1", state=CaptureState.RUNNING))
    store.append_custody(make.custody_event, capture=done)
    assert store.capture("c1") == done
    with pytest.raises(ConflictError):
        store.append_custody(make.custody_event, capture=done.model_copy(update={"title": "另一个"}))
    with pytest.raises(CustodyError):
        store.append_custody(lambda _: make.custody_event(None), capture=make.capture("c2"))
    assert [one.capture_id for one in store.captures()] == ["c1"]
    assert len(list(store.custody())) == 1


def test_threads_append_one_chain(records, make):
    def work(actor):
        for _ in range(15):
            records.evidence.append_custody(lambda previous: make.custody_event(previous, actor=actor))

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = list(check_chain(records.evidence.custody()))
    assert len(events) == 120
    assert {event.actor for event in events} == {f"t{number}" for number in range(8)}


def test_processes_append_one_chain(records, records_url, run_program):
    writers = [run_program("append_custody.py", records_url, "40", f"p{number}") for number in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert len(list(check_chain(records.evidence.custody()))) == 120


def test_reopened_store_gives_the_same(records, open_again, make):
    records.evidence.save_capture(make.capture())
    event = records.evidence.append_custody(make.custody_event)
    records.close()
    again = open_again().evidence
    assert (again.capture("c1"), list(again.custody())) == (make.capture(), [event])
    assert again.append_custody(make.custody_event).sequence == 2
