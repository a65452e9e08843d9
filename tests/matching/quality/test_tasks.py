"""A problem from found to corrected: what a later check may conclude, and what it must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from matching.quality.checking import Scope, check_register
from matching.quality.cures import CURES
from matching.quality.tasks import Recheck, pushed, rechecked
from records.quality import QualityCheck
from records.quality_tasks import TaskState
from records.register import EntityStatus

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def look(coded, sound):
    """Checks a register of these entities (changes by number) and settles the tasks; all of them by code."""

    def at(tasks, changes, *, now=NOW, scope=Scope(), gone=(), snapshot_id="s-2"):  # frozen
        entities = {}
        for number in range(1, 6):
            if number not in gone:
                code = coded(number)
                fields = {
                    "name": f"杭州第{'一二三四五'[number - 1]}印务有限公司",
                    "address": f"杭州市西湖区文三路{number}号",
                }
                entities[code] = sound(code, **fields, **changes.get(number, {}))
        report = check_register(entities.values(), lookup=entities.get, scope=scope, now=now, snapshot_id=snapshot_id)
        check = Recheck(report=report, find=entities.get, scope=scope, now=now)
        known = {task.problem.problem_id: task for task in tasks}
        known |= {task.problem.problem_id: task for task in rechecked(known.values(), check)}
        return list(known.values())

    return at


def _push(tasks):
    return pushed(tasks, list_ids=lambda task: "list_1", now=NOW + timedelta(days=1), snapshot_id="s-1")


BAD_PHONE = {1: {"phone": "123"}}


def test_problem_is_opened_once_pushed_and_corrected_with_what_was_changed(look):
    (task,) = look([], BAD_PHONE)
    assert task.state is TaskState.OPEN and task.problem.check is QualityCheck.PHONE
    assert look([task], BAD_PHONE, now=LATER) == [task]
    (told,) = _push([task])
    assert told.state is TaskState.PUSHED and told.events[-1].list_id == "list_1"
    (done,) = look([told], {}, now=LATER)
    assert done.state is TaskState.CORRECTED and "现为“0571-88123456”" in done.events[-1].note
    assert [event.state for event in done.events] == [TaskState.OPEN, TaskState.PUSHED, TaskState.CORRECTED]
    assert look([done], {}, now=LATER + timedelta(days=1)) == [done]


def test_problem_that_is_still_there_remains_and_one_that_comes_back_is_opened_again(look):
    (task,) = _push(look([], BAD_PHONE))
    assert look([task], BAD_PHONE, now=LATER, snapshot_id="s-1") == [task]
    (still,) = look([task], BAD_PHONE, now=LATER)
    assert still.state is TaskState.REMAINS
    (done,) = look([still], {}, now=LATER)
    (back,) = look([done], BAD_PHONE, now=LATER)
    assert (done.state, back.state) == (TaskState.CORRECTED, TaskState.OPEN)
    assert back.events[-1].note == "改正后又出现"


def test_entity_that_left_the_register_is_not_called_corrected(look):
    (task,) = _push(look([], BAD_PHONE))
    (found,) = look([task], {}, gone=(1,), now=LATER)
    assert found.state is TaskState.UNTOLD and "已没有这个代码" in found.events[-1].note


def test_masked_telephone_is_no_correction(look):
    (task,) = _push(look([], BAD_PHONE))
    (found,) = look([task], {1: {"phone": "139****3406"}}, now=LATER)
    assert found.state is TaskState.UNTOLD


def test_check_of_another_region_settles_nothing(look):
    tasks = _push(look([], BAD_PHONE))
    with_other = {5: {"region_code": "510104"}}
    assert look(tasks, with_other, scope=Scope(region="5101"), now=LATER) == tasks


def test_column_that_is_gone_altogether_leaves_it_open_to_doubt(look):
    (task,) = _push(look([], {1: {"status": EntityStatus.ACTIVE, "legal_representative": ""}}))
    assert task.problem.check is QualityCheck.REQUIRED
    lacking = {number: {"legal_representative": ""} for number in range(1, 6)}
    found = {one.problem.problem_id: one for one in look([task], lacking, now=LATER)}
    assert found[task.problem.problem_id].state is TaskState.UNTOLD


def test_every_check_says_what_it_rests_on_and_what_to_do():
    assert set(CURES) == set(QualityCheck)
