"""One design in a process of its own: what every design_*.py here is run by. Standard library only, because peers have
their own environment.

    python design_x.py build FOLDER DESIGN            make what the design needs, and say what that cost
    python design_x.py ask FOLDER DESIGN QUERIES OUT  answer every query, and say what each cost

FOLDER holds what `material.py` made. OUT gets one JSON line an answer; standard output one JSON line about the process.
A query is timed from its text to its ranked answers; the first `WARM_UP` training queries are asked before, untimed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["MOST_RANKED", "WARM_UP", "Answer", "Ask", "Query", "memory_mb", "queries_of", "run"]

MOST_RANKED = 20
WARM_UP = 20

Query = dict[str, Any]
"""A line of queries.jsonl: id, text, region, and whatever the material adds."""


@dataclass(slots=True)
class Answer:
    """Codes with scores, best first; `probability` is what the design says of the first (0 when it found nobody)."""

    ranked: list[tuple[str, float]]
    probability: float
    said: dict[str, Any] = field(default_factory=dict)


Ask = Callable[[Query], Answer]


def run(
    build: Callable[[Path, str], dict[str, Any] | None], load: Callable[[Path, str], Ask], arguments: list[str]
) -> None:
    """Do what the command line says with a design's two halves."""
    what, folder, design, *rest = arguments
    started = time.perf_counter(), time.process_time()
    if what == "build":
        said: dict[str, Any] = build(Path(folder), design) or {}
    else:
        ask = load(Path(folder), design)
        said = {"load_seconds": time.perf_counter() - started[0]} | _ask_all(ask, Path(folder), *rest)
    said |= {"seconds": time.perf_counter() - started[0], "cpu_seconds": time.process_time() - started[1]}
    print(json.dumps(said | memory_mb(), ensure_ascii=False))


def queries_of(path: Path) -> Iterator[Query]:
    """The lines of a file of queries."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def memory_mb() -> dict[str, float]:
    """Megabytes of this process: most ever resident, resident now, and of those not mapped from files."""
    text = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in text.splitlines())
    names = {"peak_mb": "VmHWM", "resident_mb": "VmRSS", "own_mb": "RssAnon"}
    return {name: int(lines[line].split()[0]) / 1024 for name, line in names.items()}


def _ask_all(ask: Ask, folder: Path, queries: str, out: str) -> dict[str, Any]:
    warm_up = "training_candidates.jsonl" if Path(queries).name == "candidates.jsonl" else "training.jsonl"
    for number, query in enumerate(queries_of(folder / warm_up)):
        if number == WARM_UP:
            break
        ask(query)
    with Path(out).open("w", encoding="utf-8") as file:
        for query in queries_of(Path(queries)):
            wall, cpu = time.perf_counter(), time.process_time()
            answer = ask(query)
            cost = {"ms": (time.perf_counter() - wall) * 1000, "cpu_ms": (time.process_time() - cpu) * 1000}
            line = {"id": query["id"], "ranked": answer.ranked, "probability": answer.probability} | cost | answer.said
            print(json.dumps(line, ensure_ascii=False), file=file)
    return {}


def main_of(build: Callable[[Path, str], dict[str, Any] | None], load: Callable[[Path, str], Ask]) -> None:
    """`run` with this process's own arguments."""
    run(build, load, sys.argv[1:])
