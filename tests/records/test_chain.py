"""A hash chain holds exactly when nothing was changed, dropped, moved or added."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.chain import check_chain, link_digests
from records.errors import CustodyError
from records.evidence import CustodyAction, CustodyEvent

_START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _chain(length: int) -> list[CustodyEvent]:
    events: list[CustodyEvent] = []
    for number in range(1, length + 1):
        previous = events[-1] if events else None
        draft = CustodyEvent(
            sequence=number, capture_id=f"capture_{number % 3}", action=CustodyAction.VIEWED, actor="张三", reason="核对",
            at=_START + timedelta(minutes=number), previous_sha256=previous.event_sha256 if previous else None,
            previous_sm3=previous.event_sm3 if previous else None, event_sha256="0" * 64, event_sm3="0" * 64,
        )  # fmt: skip
        digests = link_digests(draft)
        events.append(draft.model_copy(update={"event_sha256": digests.sha256, "event_sm3": digests.sm3}))
    return events


@given(st.integers(0, 12))
def test_whole_chain_holds(length):
    events = _chain(length)
    assert list(check_chain(events)) == events


@given(st.integers(2, 10), st.data())
def test_changed_event_is_found(length, data):
    events = _chain(length)
    place = data.draw(st.integers(0, length - 1))
    field, value = data.draw(st.sampled_from([("actor", "李四"), ("reason", ""), ("at", _START), ("capture_id", "x")]))
    events[place] = events[place].model_copy(update={field: value})
    with pytest.raises(CustodyError):
        list(check_chain(events))


@given(st.integers(2, 10), st.data())
def test_dropped_event_is_found_unless_it_was_the_last(length, data):
    events = _chain(length)
    del events[data.draw(st.integers(0, length - 2))]
    with pytest.raises(CustodyError):
        list(check_chain(events))


def test_swapped_and_doubled_events_are_found():
    events = _chain(4)
    for forged in ([events[1], events[0], *events[2:]], [events[0], events[0], *events[1:]]):
        with pytest.raises(CustodyError):
            list(check_chain(forged))


def test_rewritten_tail_does_not_follow_from_a_known_head():
    events = _chain(5)
    other = [event.model_copy(update={"actor": "李四"}) for event in _chain(5)]
    with pytest.raises(CustodyError):
        list(check_chain(other[3:], previous=events[2]))


def test_tail_is_checked_from_the_event_before_it():
    events = _chain(5)
    assert list(check_chain(events[3:], previous=events[2])) == events[3:]
