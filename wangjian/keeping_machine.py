"""What each machine of an office does for what lies on its own disk alone: evidence that waits for its store (待入库)
and archive files are brought to the others, captures that died here are said to be interrupted.

Nobody else can: another machine sees neither the files nor the locks.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

import structlog

from crawlers.archive.files import COMES_WITHIN
from evidence.preserving import recover_interrupted
from records.errors import WangJianError
from records.ports import Services
from records.search import SearchKind
from wangjian.keeping_evidence import settle
from wangjian.settings import Settings

__all__ = ["bring_what_waits", "end_interrupted", "keep_machine"]

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 60.0
_END_EVERY = 60
_MAY_RUN_ELSEWHERE = timedelta(hours=1)
"""Longer than any capture takes; so late one is ended whose machine never came back."""


def bring_what_waits(services: Services) -> int:
    """Bring what waits here to the stores it belongs in.

    Returns:
        How many objects and archive files came there.

    Raises:
        StoreAwayError: A store is still away; what came there before is there.
    """
    settled, late = settle(services), _late(services)
    try:
        return settled + services.archive.hand_over()
    finally:
        if late:
            _index_again(services, late - {*services.archive.waiting()})


def _late(services: Services) -> set[str]:
    """Files others have given up: their pages are found by the address alone."""
    before = (services.clock() - COMES_WITHIN).timestamp()
    root, found = services.archive.root, set()
    for name in services.archive.waiting():
        with suppress(FileNotFoundError):
            if (root / name).stat().st_mtime < before:
                found.add(name)
    return found


def _index_again(services: Services, names: Collection[str]) -> None:
    runs = {name.rpartition("/")[2].rpartition("-")[0] for name in names}
    for run_id in sorted(runs):
        pages = services.survey.pages(run_id)
        late = [page.page_id for page in pages if page.archive is not None and page.archive.file in names]
        services.outbox.announce(SearchKind.PAGE, late)


def end_interrupted(services: Services, settings: Settings) -> None:
    """Say of captures whose process died that they were interrupted. Where other machines may share the records, one
    that left no trace here is theirs, and ended only when it has run for an hour."""
    shared = bool(settings.stores.records_url)
    elsewhere = _MAY_RUN_ELSEWHERE if shared else timedelta(0)
    recover_interrupted(services.evidence, clock=services.clock, elsewhere=elsewhere)


def keep_machine(services: Services, settings: Settings, stop: threading.Event) -> None:
    """Both until told to stop: the first every minute, the second every hour; a part that is away is tried again."""
    rounds = 0
    while not stop.wait(_LOOK_SECONDS):
        rounds += 1
        try:
            bring_what_waits(services)
            if rounds % _END_EVERY == 0:
                end_interrupted(services, settings)
        except WangJianError as exc:
            _log.warning("machine_duty_failed", problem=exc.problem, reason=exc.message)
