"""The worker of schedules: takes what is due, surveys it in a child process, and makes its leads before it says done.

Any number of workers may share one data directory. Killed at any moment, a worker leaves an occurrence that the next
one takes up under the same run id; asked to stop, it drains its surveys and gives them back.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from records.errors import AwayError, ConflictError, NotFoundError, WangJianError
from records.ports import Services
from records.schedules import Occurrence, OccurrenceState
from records.survey import Outcome, Run, RunState, Target, TargetState
from records.wanted_captures import WANTED_WORDS
from wangjian import flow
from wangjian.acting import act_on_target
from wangjian.match_auditing import audit_target
from wangjian.preserving_first import preserve_next
from wangjian.probing import want_probes
from wangjian.rechecking import plan_rechecks
from wangjian.scheduling.changes import target_changed
from wangjian.scheduling.grips import Grip, StoppedError
from wangjian.scheduling.scheduler import Scheduler
from wangjian.scheduling.wording import STATE_WORDS
from wangjian.settings import Settings
from wangjian.surveying import CUT_OFF, run_survey
from wangjian.walls import hand_over_walls

if TYPE_CHECKING:
    from wangjian.rerendering import Rerenderer

__all__ = ["SurveyWorker", "is_dead", "this_machine"]

_STOPPED = "采集程序停止，下次启动后续采"
_RETRY_SECONDS = 60.0
_DRAIN_SECONDS = 60.0
_REASONS_TOLD = 3
_LEAD_TRIES = 3
_PLAN_SECONDS = 60.0
_ENDS = {
    RunState.COMPLETE: OccurrenceState.DONE,
    RunState.PARTIAL: OccurrenceState.PARTIAL,
    RunState.FAILED: OccurrenceState.FAILED,
}
_NOT_VISITED = {TargetState.PAUSED: "暂停", TargetState.RETIRED: "移出"}

_log = structlog.get_logger(__name__)


class SurveyWorker:
    """Looks for what is due and visits it, `settings.schedule.workers` targets at once, in threads of this process.

    Args:
        tell: Given one line in Chinese when a visit begins and when it ends.
        share: Do only what the settings give lanes to, and look for what is due in any case: the visits, the captures
            and the planning of an office may then be processes of their own.
    """

    def __init__(
        self,
        services: Services,
        settings: Settings,
        *,
        tell: Callable[[str], None] | None = None,
        share: bool = False,
    ) -> None:
        self._services = services
        self._settings = settings
        self._tell = tell or (lambda _: None)
        self._stopping = threading.Event()
        self._judging = threading.Lock()
        self._drawing = threading.Lock()
        self._rerenderer: Rerenderer | None = None
        self._plan_again = 0.0
        self._process = f"{this_machine()}:{os.getpid()}:{secrets.token_hex(4)}"
        lanes = [
            threading.Thread(target=self._work, args=(number,), name=f"visits-{number}", daemon=True)
            for number in range(settings.schedule.workers)
        ]
        alive = bool(lanes) or share
        if alive and (settings.evidence.preserve_first or settings.evidence.probe_urls):
            lanes += [
                threading.Thread(target=self._preserve, name=f"captures-{number}", daemon=True)
                for number in range(settings.evidence.captures_at_once)
            ]
        elif alive and settings.evidence.rerender and settings.evidence.captures_at_once:
            again = (self._draw_again,)
            lanes.append(threading.Thread(target=self._until_stopped, args=again, name="redrawing", daemon=True))
        self._threads = [threading.Thread(target=self._look, name="schedule", daemon=True), *lanes] if alive else []

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Drain: surveys under way end in order and are given back, to be taken up by the next start."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=_DRAIN_SECONDS)

    def _look(self) -> None:
        """Write what has come into the ledger, every few seconds."""
        scheduler = self._scheduler("schedule")
        self._until_stopped(lambda: self._tick(scheduler))

    def _tick(self, scheduler: Scheduler) -> bool:
        held = self._services.schedules.occurrences(states={OccurrenceState.LEASED, OccurrenceState.RUNNING})
        dead = {item.worker for item in held if is_dead(item.worker, here=self._process)}
        if dead:
            scheduler.bury(dead)
        scheduler.tick()
        if time.monotonic() >= self._plan_again:
            self._plan_again = time.monotonic() + _PLAN_SECONDS
            plan_rechecks(self._services)
            want_probes(self._services, self._settings)
            self._services.operations.beat("scheduler", self._services.clock())
        return False

    def _work(self, number: int) -> None:
        scheduler = self._scheduler(str(number))

        def work() -> bool:
            held = scheduler.take()
            if held is not None:
                self._visit(scheduler, held)
            return held is not None

        self._until_stopped(work)

    def _preserve(self) -> None:
        """Captures that are wanted, one after the other; while none is, those that were made are drawn again."""

        def work() -> bool:
            kept = preserve_next(self._services, self._settings)
            if kept is None:
                return self._draw_again()
            self._tell(f"{kept.purpose} {kept.url}：{WANTED_WORDS[kept.state]} {kept.problem}".rstrip())
            return True

        self._until_stopped(work)

    def _draw_again(self) -> bool:
        """One lane at a time: two would draw the same capture."""
        if not self._settings.evidence.rerender or not self._drawing.acquire(blocking=False):
            return False
        try:
            if self._rerenderer is None:
                from wangjian.rerendering import Rerenderer  # with the browser's library, which few need

                self._rerenderer = Rerenderer(self._services, self._settings)
            found = self._rerenderer.work()
        finally:
            self._drawing.release()
        if found is not None:
            self._tell(f"{found.in_words()}（{found.capture_id}）")
        return found is not None

    def _until_stopped(self, act: Callable[[], bool]) -> None:
        """Act again at once while there is something to do, else after a while."""
        while not self._stopping.is_set():
            try:
                busy = act()
            except AwayError as exc:
                busy = False
                _log.warning("schedule_waits_for_store", problem=exc.problem)
            except Exception:  # noqa: BLE001  # the outermost loop: one bad visit must not end all others
                busy = False
                _log.exception("schedule_worker_failed")
            if not busy:
                self._stopping.wait(self._settings.schedule.tick_seconds)

    def _scheduler(self, name: str) -> Scheduler:
        chosen = self._settings.schedule
        return Scheduler(
            self._services.schedules,
            f"{self._process}:{name}",
            clock=self._services.clock,
            monotonic=time.monotonic,
            lease_seconds=chosen.lease_seconds,
            max_attempts=chosen.max_attempts,
        )

    def _visit(self, scheduler: Scheduler, held: Occurrence) -> None:
        """One occurrence from taken to ended, whatever happens on the way."""
        every = self._settings.schedule.lease_seconds / 3
        try:
            with Grip(scheduler, held, every_seconds=every, stopping=self._stopping) as grip:
                state, changed, reason = self._survey(held, grip)
                if state is None:
                    scheduler.give_back(held, reason=reason, after_seconds=_RETRY_SECONDS, counted=True)
                else:
                    scheduler.finish(held, state, changed=changed, reason=reason)
        except StoppedError:
            scheduler.give_back(held, reason=_STOPPED, counted=False)
        except ConflictError as exc:
            _log.warning("visit_lost", occurrence_id=held.occurrence_id, reason=exc.message)
        except AwayError:
            raise  # the lease runs out, and the visit is taken up when the store is back
        except WangJianError as exc:
            scheduler.finish(held, OccurrenceState.FAILED, reason=exc.message)
        except Exception as exc:
            scheduler.finish(held, OccurrenceState.FAILED, reason=f"程序出错：{type(exc).__name__}，详见日志")
            raise

    def _survey(self, held: Occurrence, grip: Grip) -> tuple[OccurrenceState | None, bool | None, str]:
        """How the visit ended, whether the target had changed, and why it is not simply done; no state: try again."""
        grip.check()
        try:
            target = self._services.survey.target(held.target_id)
        except NotFoundError:
            return OccurrenceState.FAILED, None, "监测对象已不在库中"
        if target.state is not TargetState.ACTIVE and not held.manual:
            told = f"监测对象已{_NOT_VISITED[target.state]}：{target.state_reason}"
            return OccurrenceState.FAILED, None, told.rstrip("：")
        self._tell(f"采集 {target.name}（{held.occurrence_id}，第 {held.attempts} 次）")
        run = run_survey(self._services, self._settings, target, run_id=held.run_id, still_wanted=grip.check)
        if _was_cut_off(run) and held.attempts < self._settings.schedule.max_attempts:
            return None, None, "；".join(run.missing[:_REASONS_TOLD])
        hand_over_walls(self._services, run)
        if run.outcomes.get(Outcome.READ, 0) or run.outcomes.get(Outcome.UNCHANGED, 0):
            self._conclude(target, grip)
        state, reason = _ending(run)
        self._tell(f"采集 {target.name}：{STATE_WORDS[state]} {reason}".rstrip())
        return state, target_changed(self._services, run), reason

    def _conclude(self, target: Target, grip: Grip) -> None:
        """Match, assess and lead the target's shops, one target at a time: they are work for one processor."""
        flow.read_pictures(self._services, self._settings, target_id=target.target_id, still_wanted=grip.check)
        flow.read_images(self._services, self._settings, target_id=target.target_id, still_wanted=grip.check)
        act_on_target(self._services, self._settings, target, still_wanted=grip.check)
        with self._judging:
            for stage in (flow.match, flow.assess):
                grip.check()
                stage(self._services, target_id=target.target_id)
            audit_target(self._services, target.target_id)
            for left in reversed(range(_LEAD_TRIES)):
                grip.check()
                try:
                    first = self._settings.evidence.preserve_first
                    flow.lead(self._services, target_id=target.target_id, preserve_first=first)
                    return
                except ConflictError:  # an officer acted on one of these leads meanwhile
                    if not left:
                        raise


