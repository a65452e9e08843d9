"""What is done with evidence without anybody asking: a head of the log stamped every day and at every export, and a
sample of everything stored looked at once a day."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from evidence.retention import reflect_holds
from evidence.transparency import keep_head, log_means_of
from offices.audit import AuditAction, Caller, record
from records.errors import WangJianError
from records.evidence import TimestampState
from records.ports import Services
from wangjian.auditing import AuditReport, audit_everything

__all__ = ["daily_duty", "keep_evidence", "settle"]

_log = structlog.get_logger(__name__)
_A_DAY = timedelta(hours=24)
_TRY_AGAIN = timedelta(minutes=10)
_LOOK_SECONDS = 60.0


def daily_duty(services: Services) -> AuditReport | None:
    """Once a day, and ten minutes after an attempt without a stamp: keep a head; with the first of the day look at a
    sample of everything. What the look found is in the audit chain.

    Returns:
        What the look found; None when there was none to be taken.
    """
    heads, now = services.evidence_log.heads(), services.clock()
    stamped = [head for head in heads if head.timestamp is not TimestampState.PENDING]
    if not services.evidence_log.size() or any(head.at > now - _A_DAY for head in stamped):
        return None
    recent = any(head.at > now - _A_DAY for head in heads)
    if any(head.at > now - _TRY_AGAIN for head in heads):
        return None
    keep_head(log_means_of(services))
    reflect_holds(log_means_of(services))
    if recent:
        return None
    report = audit_everything(services, seed=now.date().isoformat())
    said = f"抽查：{len(report.problems)} 项问题" if report.problems else "抽查：全部一致"
    detail = "；".join((said, *report.problems))
    caller = Caller(account=None, origin="日常核查")
    record(services.audit, caller, action=AuditAction.EVIDENCE_AUDITED, at=services.clock(), detail=detail)
    if report.problems:
        _log.error("evidence_audit_found", problems=len(report.problems), first=report.problems[0])
    return report


def settle(services: Services) -> int:
    """Bring what is 待入库 to its store.

    Returns:
        How many objects came there.

    Raises:
        StoreAwayError: The store is still away; what came there before is there.
    """
    brought = services.blobs.settle()
    if brought:
        _log.info("waiting_evidence_stored", objects=brought)
    return brought


def keep_evidence(services: Services, stop: threading.Event, mine: Callable[[], bool] = lambda: True) -> None:
    """Do the daily duty until told to stop, when it is `mine` to do; a part that is away is tried again."""
    while not stop.wait(_LOOK_SECONDS):
        try:
            if mine():
                daily_duty(services)
        except WangJianError as exc:
            _log.warning("evidence_duty_failed", problem=exc.problem, reason=exc.message)
