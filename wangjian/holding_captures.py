"""A wanted capture is held while its process lives: its time is renewed by a thread beside it, and no longer once the
process is dead, so that another worker takes it up a minute later and not when the longest capture would have ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from records.errors import AwayError
from records.ports import Services
from records.wanted_captures import WantedCapture

__all__ = ["SILENT_FOR", "held"]

SILENT_FOR = timedelta(seconds=75)
"""A worker that has not been heard of for so long is taken for dead."""
_BEAT_SECONDS = 20.0
_LONGEST = timedelta(minutes=10)
"""One that has hung is not held on to for ever: others give themselves nine minutes at most."""

_log = structlog.get_logger(__name__)


@contextmanager
def held(services: Services, taken: WantedCapture) -> Iterator[None]:
    """Renew the hold on a capture that was taken until the block ends, somebody else has it, or ten minutes are over.

    A store that is away is asked again with the next beat; should the hold run out meanwhile, settling says so.
    """
    left = threading.Event()
    beating = threading.Thread(target=_beat, args=(services, taken, left), name="capture-hold", daemon=True)
    beating.start()
    try:
        yield
    finally:
        left.set()
        beating.join(timeout=30)


def _beat(services: Services, taken: WantedCapture, left: threading.Event) -> None:
    end = services.clock() + _LONGEST
    while not left.wait(_BEAT_SECONDS) and (now := services.clock()) < end:
        try:
            if not services.wanted_captures.hold(taken, until=now + SILENT_FOR):
                return
        except AwayError as exc:
            _log.warning("capture_hold_not_renewed", wanted_id=taken.wanted_id, problem=exc.problem)
