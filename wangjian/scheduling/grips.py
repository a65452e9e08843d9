"""Hold on to an occurrence while it is being visited: the lease is renewed from a thread of its own."""

from __future__ import annotations

import threading
from types import TracebackType

import structlog

from records.errors import AwayError, ConflictError
from records.schedules import Occurrence
from wangjian.scheduling.scheduler import Scheduler

__all__ = ["Grip", "StoppedError"]

_log = structlog.get_logger(__name__)


class StoppedError(Exception):
    """The worker was asked to stop; no failure, and never shown to anybody."""


class Grip:
    """Renews a lease every `every_seconds` for as long as it is entered.

    A store that is away does not end the visit: it is asked again, and only a lease that another worker has taken does.
    """

    def __init__(
        self, scheduler: Scheduler, held: Occurrence, *, every_seconds: float, stopping: threading.Event
    ) -> None:
        self._scheduler = scheduler
        self._held = held
        self._every = every_seconds
        self._stopping = stopping
        self._left = threading.Event()
        self._lost: ConflictError | None = None
        self._thread = threading.Thread(target=self._keep, name=f"lease-{held.occurrence_id}", daemon=True)

    def __enter__(self) -> Grip:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.join(timeout=30)

    def check(self) -> None:
        """Whether the visit may go on.

        Raises:
            ConflictError: The lease was lost: another worker has the occurrence, and this visit must stop at once.
            StoppedError: The worker is asked to stop.
        """
        if self._lost is not None:
            raise self._lost
        if self._stopping.is_set():
            raise StoppedError

    def _keep(self) -> None:
        while not self._left.wait(self._every):
            try:
                self._scheduler.renew(self._held)
            except ConflictError as exc:
                self._lost = exc
                return
            except AwayError as exc:
                _log.warning("lease_not_renewed", occurrence_id=self._held.occurrence_id, problem=exc.problem)
