"""Which programs ran meanwhile: those of our own process tree by name and digest, of the others only how many.

Arguments are not read: they may hold personal data.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from evidence.capturing.software import FileDigests

__all__ = ["ProcessFacts", "environment_names", "processes", "traced"]

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFacts:
    """`ours` are lines "program ×count SHA-256 …"; `others` counts what is not of our tree; both empty when unknown."""

    ours: tuple[str, ...] = ()
    others: int | None = None


def processes(digests: FileDigests, *, proc: Path = _PROC) -> ProcessFacts:
    """What /proc tells; nothing where there is none."""
    parents = _parents(proc)
    if not parents:
        return ProcessFacts()
    mine = {os.getpid()}
    for pid in sorted(parents):
        chain = [pid]
        while chain[-1] in parents and parents[chain[-1]] not in chain:
            chain.append(parents[chain[-1]])
        if os.getpid() in chain:
            mine.add(pid)
    programs = Counter(_program(proc, pid) for pid in mine)
    lines = [
        f"{Path(path).name} ×{count} SHA-256 {digests.of(Path(path))}"
        for path, count in sorted(programs.items())
        if path
    ]
    return ProcessFacts(ours=tuple(lines), others=len(parents) - len(mine))


def environment_names(*, proc: Path = _PROC) -> frozenset[str] | None:
    """Names of the variables this process was started with (never their values); None where they cannot be had."""
    try:
        content = (proc / "self/environ").read_bytes()
    except OSError:
        return None
    return frozenset(part.partition(b"=")[0].decode("utf-8", "replace") for part in content.split(b"\0") if part)


def traced(*, proc: Path = _PROC) -> bool | None:
    """Whether a debugger is attached to this process; None where it cannot be had."""
    try:
        content = (proc / "self/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    for line in content.splitlines():
        if line.startswith("TracerPid:"):
            return line.split()[1] != "0"
    return None


def _parents(proc: Path) -> dict[int, int]:
    found = {}
    for folder in proc.glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    return found


def _program(proc: Path, pid: int) -> str:
    try:
        return os.readlink(proc / str(pid) / "exe")
    except OSError:
        return ""
