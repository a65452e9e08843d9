"""A survey run is a process of its own: clean reactor, clean memory, and it can be killed without harm.

The parent writes the child's task to its standard input and keeps it open as a lifeline, watches the frontier for
progress, and reads the outcome from the records. What a killed child leaves is taken up by the next call with the same
run id.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from records.base import Record
from records.errors import BrowserAwayError, InvalidInputError
from records.ports import Services
from records.survey import FrontierState, Run, RunState, Target
from wangjian.browser import find_browser
from wangjian.health import evaluate
from wangjian.settings import Settings
from wangjian.wiring import SurveyMeans

__all__ = ["CUT_OFF", "Progress", "StillWanted", "SurveyTask", "run_survey", "work"]

Progress = Callable[[Run, dict[FrontierState, int]], None]
"""Called about once a second with the run and its frontier."""

StillWanted = Callable[[], None]
"""Called about twice a second; raises when the survey must end."""

CUT_OFF = "采集进程中断"
"""How the reason begins when a child died before its end."""

_POLL_SECONDS = 0.5
_DRAIN_SECONDS = 30


class SurveyTask(Record):
    """What the child process is told."""

    data_dir: Path
    allow_private: bool
    target: Target
    run_id: str


def run_survey(
    services: Services,
    settings: Settings,
    target: Target,
    *,
    run_id: str,
    progress: Progress | None = None,
    still_wanted: StillWanted | None = None,
) -> Run:
    """Survey a target to its end in a child process; returns the run as recorded. What is registered stays as it is.

    A child that dies leaves the run PARTIAL, the reason beginning with `CUT_OFF`; its frontier is whole and the same
    call takes it up. What `still_wanted` raises ends the child in order and is raised.
    """
    services.boards.clear_stop(run_id)
    logs = services.data_dir / "logs"
    logs.mkdir(exist_ok=True)
    log_path = logs / f"survey-{run_id}.log"
    task = SurveyTask(
        data_dir=services.data_dir, allow_private=settings.network.allow_private, target=target, run_id=run_id
    )
    with log_path.open("ab") as log:
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
            [sys.executable, "-m", "wangjian.survey_process"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a Ctrl-C is for us to hear, and to pass on once we know what it ends
        )
        try:
            _hand_over(child, task)
            _watch(child, services, run_id, progress, still_wanted)
        except BaseException:
            _drain(child)
            raise
        finally:
            if child.stdin is not None:
                child.stdin.close()
    run = _outcome(services, target, run_id, child.returncode, log_path)
    health = evaluate(services, target, run)
    return health.run if health is not None else run


def work(means: SurveyMeans, settings: Settings, task: SurveyTask) -> Run:
    """What the child does."""
    from crawlers.engine import SurveyOptions, SurveyParts, survey_site  # Scrapy is for the child alone

    network = settings.network
    try:
        browser = find_browser(settings)
    except BrowserAwayError:
        browser = ""
    options = SurveyOptions(
        allow_private=network.allow_private,
        user_agent=network.user_agent,
        contact=network.contact,
        browser_executable=browser,
        archive_file_bytes=settings.survey.archive_file_bytes,
        full_refetch_days=settings.survey.full_refetch_days,
        facet_pages=settings.survey.facet_pages,
        licence_pictures=settings.licences.read_pictures,
    )
    parts = SurveyParts(
        survey=means.survey,
        blobs=means.blobs,
        clock=means.clock,
        hosts=means.hosts,
        history=means.history,
        archive=means.archive,
        boards=means.boards,
    )
    return survey_site(task.target, task.run_id, parts=parts, options=options)


def _hand_over(child: subprocess.Popen[bytes], task: SurveyTask) -> None:
    if child.stdin is None:
        raise InvalidInputError("采集进程没有标准输入")
    child.stdin.write(task.model_dump_json().encode() + b"\n")
    child.stdin.flush()  # and left open: its end tells the child that we are gone


def _drain(child: subprocess.Popen[bytes]) -> None:
    """Ask the child to end in order, and end it when it does not: its frontier is whole at every moment."""
    child.terminate()
    try:
        child.wait(timeout=_DRAIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _watch(
    child: subprocess.Popen[bytes],
    services: Services,
    run_id: str,
    progress: Progress | None,
    still_wanted: StillWanted | None,
) -> None:
    while True:
        if still_wanted is not None:
            still_wanted()
        try:
            child.wait(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            _tell(services, run_id, progress)
            continue
        _tell(services, run_id, progress)
        return


def _tell(services: Services, run_id: str, progress: Progress | None) -> None:
    if progress is None:
        return
    found = [run for run in services.survey.runs() if run.run_id == run_id]
    if found:
        progress(found[0], dict(services.survey.frontier_counts(run_id)))


def _outcome(services: Services, target: Target, run_id: str, code: int, log_path: Path) -> Run:
    found = [run for run in services.survey.runs(target.target_id) if run.run_id == run_id]
    if found and found[0].state is not RunState.RUNNING:
        return found[0]
    reason = f"{CUT_OFF}（退出码 {code}），未读页面已保留，可续采；日志：{log_path}"
    now = services.clock()
    known = found[0] if found else Run(run_id=run_id, target_id=target.target_id, state=RunState.FAILED, started_at=now)
    run = known.model_copy(
        update={
            "state": RunState.PARTIAL if found else RunState.FAILED,
            "finished_at": now,
            "outcomes": dict(services.survey.outcomes(run_id)) if found else {},
            "missing": (reason,),
        }
    )
    if not found:
        services.survey.open_run(run, ())
    services.survey.finish_run(run)
    return run
