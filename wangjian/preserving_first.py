"""先固后问: a new lead of high severity is captured before anybody asks the seller; second captures and probes too.

Wanted captures wait in the records; the worker of schedules makes them beside its surveys, a few at once, and says of
each what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import structlog

from records.base import stable_id
from records.errors import AwayError, BrowserAwayError, ConflictError, RefusedError, WangJianError
from records.evidence import Capture, CaptureState
from records.leads import Lead, LeadState, Severity
from records.ports import Services
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState
from wangjian.holding_captures import SILENT_FOR, held
from wangjian.probing import probe_said
from wangjian.second_captures import second_by_another, want_second
from wangjian.settings import Settings

__all__ = ["preserve_next", "want_captures"]

_MOST_LOST = 8
"""So often a capture may go with its worker before it is taken for what ends them."""
_NEW_FOR = timedelta(days=1)
_AGAIN_AFTER = timedelta(minutes=2)

_log = structlog.get_logger(__name__)


def want_captures(services: Services, leads: Iterable[Lead]) -> int:
    """Ask for a capture of each new lead (found within a day, nobody has decided) of high severity; how many were new.
    Asked again, it is the same one, so that a stage that was cut off asks for what it had left out."""
    now = services.clock()
    return services.wanted_captures.want(
        [
            WantedCapture(
                wanted_id=stable_id("wanted", lead.lead_id, lead.urls[0]),
                lead_id=lead.lead_id,
                url=lead.urls[0],
                why=f"新线索，{lead.rule_id} {lead.rule_title} 属高级别",
                asked_at=now,
                not_before=now,
            )
            for lead in leads
            if lead.severity is Severity.HIGH
            and lead.urls
            and lead.state is LeadState.NEW
            and lead.first_seen_at >= now - _NEW_FOR
        ]
    )


def preserve_next(services: Services, settings: Settings) -> WantedCapture | None:
    """Make the capture that has waited longest and write down what became of it; None when none waits.

    One that fails is tried again later, `schedule.max_attempts` times in all; what is refused (address not allowed) is
    given up at once. A capture that is not whole counts as made, with what is missing said. While it is being made it
    is held; one whose worker died is taken up by the next after a minute (`holding_captures.py`).

    Raises:
        AwayError: The store is away; what was taken is taken up when its time has run out.
    """
    now = services.clock()
    taken = services.wanted_captures.take(now=now, until=now + SILENT_FOR)
    if taken is None:
        return None
    with held(services, taken):
        settled = _settled(services, settings, taken)
    try:
        kept = services.wanted_captures.settle(settled)
    except ConflictError as exc:
        _log.warning("wanted_capture_lost", wanted_id=taken.wanted_id, reason=exc.message)
        return taken
    want_second(services, settings, kept)
    if kept.state is WantedState.FAILED:
        _log.warning("wanted_capture_failed", lead_id=kept.lead_id, attempts=kept.attempts)
    return kept


def _settled(services: Services, settings: Settings, taken: WantedCapture) -> WantedCapture:
    most_attempts = settings.schedule.max_attempts
    if taken.lost > _MOST_LOST:
        return _given_up(services, taken, taken.problem or "固证进程多次中断")
    try:
        if taken.purpose is WantedPurpose.SECOND:
            return _made(services, taken, *second_by_another(services, settings, taken))
        done = _whole_capture(services, taken)
        if done is not None:
            return _made(services, taken, done)
        capture = services.preserver.preserve(taken.url, lead_id=taken.lead_id, operator=taken.purpose.operator)
    except RefusedError as exc:
        return _given_up(services, taken, str(exc))
    except (BrowserAwayError, WangJianError) as exc:
        if isinstance(exc, AwayError) and not isinstance(exc, BrowserAwayError):
            raise
        return _again(services, taken, str(exc), most_attempts=most_attempts)
    if capture.state in (CaptureState.COMPLETE, CaptureState.PARTIAL):
        return _made(services, taken, capture, probe_said(services, taken, capture))
    failed = taken.model_copy(update={"capture_id": capture.capture_id})
    return _again(services, failed, capture.reason or "固证失败", most_attempts=most_attempts)


def _whole_capture(services: Services, taken: WantedCapture) -> Capture | None:
    """One made meanwhile, by an officer or by a worker that died before it could say so."""
    if taken.purpose is not WantedPurpose.FIRST:
        return None
    found = services.evidence.captures(lead_id=taken.lead_id)
    return next((one for one in found if one.url == taken.url and one.state is CaptureState.COMPLETE), None)


def _made(services: Services, taken: WantedCapture, capture: Capture, said: str = "") -> WantedCapture:
    missing = f"缺：{'、'.join(capture.missing)}" if capture.missing else ""
    problem = "；".join(filter(None, (missing, said)))
    return taken.model_copy(
        update={
            "state": WantedState.DONE,
            "capture_id": capture.capture_id,
            "problem": problem,
            "ended_at": services.clock(),
        }
    )


def _again(services: Services, taken: WantedCapture, problem: str, *, most_attempts: int) -> WantedCapture:
    tried = taken.attempts - taken.lost
    if tried >= most_attempts:
        return _given_up(services, taken, problem)
    later = services.clock() + _AGAIN_AFTER * 2 ** (tried - 1)
    return taken.model_copy(update={"state": WantedState.WAITING, "not_before": later, "problem": problem})


def _given_up(services: Services, taken: WantedCapture, problem: str) -> WantedCapture:
    return taken.model_copy(update={"state": WantedState.FAILED, "problem": problem, "ended_at": services.clock()})
