"""Promises of ScheduleStore."""

import signal
import threading
from datetime import timedelta

import pytest

from records.errors import ConflictError, NotFoundError, TransitionRefusedError
from records.schedules import (
    NEVER_DUE,
    Occurrence,
    OccurrenceState,
    Schedule,
    SchedulePosition,
    occurrence_id_of,
)

DUE, LEASED, RUNNING = OccurrenceState.DUE, OccurrenceState.LEASED, OccurrenceState.RUNNING
DONE, PARTIAL, FAILED, MISSED, SKIPPED = (
    OccurrenceState.DONE,
    OccurrenceState.PARTIAL,
    OccurrenceState.FAILED,
    OccurrenceState.MISSED,
    OccurrenceState.SKIPPED,
)


def _schedule(make, number=1, *, target_id=""):
    return Schedule(
        schedule_id=f"s{number}", target_id=target_id or f"t{number}", cron="30 3 * * *", created_at=make.at(0)
    )


def _occurrence(make, minutes=0.0, *, number=1, target_id="", state=DUE, decided=None, **more):
    due_at = make.at(minutes)
    return Occurrence(
        occurrence_id=occurrence_id_of(f"s{number}", due_at),
        schedule_id=f"s{number}",
        target_id=target_id or f"t{number}",
        due_at=due_at,
        not_before=due_at,
        decided_at=make.at(minutes if decided is None else decided),
        state=state,
        **more,
    )


def _position(make, minutes=0.0):
    return SchedulePosition(planned_until=make.at(minutes))


def _plan(store, make, *occurrences, number=1, target_id="", minutes=60.0):
    """Adds the schedule, if it is new, and plans for it."""
    schedule = _schedule(make, number, target_id=target_id)
    store.add(schedule, _position(make))
    before = store.position(schedule.schedule_id)
    assert store.plan(store.schedule(schedule.schedule_id), occurrences, before=before, after=_position(make, minutes))


def _lease(store, make, minutes=1.0, *, worker="w1", limit=1, lasts=5.0):
    return store.lease(worker, now=make.at(minutes), until=make.at(minutes + lasts), limit=limit)


def _running(store, make, minutes=1.0):
    (leased,) = _lease(store, make, minutes)
    return store.start(leased, now=make.at(minutes))


def test_added_schedule_is_found_and_added_again_unchanged(records, make, open_again):
    store = records.schedules
    for _ in range(2):
        store.add(_schedule(make), _position(make))
    store.add(_schedule(make, 2), _position(make, 7))
    again = open_again().schedules
    assert again.schedules() == (_schedule(make), _schedule(make, 2))
    assert again.schedules("t2") == (_schedule(make, 2),)
    assert again.position("s2") == _position(make, 7)
    with pytest.raises(ConflictError, match="s1"):
        store.add(_schedule(make, target_id="other"), _position(make))


def test_what_is_not_there_is_named(records, make):
    store = records.schedules
    for ask in (store.schedule, store.position, store.occurrence):
        with pytest.raises(NotFoundError, match="没有"):
            ask("nothing")
    with pytest.raises(NotFoundError):
        store.replace(_schedule(make), now=make.at(0))
    with pytest.raises(NotFoundError):
        store.revive("nothing", now=make.at(0), reason="补采")
    with pytest.raises(NotFoundError):
        store.plan(_schedule(make), (), before=_position(make), after=_position(make, 1))


def test_change_from_an_old_version_is_refused(records, make):
    store = records.schedules
    store.add(_schedule(make), _position(make))
    changed = store.replace(_schedule(make).model_copy(update={"priority": 9}), now=make.at(1))
    assert (changed.version, changed.priority) == (2, 9)
    assert store.schedule("s1") == changed
    with pytest.raises(ConflictError, match="他人修改"):
        store.replace(_schedule(make).model_copy(update={"priority": 1}), now=make.at(1))
    assert store.schedule("s1") == changed


def test_plan_from_an_old_position_or_version_writes_nothing(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 10))
    late = _occurrence(make, 20)
    assert not store.plan(_schedule(make), [late], before=_position(make), after=_position(make, 90))
    store.replace(_schedule(make), now=make.at(60))
    assert not store.plan(_schedule(make), [late], before=_position(make, 60), after=_position(make, 90))
    assert store.occurrences() == (_occurrence(make, 10),)
    assert store.position("s1") == _position(make, 60)


