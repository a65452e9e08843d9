"""Promises of QualityStore."""

from threading import Thread

import pytest

from records.quality import QualityCheck, QualityProblem
from records.quality_tasks import QualityTask, TaskEvent, TaskState


@pytest.fixture
def task(clock):
    def made(problem_id="q1", *, office_code="330106", state=TaskState.OPEN):
        problem = QualityProblem(
            problem_id=problem_id, check=QualityCheck.PHONE, field="phone", code="91330106MA2CCEX21A", source="省局",
            office_code=office_code, office="西湖区市场监督管理局", value="123", sentence="位数不对",
        )  # fmt: skip
        return QualityTask(problem=problem, state=state, events=(TaskEvent(state=state, at=clock.now),))

    return made


def test_tasks_are_found_by_state_and_office_after_a_restart(records, task, open_again):
    pushed = task("q2", office_code="510104", state=TaskState.PUSHED)
    assert records.quality.renew(lambda known: [task(), pushed]) == (task(), pushed)
    again = open_again().quality
    assert list(again.tasks()) == [task(), pushed]
    assert list(again.tasks(state=TaskState.PUSHED)) == [pushed]
    assert list(again.tasks(office_code="33")) == [task()]
    assert list(again.tasks(state=TaskState.PUSHED, office_code="33")) == []
    assert list(again.tasks(office_code="3_")) == []


def test_builder_sees_all_and_what_it_does_not_name_stays(records, task):
    records.quality.renew(lambda known: [task("q1"), task("q2")])
    seen = []
    records.quality.renew(lambda known: seen.extend(known) or [task("q1", state=TaskState.CORRECTED)])
    assert [one.problem.problem_id for one in seen] == ["q1", "q2"]
    assert [one.state for one in records.quality.tasks()] == [TaskState.CORRECTED, TaskState.OPEN]


def test_renewals_at_the_same_time_come_one_after_another(records, task):
    def push(known):
        return [task(f"q{len(known)}")]

    threads = [Thread(target=records.quality.renew, args=(push,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(records.quality.tasks())) == 6
