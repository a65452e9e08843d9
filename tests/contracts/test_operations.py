"""Promises of OperationLedger about who lives and whose turn it is."""

from datetime import timedelta


def test_beat_stands_until_it_ends_or_is_forgotten(records, make):
    ledger = records.operations
    assert ledger.beat_of("serving-a") is None
    ledger.beat("serving-a", make.at(1))
    ledger.beat("serving-a", make.at(2))
    ledger.beat("serving-b", make.at(9))
    ledger.beat("scheduler", make.at(1))
    assert ledger.beat_of("serving-a") == make.at(2)
    ledger.forget_beats("serving-", before=make.at(5))
    assert [ledger.beat_of(name) for name in ("serving-a", "serving-b", "scheduler")] == [None, make.at(9), make.at(1)]
    ledger.end_beat("serving-b")
    assert ledger.beat_of("serving-b") is None


def test_turn_is_one_s_until_it_is_left_or_old(records, make):
    ledger, old = records.operations, timedelta(minutes=2)

    def claim(who, minutes):
        return ledger.claim_duty(who, make.at(minutes), free_before=make.at(minutes) - old)

    assert claim("a", 0) and claim("a", 1) and not claim("b", 3)
    assert claim("b", 4) and not claim("a", 5)
    ledger.leave_duty("a")
    assert not claim("a", 5)
    ledger.leave_duty("b")
    assert claim("a", 5)
