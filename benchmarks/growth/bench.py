"""What things cost as they grow: each workload at 1,000, 10,000, 100,000 and 1,000,000 of what it grows by, in CPU.

    python benchmarks/growth/bench.py [--most N] [--seconds S] [--only WORKLOAD…] [--elastic]

All workloads are done at one size before any at the next, so that a run that is cut off has whole decades of them all.
A workload is done at the next size as long as that is not above `most` and the last one foretells, by n log n, that it
takes at most `seconds` of CPU; a size left out for that, or that failed, is told with its curve. Figures are named
`curve [unit] | size`; `../slopes.py` fits the exponents.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from market_growth import console_pages, elastic_search, embedded_search, judging  # noqa: E402
from register_growth import register  # noqa: E402
from slopes import FAILED, FORETOLD, curves, exponent, left_out, n_log_n_growth  # noqa: E402
from spending import spent  # noqa: E402
from store_growth import audit_chain, evidence_log, frontier_and_outbox  # noqa: E402

__all__ = ["WORKLOADS", "climb", "measure", "sizes_to_do"]

Workload = Callable[[Path, int], Mapping[str, float]]

WORKLOADS: dict[str, Workload] = {
    "register": register,
    "judging": judging,
    "search": embedded_search,
    "evidence_log": evidence_log,
    "console": console_pages,
    "survey": frontier_and_outbox,
    "audit": audit_chain,
    "elastic": elastic_search,
}
_LADDER = (1_000, 10_000, 100_000, 1_000_000)
_SHARES = {"survey": 0.3, "audit": 0.3}
"""Of the ladder's sizes: what commits each step for itself costs ten times as much as the others, so that at sizes of
its own it still has as many of them, over as many decades."""
_WARMING = 200


@dataclass(slots=True)
class _Climbing:
    """One workload on its way: the size done last, what the whole of it cost in CPU seconds, and its curves."""

    name: str
    size: int = 0
    seconds: float = 0.0
    curves: tuple[str, ...] = field(default_factory=tuple)


def measure(
    most: int = 100_000, seconds: float = 240, *, only: Iterable[str] = (), elastic: bool = False
) -> Iterator[dict[str, float]]:
    """CPU at every size of every workload, as they come."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    names = list(only) or [name for name in WORKLOADS if elastic or name != "elastic"]
    yield from climb({name: WORKLOADS[name] for name in names}, sizes_to_do(most), seconds)


def climb(workloads: Mapping[str, Workload], sizes: Iterable[int], seconds: float) -> Iterator[dict[str, float]]:
    """Figures of each workload at each size; of one that is left out or fails, that, once, and nothing more of it."""
    climbing = [_Climbing(name) for name in workloads]
    for step in sizes:
        for one in tuple(climbing):
            size = round(step * _SHARES.get(one.name, 1))
            wanted = foretold(one.size, size, one.seconds) if one.size else 0.0
            if wanted > seconds:
                climbing.remove(one)
                yield {f"{curve} | {size} | {FORETOLD}": wanted for curve in one.curves}
                continue
            try:
                found = _done(one, workloads[one.name], size)
            except Exception:  # noqa: BLE001  # whatever one workload meets, the others go on and what was measured stands
                traceback.print_exc()
                climbing.remove(one)
                yield {f"{curve} | {size} | {FAILED}": 1.0 for curve in one.curves or (one.name,)}
                continue
            yield {f"{curve} | {size}": cost for curve, cost in found.items()}


def sizes_to_do(most: int) -> tuple[int, ...]:
    """Sizes of the ladder up to `most`."""
    return tuple(size for size in _LADDER if size <= most)


def foretold(size: int, then: int, seconds: float) -> float:
    """How long a size takes when another took so long, at n log n.

    >>> round(foretold(1_000, 10_000, 3.0), 6)
    40.0
    """
    return seconds * (then * math.log(then)) / (size * math.log(size))


def _done(one: _Climbing, workload: Workload, size: int) -> Mapping[str, float]:
    if not one.size:
        _in_a_folder(workload, _WARMING)  # imports, compiled patterns, the first look at everything
    found: dict[str, float] = {}
    one.seconds = spent(lambda: found.update(_in_a_folder(workload, size)))
    one.size, one.curves = size, tuple(found)
    for curve, cost in found.items():
        print(f"{one.name}: {curve} | {size}: {cost:.4g} (of {one.seconds:.0f} CPU s)", file=sys.stderr, flush=True)
    return found


def _in_a_folder(workload: Workload, size: int) -> Mapping[str, float]:
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        return workload(Path(folder), size)


def main() -> None:
    """Print every curve with its exponent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=240, help="CPU seconds a workload may take at one size")
    parser.add_argument("--only", nargs="+", choices=list(WORKLOADS), default=[])
    parser.add_argument("--elastic", action="store_true")
    given = parser.parse_args()
    found: dict[str, float] = {}
    for figures in measure(given.most, given.seconds, only=given.only, elastic=given.elastic):
        found |= figures
    for curve, points in curves(found).items():
        costs = "  ".join(f"{size:,}: {cost:.4g}" for size, cost in points)
        grown = f"exponent {exponent(points):.2f}, {n_log_n_growth(points):.2f} of n log n" if len(points) > 1 else ""
        print(f"{curve:<52} {costs}  {grown}")
    for curve, (size, why) in left_out(found).items():
        print(f"{curve:<52} {size:,}: {why}")


if __name__ == "__main__":
    main()
