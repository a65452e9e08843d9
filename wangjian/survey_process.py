"""One survey run in a process of its own, told on standard input by wangjian/surveying.py.

Forked by wangjian/survey_nursery.py, or started anew as `python -m wangjian.survey_process`.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack

import structlog

from records.errors import ConflictError, WangJianError
from wangjian.logs import set_up_logging
from wangjian.settings import load_settings
from wangjian.surveying import TAKEN_CODE, SurveyTask, alone, work
from wangjian.wiring import open_survey

__all__ = ["main"]


def main() -> int:
    """Read the task, do it, answer by exit code; how it went is in the records."""
    set_up_logging("info")
    log = structlog.get_logger()
    told = sys.stdin.buffer.readline()
    if not told:  # whoever asked was gone before it could say for what
        return 1
    task = SurveyTask.model_validate_json(told)
    structlog.contextvars.bind_contextvars(**{**task.log_context, "run_id": task.run_id})
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    with ExitStack() as held:
        try:
            held.enter_context(alone(task))
        except ConflictError as exc:
            log.error("survey_failed", problem=exc.problem, message=exc.message)
            return TAKEN_CODE
        try:
            settings = load_settings(data_dir=task.data_dir, allow_private=task.allow_private)
            means = held.enter_context(open_survey(settings))
            run = work(means, settings, task)
        except WangJianError as exc:
            log.error("survey_failed", problem=exc.problem, message=exc.message)
            return int(exc.exit_code)
    log.info("survey_ended", state=run.state.value)
    return 0


def _end_with_parent() -> None:
    """A parent that was killed closes our standard input. We end as if killed too: the frontier is whole at every
    moment, while a survey nobody watches would go on with a site (or a demo market) that may be gone."""
    # Not by the buffered reader: a thread that waits in it is a fatal error when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
