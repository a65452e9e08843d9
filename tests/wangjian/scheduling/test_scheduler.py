"""What the scheduler does with time that passes, stops, and jumps."""

from datetime import date, datetime, time, timedelta

import pytest

from records.errors import ConflictError, InvalidInputError, TransitionRefusedError
from records.schedules import DayKind, HoursWindow, MisfirePolicy, OccurrenceState, Revisit
from wangjian.scheduling.acts import add_schedule, catch_up, pause, resume, run_now
from wangjian.scheduling.cron import CHINA

DUE, RUNNING, DONE = OccurrenceState.DUE, OccurrenceState.RUNNING, OccurrenceState.DONE
FAILED, MISSED, SKIPPED = OccurrenceState.FAILED, OccurrenceState.MISSED, OccurrenceState.SKIPPED


def _states(store, **asked):
    """Oldest first."""
    return [item.state for item in reversed(store.occurrences(**asked))]


def _visit(scheduler):
    taken = scheduler.take()
    assert taken is not None
    return scheduler.finish(taken, DONE)


def _run_days(scheduler, hands, days):
    for _ in range(days * 24):
        hands.advance(hours=1)
        scheduler.tick()


def test_due_time_is_run_once_and_not_before(store, hands, new_scheduler, new_schedule):
    scheduler = new_scheduler()
    add_schedule(store, new_schedule(grace_seconds=3600))
    hands.advance(hours=15)
    assert scheduler.tick().decided == () and scheduler.take() is None
    hands.advance(minutes=31)
    (due,) = scheduler.tick().decided
    assert due.due_at == datetime(2026, 3, 3, 3, 30, tzinfo=CHINA)
    assert _visit(scheduler).run_id
    assert scheduler.tick().decided == () and scheduler.take() is None


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (MisfirePolicy.COALESCE, [MISSED, MISSED, MISSED, MISSED, DUE]),
        (MisfirePolicy.SKIP, [MISSED] * 5),
        (MisfirePolicy.ALL, [MISSED, MISSED, DUE, DUE, DUE]),
    ],
)
def test_downtime_leaves_one_fact_a_due_time_by_policy(store, hands, new_scheduler, new_schedule, policy, expected):
    add_schedule(store, new_schedule(misfire=policy))
    hands.advance(days=5)
    new_scheduler().tick()
    new_scheduler("other").tick()
    assert _states(store) == expected
    assert all(item.reason for item in store.occurrences())
    if policy is MisfirePolicy.COALESCE:
        run, *covered = store.occurrences()
        assert {item.covered_by for item in covered} == {run.occurrence_id}
    hands.advance(days=1)
    new_scheduler().tick()
    assert len(_states(store)) == 6


def test_caught_up_visits_are_spaced_apart(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(misfire=MisfirePolicy.ALL, spacing_seconds=900))
    hands.advance(days=5)
    scheduler = new_scheduler()
    scheduler.tick()
    starts = [item.not_before - hands.now() for item in reversed(store.occurrences(states={DUE}))]
    assert starts == [timedelta(seconds=seconds) for seconds in (0, 900, 1800)]
    _visit(scheduler)
    assert scheduler.take() is None


def test_long_downtime_of_a_frequent_schedule_is_one_visit_and_no_silence(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(cron="*/5 * * * *", grace_seconds=60))
    hands.advance(days=10)
    new_scheduler().tick()
    states = _states(store, limit=5000)
    assert len(states) == 10 * 24 * 12
    assert states.count(DUE) == 1 and states[-1] is DUE and states.count(MISSED) == len(states) - 1


def test_due_times_that_come_while_one_waits_do_not_pile_up(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(cron="0 * * * *", grace_seconds=600))
    scheduler = new_scheduler()
    _run_days(scheduler, hands, 1)
    states = _states(store)
    assert len(states) == 24 and states.count(DUE) == 1 and states.count(SKIPPED) == 23


