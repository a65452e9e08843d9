"""Which processes serve a data directory: each holds a file for as long as it lives."""

from __future__ import annotations

from pathlib import Path

from records.holding import HeldFile

__all__ = ["HELD_FOLDER", "forget_dead", "held_process"]

HELD_FOLDER = "serving"
"""Under the data directory; may be removed while nothing serves."""


def held_process(data_dir: Path, process: str) -> HeldFile:
    """Held by a process that serves, for as long as it lives."""
    return HeldFile(data_dir / HELD_FOLDER / f"{process}.process")


def forget_dead(data_dir: Path) -> None:
    """Remove what killed processes left."""
    for path in (data_dir / HELD_FOLDER).glob("*.process"):
        HeldFile(path).forget()
