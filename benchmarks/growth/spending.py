"""CPU seconds of this process, and of another with all that it started; the making of what is worked on apart."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["Stock", "spent", "tree_seconds"]

_T = TypeVar("_T")
_MADE_AT_ONCE = 1_000


class Stock(Generic[_T]):
    """Things made a thousand at a time while somebody takes them, so that a million need no memory of a million.

    Attributes:
        seconds: CPU seconds the making took so far, to be taken off what the taking cost.
    """

    def __init__(self, things: Iterable[_T]) -> None:
        self._things = iter(things)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[_T]:
        while True:
            began = time.thread_time()
            part = list(islice(self._things, _MADE_AT_ONCE))
            self.seconds += time.thread_time() - began
            if not part:
                return
            yield from part


def spent(act: Callable[[], Any]) -> float:
    """CPU seconds of an act: all threads, and the processes it started and waited for."""
    before = time.process_time() + _children()
    act()
    return time.process_time() + _children() - before


def tree_seconds(process_id: int) -> float:
    """CPU seconds so far of a living process, of those it started, and of those of them that ended."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        started = [
            int(child)
            for task in Path(f"/proc/{process_id}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except FileNotFoundError:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return own + sum(tree_seconds(child) for child in started)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