def test_closed_days_are_visible_and_not_run(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(days=DayKind.WORKING, blackout_days=(date(2026, 3, 4),), grace_seconds=7200))
    scheduler = new_scheduler()
    for _ in range(6):
        hands.advance(days=1)
        hands.set_wall(hands.wall.astimezone(CHINA).replace(hour=4))
        scheduler.tick()
        while taken := scheduler.take():
            scheduler.finish(taken, DONE)
    told = {item.due_at.astimezone(CHINA).day: item.reason for item in store.occurrences(states={SKIPPED})}
    assert told == {4: "停采日", 7: "非工作日", 8: "非工作日"}
    assert len(store.occurrences(states={RUNNING, DONE, DUE})) == 3


def test_visit_waits_for_the_allowed_hours(store, hands, new_scheduler, new_schedule):
    hours = (HoursWindow(opens=time(2), closes=time(5)),)
    add_schedule(store, new_schedule(cron="0 4 * * *", allowed_hours=hours, grace_seconds=7200))
    scheduler = new_scheduler()
    hands.set_wall(datetime(2026, 3, 3, 4, 30, tzinfo=CHINA))
    scheduler.tick()
    hands.advance(hours=1)
    assert scheduler.take() is None
    (put_off,) = store.occurrences()
    assert put_off.not_before == datetime(2026, 3, 4, 2, tzinfo=CHINA) and "顺延" in put_off.reason
    hands.set_wall(put_off.not_before)
    assert scheduler.take() is not None


def test_jitter_is_the_same_for_everyone_and_within_its_bound(store, hands, new_scheduler, new_schedule):
    for number in range(20):
        add_schedule(store, new_schedule(f"s{number}", jitter_seconds=1800, grace_seconds=86400))
    hands.advance(hours=16)
    new_scheduler().tick()
    delays = {(item.not_before - item.due_at).total_seconds() for item in store.occurrences()}
    assert len(delays) == 20 and min(delays) >= 0 and max(delays) <= 1800


def test_killed_worker_is_replaced_and_takes_up_the_same_run(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(grace_seconds=86400))
    hands.advance(days=1)
    killed, other = new_scheduler("killed"), new_scheduler("other")
    other.tick()
    first = killed.take()
    hands.advance(seconds=119)
    assert other.tick().given_back == () and other.take() is None
    hands.advance(seconds=2)
    assert [item.occurrence_id for item in other.tick().given_back] == [first.occurrence_id]
    second = other.take()
    assert (second.occurrence_id, second.run_id, second.attempts) == (first.occurrence_id, first.run_id, 2)
    with pytest.raises(ConflictError):
        killed.renew(first)
    with pytest.raises(ConflictError):
        killed.finish(first, DONE)
    assert other.finish(second, DONE).state is DONE


def test_clock_set_forward_takes_nobody_for_dead(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(cron="0 * * * *", grace_seconds=3600))
    worker, other = new_scheduler("w1"), new_scheduler("w2")
    hands.advance(hours=1)
    worker.tick()
    other.tick()
    held = worker.take()
    hands.set_wall(hands.wall + timedelta(days=3))
    assert other.tick().given_back == ()
    assert other.take() is None, "the target is being visited"
    worker.renew(held)
    worker.finish(held, DONE)
    assert _states(store, limit=200).count(DUE) == 1, "three days caught up by one visit"


@pytest.mark.parametrize("visited", [0, 1, 2])
def test_clock_set_back_makes_neither_a_silence_nor_a_second_visit(store, hands, new_scheduler, new_schedule, visited):
    add_schedule(store, new_schedule(grace_seconds=600))
    add_schedule(store, new_schedule("adaptive", revisit=Revisit(min_hours=24, start_hours=24, max_hours=24)))
    scheduler = new_scheduler()
    right = hands.wall
    hands.set_wall(right + timedelta(days=200))
    scheduler.tick()
    for _ in range(visited):
        _visit(scheduler)
    hands.set_wall(right)
    visits = []
    for _ in range(3 * 48):
        hands.advance(minutes=30)
        scheduler.tick()
        while taken := scheduler.take():
            visits.append((taken.schedule_id, taken.due_at))
            scheduler.finish(taken, DONE)
    assert [due.astimezone(CHINA).day for name, due in visits if name == "s1"] == [3, 4, 5]
    # Each 24 hours in 72; when it was visited under the wrong clock, the first interval counts from that visit.
    assert sum(name == "adaptive" for name, _ in visits) == (2 if visited == 2 else 3)
    assert len(visits) == len(set(visits))


