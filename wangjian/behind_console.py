"""What goes on behind the console without anybody asking: schedules are surveyed, the index follows the records,
evidence is looked at, backups are made. One process of those that serve together does it; where several machines serve
one office, each surveys and brings what lies on its own disk, and the rest is done behind one of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from records.errors import AwayError, IntegrityError
from records.ports import Services
from records.search import SearchKind
from wangjian.indexing import catch_up
from wangjian.keeping_evidence import keep_evidence
from wangjian.keeping_machine import keep_machine
from wangjian.marking import rebuild_where_none
from wangjian.processes.presence import DutyTurn, place_here
from wangjian.ruling import demote_where_due
from wangjian.scheduled_survey import SurveyWorker
from wangjian.settings import Settings
from wangjian.upkeep import Upkeep

__all__ = ["kept_up"]

_log = structlog.get_logger(__name__)
_CATCH_UP_SECONDS = 1.0
_STAMP_EVERY = 60
_REPORT_EVERY = 600
_REPORT_FIRST = 30
_STOP_SECONDS = 10.0


@contextmanager
def kept_up(services: Services, settings: Settings) -> Iterator[None]:
    """All of it, in threads, for as long as the block lasts; then surveys are drained and given back."""
    stop, shared = threading.Event(), bool(settings.stores.records_url)
    turn = DutyTurn(services.operations, services.clock, who=place_here(services.data_dir), shared=shared)
    duties = [
        threading.Thread(target=_keep_up, args=(services, stop, turn.mine), name="keeper", daemon=True),
        threading.Thread(target=keep_evidence, args=(services, stop, turn.mine), name="evidence", daemon=True),
        threading.Thread(target=keep_machine, args=(services, settings, stop), name="machine", daemon=True),
    ]
    worker, upkeep = SurveyWorker(services, settings), Upkeep(services, settings, turn.mine)
    for duty in duties:
        duty.start()
    worker.start()
    upkeep.start()
    try:
        yield
    finally:
        stop.set()
        upkeep.stop()
        worker.stop()
        for duty in duties:
            duty.join(timeout=_STOP_SECONDS)
        turn.give_up()


def _keep_up(services: Services, stop: threading.Event, mine: Callable[[], bool]) -> None:
    """When it is this process's turn: bring the index up to the records every second; every minute ask for missing time
    stamps, and take down rules officers no longer agree with."""
    rounds = 0
    while not stop.wait(_CATCH_UP_SECONDS):
        try:
            if not mine():
                continue
            if not rounds:
                rebuild_where_none(services)
            catch_up(services)  # first what an officer waits for; pages are read out of the archive again
            catch_up(services, kinds=tuple(SearchKind))
            if rounds % _STAMP_EVERY == 0:
                services.preserver.stamp_pending()
                demote_where_due(services)
            if rounds % _REPORT_EVERY == _REPORT_FIRST:
                _make_due_reports(services)
        except (AwayError, IntegrityError) as exc:
            _log.warning("keeping_up_failed", problem=exc.problem)
        rounds += 1


def _make_due_reports(services: Services) -> None:
    from wangjian.monitoring import keep_reports  # typesetting is slow to load, and seldom asked for

    keep_reports(services)
