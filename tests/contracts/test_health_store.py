"""Promises of HealthStore and RunBoard."""

import threading

import pytest

from records.errors import NotFoundError, UsageError
from records.health import Alarm, AlarmKind, AlarmState, GroupCoverage, RunProgress, RunStatistics
from records.survey import Outcome, PageKind, RunState


def _alarm(make, number=1, *, field="listing.title", run_id="r1", minutes=0.0, **more):
    return Alarm(
        alarm_id=f"a{number}",
        target_id="t1",
        kind=AlarmKind.COVERAGE,
        family="jishi",
        page_kind=PageKind.LISTING,
        field=field,
        before="100%",
        after="0%",
        why="商品标题读不到了",
        opened_by=run_id,
        run_id=run_id,
        raised_at=make.at(minutes),
        last_seen_at=make.at(minutes),
        **more,
    )


def _statistics(make, run_id="r1", *, target_id="t1", minutes=0.0):
    return RunStatistics(
        run_id=run_id,
        target_id=target_id,
        state=RunState.COMPLETE,
        started_at=make.at(minutes),
        finished_at=make.at(minutes + 1),
        pages=12,
        outcomes={Outcome.READ: 11, Outcome.LOGIN: 1},
        coverage=(GroupCoverage(family="jishi", kind=PageKind.LISTING, pages=10, fields={"listing.title": 10}),),
        robots={"http://a.cn": "00"},
    )


def test_alarm_opens_once_and_later_runs_bring_it_forward(records, make):
    first = records.health.raise_alarm(_alarm(make))
    records.health.change_alarm("a1", lambda alarm: alarm.model_copy(update={"assignee": "banan"}))
    again = records.health.raise_alarm(_alarm(make, 2, run_id="r2", minutes=5, page_ids=("p9",)))
    assert (first.alarm_id, again.alarm_id, again.runs, again.assignee) == ("a1", "a1", 2, "banan")
    assert (again.opened_by, again.run_id, again.raised_at, again.last_seen_at) == ("r1", "r2", make.at(0), make.at(5))
    assert again.page_ids == ("p9",)
    assert records.health.alarms() == (again,)


def test_same_run_evaluated_again_counts_once(records, make):
    records.health.raise_alarm(_alarm(make))
    assert records.health.raise_alarm(_alarm(make, 2)).runs == 1
    assert len(records.health.alarms()) == 1


def test_trouble_that_was_closed_opens_anew(records, make):
    records.health.raise_alarm(_alarm(make))
    records.health.change_alarm("a1", lambda alarm: alarm.model_copy(update={"state": AlarmState.RECOVERED}))
    assert records.health.alarms(open_only=True) == ()
    records.health.raise_alarm(_alarm(make, 2, run_id="r5", minutes=9))
    assert [alarm.alarm_id for alarm in records.health.alarms()] == ["a2", "a1"]
    assert [alarm.alarm_id for alarm in records.health.alarms("t1", open_only=True)] == ["a2"]
    assert records.health.alarms("t2") == ()


def test_different_fields_are_different_troubles(records, make):
    records.health.raise_alarm(_alarm(make))
    records.health.raise_alarm(_alarm(make, 2, field="listing.price.now"))
    assert len(records.health.alarms(open_only=True)) == 2


def test_refused_change_leaves_the_alarm(records, make):
    records.health.raise_alarm(_alarm(make))

    def refuse(alarm):
        raise UsageError("不行")

    with pytest.raises(UsageError):
        records.health.change_alarm("a1", refuse)
    assert records.health.alarm("a1") == _alarm(make)
    for ask in (records.health.alarm, lambda alarm_id: records.health.change_alarm(alarm_id, refuse)):
        with pytest.raises(NotFoundError, match="没有"):
            ask("nothing")


def test_eight_runs_at_once_open_one_alarm(records, make):
    raising = [
        threading.Thread(target=records.health.raise_alarm, args=(_alarm(make, number, run_id=f"r{number}"),))
        for number in range(8)
    ]
    for thread in raising:
        thread.start()
    for thread in raising:
        thread.join()
    (only,) = records.health.alarms()
    assert only.runs == 8


def test_statistics_are_replaced_and_walked_newest_first(records, make):
    for number in range(4):
        records.health.save_statistics(_statistics(make, f"r{number}", target_id=f"t{number % 2}", minutes=number))
    newer = _statistics(make, "r1", target_id="t1", minutes=1).model_copy(update={"pages": 99})
    records.health.save_statistics(newer)
    assert records.health.statistics("r1") == newer
    assert records.health.statistics("nothing") is None
    assert [one.run_id for one in records.health.past_statistics(limit=3)] == ["r3", "r2", "r1"]
    assert [one.run_id for one in records.health.past_statistics("t0", limit=9)] == ["r2", "r0"]


def test_board_keeps_progress_and_the_request_to_stop_apart(records, open_again, make):
    board = records.boards
    assert (board.progress("r1"), board.stop_reason("r1")) == (None, "")
    at = RunProgress(run_id="r1", target_id="t1", at=make.at(0), done=3, known=9, left=6, waiting="等待 robots 间隔")
    assert board.report(at) == ""
    board.ask_stop("r1", "站点来电")
    assert board.report(at.model_copy(update={"done": 4})) == "站点来电"
    assert open_again().boards.progress("r1").done == 4
    board.clear_stop("r1")
    assert board.report(at) == ""


def test_run_can_be_asked_to_stop_before_it_first_reports(records, make):
    records.boards.ask_stop("r1", "")
    assert records.boards.progress("r1") is None
    assert records.boards.report(RunProgress(run_id="r1", target_id="t1", at=make.at(0))) == "应要求停止"
