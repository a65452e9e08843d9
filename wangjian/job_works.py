"""Long work done in the background of the process that serves: implements records.jobs.JobRunner.

Two lanes, first come first served. A job that a process left unfinished is interrupted and says so when the next one
starts, be it in the place of the one that died, or when another machine has missed it for two minutes; nothing is begun
a second time by itself.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from offices.together import Together
from records.errors import WangJianError
from records.jobs import ENDED, Job, JobKind, JobState, with_event
from records.ports import Services
from wangjian.logs import carried_context
from wangjian.settings import Settings

__all__ = ["JobWorks", "Outcome", "Tell"]

Tell = Callable[[str], None]
"""Says one thing on the way, in Chinese."""

_log = structlog.get_logger(__name__)
_WORDS = {
    JobState.DONE: "完成",
    JobState.PARTIAL: "部分完成",
    JobState.FAILED: "未完成",
    JobState.INTERRUPTED: "服务中断，任务没有做完",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How work ended. `missing` of a partial one says in Chinese what is not there."""

    state: JobState = JobState.DONE
    result: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problem: str = ""
    cure: str = ""


class JobWorks:
    """See the module."""

    def __init__(
        self, services: Services, settings: Settings, *, lanes: int = 2, together: Together | None = None
    ) -> None:
        self._services = services
        self._settings = settings
        self._together = together or Together()
        self._lanes = lanes
        self._waiting: queue.SimpleQueue[tuple[str, dict[str, str]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def process(self) -> str:
        """See records.jobs.JobRunner."""
        return self._together.process

    def begin(self, job: Job) -> None:
        """See records.jobs.JobRunner."""
        self._waiting.put((job.job_id, carried_context()))
        with self._lock:
            if len(self._threads) < self._lanes:
                name = f"jobs-{len(self._threads)}"
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def recover(self) -> tuple[Job, ...]:
        """Say of everything a dead process left unfinished that it was interrupted: before serving, and from time to
        time where other machines serve too."""
        left = [one for one in self._services.jobs.unfinished() if one.kind is not JobKind.CAPTURE]
        return tuple(
            self._end(one.job_id, Outcome(state=JobState.INTERRUPTED, problem="服务在任务完成前停止", cure="重新提交"))
            for one in left
            if one.process != self.process and not self._together.is_alive(one.process)
        )

    def close(self) -> None:
        """Say of everything of this process that is not done that it ends here; what is under way is not waited for."""
        for one in self._services.jobs.unfinished():
            if one.process == self.process:
                self._end(
                    one.job_id, Outcome(state=JobState.INTERRUPTED, problem="服务在任务完成前停止", cure="重新提交")
                )

    def _work(self) -> None:
        while True:
            job_id, context = self._waiting.get()
            with structlog.contextvars.bound_contextvars(**{**context, "job_id": job_id}):
                try:
                    self._do(job_id)
                except Exception:  # noqa: BLE001  # the outermost loop: one bad job must not end all others
                    _log.exception("job_lane_failed")

    def _do(self, job_id: str) -> None:
        job = self._services.jobs.change_job(job_id, self._begun)
        if job.state is not JobState.RUNNING:
            return
        try:
            outcome = self._outcome(job)
        except WangJianError as exc:
            outcome = Outcome(state=JobState.FAILED, problem=exc.message, cure=exc.cure)
        except Exception:  # noqa: BLE001  # whatever happened, who waits for the job is told that it ended
            _log.exception("job_crashed", job_id=job_id, kind=job.kind.value)
            outcome = Outcome(
                state=JobState.FAILED, problem="未预料的错误，已记入日志", cure="把任务编号告知系统管理员"
            )
        self._end(job_id, outcome)
        _log.info("job_ended", kind=job.kind.value, state=outcome.state.value)

    def _outcome(self, job: Job) -> Outcome:
        from wangjian.job_kinds import WORKS  # loads the survey and the register: seldom asked for

        return WORKS[job.kind](self._services, self._settings, job, lambda said: self._tell(job.job_id, said))

    def _tell(self, job_id: str, said: str) -> None:
        now = self._services.clock()
        self._services.jobs.change_job(
            job_id, lambda known: known if known.state in ENDED else with_event(known, said, at=now)
        )

    def _begun(self, job: Job) -> Job:
        if job.state is not JobState.WAITING:
            return job
        now = self._services.clock()
        return with_event(job.model_copy(update={"state": JobState.RUNNING, "started_at": now}), "开始", at=now)

    def _end(self, job_id: str, outcome: Outcome) -> Job:
        now = self._services.clock()

        def change(known: Job) -> Job:
            if known.state in ENDED:
                return known
            told = {
                "state": outcome.state,
                "ended_at": now,
                "result": outcome.result,
                "missing": outcome.missing,
                "problem": outcome.problem,
                "cure": outcome.cure,
            }
            said = _WORDS[outcome.state] + (f"：{outcome.problem}" if outcome.problem else "")
            return with_event(known.model_copy(update=told), said, at=now)

        return self._services.jobs.change_job(job_id, change)
