"""CPU seconds of this process, and of another with all that it started."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["spent", "tree_seconds"]


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