def is_dead(worker: str, *, here: str) -> bool:
    """Whether a worker of this machine has surely ended; of another machine nothing is known, its lease runs out.

    >>> is_dead("elsewhere:1:aa:0", here="host:1:bb")
    False
    >>> is_dead("host:1:aa:0", here="host:1:bb")
    True
    """
    host, pid, _ = here.split(":", 2)
    its_host, _, rest = worker.partition(":")
    its_pid = rest.partition(":")[0]
    if its_host != host or not its_pid.isdigit() or worker.startswith(f"{here}:"):
        return False
    if its_pid == pid:
        return True
    try:
        os.kill(int(its_pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def this_machine() -> str:
    """Where our process numbers mean something: this start of this kernel, and the space of numbers we are in.

    Not the host's name alone: machines made from one image share it, and either would take the other's workers, whose
    numbers it does not know, for dead. Where it cannot be told, nobody is of our machine.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        return f"{socket.gethostname()}-{secrets.token_hex(4)}"
    return f"{socket.gethostname()}-{boot[:8]}-{''.join(filter(str.isdigit, space))}"


def _was_cut_off(run: Run) -> bool:
    return any(line.startswith(CUT_OFF) for line in run.missing)


def _ending(run: Run) -> tuple[OccurrenceState, str]:
    missing = run.missing[:_REASONS_TOLD] + ((f"共 {len(run.missing)} 项",) if len(run.missing) > _REASONS_TOLD else ())
    state = _ENDS.get(run.state, OccurrenceState.PARTIAL)
    if run.blind and state is OccurrenceState.DONE:
        state = OccurrenceState.PARTIAL
    blind = tuple(f"采集失明：{what}" for what in run.blind[:_REASONS_TOLD])
    return state, "；".join((*blind, *missing))
