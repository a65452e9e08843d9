"""Promises of HostLedger."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from records.errors import StoreAwayError
from records.hosts import HostState, RobotsSeen
from stores.backends import open_records

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HOST = "shop.cn"


def _later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def ledger(records):
    return records.hosts


def _take(ledger, run, *, at=0.0, seconds=60.0, host=HOST):
    return ledger.hold(host, holder=run, now=_later(at), until=_later(at + seconds)).holder == run


def test_one_run_at_a_time_holds_a_host(ledger):
    assert _take(ledger, "run-1")
    found = ledger.hold(HOST, holder="run-2", now=_later(1), until=_later(61))
    assert (found.holder, found.until) == ("run-1", _later(60))
    assert _take(ledger, "run-2", host="other.cn")


def test_run_takes_its_own_hold_up_at_once(ledger):
    assert _take(ledger, "run-1")
    assert _take(ledger, "run-1", at=5)
    assert ledger.holds(_later(5))[0].until == _later(65)


def test_hold_that_ran_out_is_free_for_the_next(ledger):
    assert _take(ledger, "run-1")
    assert not _take(ledger, "run-2", at=59.9)
    assert _take(ledger, "run-2", at=60)


def test_hold_given_back_is_free_and_what_is_owed_stays(ledger):
    _take(ledger, "run-1")
    _take(ledger, "run-1", host="other.cn")
    ledger.keep([HostState(host=HOST, day_requests=7)], holder="run-1", now=_later(1), until=_later(61))
    ledger.release("run-1")
    assert ledger.holds(_later(2)) == ()
    assert _take(ledger, "run-2", at=2)
    assert _take(ledger, "run-2", at=2, host="other.cn")
    assert ledger.state(HOST).day_requests == 7


def test_release_leaves_what_others_hold(ledger):
    _take(ledger, "run-1")
    _take(ledger, "run-2", host="other.cn")
    ledger.release("run-2")
    assert [hold.host for hold in ledger.holds(NOW)] == [HOST]


def test_keeping_prolongs_the_hold(ledger):
    _take(ledger, "run-1")
    assert ledger.keep([HostState(host=HOST)], holder="run-1", now=_later(50), until=_later(110)) == ()
    assert not _take(ledger, "run-2", at=100)


def test_run_that_lost_its_host_is_told_and_changes_nothing(ledger):
    _take(ledger, "run-1")
    _take(ledger, "run-2", at=60)
    ledger.keep([HostState(host=HOST, day_requests=3)], holder="run-2", now=_later(61), until=_later(121))
    mine = HostState(host="mine.cn", day_requests=2)
    lost = ledger.keep([HostState(host=HOST, day_requests=99), mine], holder="run-1", now=_later(62), until=_later(122))
    assert lost == (HOST,)
    assert ledger.state(HOST).day_requests == 3
    assert ledger.state("mine.cn") == mine
    assert [hold.holder for hold in ledger.holds(_later(62))] == ["run-1", "run-2"]


def test_everything_a_host_is_owed_comes_back_after_a_restart(ledger, open_again):
    state = HostState(
        host=HOST, next_at=_later(1), silent_until=_later(3600), refusals=3, answer_seconds=0.25, slow_factor=4.0,
        robots_delay_seconds=2.5, day=date(2026, 11, 20), day_requests=120, day_bytes=5_000_000,
        robots={
            "https://shop.cn": RobotsSeen(
                sha256="0" * 64, status=200, read_at=NOW, previous_sha256="1" * 64, previous_status=200, changed_at=NOW
            )
        },
    )  # fmt: skip
    _take(ledger, "run-1")
    ledger.keep([state], holder="run-1", now=NOW, until=_later(60))
    again = open_again().hosts
    assert again.state(HOST) == state
    assert again.states() == (state,)
    assert again.holds(NOW) == ledger.holds(NOW)


def test_unknown_host_is_owed_nothing(ledger):
    assert ledger.state("nobody.cn") == HostState(host="nobody.cn")
    assert ledger.states() == ()


def test_of_many_that_ask_at_once_one_gets_the_host(ledger):
    won = []

    def ask(run):
        if _take(ledger, run):
            won.append(run)

    threads = [threading.Thread(target=ask, args=(f"run-{number}",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_ledger_that_has_no_tables_is_a_named_error(unmade_url):
    records = open_records(unmade_url)
    with pytest.raises(StoreAwayError):
        records.hosts.state(HOST)
    records.close()
