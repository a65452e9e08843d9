"""A limit on the time one page may be read: a page made to be slow for our reader costs seconds, not the run.

Only the main thread can be interrupted so, and only between two instructions of Python: a single call into C is let
finish. The survey process reads its pages in its main thread.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["ReadingTooLongError", "at_most"]


class ReadingTooLongError(Exception):
    """The page took longer to read than any page should."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise ReadingTooLongError in the block when it takes longer; without effect outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise ReadingTooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
