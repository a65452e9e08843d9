"""Notice that the wall clock was moved while this process ran, so that nobody is taken for dead because of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from records.ports import Clock

__all__ = ["ClockWatch", "Monotonic"]

Monotonic = Callable[[], float]
"""Seconds since some moment, never set back or forward (`time.monotonic`); stands still while the machine sleeps."""

_TOLERANCE = timedelta(seconds=30)


class ClockWatch:
    """Compares how far the wall clock and the monotonic clock went since the last look. Safe from several threads."""

    def __init__(self, clock: Clock, monotonic: Monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last: tuple[datetime, float] | None = None

    def look(self) -> tuple[datetime, timedelta]:
        """Now, and by how much the wall clock was moved since the last look; zero for what may be drift."""
        with self._lock:
            now, elapsed = self._clock(), self._monotonic()
            last, self._last = self._last, (now, elapsed)
        if last is None:
            return now, timedelta()
        moved_by = (now - last[0]) - timedelta(seconds=elapsed - last[1])
        return now, moved_by if abs(moved_by) > _TOLERANCE else timedelta()