def test_due_time_is_in_the_ledger_once_and_keeps_what_became_of_it(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    held = _running(store, make)
    store.finish(held, DONE, now=make.at(3))
    _plan(store, make, _occurrence(make, 0), _occurrence(make, 0, state=MISSED, decided=-9), minutes=70)
    (kept,) = store.occurrences()
    assert (kept.state, kept.finished_at) == (DONE, make.at(3))


def test_due_time_is_decided_anew_only_after_a_clock_that_ran_ahead(records, make):
    store = records.schedules
    ahead, before_it_came = (
        _occurrence(make, 10, state=MISSED, decided=500),
        _occurrence(make, 7, state=SKIPPED, decided=1),
    )
    _plan(store, make, ahead, before_it_came, _occurrence(make, 5, state=MISSED, decided=8))
    _plan(store, make, *(_occurrence(make, minutes, decided=11) for minutes in (10, 7, 5)), minutes=90)
    assert [item.state for item in store.occurrences()] == [DUE, DUE, MISSED]


def test_leased_by_priority_then_age_and_not_before_their_time(records, make):
    store = records.schedules
    for number, (minutes, priority) in enumerate(((3, 0), (1, 0), (4, 9), (50, 99)), start=1):
        _plan(store, make, _occurrence(make, minutes, number=number, priority=priority), number=number)
    taken = _lease(store, make, 10, limit=9)
    assert [item.target_id for item in taken] == ["t3", "t2", "t1"]
    assert {(item.state, item.worker, item.attempts, item.leased_until) for item in taken} == {
        (LEASED, "w1", 1, make.at(15))
    }
    assert len({item.token for item in taken}) == 3
    assert _lease(store, make, 10) == ()
    assert [item.target_id for item in _lease(store, make, 50)] == ["t4"]


def test_what_waits_long_overtakes_what_is_more_urgent(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    for number, minutes in ((2, 5 * 60 - 1), (3, 5 * 60 + 1)):
        _plan(store, make, _occurrence(make, minutes, number=number, priority=5), number=number, minutes=1000)
    taken = _lease(store, make, 6 * 60, limit=9)
    assert [item.target_id for item in taken] == ["t2", "t1", "t3"], "five hours count as much as five steps"


def test_only_schedules_to_be_planned_are_read(records, make):
    store = records.schedules
    for number, due_at in ((1, None), (2, make.at(5)), (3, make.at(50)), (4, NEVER_DUE)):
        store.add(_schedule(make, number), _position(make).model_copy(update={"next_due_at": due_at}))
    ahead = SchedulePosition(planned_until=make.at(900), next_due_at=make.at(950))
    store.add(_schedule(make, 5), ahead)

    def to_plan(minutes):
        return [item.schedule_id for item in store.to_plan(now=make.at(minutes), ahead_of=make.at(minutes + 1))]

    assert to_plan(4) == ["s1", "s5"], "one planned by a clock that ran ahead is looked at too"
    assert to_plan(6) == ["s1", "s2", "s5"]
    assert to_plan(900) == ["s1", "s2", "s3"]
    store.plan(store.schedule("s1"), (), before=_position(make), after=ahead)
    assert to_plan(900) == ["s2", "s3"]
    store.replace(store.schedule("s1"), now=make.at(900))
    assert to_plan(900) == ["s1", "s2", "s3"], "a changed schedule is looked at anew"


def test_target_is_held_once_whatever_its_schedules(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0, target_id="t"), _occurrence(make, 1, target_id="t"), target_id="t")
    _plan(store, make, _occurrence(make, 0, number=2, target_id="t"), number=2, target_id="t")
    (leased,) = _lease(store, make, limit=9)
    assert _lease(store, make, 2, limit=9) == ()
    running = store.start(leased, now=make.at(1))
    assert _lease(store, make, 2, limit=9) == ()
    store.finish(running, FAILED, now=make.at(3), reason="拒绝访问")
    assert len(_lease(store, make, 4, limit=9)) == 1


def test_dead_workers_occurrence_is_due_again_and_failed_in_the_end(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0, run_id="r1"))
    first = _running(store, make, 1)
    assert store.expire(now=make.at(5.9), max_attempts=2) == ()
    (back,) = store.expire(now=make.at(6), max_attempts=2)
    assert (back.state, back.attempts, back.run_id) == (DUE, 1, "r1")
    assert "中断" in back.reason
    second = _running(store, make, 7)
    for late in (
        lambda: store.finish(first, DONE, now=make.at(8)),
        lambda: store.renew(first, until=make.at(99)),
        lambda: store.put_off(first, not_before=make.at(99), reason=""),
        lambda: store.start(first, now=make.at(8)),
    ):
        with pytest.raises(ConflictError, match="租约已失效"):
            late()
    assert store.occurrence(second.occurrence_id) == second
    (ended,) = store.expire(now=make.at(12), max_attempts=2)
    assert (ended.state, ended.finished_at) == (FAILED, make.at(12))
    assert _lease(store, make, 13) == ()


