"""One run, one process: who comes second waits for the first to end, and says so when it does not."""

import subprocess
import sys
import threading

import pytest

from records.errors import ConflictError
from records.survey import RunState, Target, TargetKind
from wangjian.settings import load_settings
from wangjian.surveying import SurveyTask, alone, run_survey
from wangjian.wiring import open_services, utc_now

_HOLDER = """
import sys, time
from wangjian.surveying import SurveyTask, alone
with alone(SurveyTask.model_validate_json(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def task(tmp_path):
    (tmp_path / "logs").mkdir()
    target = Target(
        target_id="t1", name="茶", kind=TargetKind.SITE, seeds=("http://127.0.0.1:9/",), created_at=utc_now()
    )
    return SurveyTask(data_dir=tmp_path, allow_private=True, target=target, run_id="run_1")


def test_second_is_refused_while_the_first_goes_on_and_other_runs_are_not_held_up(task):
    with alone(task):
        with pytest.raises(ConflictError, match="run_1 正由另一进程进行"), alone(task, patience_seconds=0.3):
            pass
        with alone(task.model_copy(update={"run_id": "run_2"}), patience_seconds=0):
            pass
    with alone(task, patience_seconds=0):
        pass


def test_killed_process_lets_go(task):
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, task.model_dump_json()], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ConflictError), alone(task, patience_seconds=0.2):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with alone(task, patience_seconds=0):
        pass


def test_survey_begins_when_the_former_process_has_ended(task):
    settings = load_settings(data_dir=task.data_dir, allow_private=True)
    ended = []
    with open_services(settings) as services:
        services.survey.save_target(task.target)
        survey = threading.Thread(
            target=lambda: ended.append(run_survey(services, settings, task.target, run_id=task.run_id))
        )
        log = task.data_dir / "logs" / "survey-run_1.log"
        with alone(task):
            survey.start()
            while "run_held_by_another_process" not in (log.read_text() if log.exists() else ""):
                assert survey.is_alive()
                threading.Event().wait(0.05)
            assert services.survey.runs() == (), "nothing is touched before the run is ours"
        survey.join()
    (run,) = ended
    assert run.state is RunState.FAILED and run.outcomes, "it asked the port where nobody listens"