def test_pause_is_visible_and_resume_makes_no_burst(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(grace_seconds=3600))
    scheduler = new_scheduler()
    _run_days(scheduler, hands, 1)
    pause(store, "s1", now=hands.now())
    assert _states(store) == [SKIPPED] and scheduler.take() is None
    hands.advance(days=3)  # nobody ticks meanwhile
    resume(store, "s1", now=hands.now())
    scheduler.tick()
    assert _states(store) == [SKIPPED] * 4
    assert {item.reason for item in store.occurrences()} == {"计划已暂停"}
    _run_days(scheduler, hands, 1)
    assert _states(store)[-1] is DUE


def test_run_now_runs_while_paused_but_never_beside_a_visit(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule())
    pause(store, "s1", now=hands.now())
    scheduler = new_scheduler()
    asked = run_now(store, "s1", now=hands.now())
    hands.advance(seconds=5)
    assert run_now(store, "s1", now=hands.now()) == asked
    held = scheduler.take()
    run_now(store, "s1", now=hands.now())
    assert scheduler.take() is None
    scheduler.finish(held, DONE)
    assert _visit(scheduler).manual


def test_missed_visit_is_caught_up_by_one_act(store, hands, new_scheduler, new_schedule):
    add_schedule(store, new_schedule(misfire=MisfirePolicy.SKIP))
    hands.advance(days=1)
    scheduler = new_scheduler()
    scheduler.tick()
    (missed,) = store.occurrences(states={MISSED})
    catch_up(store, missed.occurrence_id, now=hands.now())
    assert _visit(scheduler).occurrence_id == missed.occurrence_id
    with pytest.raises(TransitionRefusedError):
        catch_up(store, missed.occurrence_id, now=hands.now())


def test_what_changes_often_is_visited_often(store, hands, new_scheduler, new_schedule):
    for name in ("lively", "still", "blind"):
        add_schedule(store, new_schedule(name, revisit=Revisit(min_hours=3, start_hours=24, max_hours=96)))
    scheduler = new_scheduler()
    visits = {"lively": 0, "still": 0, "blind": 0}
    for _ in range(14 * 24):
        scheduler.tick()
        while taken := scheduler.take():
            visits[taken.schedule_id] += 1
            if taken.schedule_id == "blind":
                scheduler.finish(taken, FAILED, changed=False, reason="验证码")
            else:
                scheduler.finish(taken, DONE, changed=taken.schedule_id == "lively")
        hands.advance(hours=1)
    assert visits["lively"] > 90 and 5 <= visits["still"] <= 7 and 13 <= visits["blind"] <= 15


def test_unreadable_schedule_silences_no_other(store, hands, new_scheduler, new_schedule):
    with pytest.raises(InvalidInputError):
        add_schedule(store, new_schedule("bad", cron="每天"))
    from wangjian.scheduling.revisiting import first_position

    bad = new_schedule("bad", cron="每天")
    store.add(bad, first_position(bad))
    add_schedule(store, new_schedule("good"))
    hands.advance(days=1)
    tick = new_scheduler().tick()
    assert tick.unreadable == ("bad",)
    assert [item.schedule_id for item in tick.decided] == ["good"]


def test_higher_priority_goes_first(store, hands, new_scheduler, new_schedule):
    for number, priority in enumerate((0, 5, 10)):
        add_schedule(store, new_schedule(f"s{number}", priority=priority, grace_seconds=86400))
    hands.advance(days=1)
    scheduler = new_scheduler()
    scheduler.tick()
    assert [scheduler.take().schedule_id for _ in range(3)] == ["s2", "s1", "s0"]