def test_renewed_and_extended_leases_do_not_expire(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    held = store.renew(_running(store, make, 1), until=make.at(20))
    assert store.expire(now=make.at(19), max_attempts=3) == ()
    store.extend_leases(make.at(5000))
    assert store.expire(now=make.at(4999), max_attempts=3) == ()
    assert store.finish(held, DONE, now=make.at(5000)).state == DONE


def test_worker_known_dead_is_not_waited_for(records, make):
    store = records.schedules
    for number in (1, 2):
        _plan(store, make, _occurrence(make, 0, number=number), number=number)
    dead = _running(store, make)
    store.lease("alive", now=make.at(1), until=make.at(6))
    (back,) = store.expire(now=make.at(2), max_attempts=3, dead={"w1", "unknown"})
    assert (back.occurrence_id, back.state, back.attempts) == (dead.occurrence_id, DUE, 1)
    assert [item.worker for item in store.occurrences(states={LEASED, RUNNING})] == ["alive"]


def test_visit_under_way_is_put_off_with_its_attempt_counted_or_not(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0, run_id="r1"))
    stopped = store.put_off(_running(store, make), not_before=make.at(2), reason="程序停止")
    assert (stopped.state, stopped.attempts, stopped.run_id, stopped.worker) == (DUE, 0, "r1", "")
    failed = store.put_off(_running(store, make, 3), not_before=make.at(4), reason="中断", counted=True)
    assert (failed.attempts, failed.reason) == (1, "中断")
    ended = store.finish(_running(store, make, 5), PARTIAL, now=make.at(6), reason="有 2 页未读")
    assert store.occurrence(ended.occurrence_id) == ended
    assert (ended.state, ended.attempts) == (PARTIAL, 2)


def test_put_off_waits_without_counting_an_attempt(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    (leased,) = _lease(store, make)
    later = store.put_off(leased, not_before=make.at(30), reason="不在时段")
    assert (later.state, later.attempts, later.reason, later.token) == (DUE, 0, "不在时段", "")
    assert _lease(store, make, 29) == ()
    assert len(_lease(store, make, 30)) == 1


def test_what_ran_never_runs_again(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    held = _running(store, make)
    done = store.finish(held, DONE, now=make.at(2))
    with pytest.raises(ConflictError):
        store.finish(held, DONE, now=make.at(3))
    with pytest.raises(TransitionRefusedError, match="done"):
        store.revive(done.occurrence_id, now=make.at(4), reason="补采")


def test_missed_is_caught_up_by_hand(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0, state=MISSED, reason="停机", covered_by="x"))
    (missed,) = store.occurrences(states={MISSED})
    due = store.revive(missed.occurrence_id, now=make.at(9), reason="人工补采")
    assert (due.state, due.manual, due.not_before, due.covered_by) == (DUE, True, make.at(9), "")
    assert _running(store, make, 9).due_at == make.at(0)


def test_asked_twice_is_one_and_pausing_skips_only_what_nobody_asked_for(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0), _occurrence(make, 1, state=MISSED))
    first = store.ask(_occurrence(make, 2, manual=True))
    assert store.ask(_occurrence(make, 3, manual=True)) == first
    store.replace(_schedule(make).model_copy(update={"paused": True}), now=make.at(5), skip_waiting="计划已暂停")
    assert [item.state for item in store.occurrences(schedule_id="s1")] == [DUE, MISSED, SKIPPED]
    running = _running(store, make, 6)
    assert running.occurrence_id == first.occurrence_id
    assert store.ask(_occurrence(make, 2, manual=True)) == running


