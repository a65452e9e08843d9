"""A survey run is a process of its own: clean reactor, clean memory, and it can be killed without harm.

The parent writes the child's task to its standard input and keeps it open as a lifeline, watches the frontier for
progress, and reads the outcome from the records. What a killed child leaves is taken up by the next call with the same
run id.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import structlog

from records.base import Record
from records.errors import AwayError, BrowserAwayError, ConflictError, StorageFullError
from records.ports import Services
from records.survey import FrontierState, Run, RunState, Target
from wangjian.browser import find_browser
from wangjian.health import evaluate
from wangjian.logging_pages import PageLog, catch_up_pages
from wangjian.logs import carried_context
from wangjian.nursery import Nursling, start_survey_process
from wangjian.settings import Settings
from wangjian.wiring import SurveyMeans

__all__ = ["CUT_OFF", "TAKEN_CODE", "Progress", "StillWanted", "SurveyTask", "alone", "run_survey", "work"]

Progress = Callable[[Run, dict[FrontierState, int]], None]
"""Called about once a second with the run and its frontier."""

StillWanted = Callable[[], None]
"""Called about twice a second; raises when the survey must end."""

CUT_OFF = "采集进程中断"
"""How the reason begins when a child died before its end."""

TAKEN_CODE = 75
"""Exit code of a child whose run another process would not let go (sysexits.h: EX_TEMPFAIL)."""

_POLL_SECONDS = 0.5
_DRAIN_SECONDS = 30
_PATIENCE_SECONDS = _DRAIN_SECONDS + 10.0
_LOOK_AGAIN_SECONDS = 0.1

_log = structlog.get_logger(__name__)


class SurveyTask(Record):
    """What the child process is told."""

    data_dir: Path
    allow_private: bool
    target: Target
    run_id: str
    log_context: dict[str, str] = {}


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

    Raises:
        ConflictError: Another process is surveying this run and does not end.
    """
    services.boards.clear_stop(run_id)
    log_path = _log_path(services.data_dir, run_id)
    log_path.parent.mkdir(exist_ok=True)
    task = SurveyTask(
        data_dir=services.data_dir,
        allow_private=settings.network.allow_private,
        target=target,
        run_id=run_id,
        log_context=carried_context(),
    )
    began = services.clock()
    with log_path.open("ab") as log:
        child = start_survey_process(log)
        try:
            child.tell(task.model_dump_json().encode())
            _watch(child, services, run_id, progress, still_wanted)
        except BaseException:
            _drain(child)
            raise
        finally:
            child.let_go()
    if child.returncode == TAKEN_CODE:
        raise _taken(run_id)
    _hand_over(services, run_id)
    reason = f"{CUT_OFF}（退出码 {child.returncode}），未读页面已保留，可续采；日志：{log_path}"
    run = _outcome(services, target, run_id, began, reason)
    catch_up_pages(services, run_id)
    health = evaluate(services, target, run)
    return health.run if health is not None else run


@contextmanager
def alone(task: SurveyTask, *, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the run, as one process of this machine at a time can: a child that lost its lease may still be ending when
    the next is begun, and either would take what the other has on its way for left out.

    The lock is on the run's log, to which each of its children writes. The kernel gives it back, however we end.

    Raises:
        ConflictError: Another process held the run for all of `patience_seconds`.
    """
    path = _log_path(task.data_dir, task.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)  # whoever starts the process by hand made none
    with path.open("ab") as held:
        deadline = time.monotonic() + patience_seconds
        told = False
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise _taken(task.run_id) from None
            if not told:
                _log.warning("run_held_by_another_process", run_id=task.run_id)
                told = True
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield


def _taken(run_id: str) -> ConflictError:
    return ConflictError(
        f"采集 {run_id} 正由另一进程进行，未重复采集",
        cure="等它结束，或以 wangjian survey stop 结束后再续采",
        run_id=run_id,
    )


def _log_path(data_dir: Path, run_id: str) -> Path:
    return data_dir / "logs" / f"survey-{run_id}.log"


def work(means: SurveyMeans, settings: Settings, task: SurveyTask) -> Run:
    """What the child does."""
    from crawlers.engine import SurveyOptions, SurveyParts, survey_site  # Scrapy is for the child alone

    network = settings.network
    try:
        browser = find_browser(settings)
    except BrowserAwayError:
        browser = ""
    images = settings.images
    options = SurveyOptions(
        allow_private=network.allow_private,
        user_agent=network.user_agent,
        contact=network.contact,
        browser_executable=browser,
        archive_file_bytes=settings.survey.archive_file_bytes,
        full_refetch_days=settings.survey.full_refetch_days,
        facet_pages=settings.survey.facet_pages,
        licence_pictures=settings.licences.read_pictures,
        detail_images=(images.images_a_listing, images.images_a_run) if images.wants(task.target.target_id) else (0, 0),
    )
    pages = PageLog(means.log, means.archive, clock=means.clock)
    parts = SurveyParts(
        survey=means.survey,
        blobs=means.blobs,
        clock=means.clock,
        hosts=means.hosts,
        history=means.history,
        archive=means.archive,
        boards=means.boards,
        kept=pages.note,
    )
    with pages:
        return survey_site(task.target, task.run_id, parts=parts, options=options)


def _hand_over(services: Services, run_id: str) -> None:
    """What the child wrote goes to the others before anybody is told that it ended; else with the next round."""
    try:
        services.archive.hand_over(run_id)
    except (AwayError, StorageFullError) as exc:
        _log.warning("archive_waits", problem=exc.problem, reason=exc.message)


def _drain(child: Nursling) -> None:
    """Ask the child to end in order, and end it when it does not: its frontier is whole at every moment."""
    child.terminate()
    if not child.wait(_DRAIN_SECONDS):
        child.kill()
        child.wait(_DRAIN_SECONDS)


def _watch(
    child: Nursling,
    services: Services,
    run_id: str,
    progress: Progress | None,
    still_wanted: StillWanted | None,
) -> None:
    while True:
        if still_wanted is not None:
            still_wanted()
        ended = child.wait(_POLL_SECONDS)
        _tell(services, run_id, progress)
        if ended:
            return


def _tell(services: Services, run_id: str, progress: Progress | None) -> None:
    if progress is None:
        return
    found = [run for run in services.survey.runs() if run.run_id == run_id]
    if found:
        progress(found[0], dict(services.survey.frontier_counts(run_id)))


def _outcome(services: Services, target: Target, run_id: str, began: datetime, reason: str) -> Run:
    """What the child recorded; what an earlier child of the run recorded says nothing of one that died."""
    found = [run for run in services.survey.runs(target.target_id) if run.run_id == run_id]
    if found and found[0].state is not RunState.RUNNING and (found[0].finished_at or began) >= began:
        return found[0]
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
