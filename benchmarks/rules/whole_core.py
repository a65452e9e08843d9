"""What a whole core gives: a process on each of its hyperthreads, at the same time, over different texts.

A CPU second is charged to one hyperthread, whatever the other does. A core does more in a second than one of them, and
less than twice as much, since they share its caches and units: bytes of both over wall time say how much.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

__all__ = ["hyperthreads", "rates_at_once"]

_SIBLINGS = Path("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
_LONGEST_SECONDS = 300
"""Of waiting for the other process to end its part."""
_Work = Callable[[Sequence[Any]], None]
_Times = list[list[tuple[float, float]]]


def hyperthreads() -> tuple[tuple[int, int] | None, bool]:
    """Two processors to run on, and whether the machine says that they are one core. A virtual machine often shows each
    hyperthread as a core of its own: then the first two that we may use. None where there are no two."""
    may_use = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    told = _SIBLINGS.read_text("ascii").strip() if _SIBLINGS.is_file() else ""
    siblings = [one for one in _numbers(told) if one in may_use]
    if len(siblings) == 2:
        return (siblings[0], siblings[1]), True
    return ((may_use[0], may_use[1]) if len(may_use) > 1 else None), False


def rates_at_once(
    works: Mapping[str, _Work], parts: Sequence[Sequence[Any]], sizes: Sequence[float], *, on: tuple[int, int]
) -> dict[str, float]:
    """Megabytes a second of wall time of both processes together, median over rounds, of each work by name.

    Args:
        works: What to do with a part; they take turns, round by round.
        parts: Texts; the processes take every other one.
        sizes: Megabytes of each part.
        on: The two processors.
    """
    context = multiprocessing.get_context("fork")  # the texts and the judge are there already
    barrier = context.Barrier(len(on))
    ends: list[Connection] = []
    started = []
    for place, processor in enumerate(on):
        here, there = context.Pipe(duplex=False)
        mine = parts[place :: len(on)]
        process = context.Process(target=_run, args=(tuple(works.values()), mine, processor, barrier, there))
        process.start()
        there.close()  # so that a process that fails is an end of file and not waited for
        started.append(process)
        ends.append(here)
    told: list[_Times] = [end.recv() for end in ends]
    for process in started:
        process.join()
    rounds = min(len(one) for one in told)
    found = {}
    for number, name in enumerate(works):
        rates = []
        for at in range(rounds):
            times = [one[at][number] for one in told]
            size = sum(sizes[at * len(on) + place] for place in range(len(on)))
            rates.append(size / (max(end for _, end in times) - min(start for start, _ in times)))
        found[name] = statistics.median(rates)
    return found


def _run(
    works: Sequence[_Work], parts: Sequence[Sequence[Any]], processor: int, barrier: Barrier, to: Connection
) -> None:
    os.sched_setaffinity(0, {processor})
    times: _Times = []
    for part in parts:
        times.append([])
        for work in works:
            barrier.wait(_LONGEST_SECONDS)
            start = time.monotonic()
            work(part)
            times[-1].append((start, time.monotonic()))
    to.send(times)


def _numbers(told: str) -> list[int]:
    """Of a list as the kernel writes it: `0,4` or `0-1`.

    >>> _numbers("0-1,4")
    [0, 1, 4]
    """
    found: list[int] = []
    for one in filter(None, told.split(",")):
        first, _, last = one.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