def test_finished_visit_moves_the_adaptive_anchor(records, make):
    store = records.schedules
    _plan(store, make, _occurrence(make, 0))
    store.finish(_running(store, make), DONE, now=make.at(9), interval_seconds=7200)
    assert store.position("s1") == SchedulePosition(
        planned_until=make.at(60), anchor_at=make.at(9), interval_seconds=7200
    )


def test_occurrences_are_told_newest_first_by_what_is_asked(records, make):
    store = records.schedules
    _plan(store, make, *(_occurrence(make, minutes) for minutes in (1, 2, 3)))
    _plan(store, make, _occurrence(make, 2.5, number=2, state=SKIPPED), number=2)

    def minutes_of(**asked):
        return [(item.due_at - make.at(0)) / timedelta(minutes=1) for item in store.occurrences(**asked)]

    assert minutes_of() == [3, 2.5, 2, 1]
    assert minutes_of(limit=2) == [3, 2.5]
    assert minutes_of(schedule_id="s1", since=make.at(2)) == [3, 2]
    assert minutes_of(target_id="t2") == [2.5]
    assert minutes_of(states={SKIPPED, DONE}) == [2.5]


def test_threads_plan_and_take_each_due_time_once(records, make):
    store = records.schedules
    for number in range(12):
        store.add(_schedule(make, number, target_id=f"t{number % 4}"), _position(make))
    won, taken, overlaps, held = [], [], [], set()
    guard = threading.Lock()

    def work(worker):
        for number in range(12):
            due = _occurrence(make, number, number=number, target_id=f"t{number % 4}")
            schedule = store.schedule(f"s{number}")
            if store.plan(schedule, [due], before=_position(make), after=_position(make, 60)):
                won.append(number)
        for _ in range(60):
            for item in _lease(store, make, 30, worker=worker, lasts=600):
                with guard:
                    overlaps.extend([item] if item.target_id in held else [])
                    held.add(item.target_id)
                running = store.start(item, now=make.at(30))
                taken.append(item.occurrence_id)
                with guard:
                    held.discard(item.target_id)
                store.finish(running, DONE, now=make.at(31))

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == list(range(12))
    assert len(taken) == len(set(taken)) == 12
    assert overlaps == []


def test_processes_take_each_due_time_once_and_one_killed_loses_nothing(records, records_url, make, run_program):
    store = records.schedules
    count = 60
    for number in range(count):
        _plan(store, make, _occurrence(make, number=number, target_id=f"t{number % 7}"), number=number)
    workers = [run_program("take_occurrences.py", records_url, f"w{number}") for number in range(3)]
    victim = run_program("take_occurrences.py", records_url, "victim")
    taken = [victim.stdout.readline().strip() for _ in range(2)]
    victim.send_signal(signal.SIGKILL)
    taken += victim.stdout.read().split()
    for worker in workers:
        taken += worker.stdout.read().split()
        assert worker.wait() == 0
    left = store.occurrences(states={DUE, LEASED, RUNNING}, limit=count)
    done = store.occurrences(states={DONE}, limit=count)
    finished = [line for line in taken if line.startswith("done:")]
    assert len(finished) == len(set(finished)), "an occurrence was finished twice"
    assert {line.removeprefix("done:") for line in finished} <= {item.occurrence_id for item in done}
    assert len(done) + len(left) == count
    store.expire(now=make.at(100_000_000), max_attempts=3)
    while items := store.lease("w9", now=make.at(100_000_000), until=make.at(100_000_001), limit=9):
        for item in items:
            store.finish(store.start(item, now=make.at(100_000_000)), DONE, now=make.at(100_000_000))
    assert len(store.occurrences(states={DONE}, limit=count)) == count
